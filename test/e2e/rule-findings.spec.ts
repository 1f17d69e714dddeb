import { expect, test } from '@playwright/test';
import type { Rule } from '#shared/rule.ts';
import { openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
test.beforeAll(async () => {
  hub = await startHub({ ...CONFIG, settings: { 'rules.twoPersons': 'off' } });
});
test.afterAll(() => hub.stop());

/** A draft whose last rule, by night, compares the province with nothing. */
async function blankDraft(): Promise<string> {
  const made = await hub.ask('rules.draft.create', { title: '省份未选', from: 'current' });
  const rules = (made.body.rules as Rule[]).map((rule) =>
    rule.id === 'night-order' ? { ...rule, when: { all: [rule.when, { field: 'province', op: '==' as const, value: '' }] } } : rule,
  );
  await hub.ask('rules.draft.save', { id: made.id, revision: made.revision, body: { ...made.body, rules } });
  return made.id;
}

test('a condition whose value nobody chose is named by rule and field, and blocks', async ({ page }) => {
  await openConsole(page, hub, `rules?draft=${await blankDraft()}&rule=night-order`);
  const finding = page.getByRole('region', { name: '检查' }).locator('.finding.error');
  await expect(finding).toContainText('收货省份');
  await expect(finding).toContainText('还没有填要比较的内容');
  await page.getByRole('button', { name: '提交（1 处错误）' }).click();
  const handIn = page.getByRole('complementary', { name: '提交草稿' });
  await expect(handIn.getByRole('alert')).toContainText('夜间订单 · 收货省份');
  await expect(handIn.getByRole('button', { name: '发布' })).toBeDisabled();
});

test('an imported rule of no shape says which of its parts are missing; a refusal before it is gone', async ({ page }) => {
  await openConsole(page, hub, 'rules');
  await page.getByRole('button', { name: '版本', exact: true }).click();
  const file = page.getByRole('complementary', { name: '规则集版本' }).locator('input[type=file]');
  await file.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{nonsense') });
  await expect(page.getByText(/不是有效的 JSON|JSON/).last()).toBeVisible();
  const rules = JSON.stringify({ version: 1, rules: [{ id: 'half', name: { zh: '一半', en: 'Half' } }], lists: {} });
  await file.setInputFiles({ name: 'half.json', mimeType: 'application/json', buffer: Buffer.from(rules) });
  await expect(page).toHaveURL(/draft=\d+/);
  const findings = page.getByRole('region', { name: '检查' });
  for (const part of ['when', 'severity', 'sentence']) await expect(findings.locator('.where', { hasText: part }).first()).toBeVisible();
  await expect(page.getByText('请求格式不对')).toHaveCount(0);
});

test('copying and removing a rule by keyboard leaves the focus on the rule that is chosen then', async ({ page }) => {
  const { id } = await hub.ask('rules.draft.create', { title: '键盘', from: 'current' });
  await openConsole(page, hub, `rules?draft=${id}&rule=night-order`);
  const list = page.getByRole('navigation', { name: '草稿中的规则' });
  await list.getByRole('button', { name: '复制规则' }).focus();
  await page.keyboard.press('Enter');
  await expect(list.getByRole('button', { name: '夜间订单（副本）' })).toBeFocused();
  await list.getByRole('button', { name: '删除规则' }).focus();
  await page.keyboard.press('Enter');
  await expect(list.locator('li.chosen .name')).toBeFocused();
  await expect(list.getByRole('button', { name: '夜间订单（副本）' })).toHaveCount(0);
});
