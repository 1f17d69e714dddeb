import { expect, test } from '@playwright/test';
import type { Rule } from '#shared/rule.ts';
import { expectAccessible, openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

const RULES = 500;
const LAST = `large-${RULES - 1}`;

let hub: TestHub;
let draft = '';
test.beforeAll(async () => {
  hub = await startHub({ ...CONFIG, settings: { 'rules.twoPersons': 'off' } });
  const made = await hub.ask('rules.draft.create', { title: '五百条规则', from: 'current' });
  const model = (made.body.rules as Rule[]).find(({ id }) => id === 'night-order');
  if (!model) throw new Error('the shipped pack has changed');
  const more = Array.from({ length: RULES }, (_, index): Rule => {
    const name = { zh: `金额规则 ${index}`, en: `Amount rule ${index}` };
    return { ...model, id: `large-${index}`, name, when: { field: 'order-amount', op: '>', value: 10_000 + index } };
  });
  const body = { ...made.body, rules: [...made.body.rules, ...more] };
  const saved = await hub.ask('rules.draft.save', { id: made.id, revision: made.revision, body });
  await hub.ask('rules.draft.submit', { id: saved.id, revision: saved.revision });
  draft = (await hub.ask('rules.draft.create', { title: '草稿 0', from: 'current' })).id;
});
test.afterAll(() => hub.stop());

test('a draft of many rules shows any of them where it stands: the last one, and a new one behind it', async ({ page }) => {
  await openConsole(page, hub, `rules?draft=${draft}&rule=${LAST}`);
  const list = page.getByRole('navigation', { name: '草稿中的规则' });
  const chosen = list.locator('li.chosen');
  await expect(chosen).toContainText(`金额规则 ${RULES - 1}`);
  await expect(chosen).toBeInViewport();
  await expect(chosen.getByRole('button', { name: '删除规则' })).toBeVisible();
  await list.getByRole('button', { name: '添加规则' }).click();
  await expect(page.getByLabel('名称（中文）')).toBeFocused();
  await page.keyboard.type('排在最后');
  await expect(chosen).toContainText('排在最后');
  await expect(chosen).toBeInViewport();
  await chosen.getByRole('button', { name: '删除规则' }).click();
  await expect(list.getByText('排在最后')).toHaveCount(0);
  await list.getByRole('searchbox').fill('金额规则 250');
  await list.getByRole('button', { name: '金额规则 250' }).click();
  await expect(page.getByLabel('名称（中文）')).toHaveValue('金额规则 250');
});

test('a set of many rules is walked through from end to end; what is chosen stays in sight', async ({ page }) => {
  await openConsole(page, hub, `rules?rule=${LAST}`);
  const chosen = page.locator('tr.chosen');
  await expect(chosen).toContainText(`金额规则 ${RULES - 1}`);
  await expect(chosen).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('k');
  await expect(chosen).not.toContainText(`金额规则 ${RULES - 1}`);
  await expect(chosen).toBeInViewport({ ratio: 1 });
  await expectAccessible(page);
});

test('many drafts leave the rules their room, and all of them can be had', async ({ page }) => {
  for (let index = 1; index < 30; index += 1) await hub.ask('rules.draft.create', { title: `草稿 ${index}`, from: 'current' });
  await openConsole(page, hub, 'rules');
  const drafts = page.getByRole('navigation', { name: '草稿' });
  const table = page.getByRole('table').locator('..');
  await expect(drafts.getByRole('link')).toHaveCount(6);
  expect((await table.boundingBox())?.height ?? 0).toBeGreaterThan(500);
  await drafts.getByRole('button', { name: '全部 30 份' }).click();
  await expect(drafts.getByRole('link')).toHaveCount(30);
  expect((await table.boundingBox())?.height ?? 0).toBeGreaterThan(300);
  await drafts.getByRole('link', { name: '草稿 3 ' }).click();
  await expect(page.getByLabel('草稿名称')).toHaveValue('草稿 3');
});
