import { expect, test, type Locator, type Page } from '@playwright/test';
import type { RuleBody, RuleDraft } from '#shared/contract/rule-work.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';
import { expectAccessible, openConsole } from './support/console.ts';
import { CONFIG, startHub, TOKEN, type TestHub } from './support/hub.ts';

/** Beside them the operator of `TOKEN`, who may publish as well: `admin`. */
const LIN = { operator: '林晓', role: 'supervisor', token: 'token-of-lin-xiao-01' } as const;
const CHEN = { operator: '小陈', role: 'agent', token: 'token-of-xiao-chen-03' } as const;
const DEEP = 'discount-too-deep';

let hub: TestHub;
test.beforeAll(async () => {
  hub = await startHub(CONFIG, [LIN, CHEN]);
});
test.afterAll(() => hub.stop());

/** Asks the contract as one of the two. */
async function as<N extends MethodName>(token: string, method: N, input: MethodInput<N>): Promise<MethodOutput<N>> {
  const response = await fetch(`${hub.url}/rpc/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as { ok: boolean; value: MethodOutput<N>; error?: unknown };
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.value;
}
function renamed(body: RuleBody, name: string): RuleBody {
  return { ...body, rules: (body.rules as Rule[]).map((rule) => (rule.id === DEEP ? { ...rule, name: { zh: name, en: name } } : rule)) };
}
/** A draft in which one person renamed a rule. */
async function draftOf(token: string, title: string, name: string): Promise<RuleDraft> {
  const made = await as(token, 'rules.draft.create', { title, from: 'current' });
  return as(token, 'rules.draft.save', { id: made.id, revision: made.revision, body: renamed(made.body, name) });
}
const bar = (page: Page): Locator => page.getByRole('status').filter({ hasText: /写的|没有人能审批/ });

test('whoever opens what another wrote is told what changing it means, before a word is changed', async ({ page }) => {
  const draft = await draftOf(TOKEN, '别人的草稿', '优惠太深');
  await openConsole(page, hub, `rules?draft=${draft.id}`, LIN.token);
  await expect(bar(page)).toContainText('admin 写的草稿，您还可以审批它；一旦修改，就不能再审批。');
  await expect(bar(page)).toContainText('那之后没有人能审批它。');
  await expect(page.getByLabel('名称（英文）')).toBeDisabled();
  await expect(page.getByRole('button', { name: '提交', exact: true })).toHaveCount(0);
  await expect(page.locator('.palette')).toHaveCount(0);
  await expectAccessible(page);

  await page.getByRole('button', { name: '仍要修改' }).click();
  await page.getByLabel('名称（英文）').fill('Written by both');
  await expect(page.getByText('已保存', { exact: true })).toBeVisible();
  await expect(bar(page)).toContainText('没有人能审批这份草稿。 有权发布规则的人（admin、林晓）都写过它');
  await page.getByRole('button', { name: '提交', exact: true }).click();
  const handIn = page.getByRole('complementary', { name: '提交草稿' });
  await expect(handIn).toContainText('没有人能审批这份草稿');
  await expect(handIn.getByRole('button', { name: '提交审批' })).toBeDisabled();
  await page.keyboard.press('Escape');

  await bar(page).getByRole('button', { name: '另起一份草稿' }).click();
  await expect(page).not.toHaveURL(new RegExp(`draft=${draft.id}(&|$)`));
  await expect(page.locator('.palette')).toBeVisible();
  expect((await as(LIN.token, 'rules.draft', { id: draft.id })).writers).toEqual(['admin', '林晓']);
});

test('a draft that waits says who can approve it, to its writer, to the other and to an agent', async ({ page }) => {
  const draft = await draftOf(LIN.token, '等待审批', '优惠太深');
  await as(LIN.token, 'rules.draft.submit', { id: draft.id, revision: draft.revision, note: '' });
  await openConsole(page, hub, `rules?draft=${draft.id}`, LIN.token);
  await expect(bar(page)).toContainText('林晓 写的，等待审批。能审批的：admin。');
  await expect(page.getByRole('button', { name: '审批', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: '看改动' }).click();
  await expect(page.getByRole('complementary', { name: '审批草稿' })).toContainText('您写过这份草稿，不能审批它。 能审批的：admin。');

  await page.context().clearCookies();
  await openConsole(page, hub, `rules?draft=${draft.id}`, CHEN.token);
  await page.reload();
  await expect(bar(page)).toContainText('能审批的：admin。');
  await page.context().clearCookies();
  await openConsole(page, hub, `rules?draft=${draft.id}`);
  await page.reload();
  await expect(bar(page)).toContainText('林晓 写的，等您审批。');
  await expect(page.getByRole('button', { name: '审批', exact: true })).toBeVisible();
});

test('what waits while a newer set is published is moved from where it is approved, and handed in again', async ({ page }) => {
  const late = await draftOf(LIN.token, '后到的', '后到');
  const handed = await as(LIN.token, 'rules.draft.submit', { id: late.id, revision: late.revision, note: '' });
  const made = await as(LIN.token, 'rules.draft.create', { title: '先到的', from: 'current' });
  const rules = (made.body.rules as Rule[]).map((rule) => (rule.id === 'night-order' ? { ...rule, enabled: !rule.enabled } : rule));
  const first = await as(LIN.token, 'rules.draft.save', { id: made.id, revision: made.revision, body: { ...made.body, rules } });
  const { draft } = await as(LIN.token, 'rules.draft.submit', { id: first.id, revision: first.revision, note: '' });
  await as(TOKEN, 'rules.draft.approve', { id: draft.id, revision: draft.revision });

  await openConsole(page, hub, `rules?draft=${handed.draft.id}`);
  await page.getByRole('button', { name: '审批', exact: true }).click();
  const decide = page.getByRole('complementary', { name: '审批草稿' });
  await expect(decide).toContainText('先把草稿移到新版本并重新提交，才能批准。');
  await expect(decide.getByRole('button', { name: '批准并发布' })).toBeDisabled();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '移到新版本' }).click();
  await expect(page.getByText(/已移到 v2，没有冲突/)).toBeVisible();
  // Moving it is no writing: the one who did so may still approve it.
  await expect(bar(page)).toContainText('林晓 写的草稿，您还可以审批它');
});
