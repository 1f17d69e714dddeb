import { expect, test, type Locator, type Page } from '@playwright/test';
import type { RuleBody } from '#shared/contract/rule-work.ts';
import type { Rule } from '#shared/rule.ts';
import { expectAccessible, openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
test.beforeAll(async () => {
  hub = await startHub({ ...CONFIG, settings: { 'rules.twoPersons': 'off' } });
});
test.afterAll(() => hub.stop());

const DEEP = 'discount-too-deep';
const FAR = 'away-from-usual-area';
const ruleOf = async (id: string): Promise<Rule | undefined> =>
  (await hub.ask('rules.list', {})).items.find(({ rule }) => rule.id === id)?.rule;

/** A draft of the set in force in which some rules are written anew. */
async function draftWith(title: string, changes: Record<string, Partial<Rule>>): Promise<{ id: string; revision: number }> {
  const draft = await hub.ask('rules.draft.create', { title, from: 'current' });
  const rules = draft.body.rules.map((raw) => {
    const rule = raw as Rule;
    return { ...rule, ...changes[rule.id] };
  });
  const body: RuleBody = { ...draft.body, rules };
  const { id, revision } = await hub.ask('rules.draft.save', { id: draft.id, revision: draft.revision, title, body });
  return { id, revision };
}
const merge = (page: Page): Locator => page.getByRole('region', { name: '两边都改过。' });

test('two drafts of one set: what both changed is compared and chosen place by place', async ({ page }) => {
  const [deep, far] = [await ruleOf(DEEP), await ruleOf(FAR)];
  if (!deep || !far) throw new Error('the shipped pack has changed');
  const first = await draftWith('先发布', {
    [DEEP]: { name: { zh: '优惠过深（先）', en: 'Deep discount, first' } },
    [FAR]: { severity: 'high' },
  });
  const second = await draftWith('后移动', {
    [DEEP]: { name: { zh: '优惠过深（后）', en: 'Deep discount, second' } },
    [FAR]: { severity: 'low' },
  });
  expect((await hub.ask('rules.draft.submit', first)).published).toBe(2);

  await openConsole(page, hub, `rules?draft=${second.id}`);
  await expect(page.getByText('草稿基于 v1，规则集已是 v2。')).toBeVisible();
  await page.getByRole('button', { name: '移到新版本' }).click();
  await expect(page.getByText('已移到 v2，2 处两边都改过')).toBeVisible();
  const place = (id: string): Locator => merge(page).locator(`[data-merge="${id}"]`);
  await expect(merge(page).locator('[data-merge]')).toHaveCount(2);
  await expect(place(DEEP)).toContainText('优惠过深（后）');

  await place(DEEP).getByRole('button', { name: '看区别' }).click();
  const compared = place(DEEP).locator(`[data-difference="${DEEP}"]`);
  await expect(compared.locator('del')).toHaveText('优惠过深（先）');
  await expect(compared.locator('ins')).toHaveText('优惠过深（后）');
  await expect(place(DEEP).locator('[data-difference]')).toHaveCount(1);
  await expectAccessible(page);

  await place(DEEP).getByRole('button', { name: '改用现行写法' }).click();
  await expect(merge(page).locator('[data-merge]')).toHaveCount(1);
  await place(FAR).getByRole('button', { name: '保留草稿的写法' }).click();
  await expect(merge(page)).toBeHidden();

  await page.getByRole('button', { name: '提交', exact: true }).click();
  const handIn = page.getByRole('complementary', { name: '提交草稿' });
  await expect(handIn.locator('[data-difference]')).toHaveCount(1);
  await handIn.getByRole('button', { name: '发布' }).click();
  await expect(page.getByText(/规则集 v3 已生效/).first()).toBeVisible();
  expect((await ruleOf(DEEP))?.name.zh).toBe('优惠过深（先）');
  expect((await ruleOf(FAR))?.severity).toBe('low');
});

test('what was taken of the other side can be undone like any step', async ({ page }) => {
  const first = await draftWith('先发布', { [DEEP]: { severity: 'high' } });
  const second = await draftWith('后移动', { [DEEP]: { severity: 'low' } });
  await hub.ask('rules.draft.submit', first);
  await openConsole(page, hub, `rules?draft=${second.id}&rule=${DEEP}`);
  await page.getByRole('button', { name: '移到新版本' }).click();
  await merge(page).getByRole('button', { name: '改用现行写法' }).click();
  const severity = page.getByRole('radiogroup', { name: '风险' });
  await expect(severity.getByRole('radio', { name: '高' })).toBeChecked();
  await page.getByRole('button', { name: '撤销', exact: true }).click();
  await expect(severity.getByRole('radio', { name: '低' })).toBeChecked();
});
