import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible, openConsole, TROUBLE } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;

test.beforeAll(async () => {
  hub = await startHub();
});
test.afterAll(() => hub.stop());

const section = (page: Page, title: string): Locator => page.getByRole('region', { name: title, exact: true }).first();

test('lists shops with address, door and figures; the address can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await hub.deliver('own', {});
  await openConsole(page, hub, 'settings');
  const row = section(page, '渠道').getByRole('row', { name: /品牌商城/ });
  await expect(row).toContainText('/hooks/standard-webhooks/own');
  await expect(row).toContainText('Standard Webhooks');
  await expect(row.getByRole('button', { name: '1', exact: true })).toBeVisible();
  await hub.deliver('own', {});
  await expect(row.getByRole('button', { name: '2', exact: true })).toBeVisible();
  await row.getByRole('button', { name: '复制品牌商城的回调地址' }).click();
  await expect(row).toContainText('已复制');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${hub.url}/hooks/standard-webhooks/own`);
});

test('an unreadable message appears with its reason while the page is open; a retry says how it went', async ({ page }) => {
  await openConsole(page, hub, 'settings');
  const inbox = section(page, '未读懂的消息');
  await expect(inbox).toContainText('每条消息都读懂了');
  await hub.send('live', '{"type":"order.paid","data":{"channelOrderId":"half-0001"');
  await expect(inbox.getByRole('listitem')).toHaveCount(1);
  await expect(inbox).toContainText('JSON');
  await expect(inbox.locator('pre')).toContainText('half-0001');
  await inbox.getByRole('button', { name: /重读 抖店直播间 的消息/ }).click();
  await expect(page.getByText('重读 1 条，0 条读懂，1 条仍未读懂')).toBeVisible();
  await expect(inbox.getByRole('listitem')).toContainText('已读 2 次');
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /未读懂/ })
    .click();
  await expect(inbox).toBeInViewport();
});

test('switches theme, row height and language, and keeps them', async ({ page }) => {
  await openConsole(page, hub, 'settings');
  const root = page.locator('html');
  await page.getByText('浅色', { exact: true }).click();
  await expect(root).toHaveAttribute('data-theme', 'light');
  await page.getByText('紧凑', { exact: true }).click();
  const height = (): Promise<number> =>
    section(page, '渠道')
      .locator('tbody tr')
      .first()
      .evaluate((row) => row.getBoundingClientRect().height);
  await expect.poll(height).toBeLessThan(30);
  await page.getByText('English', { exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Compact' })).toBeChecked();
  await expect(root).toHaveAttribute('lang', 'en');
});

test('proves the audit log and leads from an entry to its order', async ({ page }) => {
  const platformNumber = await hub.deliver('live', TROUBLE.forbiddenWord);
  const { orderNo } = await hub.ask('orders.get', { channel: 'douyin', shopId: 'live', channelOrderId: platformNumber });
  await openConsole(page, hub, 'settings');
  const log = section(page, '审计日志');
  await log.getByRole('button', { name: '校验' }).click();
  const { entries } = await hub.ask('audit.verify', {});
  await expect(log.getByRole('status')).toHaveText(new RegExp(`共 ${entries} 条，逐条重算，链条完整`));
  const entry = log.getByRole('row').filter({ hasText: orderNo });
  await expect(entry).toContainText('冻结订单');
  await entry.getByRole('button', { name: orderNo }).click();
  await expect(page.getByRole('complementary', { name: '订单' })).toContainText(platformNumber);
});

test('finds a section by its words and a row by its own', async ({ page }) => {
  await openConsole(page, hub, 'settings');
  const search = page.getByRole('searchbox', { name: '搜索设置' });
  await search.fill('密度');
  await expect(section(page, '外观')).toBeVisible();
  await expect(section(page, '渠道')).toBeHidden();
  await search.fill('flagship');
  await expect(section(page, '渠道').locator('tbody tr')).toHaveCount(1);
  await expect(section(page, '关于')).toBeHidden();
  await search.fill('锁定库存');
  await expect(section(page, '订单状态表').locator('tbody tr').first()).toContainText('收到付款');
  await search.fill('没有这个词');
  await expect(page.getByRole('heading', { name: '没有匹配的设置' })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`is accessible in ${theme}`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'settings');
    await expect(section(page, '审计日志').getByRole('row').nth(1)).toBeVisible();
    await section(page, '审计日志').getByRole('button', { name: '校验' }).click();
    await expect(section(page, '审计日志').getByRole('status')).toBeVisible();
    await expectAccessible(page);
  });
}
