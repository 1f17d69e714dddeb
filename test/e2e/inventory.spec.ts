import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible, openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
const MANY = 320;

test.beforeAll(async () => {
  const plenty = Array.from({ length: MANY }, (_, index) => ({
    sku: `FILL-${String(index).padStart(3, '0')}`,
    name: `填充商品 ${index}`,
    warehouse: 'suzhou',
    spot: 1_000 + index,
    safety: 100,
  }));
  hub = await startHub({
    ...CONFIG,
    openingStock: [
      ...(CONFIG.openingStock ?? []),
      { sku: 'MB-2001', name: '恒温奶瓶 240ml', warehouse: 'suzhou', spot: 8, safety: 200 },
      { sku: 'MB-2001', name: '恒温奶瓶 240ml', warehouse: 'tianjin', spot: 700, safety: 200 },
      { sku: 'MB-2002', name: '婴儿湿巾 80 抽', warehouse: 'guangzhou', spot: 40, safety: 100 },
      ...plenty,
    ],
  });
});
test.afterAll(() => hub.stop());

const alarms = (page: Page): Locator => page.getByRole('region', { name: '库存告警' });
const matrix = (page: Page): Locator => page.getByRole('table', { name: /各 SKU 在各仓/ });
const rowOf = (page: Page, sku: string): Locator =>
  matrix(page)
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: sku }) });

test('draws the map with a ring for each warehouse, and only what its layers show', async ({ page }) => {
  await openConsole(page, hub, 'inventory');
  const map = page.getByRole('region', { name: '库存地图' });
  await expect(map.getByRole('img', { name: /中国地图：4 个仓库/ })).toBeVisible();
  const ring = map.getByRole('button', { name: /苏州仓：最重告警 紧缺/ });
  await expect(ring).toBeVisible();
  const [suzhou, guangzhou] = [await ring.boundingBox(), await map.getByRole('button', { name: /广州仓/ }).boundingBox()];
  if (!suzhou || !guangzhou) throw new Error('a ring has no place');
  expect(suzhou.y).toBeLessThan(guangzhou.y);
  expect(suzhou.x).toBeGreaterThan(guangzhou.x);
  await map.getByRole('button', { name: '仓库', exact: true }).click();
  await expect(ring).toHaveCount(0);
});

test('a warehouse narrows alarms and matrix, on the map and in the list; the filter is cleared again', async ({ page }) => {
  await openConsole(page, hub, 'inventory');
  await expect(alarms(page).getByRole('listitem')).toHaveCount(2);
  await page
    .getByRole('region', { name: '库存地图' })
    .getByRole('button', { name: /广州仓/ })
    .click();
  await expect(alarms(page).getByRole('listitem')).toHaveCount(1);
  await expect(alarms(page).getByRole('listitem')).toContainText('婴儿湿巾');
  await expect(matrix(page).getByRole('columnheader', { name: '苏州仓', exact: true })).toHaveCount(0);
  await expect(matrix(page).getByRole('columnheader', { name: '广州仓', exact: true })).toHaveCount(1);
  await expect(rowOf(page, 'MB-2001')).toHaveCount(0);
  await page.getByRole('button', { name: '清除筛选' }).click();
  await expect(rowOf(page, 'MB-2001')).toHaveCount(1);
});

