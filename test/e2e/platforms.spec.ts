import { expect, test, type Locator, type Page } from '@playwright/test';
import { CHANNELS } from '../../src-shared/channels.ts';
import type { Manifest } from '../../src-shared/contract/connections.ts';
import type { PlatformSimulator } from '../../simulators/kit/types.ts';
import { openConsole } from './support/console.ts';
import { CONFIG, sendSigned, startHub, type TestHub } from './support/hub.ts';
import { openPlatform, paidOrderOf, PLATFORMS } from './support/platforms.ts';

// Every channel is connected on screen against its simulator, in one hub that runs through.
let hub: TestHub;
let manifests: ReadonlyMap<string, Manifest>;
let platform: PlatformSimulator | null = null;

test.beforeAll(async () => {
  hub = await startHub({ ...CONFIG, shops: [] });
  manifests = new Map((await hub.ask('channels.catalogue', {})).items.map((manifest) => [manifest.id, manifest]));
});
test.afterEach(async () => {
  await platform?.stop();
  platform = null;
});
test.afterAll(() => hub.stop());

const MINUTE = 60_000;
const panel = (page: Page): Locator => page.getByRole('complementary', { name: /接入/ });
async function fill(page: Page, label: string, value: string): Promise<void> {
  await panel(page).getByRole('textbox', { name: label, exact: true }).fill(value);
}
/** What the page's last copy left; copying takes a moment. */
const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
const press = (page: Page, name: string): Promise<void> => panel(page).getByRole('button', { name, exact: true }).click();

/** Fills the form as the channel's manifest asks for it. */
async function fillForm(page: Page, manifest: Manifest, simulator: PlatformSimulator): Promise<void> {
  const credentials = simulator.credentials();
  await fill(page, '店铺编号', 'main');
  await fill(page, '显示名称', `${manifest.name.zh}一店`);
  for (const { name, label, kind } of manifest.fields) {
    if (credentials[name] === undefined) continue;
    await fill(page, label.zh, credentials[name]);
    const type = kind === 'secret' ? 'password' : 'text';
    await expect(panel(page).getByRole('textbox', { name: label.zh, exact: true })).toHaveAttribute('type', type);
  }
  await panel(page).getByText('更多设置').click();
  await fill(page, '接口地址', simulator.url);
  await fill(page, '轮询间隔（秒）', '1');
}

