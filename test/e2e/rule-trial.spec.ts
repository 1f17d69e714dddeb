import { expect, test } from '@playwright/test';
import type { Rule } from '#shared/rule.ts';
import { openConsole } from './support/console.ts';
import { CONFIG, startHub, type TestHub } from './support/hub.ts';

let hub: TestHub;
const ORDERS = 400;
/** Patterns are looked for one by one: with so many of them a trial takes seconds, whatever the machine. */
const PATTERNS = 1_500;
const MESSAGE = '麻烦仔细包装，工作日送到前台，周末请打电话。'.repeat(8);

test.beforeAll(async () => {
  hub = await startHub(CONFIG);
  for (let from = 0; from < ORDERS; from += 20) {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => hub.deliver('own', { channelOrderId: `t-${from + index}`, buyerMessage: MESSAGE })),
    );
  }
});
test.afterAll(() => hub.stop());

function patternRule(count: number): Rule {
  const words = { zh: `表达式 ${count}`, en: `Pattern ${count}` };
  return {
    ...{ id: `pattern-${count}`, version: 1, enabled: true, name: words, about: words, severity: 'low', action: 'task', role: 'service' },
    when: { field: 'remarks', op: 'matches', value: `包装.*(前台|电话).*第 ?${count} ?件` },
    ...{ relax: [], sentence: words, stock: 'keep', effectiveFrom: null, effectiveTo: null, source: 'order' },
  };
}

test('a running trial shows how far it is, is cancelled, and can be started again', async ({ page }) => {
  test.setTimeout(120_000);
  const draft = await hub.ask('rules.draft.create', { title: '很多表达式', from: 'current' });
  const rules = [...draft.body.rules, ...Array.from({ length: PATTERNS }, (_, count) => patternRule(count))];
  await hub.ask('rules.draft.save', { id: draft.id, revision: draft.revision, title: draft.title, body: { ...draft.body, rules } });
  await openConsole(page, hub, `rules?draft=${draft.id}`);
  const trial = page.getByRole('region', { name: '试算', exact: true });
  await trial.getByRole('button', { name: '开始试算' }).click();
  await expect(trial.getByRole('progressbar')).toBeVisible();
  await trial.getByRole('button', { name: '停止' }).click();
  await expect(trial).toContainText('试算已停止');
  await expect(trial.getByRole('progressbar')).toBeHidden();
  expect((await hub.ask('rules.trial.last', { draft: draft.id })).trial).toMatchObject({ state: 'cancelled' });
  await trial.getByRole('button', { name: '重新试算' }).click();
  await expect(trial.getByRole('progressbar')).toBeVisible();
  await trial.getByRole('button', { name: '停止' }).click();
  await expect(trial).toContainText('试算已停止');
});