test('filters by text and by alarm, sorts by a figure, and keeps only the rows in sight', async ({ page }) => {
  await openConsole(page, hub, 'inventory');
  const region = page.getByRole('region', { name: 'SKU × 仓库' });
  await expect(region).toContainText(`${MANY + 4} / ${MANY + 4} 个 SKU`);
  expect(await matrix(page).getByRole('row').count()).toBeLessThan(60);
  await page.getByRole('group', { name: '告警' }).getByRole('button', { name: /紧缺/ }).click();
  await expect(matrix(page).locator('tbody').getByRole('row')).toHaveCount(1);
  await expect(rowOf(page, 'MB-2001')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('填充 31');
  await expect(region).toContainText(`13 / ${MANY + 4} 个 SKU`);
  const sorter = matrix(page).getByRole('button', { name: '可用' }).first();
  await sorter.click();
  await expect(matrix(page).locator('tbody').getByRole('rowheader').first()).toHaveText('FILL-031');
  await sorter.click();
  await expect(matrix(page).locator('tbody').getByRole('rowheader').first()).toHaveText('FILL-319');
});

test('books a replenishment from an alarm, and the alarm goes', async ({ page }) => {
  await openConsole(page, hub, 'inventory');
  const alarm = alarms(page).getByRole('listitem').filter({ hasText: '恒温奶瓶' });
  await expect(alarm).toContainText('紧缺');
  await expect(alarm).toContainText('可用 8 / 下限 30');
  await alarm.getByRole('button', { name: /登记补货/ }).click();
  const panel = page.getByRole('complementary', { name: '恒温奶瓶 240ml' });
  await expect(panel.getByLabel('件数')).toHaveValue('192');
  await panel.getByLabel('备注').fill('到货单 0042');
  await panel.getByRole('button', { name: '登记 192 件' }).click();
  await expect(page.getByText('苏州仓 MB-2001 已登记 192 件，现可用 200 件')).toBeVisible();
  await expect(alarm).toHaveCount(0);
  await expect(panel.getByRole('list', { name: '库存流水' }).getByRole('listitem').first()).toContainText('到货单 0042');
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await page.getByRole('searchbox').fill('MB-2001');
  await expect(rowOf(page, 'MB-2001')).toContainText('200');
  const { items } = await hub.ask('stock.list', { sku: 'MB-2001', warehouse: 'suzhou' });
  expect(items[0]).toMatchObject({ spot: 200, alarm: 'none' });
});

test('a booking the hub refuses says why, and changes nothing', async ({ page }) => {
  await openConsole(page, hub, 'inventory?sku=MB-2002');
  const panel = page.getByRole('complementary', { name: '婴儿湿巾 80 抽' });
  await panel.locator('.n-base-selection').nth(1).click();
  await page.getByText('盘点调整', { exact: true }).click();
  await panel.getByLabel('件数').fill('-41');
  await panel.getByLabel('件数').blur();
  await panel.getByRole('button', { name: /登记 −41 件/ }).click();
  await expect(page.getByText(/在架数量会低于已预占数量/)).toBeVisible();
  expect((await hub.ask('stock.list', { sku: 'MB-2002' })).items[0]?.spot).toBe(40);
});

test('an order moves the stock on screen; its SKU shows the movement and leads to the order', async ({ page }) => {
  await openConsole(page, hub, 'inventory');
  const row = rowOf(page, 'MB-1004');
  await page.getByRole('searchbox').fill('MB-1004');
  await expect(row).toBeVisible();
  const platformNumber = await hub.deliver('own', { sku: 'MB-1004', quantity: 3 });
  const order = await hub.ask('orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: platformNumber });
  await expect(row).toContainText('597');
  await row.click();
  await expect(page).toHaveURL(/sku=MB-1004/);
  const panel = page.getByRole('complementary').first();
  const first = panel.getByRole('list', { name: '库存流水' }).getByRole('listitem').first();
  await expect(first).toContainText('预占');
  await expect(first).toContainText('+3');
  await first.getByRole('button', { name: order.orderNo }).click();
  await expect(page.getByRole('complementary', { name: '订单' })).toContainText(platformNumber);
  await page.keyboard.press('Escape');
  await panel.getByRole('button', { name: '查看含此 SKU 的订单' }).click();
  await expect(page.getByRole('complementary', { name: '含 MB-1004 的订单' }).locator('.order-row')).toHaveCount(1);
});

for (const theme of ['dark', 'light'] as const) {
  test(`is accessible in ${theme}, with the side panel open`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'inventory');
    await expect(page.getByRole('button', { name: /苏州仓：/ })).toBeVisible();
    await expectAccessible(page);
    await rowOf(page, 'MB-2002').click();
    await expect(page.getByRole('list', { name: '库存流水' })).toBeVisible();
    await expectAccessible(page);
  });
}
