import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, openConsole } from './support/console.ts';
import { gb18030 } from './support/gb18030.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;

test.beforeAll(async () => {
  hub = await startHub();
});
test.afterAll(() => hub.stop());

const ROWS = 100_000;
const BAD = 37;
const HEAD = '订单编号,订单状态,下单时间,付款时间,商家编码,商品名称,数量,单价,实付金额,收货人,手机,省,市,区,详细地址,买家留言';

/** One order per row; every 2,700th has a quantity that is no number. */
function csv(rows: number, bad: number): Buffer {
  const every = Math.floor(rows / bad);
  const lines = Array.from({ length: rows }, (_, index) => {
    const isBad = index % every === 0 && index / every < bad;
    const minute = String(index % 60).padStart(2, '0');
    const number = String(202_511_000_000 + index);
    return `${number},已完成,2025-11-01 08:${minute}:00,2025-11-01 08:${minute}:30,MB-1001,有机米粉 250g,${isBad ? '两件' : '1'},68.00,68.00,林晓,138${String(index).padStart(8, '0')},江苏省,苏州市,吴中区,示例路 ${index} 号,`;
  });
  return gb18030([HEAD, ...lines].join('\r\n'));
}
async function chooseShop(page: Page, name: string): Promise<void> {
  await page.locator('.drop-zone .n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: name }).click();
}
async function give(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.getByLabel('选择文件').setInputFiles({ name, mimeType: 'text/csv', buffer });
}

test('imports 100,000 rows of GB18030 with 37 bad ones, which are listed and handed over as a file', async ({ page }) => {
  test.setTimeout(240_000);
  await openConsole(page, hub, 'settings/imports');
  await expect(page.getByRole('heading', { name: '还没有导入过文件' })).toBeVisible();
  await chooseShop(page, '品牌商城');
  await give(page, '历史订单.csv', csv(ROWS, BAD));

  await expect(page.getByRole('radio', { name: 'GB18030' })).toBeChecked({ timeout: 60_000 });
  const columns = page.getByRole('region', { name: '哪一列是什么' }).first();
  await expect(columns.getByRole('row', { name: /商品名称/ })).toContainText('有机米粉 250g');
  const preview = page.getByRole('region', { name: '前 20 行导入后的样子' }).first();
  await expect(preview.getByRole('article')).not.toHaveCount(0);
  await expect(preview).toContainText('两件');
  await page.getByRole('textbox', { name: '方案名称' }).fill('后台导出');
  await page.getByRole('button', { name: '存为方案' }).click();
  await expect(page.getByText('方案「后台导出」已保存')).toBeVisible();
  await page.getByRole('button', { name: '开始导入' }).click();

  const row = page.getByRole('row', { name: /历史订单\.csv/ });
  await expect(row.getByRole('progressbar')).toBeVisible();
  await expect(row).toContainText('已完成', { timeout: 180_000 });
  await expect(row).toContainText('100\u202f000');
  await expect(row).toContainText('99\u202f963');
  await row.getByRole('button', { name: /37 个错误行/ }).click();
  const errors = page.getByRole('complementary', { name: '历史订单.csv 的错误行' });
  await expect(errors.getByRole('row')).toHaveCount(BAD + 1);
  await expect(errors.getByRole('row').nth(1)).toContainText('两件');
  const saved = page.waitForEvent('download');
  await errors.getByRole('button', { name: '下载 CSV' }).click();
  const download = await saved;
  const text = readFileSync(await download.path(), 'utf8');
  expect(text.trimEnd().split('\r\n')).toHaveLength(BAD + 1);
  const order = await hub.ask('orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: '202511000001' });
  expect([order.paidMinor, order.status]).toEqual([6_800, 'completed']);
});

test('cancels a running import and keeps what was taken', async ({ page }) => {
  test.setTimeout(120_000);
  await openConsole(page, hub, 'settings/imports');
  await chooseShop(page, '品牌商城');
  await give(page, '第二批.csv', csv(60_000, 10));
  await page.getByRole('button', { name: '开始导入' }).click({ timeout: 60_000 });
  const row = page.getByRole('row', { name: /第二批\.csv/ });
  await row.getByRole('button', { name: '取消导入 第二批.csv' }).click();
  await expect(row).toContainText('已取消');
});

test('refuses what it cannot read before it is sent', async ({ page }) => {
  await openConsole(page, hub, 'settings/imports');
  await give(page, '订单.csv', csv(10, 1));
  await expect(page.getByRole('alert')).toHaveText('先选择要导入的店铺');
  await chooseShop(page, '品牌商城');
  await give(page, '订单.pdf', csv(10, 1));
  await expect(page.getByRole('alert')).toHaveText('只能导入 CSV、TXT 或 XLSX 文件');
});

for (const theme of ['dark', 'light'] as const) {
  test(`is accessible in ${theme}`, async ({ page }) => {
    await page.addInitScript((value) => localStorage.setItem('orderpulse.theme', value), theme);
    await openConsole(page, hub, 'settings/imports');
    await chooseShop(page, '品牌商城');
    await expectAccessible(page);
    await give(page, `${theme}.csv`, csv(40, 2));
    await expect(page.getByRole('region', { name: '前 20 行导入后的样子' }).first().getByRole('article')).not.toHaveCount(0);
    await expectAccessible(page);
  });
}