const YUAN = { words: '68.00', minor: 6_800 };
for (const { channel, orderId, trouble, otherShop, sum = YUAN } of PLATFORMS) {
  test(`${CHANNELS[channel].en}: from the form to the first order on screen`, async ({ page, context }) => {
    // Platforms tell of an order up to a minute late, and so they do here.
    test.setTimeout(150_000);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const manifest = manifests.get(channel)!;
    const simulator = (platform = await openPlatform(channel, hub, 'main'));
    simulator.apply(paidOrderOf(orderId(1), Date.now() - 5 * MINUTE), 'created');
    await openConsole(page, hub, 'settings?connect=new');
    await panel(page)
      .getByRole('button', { name: new RegExp(`^${manifest.name.zh}`) })
      .click();
    await fillForm(page, manifest, simulator);
    await press(page, '下一步');

    const right = { secret: (simulator as unknown as { state: { secret: string } }).state.secret };
    simulator.set(trouble.state);
    await press(page, '开始试连');
    const failed = panel(page)
      .getByRole('listitem')
      .filter({ has: page.getByText('未通过', { exact: true }) });
    await expect(failed).toHaveCount(1, { timeout: 30_000 });
    await expect(failed).toContainText(trouble.words);
    simulator.set({ ...right, revoked: false, permitted: true, clockOffMs: 0 });
    await press(page, '重新试连');
    await expect(panel(page).getByText(/^全部通过/)).toBeVisible({ timeout: 30_000 });
    const sample = panel(page).getByRole('article', { name: /^订单/ });
    await expect(sample).toContainText('有机米粉 250g');
    await expect(sample).toContainText(sum.words);
    await press(page, '保存凭据，下一步');

    const address = `${hub.url}/hooks/${channel}/main`;
    if (manifest.capabilities.push === 'http') {
      await expect(panel(page).getByText(address)).toBeVisible();
      await press(page, '复制回调地址');
      await expect.poll(() => copied(page)).toBe(address);
    } else await expect(panel(page).getByText(/不用填写回调地址/)).toBeVisible();
    await press(page, '开启接收');
    // Who is not listening yet is told of nothing by a connection that stays open; the lists of some follow minutes later.
    const stream = async () => (await hub.ask('feeds.list', {})).items.find((feed) => feed.channel === channel)?.stream;
    if (['socket', 'messages'].includes(manifest.capabilities.push)) await expect.poll(stream, { timeout: 30_000 }).toBe('open');
    const order = paidOrderOf(orderId(2), Date.now());
    simulator.apply(order, 'created');
    simulator.apply(order, 'changed');
    await expect(panel(page).getByText('第一单已到')).toBeVisible({ timeout: 60_000 });
    await expect(panel(page).locator('.first')).toContainText(sum.words);
    const found = async () => (await hub.ask('orders.list', { channel, text: orderId(2) })).items.map(({ paidMinor }) => paidMinor);
    await expect.poll(found, { timeout: 90_000 }).toEqual([sum.minor]);

    if (otherShop === undefined) return;
    simulator.set({ identity: otherShop });
    await panel(page)
      .getByRole('button', { name: /试连平台/ })
      .click();
    await press(page, '重新试连');
    await expect(failed).toContainText(/这组凭据属于另一家店铺/, { timeout: 30_000 });
    await expect(failed).toContainText(otherShop);
  });
}

test('a shop of another platform that comes through a bridge: no credentials of the platform, signed by Standard Webhooks', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const secret = `whsec_${Buffer.from('an invented secret of the bridge').toString('base64')}`;
  await openConsole(page, hub, 'settings?connect=new');
  await panel(page).getByRole('button', { name: /^淘宝/ }).click();
  await fill(page, '店铺编号', 'bridged');
  await panel(page).getByRole('switch', { name: '定时向平台拉单' }).click();
  await panel(page).getByRole('switch', { name: '由桥接程序推送' }).click();
  await expect(panel(page).getByRole('button', { name: '下一步' })).toBeDisabled();
  await fill(page, '桥接签名密钥', secret);
  await press(page, '下一步');
  await press(page, '开始试连');
  await expect(panel(page).getByText(/^全部通过/)).toBeVisible({ timeout: 30_000 });
  await press(page, '保存凭据，下一步');
  await press(page, '复制回调地址');
  const address = `${hub.url}/hooks/taobao/bridged`;
  await expect.poll(() => copied(page)).toBe(address);
  await press(page, '开启接收');
  await expect(panel(page).getByText('正在等第一单')).toBeVisible();
  await sendSigned(address, secret, { channelOrderId: 'BR-1001' });
  await expect(panel(page).getByText('第一单已到')).toBeVisible({ timeout: 20_000 });
  expect(await hub.ask('orders.get', { channel: 'taobao', shopId: 'bridged', channelOrderId: 'BR-1001' })).toMatchObject({
    paidMinor: 6_800,
  });
  const row = page.getByRole('row', { name: /\/hooks\/taobao\/bridged/ });
  await expect(row).toContainText('Standard Webhooks');
  await openConsole(page, hub, 'settings?connect=taobao/bridged&step=credentials');
  await expect(panel(page).getByRole('switch', { name: '由桥接程序推送' })).toBeChecked();
  await expect(panel(page).getByRole('textbox', { name: '桥接签名密钥' })).toHaveValue('');
  await expect(panel(page).getByText('已保存', { exact: true })).toHaveCount(1);
});
