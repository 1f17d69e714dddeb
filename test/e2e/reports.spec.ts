import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
const PEOPLE = [
  { operator: 'chen', role: 'supervisor', token: 'e2e-reports-supervisor' },
  { operator: 'wang', role: 'agent', token: 'e2e-reports-agent' },
] as const;
const [SUPERVISOR, AGENT] = PEOPLE.map(({ token }) => token) as [string, string];
/** Held orders by their discount in per cent of 400 yuan; those from 95 % on go wrong. Between them some at 85 % that pass: every third goes wrong. */
const deep: { id: string; share: number }[] = [];
const plain: string[] = [];
const discounted = (share: number) => ({ goodsMinor: 40_000, discountMinor: 400 * share, paidMinor: 40_000 - 400 * share });

test.beforeAll(async () => {
  // One delivery after the other, for their order counts.
  test.setTimeout(120_000);
  hub = await startHub(CONFIG, PEOPLE);
  for (let index = 0; index < 60; index += 1) {
    const share = 91 + (index % 9);
    const who = { phone: `1390000${String(1_000 + index)}`, buyerKey: `deep-${index}`, address: `人民路 ${index} 号 2 幢 301 室` };
    deep.push({ id: await hub.deliver('own', { ...who, ...discounted(share) }), share });
    if (index % 10 !== 2 && index % 10 !== 5 && index % 10 !== 8) continue;
    const other = { phone: `1380000${String(1_000 + index)}`, buyerKey: `plain-${index}`, address: `解放路 ${index} 号 1 幢 101 室` };
    plain.push(await hub.deliver('own', { ...other, ...discounted(85) }));
  }
});
test.afterAll(() => hub.stop());

const wrong = { deep: () => deep.filter(({ share }) => share >= 95), plain: () => plain.filter((_, index) => index % 3 === 0) };
/** Good orders that were stopped, of all good ones. */
const falseKills = () =>
  `${deep.length - wrong.deep().length} / ${deep.length + plain.length - wrong.deep().length - wrong.plain().length}`;

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
  // A file that cannot be read is refused, and another one can be chosen at once.
  await outcomes
    .getByLabel('选择结果文件')
    .setInputFiles({ name: '坏文件.xlsx', mimeType: 'application/zip', buffer: Buffer.from('PK\u0003\u0004 nothing') });
  await expect(page.locator('.receipt')).not.toBeEmpty();
  await expect(outcomes.getByRole('button', { name: '导入结果文件' })).toBeEnabled();
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
  await expect(sheet.locator('.tile').filter({ hasText: '误拦率' })).toContainText(falseKills());
  await expect(sheet.locator('.tile').filter({ hasText: '准确率' })).toContainText(`${wrong.deep().length} / ${deep.length}`);
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

