import { readFileSync } from 'node:fs';
import { expect, test, type Locator, type Page } from '@playwright/test';
import ExcelJS from 'exceljs';
import { expectAccessible, openConsole } from './support/console.ts';
import { CONFIG, startHub, type OrderFields, type TestHub } from './support/hub.ts';

const AGENT = { operator: '小陈', role: 'agent', token: 'token-of-xiao-chen-radar' } as const;
const DISPUTED = 40;
const FINE = 70;
let hub: TestHub;
const disputed: string[] = [];
const fine: string[] = [];

/** What was disputed here: a dozen pieces at once for much money, most of it off by coupon. */
const dubious = (index: number): OrderFields => ({
  ...{ quantity: 12, goodsMinor: 90_000 + index * 700, discountMinor: 36_000, paidMinor: 54_000 + index * 700 },
  ...{ buyerKey: `dubious-${index}`, address: `人民路 ${index} 号 2 幢 301 室`, phone: `1390000${String(1_000 + index)}` },
});
const plain = (index: number): OrderFields => ({
  ...{ quantity: 1 + (index % 2), goodsMinor: 3_000 + index * 60 },
  ...{ buyerKey: `plain-${index}`, address: `解放路 ${index} 号 1 幢 101 室`, phone: `1380000${String(1_000 + index)}` },
});

test.beforeAll(async () => {
  test.setTimeout(120_000);
  hub = await startHub(CONFIG, [AGENT]);
  for (let index = 0; index < DISPUTED; index += 1) disputed.push(await hub.deliver('own', dubious(index)));
  for (let index = 0; index < FINE; index += 1) fine.push(await hub.deliver('own', plain(index)));
  const last = { channel: 'standard-webhooks', shopId: 'own', channelOrderId: fine.at(-1) ?? '' } as const;
  await expect.poll(() => hub.ask('orders.get', last).catch(() => null), { timeout: 30_000 }).not.toBeNull();
});
test.afterAll(() => hub.stop());

