import { expect, test, type Page } from '@playwright/test';
import type { PlatformSimulator } from '../../simulators/kit/types.ts';
import { expectAccessible, openConsole } from './support/console.ts';
import { openDouyin, paidOrder } from './support/douyin.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

// One shop from its connection to its end: each test goes on where the one before stopped.
test.describe.configure({ mode: 'serial' });

let hub: TestHub;
let platform: PlatformSimulator;
/** The order the first test ends with. */
let first = '';

test.beforeAll(async () => {
  hub = await startHub({ ...CONFIG, shops: [] });
  platform = await openDouyin(hub);
});
test.afterAll(async () => {
  await platform.stop();
  await hub.stop();
});

const panel = (page: Page) => page.getByRole('complementary', { name: /接入/ });
async function fill(page: Page, label: string, value: string): Promise<void> {
  await panel(page).getByRole('textbox', { name: label, exact: true }).fill(value);
}

test('connects a shop from nothing to its first order', async ({ page }) => {
  const { app_key: key = '', secret = '', access_token: token = '', refresh_token: refresh = '' } = platform.credentials();
  platform.apply(paidOrder(Date.now() - 60_000), 'created');
  await openConsole(page, hub, 'settings');
  await expect(page.getByRole('heading', { name: '还没有接入店铺' })).toBeVisible();
  await page.getByRole('button', { name: '接入店铺' }).first().click();
  await panel(page).getByRole('button', { name: /抖店/ }).click();

  await fill(page, '店铺编号', 'live');
  await fill(page, '显示名称', '直播间');
  await fill(page, '应用 App Key', key);
  await fill(page, '应用 App Secret', 'not-the-secret');
  await fill(page, '店铺授权令牌', token);
  await fill(page, '续期令牌', refresh);
  await expect(panel(page).getByRole('textbox', { name: '应用 App Secret' })).toHaveAttribute('type', 'password');
  await panel(page).getByText('更多设置').click();
  await fill(page, '接口地址', platform.url);
  await panel(page).getByRole('button', { name: '下一步' }).click();

  await panel(page).getByRole('button', { name: '开始试连' }).click();
  const failed = panel(page)
    .getByRole('listitem')
    .filter({ has: page.getByText('未通过', { exact: true }) });
  await expect(failed).toHaveCount(1);
  await expect(failed).toContainText('应用密钥不正确');
  await expect(failed).toContainText('平台原话');

  await panel(page).getByRole('button', { name: '上一步' }).click();
  await fill(page, '应用 App Secret', secret);
  await panel(page).getByRole('button', { name: '下一步' }).click();
  await expect(panel(page).getByText('凭据已改动，请重新试连')).toBeVisible();
  await panel(page).getByRole('button', { name: '重新试连' }).click();
  await expect(panel(page).getByText(/^全部通过/)).toBeVisible({ timeout: 30_000 });
  await expect(panel(page).getByRole('article', { name: /^订单/ })).toContainText('有机米粉');
  await panel(page).getByRole('button', { name: '保存凭据，下一步' }).click();

  await expect(panel(page).getByText(`${hub.url}/hooks/douyin/live`)).toBeVisible();
  await panel(page).getByRole('button', { name: '开启接收' }).click();
  await expect(panel(page).getByText('正在等第一单')).toBeVisible();
  const order = paidOrder(Date.now());
  first = order.id;
  platform.apply(order, 'created');
  await expect(panel(page).getByText('第一单已到')).toBeVisible({ timeout: 20_000 });
  const stored = await hub.ask('orders.get', { channel: 'douyin', shopId: 'live', channelOrderId: order.id });
  await openConsole(page, hub, 'settings');
  const row = page.getByRole('row', { name: /直播间/ });
  await expect(row).toContainText('/hooks/douyin/live');
  await expect(row).toContainText('正常', { timeout: 30_000 });
  expect(stored.paidMinor).toBe(6_800);
});

