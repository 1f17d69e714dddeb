import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, openConsole, TROUBLE } from './support/console.ts';
import { startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
test.beforeAll(async () => {
  hub = await startHub();
  await hub.deliver('own', { channelOrderId: 'rules-0001', ...TROUBLE.deepDiscount });
  await expect.poll(async () => (await hub.ask('holds.list', {})).total).toBe(1);
});
test.afterAll(() => hub.stop());

function list(page: Page) {
  return page.getByRole('table').locator('tbody tr');
}

test('lists every rule in force with its state and its version', async ({ page }) => {
  await openConsole(page, hub, 'rules');
  const { items, version } = await hub.ask('rules.list', {});
  await expect(list(page)).toHaveCount(items.length);
  await expect(page.getByText(`规则集 v${version}`)).toContainText('生效');
  for (const state of ['启用', '停用', '等待']) await expect(page.getByRole('button', { name: state })).toBeVisible();
  await page.getByRole('button', { name: '等待' }).click();
  await expect(list(page)).toHaveCount(items.filter((row) => row.state === 'waiting').length);
  await expect(page.locator('.detail')).toContainText('等待');
  await expect(page.locator('.detail')).toContainText('接入');
});

test('opens a rule: its condition, relaxations, sentence and the orders it holds', async ({ page }) => {
  await openConsole(page, hub, 'rules');
  const [held] = (await hub.ask('holds.list', {})).items;
  const ruleId = held?.hold?.reasons[0]?.ruleId ?? '';
  const row = (await hub.ask('rules.list', {})).items.find(({ rule }) => rule.id === ruleId);
  await page.getByRole('button', { name: row?.rule.name.zh ?? '' }).click();
  await expect(page).toHaveURL(new RegExp(`rule=${ruleId}`));
  const detail = page.locator('.detail');
  await expect(detail).toContainText(row?.rule.about.zh ?? '');
  await expect(detail.getByRole('heading', { name: '条件', exact: true })).toBeVisible();
  await expect(detail).toContainText('优惠占比');
  await expect(detail).toContainText('90');
  for (const { why } of row?.rule.relax ?? []) await expect(detail).toContainText(why.zh);
  await expect(detail.getByText(held?.orderNo ?? '')).toBeVisible();
  await detail.getByText(held?.orderNo ?? '').click();
  await expect(page.getByRole('complementary', { name: '订单' })).toContainText('rules-0001');
  await page.keyboard.press('Escape');
  await detail.getByRole('link', { name: '在工作台处理 1 单' }).click();
  await expect(page).toHaveURL(new RegExp(`desk\\?rule=${ruleId}`));
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(1);
});

test('names whatever a sentence is filled with; nothing of it is an id', async ({ page }) => {
  await openConsole(page, hub, 'rules?rule=discount-too-deep');
  const sentence = page.locator('.detail .sentence');
  await expect(sentence).toContainText('优惠金额');
  for (const place of await sentence.locator('code').allTextContents()) expect(place).not.toMatch(/[a-z]/);
});

test('is searched and walked through with the keyboard', async ({ page }) => {
  await openConsole(page, hub, 'rules');
  await expect(list(page).first()).toHaveClass(/chosen/);
  await page.keyboard.press('j');
  await expect(list(page).nth(1)).toHaveClass(/chosen/);
  await page.keyboard.press('k');
  await expect(list(page).first()).toHaveClass(/chosen/);
  await page.keyboard.press('/');
  await page.keyboard.type('复购');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/q=/);
  await page.keyboard.press('/');
  await page.getByLabel('规则、条件、归属').fill('no such rule anywhere');
  await expect(page.getByText('没有符合的规则')).toBeVisible();
  await page.getByRole('button', { name: '清除筛选' }).first().click();
  await expect(list(page).first()).toBeVisible();
});

test('has no serious accessibility finding, in dark and light, and speaks English', async ({ page }) => {
  await openConsole(page, hub, 'rules');
  await expect(list(page).first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Shift+T');
  await expectAccessible(page);
  await page.keyboard.press('Shift+L');
  await expect(page.getByRole('heading', { name: 'Rules', level: 1 })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'False-kill share' })).toBeVisible();
});

test('a rule that fails while it judges is told on the rules and the health page, with its name, since when and how often', async ({
  page,
}) => {
  const [ruleId, failing] = ['night-order', { since: Date.now() - 60_000, judgements: 1_234 }];
  const { items } = await hub.ask('rules.list', {});
  const name = items.find(({ rule }) => rule.id === ruleId)?.rule.name;
  if (!name) throw new Error('the shipped pack has changed');
  await page.route('**/rpc/rules.failing', (route) =>
    route.fulfill({ json: { ok: true, value: { items: [{ ruleId, name, ...failing }] } } }),
  );
  await page.route('**/rpc/rules.list', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { value: { items: typeof items } };
    for (const row of answer.value.items) if (row.rule.id === ruleId) row.failing = failing;
    await route.fulfill({ json: answer });
  });
  await openConsole(page, hub, 'health');
  const alert = page.getByRole('alert').filter({ hasText: '1 条规则判定时出错' });
  await expect(alert).toContainText('在 1 234 次判定中出错');
  await expectAccessible(page);
  await alert.getByRole('link', { name: name.zh }).click();
  await expect(alert).toBeVisible();
  await expect(list(page).first()).toContainText(name.zh);
  await expect(list(page).first()).toContainText('出错');
  await expect(page.locator('.detail')).toContainText('本该拦截的订单可能放行');
  await expectAccessible(page);
});