/** The file as the platform's after-sale page exports it, with five rows nobody can use and three with a word of the shop's own. */
function disputeFile(): Buffer {
  const rows = [
    ...disputed.map(
      (id, index) => `${id},${index < 3 ? '坏了' : '纠纷'},${index % 2 === 0 ? '货不对板' : '未收到货'},打 13912345678 没人接`,
    ),
    ...fine.map((id) => `${id},正常,,`),
    ',纠纷,货不对板,没写单号',
    '202500000001,纠纷,未收到货,别家的单',
    `${fine[0]},待定,,`,
    `${disputed[5]},纠纷,货不对板,又来一次`,
    '13912345678,纠纷,,把手机号填进了订单号',
  ];
  return Buffer.from(`\uFEFF订单编号,处理情况,纠纷类型,买家描述\r\n${rows.join('\r\n')}\r\n`);
}
async function workbook(rows: string[][]): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.addWorksheet('说明').addRow(['第二张表才是纠纷']);
  book.addWorksheet('纠纷').addRows([['单据', '情况'], ...rows]);
  return Buffer.from(await book.xlsx.writeBuffer());
}
async function chooseShop(page: Page, name: string): Promise<void> {
  await page.locator('.drop-zone .n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: name }).click();
}
async function chooseColumn(page: Page, field: string, column: string): Promise<void> {
  await page.locator(`[data-field="${field}"] .n-select`).click();
  // The menu of the choice before may still be fading out.
  await page.locator('.n-base-select-option').filter({ hasText: column }).last().click();
}
const tile = (page: Page, id: string): Locator => page.locator(`[data-effect="${id}"] .value`);
const percent = (value: number): string => {
  const points = value * 100;
  return `${points > 0 && points < 10 ? points.toFixed(1) : Math.round(points)}\u202f%`;
};

test('disputes are uploaded with bad rows, learnt, looked at by threshold, switched on, and explain a new case', async ({ page }) => {
  test.setTimeout(240_000);
  await openConsole(page, hub, 'rules');
  await page.getByRole('navigation', { name: '规则的页面' }).getByRole('link', { name: '异常雷达' }).click();
  await expect(page.getByRole('heading', { name: '让雷达认识你的纠纷' })).toBeVisible();
  await expectAccessible(page);

  await test.step('the columns are checked, and a word of the shop gets its meaning', async () => {
    await page.getByLabel('选择文件').setInputFiles({ name: '纠纷.csv', mimeType: 'text/csv', buffer: disputeFile() });
    await expect(page.getByRole('alert')).toHaveText('先选择要导入的店铺');
    await chooseShop(page, '品牌商城');
    await page.getByLabel('选择文件').setInputFiles({ name: '纠纷.csv', mimeType: 'text/csv', buffer: disputeFile() });
    const preview = page.getByRole('region', { name: '前几行取用后的样子' }).last();
    await expect(preview.getByRole('row')).toHaveCount(21);
    // Nobody calls this column by a name the hub knows.
    await chooseColumn(page, 'label', '处理情况');
    await expect(preview.getByRole('region', { name: '前 20 行里的问题' }).getByRole('listitem')).toHaveCount(3);
    await page.getByRole('radiogroup', { name: '「坏了」的意思' }).getByText('纠纷').click();
    await expect(preview.getByRole('region', { name: '前 20 行里的问题' })).toHaveCount(0);
    await expect(preview.getByRole('row')).toHaveCount(21);
    await expect(page.locator('[data-field="text"]')).toContainText('139****5678');
    await expectAccessible(page);
    await page.getByRole('button', { name: '取用为样本' }).click();
  });

  await test.step('every bad row is listed with its reason, and handed over as a file', async () => {
    const errors = page.getByRole('complementary', { name: '纠纷 里不能用的行' });
    await expect(errors.getByRole('row')).toHaveCount(6);
    for (const reason of ['没有订单号', '这个店铺没有这个订单', '看不懂是否纠纷', '已经说过这个订单'])
      await expect(errors).toContainText(reason);
    await expect(errors).toContainText('139****5678');
    await expect(errors).not.toContainText('13912345678');
    await expectAccessible(page);
    const saved = page.waitForEvent('download');
    await errors.getByRole('button', { name: '下载 CSV' }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    expect(text.trimEnd().split('\r\n')).toHaveLength(6);
    await page.keyboard.press('Escape');
    await expect(errors).toHaveCount(0);
    const set = page.getByRole('list', { name: '样本' }).getByRole('listitem');
    await expect(set).toContainText(`纠纷 ${DISPUTED} · 正常 ${FINE}`);
    await expect(set).toContainText('货不对板 20');
  });

  await test.step('it learns in the background and says how good it is', async () => {
    await page.getByRole('button', { name: '训练', exact: true }).click();
    await expect(page.getByText('radar-1 已训练好')).toBeVisible({ timeout: 120_000 });
    const head = page.getByRole('region', { name: 'radar-1' });
    await expect(head).toContainText('可启用');
    await expect(head).toContainText(`纠纷 ${DISPUTED}、正常 ${FINE} 个订单`);
    await expect(head).toContainText('5 折交叉验证');
    await expect(page.getByRole('list', { name: '雷达看重什么' }).getByRole('listitem').first()).toBeVisible();
    await expectAccessible(page);
  });

  const model = await hub.ask('radar.model', { model: 'radar-1' });
  await test.step('the slider, by keyboard, tells what each threshold would do', async () => {
    const slider = page.getByRole('slider', { name: '阈值' });
    await expect(slider).toHaveValue(String(model.suggested));
    await slider.focus();
    await page.keyboard.press('Home');
    await expect(tile(page, 'recall')).toHaveText('100\u202f%');
    await expect(tile(page, 'false-kills')).toHaveText('100\u202f%');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowRight');
    const point = model.curve[11]!;
    await expect(slider).toHaveAttribute('aria-valuetext', /^达到 11 分即拦/);
    await expect(tile(page, 'precision')).toHaveText(percent(point.precision ?? 0));
    await expect(tile(page, 'false-kills')).toHaveText(percent(point.falseShare));
    await expect(page.locator('[data-effect="recall"]')).toContainText(`${point.disputed} / ${DISPUTED} 单`);
    const orders = page.getByRole('region', { name: '这个阈值会拦下的订单' }).locator('[data-order]');
    await expect(orders.first()).toContainText('纠纷');
    await page.keyboard.press('End');
    await expect(page.getByRole('heading', { name: '这个阈值一单也不拦' })).toBeVisible();
    await page.getByRole('button', { name: `用建议的 ${model.suggested} 分` }).click();
    await expect(slider).toHaveValue(String(model.suggested));
    await expect(orders.first()).toBeVisible();
  });

  await test.step('switching on makes a draft: a pattern that cannot be used is refused with its place', async () => {
    await page.getByRole('button', { name: '启用为规则' }).click();
    const panel = page.getByRole('complementary', { name: '启用 radar-1 为规则' });
    await panel.getByRole('checkbox', { name: /双重检查/ }).check();
    await expect(panel.getByRole('button', { name: '生成草稿' })).toBeDisabled();
    await panel.getByText('任一符合就拦').click();
    await panel.getByRole('textbox', { name: '正则表达式' }).fill('职业(打假\n发票.*(办公|礼品)');
    await panel.getByRole('button', { name: '生成草稿' }).click();
    await expect(panel.getByRole('alert')).toContainText('第 1 个');
    await panel.getByRole('textbox', { name: '正则表达式' }).fill('职业(打假)?\n发票.*(办公|礼品)');
    await expectAccessible(page);
    await panel.getByRole('button', { name: '生成草稿' }).click();
    await expect(page).toHaveURL(/rules\?draft=\d+&rule=anomaly-radar/);
    const live = page.getByRole('region', { name: '规则的意思' });
    await expect(live).toContainText(`不少于 ${model.suggested}`);
    await expect(live).toContainText('radar-1');
    await expect(live).toContainText('职业(打假)?');
    expect((await hub.ask('radar.overview', {})).inForce).toBeNull();
    await page.getByRole('button', { name: '提交', exact: true }).click();
    const handIn = page.getByRole('complementary', { name: '提交草稿' });
    await expect(handIn.locator('[data-difference]')).toHaveCount(1);
    await handIn.locator('footer button').last().click();
    await expect(page.getByText(/规则集 v\d+ 已生效，新订单按它判定/)).toBeVisible();
  });

  await test.step('a new order like the disputed ones is held, and the case says by which features', async () => {
    const channelOrderId = await hub.deliver('own', dubious(97));
    const key = { channel: 'standard-webhooks', shopId: 'own', channelOrderId } as const;
    const held = async () => (await hub.ask('orders.get', key)).hold?.reasons.map(({ ruleId }) => ruleId) ?? [];
    await expect.poll(() => held().catch(() => [])).toContain('anomaly-radar');
    const { orderNo } = await hub.ask('orders.get', key);
    await openConsole(page, hub, `desk?order=${orderNo}`);
    const shown = page.getByRole('article', { name: '案件' });
    await expect(shown).toContainText(orderNo);
    const result = shown.locator('.explanation .result').filter({ hasText: '异常雷达' });
    const { score } = await hub.ask('radar.order', { orderNo });
    await expect(result.getByRole('list', { name: '分数由来' })).toContainText(score?.contributions[0]?.text.zh ?? 'no reason');
    await result.getByRole('button', { name: '显示全部依据' }).click();
    await expect(result).toContainText(`radar-1 给出 ${score?.score.toFixed(1)} 分`);
    await expect(result.getByRole('list', { name: '全部依据' }).getByRole('listitem')).toHaveCount(score?.contributions.length ?? 0);
    await expectAccessible(page);
  });

  await openConsole(page, hub, 'rules/radar');
  await expect(page.getByRole('region', { name: 'radar-1' })).toContainText('由规则「异常雷达」使用中');
  await expect(page.getByRole('list', { name: '模型' })).toContainText('生效中');
});

test('too few samples are told before and after learning, from an XLSX whose second sheet holds them', async ({ page }) => {
  test.setTimeout(120_000);
  const few = [...disputed.slice(0, 12).map((id) => [id, '投诉']), ...fine.slice(0, 12).map((id) => [id, '正常'])];
  await openConsole(page, hub, 'rules/radar');
  await page.getByRole('button', { name: '上传纠纷文件' }).click();
  await chooseShop(page, '品牌商城');
  const file = { name: '少量.xlsx', mimeType: 'application/octet-stream', buffer: await workbook(few) };
  await page.getByLabel('选择文件').setInputFiles(file);
  await page.locator('.form .n-select').click();
  await page.locator('.n-base-select-option').filter({ hasText: '纠纷' }).click();
  await expect(page.getByRole('heading', { name: '先指定订单号在哪一列' })).toBeVisible();
  await expect(page.getByRole('button', { name: '取用为样本' })).toBeDisabled();
  await chooseColumn(page, 'order', '单据');
  await chooseColumn(page, 'label', '情况');
  await expect(page.getByRole('region', { name: '前几行取用后的样子' }).last().getByRole('row')).toHaveCount(21);
  await page.getByLabel('样本集名称').fill('少量样本');
  await page.getByRole('button', { name: '取用为样本' }).click();
  await expect(page.getByText('少量样本：12 个纠纷、12 个正常订单已取用')).toBeVisible();

  const train = page.getByRole('region', { name: '训练' });
  await page.getByRole('checkbox', { name: '用 少量样本 训练' }).uncheck();
  await page.getByRole('checkbox', { name: '用 纠纷 训练' }).uncheck();
  await expect(train).toContainText('先勾选样本集');
  await expect(train.getByRole('button', { name: '训练' })).toBeDisabled();
  await page.getByRole('checkbox', { name: '用 少量样本 训练' }).check();
  await train.getByText('样本', { exact: true }).click();
  await expect(train).toContainText('各满 30 个才能启用');
  await train.getByRole('button', { name: '训练' }).click();
  const head = page.getByRole('region', { name: 'radar-2' });
  await expect(head).toContainText('样本太少', { timeout: 60_000 });
  await expect(head.getByRole('button', { name: '启用为规则' })).toBeDisabled();
  await expectAccessible(page);

  await page.getByRole('button', { name: '移除 少量样本' }).click();
  await page.getByRole('button', { name: '移除', exact: true }).click();
  await expect(page.getByRole('list', { name: '样本' }).getByRole('listitem')).toHaveCount(1);
  await expect(page.getByRole('list', { name: '模型' }).getByRole('listitem')).toHaveCount(2);
});

test('an agent looks and changes nothing, in English and in the light as well', async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem('orderpulse.theme', 'light');
    localStorage.setItem('orderpulse.locale', 'en');
  });
  await openConsole(page, hub, 'rules/radar?model=radar-1', AGENT.token);
  await expect(page.getByRole('slider', { name: 'Threshold' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'What the radar looks at' })).toBeVisible();
  for (const name of ['Upload disputes', 'Use own outcomes', 'Train', 'Switch on as a rule'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await expectAccessible(page);
});
