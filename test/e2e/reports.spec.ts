import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, openConsole } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
/** Held orders by their discount in per cent of 400 yuan, and plain ones; those from 95 % on, and every third plain one, go wrong. */
const deep: { id: string; share: number }[] = [];
const plain: string[] = [];

test.beforeAll(async () => {
  hub = await startHub();
  for (let index = 0; index < 60; index += 1) {
    const share = 91 + (index % 9);
    const discountMinor = 400 * share;
    const order = { goodsMinor: 40_000, discountMinor, paidMinor: 40_000 - discountMinor, phone: `1390000${String(1_000 + index)}` };
    deep.push({ id: await hub.deliver('own', { ...order, buyerKey: `deep-${index}`, address: `人民路 ${index} 号 2 幢 301 室` }), share });
  }
  for (let index = 0; index < 18; index += 1) {
    const who = { phone: `1380000${String(1_000 + index)}`, buyerKey: `plain-${index}`, address: `解放路 ${index} 号 1 幢 101 室` };
    plain.push(await hub.deliver('own', { ...who, goodsMinor: 2_000 }));
  }
});
test.afterAll(() => hub.stop());

const wrong = { deep: () => deep.filter(({ share }) => share >= 95), plain: () => plain.filter((_, index) => index % 3 === 0) };

function outcomeFile(): Buffer {
  const rows = [
    ...deep.map(({ id, share }) => `${id},${share >= 95 ? '退货' : '正常'}`),
    ...plain.map((id, index) => `${id},${index % 3 === 0 ? '投诉' : '已完成'}`),
    '没有这单,正常',
  ];
  return Buffer.from(`\uFEFF订单编号,结果\r\n${rows.join('\r\n')}\r\n`);
}

async function saved(page: Page, button: string): Promise<{ name: string; content: Buffer }> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await waiting;
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test('a supervisor says what became of orders, reads the week, and turns a suggestion into a draft', async ({ page }) => {
  test.setTimeout(180_000);
  await openConsole(page, hub, 'monitor');
  await page.getByRole('navigation').getByRole('link', { name: '报告' }).click();
  await expect(page.getByRole('heading', { name: '还没有报告' })).toBeVisible();
  await expectAccessible(page);

  const outcomes = page.getByRole('region', { name: '订单结果' });
  await outcomes.locator('.n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: '品牌商城' }).click();
  await outcomes.getByLabel('选择结果文件').setInputFiles({ name: '售后结果.csv', mimeType: 'text/csv', buffer: outcomeFile() });
  await expect(outcomes.getByRole('heading', { name: '售后结果.csv' })).toBeVisible();
  await expect(outcomes.getByRole('list').first()).toContainText(deep[0]!.id);
  await expectAccessible(page);
  await outcomes.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page.getByText('78 个结果已导入，1 行不能用')).toBeVisible();
  await expect(outcomes).toContainText(`${wrong.deep().length + wrong.plain().length} 个坏单`);

  await page.getByRole('button', { name: '立即生成近 7 天报告' }).click();
  const sheet = page.getByRole('article');
  await expect(sheet.getByRole('heading', { name: '周报' })).toBeVisible();
  const good = deep.length - wrong.deep().length;
  await expect(sheet.locator('.tile').filter({ hasText: '误拦率' })).toContainText(`${good} / ${deep.length}`);
  await expect(sheet.locator('.tile').filter({ hasText: '拦住的坏单占比' })).toContainText(
    `${wrong.deep().length} / ${wrong.deep().length + wrong.plain().length}`,
  );
  const rules = sheet.getByRole('region', { name: '各规则的准确率' });
  await expect(rules.getByRole('row').filter({ hasText: '优惠' }).first()).toContainText(String(good));
  await expectAccessible(page);

  await sheet.getByRole('button', { name: new RegExp(`漏拦：依据的 ${wrong.plain().length} 个订单`) }).click();
  await expect(
    page.getByRole('complementary').getByRole('option').or(page.getByRole('complementary').getByRole('button')).first(),
  ).toBeVisible();
  await page.keyboard.press('Escape');

  const workbook = await saved(page, '导出 Excel');
  expect([workbook.name.endsWith('.xlsx'), workbook.content.subarray(0, 2).toString()]).toEqual([true, 'PK']);
  const paper = await saved(page, '打印页');
  expect(paper.content.toString()).toContain('各规则的准确率');

  await page.getByRole('button', { name: '全部报告' }).click();
  await expect(page.getByRole('region', { name: '全部报告' }).getByRole('link')).toHaveCount(1);
  const before = await hub.ask('rules.list', {});
  await page.getByRole('button', { name: '计算建议' }).click();
  const card = page.getByRole('article', { name: /优惠/ });
  await expect(card).toContainText('> 90%');
  await expect(card).toContainText('老客户的好单不会比现在多拦');
  await expectAccessible(page);
  await card.getByRole('button', { name: '生成草稿' }).click();
  await expect(page.getByText('草稿已生成，发布前不生效')).toBeVisible();
  await card.getByRole('button', { name: '打开草稿' }).click();
  await expect(page).toHaveURL(/rules\?draft=\d+/);
  expect((await hub.ask('rules.list', {})).version).toBe(before.version);
});

test('the month is reported, and both of its files say what the page says', async ({ page, context }) => {
  await openConsole(page, hub, 'reports');
  await page.getByRole('button', { name: '立即生成近 30 天复盘' }).click();
  const sheet = page.getByRole('article');
  await expect(sheet.getByRole('heading', { name: '月度复盘' })).toBeVisible();
  const falseKills = sheet.locator('.tile').filter({ hasText: '误拦率' });
  const shown = `${deep.length - wrong.deep().length} / ${deep.length}`;
  await expect(falseKills).toContainText(shown);
  await expectAccessible(page);

  const workbook = new ExcelJS.Workbook();
  const file = await saved(page, '导出 Excel');
  expect(file.name).toMatch(/\.xlsx$/);
  await workbook.xlsx.load(file.content.buffer as ArrayBuffer);
  const cells = workbook.worksheets.flatMap((one) => one.getSheetValues().flat().map(String));
  expect(workbook.worksheets.length).toBeGreaterThan(1);
  for (const word of ['误拦率', '漏拦']) expect(cells).toContain(word);
  expect(cells).toContain(String(wrong.plain().length));

  const paper = await saved(page, '打印页');
  expect(paper.name).toMatch(/\.html$/);
  const print = await context.newPage();
  const asked: string[] = [];
  print.on('request', ({ url }) => asked.push(url()));
  await print.setContent(paper.content.toString());
  await expect(print.getByRole('heading', { name: '月度复盘' })).toBeVisible();
  await expect(print.locator('dl > div').filter({ hasText: '漏拦' }).locator('.value')).toHaveText(String(wrong.plain().length));
  // A page for paper needs nothing beside itself.
  expect(asked).toEqual([]);
  await print.close();
});

test('in English and in the light the page is as accessible, and a report that is not there says so', async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem('orderpulse.theme', 'light');
    localStorage.setItem('orderpulse.locale', 'en');
  });
  await openConsole(page, hub, 'reports');
  await expect(page.getByRole('region', { name: /All reports|全部报告/ })).toBeVisible();
  await expectAccessible(page);
  await openConsole(page, hub, 'reports?report=999');
  await expect(page.getByRole('alert')).toBeVisible();
});