test('ships an order by hand and writes its memo, and the platform takes both', async ({ page }) => {
  const key = { channel: 'douyin', shopId: 'live', channelOrderId: first } as const;
  await expect.poll(async () => (await hub.ask('orders.get', key)).status, { timeout: 20_000 }).toBe('awaiting_shipment');
  const { orderNo } = await hub.ask('orders.get', key);
  await openConsole(page, hub, 'settings');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(orderNo);
  await page.getByRole('option').filter({ hasText: orderNo }).click();
  const order = page.getByRole('complementary', { name: '订单' });
  await order.getByRole('button', { name: '写卖家备注' }).click();
  await order.getByRole('textbox', { name: '卖家备注' }).fill('老客户，附赠试用装');
  await order.getByText('红', { exact: true }).click();
  await order.getByRole('button', { name: '写到平台' }).click();
  await expect(page.getByText('备注正在写到平台')).toBeVisible();
  await expect
    .poll(() => platform.writes.filter(({ kind }) => kind === 'memo').map(({ subject }) => subject), { timeout: 20_000 })
    .toEqual([first]);
  await order.getByRole('button', { name: '发货', exact: true }).click();
  await order.locator('.n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: '顺丰速运' }).click();
  await order.getByRole('textbox', { name: '运单号' }).fill('SF1234567890');
  await expectAccessible(page);
  await order.getByRole('button', { name: '确认发货' }).click();
  await expect(page.getByText('已发货，运单号 SF1234567890 正在回写平台')).toBeVisible();
  await expect(order.getByText('已发货', { exact: true }).first()).toBeVisible();
  await expect.poll(() => platform.truth(first)?.tracking?.number, { timeout: 20_000 }).toBe('SF1234567890');
});

test('never shows what was entered again, and says which fields are kept', async ({ page }) => {
  const asked: string[] = [];
  page.on('response', async (response) => asked.push(await response.text().catch(() => '')));
  await openConsole(page, hub, 'settings?connect=douyin/live&step=credentials');
  await expect(panel(page).getByText('已保存', { exact: true })).toHaveCount(4);
  for (const field of ['应用 App Key', '应用 App Secret', '店铺授权令牌', '续期令牌']) {
    await expect(panel(page).getByRole('textbox', { name: field, exact: true })).toHaveValue('');
  }
  const { secret = '', access_token: token = '' } = platform.credentials();
  expect(asked.filter((text) => text.includes(secret) || text.includes(token))).toEqual([]);
});

test('names a revoked authorisation on every page that shows the shop, as a task, and takes it back once mended', async ({ page }) => {
  platform.set({ revoked: true });
  await openConsole(page, hub, 'settings/feeds');
  await page.getByRole('button', { name: '立即拉取 直播间 的订单' }).click();
  await expect(page.locator('[data-shop="douyin/live"]')).toContainText('已停止', { timeout: 45_000 });
  await expect(page.getByText(/授权已被撤销或无法续期/).first()).toBeVisible();
  const tasks = page.getByRole('region', { name: '待办' });
  await expect(tasks.getByRole('listitem')).toContainText('接入', { timeout: 20_000 });
  await expectAccessible(page);

  await page.getByRole('link', { name: '修复 直播间 的接入' }).first().click();
  await expect(panel(page)).toBeVisible();
  platform.set({ revoked: false });
  const { access_token: token = '', refresh_token: refresh = '' } = platform.credentials();
  await fill(page, '店铺授权令牌', token);
  await fill(page, '续期令牌', refresh);
  await panel(page).getByRole('button', { name: '下一步' }).click();
  await panel(page).getByRole('button', { name: '开始试连' }).click();
  await expect(panel(page).getByText(/^全部通过/)).toBeVisible({ timeout: 30_000 });
  await panel(page).getByRole('button', { name: '保存凭据，下一步' }).click();
  await expect(panel(page).getByText('正常')).toBeVisible({ timeout: 20_000 });
  await openConsole(page, hub, 'settings/feeds');
  await expect(page.getByText('没有待办')).toBeVisible({ timeout: 20_000 });
});

for (const theme of ['dark', 'light'] as const) {
  test(`every step is accessible in ${theme}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'settings?connect=new');
    await expect(panel(page).getByRole('button', { name: /抖店/ })).toBeVisible();
    await expectAccessible(page);
    await openConsole(page, hub, 'settings?connect=douyin/live&step=credentials');
    await panel(page).getByText('更多设置').click();
    await expectAccessible(page);
    await panel(page).getByRole('button', { name: '下一步' }).click();
    await panel(page).getByRole('button', { name: '开始试连' }).click();
    await expect(panel(page).getByText(/^全部通过/)).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
    await openConsole(page, hub, 'settings?connect=douyin/live');
    await expect(panel(page).getByRole('button', { name: '停用' })).toBeVisible();
    await expectAccessible(page);
  });
}

test('switches a shop off, and disconnects it for good after asking twice', async ({ page }) => {
  await openConsole(page, hub, 'settings?connect=douyin/live');
  await panel(page).getByRole('button', { name: '停用' }).click();
  await expect(page.getByRole('row', { name: /直播间/ })).toContainText('已停用');
  await panel(page).getByRole('button', { name: '解除接入' }).click();
  await panel(page).getByRole('button', { name: '确认解除「直播间」' }).click();
  await expect(page.getByRole('heading', { name: '还没有接入店铺' })).toBeVisible();
});