test('a supervisor sets what a suggestion may cost, computes again, and drafts another of the choices', async ({ page }) => {
  test.setTimeout(180_000);
  await openConsole(page, hub, 'reports', SUPERVISOR);
  const advice = page.getByRole('region', { name: '阈值建议' });
  const frontier = advice.getByRole('region', { name: '取舍：准确率、拦住的坏单与误拦' });
  const rows = frontier
    .getByRole('table', { name: '各套阈值的检验结果' })
    .getByRole('row')
    .filter({ has: page.getByRole('radio') });
  const best = rows.filter({ hasText: '上限内最好' });
  const loose = rows.filter({ hasText: '超出上限' });
  await expect(best).toHaveCount(1);
  await expect(best.getByRole('radio')).toBeChecked();
  await expect(rows.filter({ hasText: '现行规则集' })).toHaveCount(1);
  await expect(loose).toHaveCount(1);
  // Counts stand behind each figure, with its interval.
  await expect(best.getByRole('cell').first()).toContainText(/%\s*\d+ \/ \d+\s*[\d.]+–[\d.]+\u202f%/);
  await expect(frontier.getByRole('img', { name: /> 9\d%：准确率/ })).toBeVisible();
  await expectAccessible(page);

  // By keyboard from the best to the dear one; the chart follows, and what it costs is said.
  await best.getByRole('radio').focus();
  for (let step = 0; step < 5 && !(await loose.getByRole('radio').isChecked()); step += 1) await page.keyboard.press('ArrowDown');
  const choice = frontier.getByRole('region', { name: '选中的方案' });
  await expect(choice).toContainText('误拦超出上限');
  await expect(choice).toContainText(/> 90% → > 84\.9%/);

  const bound = advice.getByRole('textbox', { name: '一条建议最多让误拦率上升几个百分点' });
  await expect(bound).toHaveValue('0.50');
  await bound.fill('40');
  await page.keyboard.press('Enter');
  await expect(page.getByText('上限已改为 40 个百分点，下次计算起生效')).toBeVisible();
  await expect(advice).toContainText('下面的结果按 0.5 个百分点计算');
  await expect(advice).toContainText('由主管设定');
  await advice.getByRole('button', { name: '计算建议' }).click();
  await expect(advice).not.toContainText('下面的结果按');
  await expect(rows.filter({ hasText: '超出上限' })).toHaveCount(0);
  const entries = (await hub.ask('audit.list', { limit: 20 })).items.filter(({ actor }) => actor === 'chen');
  expect(entries.map(({ action }) => action)).toEqual(expect.arrayContaining(['suggestions.bound', 'suggestions.look']));

  // The set in force is there to compare with; another one becomes a draft, and nothing else happens.
  const before = await hub.ask('rules.list', {});
  await rows.filter({ hasText: '现行规则集' }).click();
  await expect(choice.getByRole('button')).toHaveCount(0);
  await rows.filter({ hasText: '> 84.9%' }).click();
  await expect(choice).toContainText('84.9%');
  await expectAccessible(page);
  await choice.getByRole('button', { name: '以此方案生成草稿' }).click();
  await expect(page.getByText('草稿已生成，发布前不生效')).toBeVisible();
  await choice.getByRole('button', { name: '打开草稿' }).click();
  await expect(page).toHaveURL(/rules\?draft=\d+/);
  expect((await hub.ask('rules.list', {})).version).toBe(before.version);
});

test('an agent sees the bound and the choices and changes neither', async ({ page }) => {
  await openConsole(page, hub, 'reports', AGENT);
  const advice = page.getByRole('region', { name: '阈值建议' });
  await expect(advice).toContainText('40 个百分点');
  await expect(advice.getByRole('radio').first()).toBeVisible();
  await expect(advice.getByRole('textbox')).toHaveCount(0);
  await advice.getByRole('row').filter({ hasText: '> 84.9%' }).click();
  await expect(advice.getByRole('button', { name: /草稿|计算建议|保存上限/ })).toHaveCount(0);
});

test('the month is reported, and both of its files say what the page says', async ({ page, context }) => {
  await openConsole(page, hub, 'reports');
  await page.getByRole('button', { name: '立即生成近 30 天复盘' }).click();
  const sheet = page.getByRole('article');
  await expect(sheet.getByRole('heading', { name: '月度复盘' })).toBeVisible();
  await expect(sheet.locator('.tile').filter({ hasText: '误拦率' })).toContainText(falseKills());
  await expectAccessible(page);

  const workbook = new ExcelJS.Workbook();
  const file = await saved(page, '导出 Excel');
  expect(file.name).toMatch(/\.xlsx$/);
  await workbook.xlsx.load(file.content.buffer as ArrayBuffer);
  const cells = workbook.worksheets.flatMap((one) => one.getSheetValues().flat().map(String));
  expect(workbook.worksheets.length).toBeGreaterThan(1);
  for (const word of ['误拦率', '漏拦', falseKills()]) expect(cells).toContain(word);
  expect(cells).toContain(String(wrong.plain().length));

  const paper = await saved(page, '打印页');
  expect(paper.name).toMatch(/\.html$/);
  const print = await context.newPage();
  const asked: string[] = [];
  print.on('request', ({ url }) => asked.push(url()));
  await print.setContent(paper.content.toString());
  await expect(print.getByRole('heading', { name: '月度复盘' })).toBeVisible();
  await expect(print.locator('dl > div').filter({ hasText: '漏拦' }).locator('.value')).toHaveText(String(wrong.plain().length));
  await expect(print.locator('dl > div').filter({ hasText: '误拦率' }).locator('.counts')).toHaveText(falseKills());
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
