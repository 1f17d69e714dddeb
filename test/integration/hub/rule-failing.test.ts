import { expect, test } from 'vitest';
import type { FieldValue } from '#main/model/verdict.ts';
import { MINUTE } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import { ruleDesk, START } from '#test/support/rule-desk.ts';
import { AGENT, LIN, rule } from '#test/support/rules.ts';

const desk = ruleDesk();

/** A value that cannot be looked at: the rule that reads it throws. */
const POISON = new Proxy([] as string[], {
  get(target, name) {
    if (name === Symbol.iterator) throw new TypeError('a value that cannot be looked at');
    return Reflect.get(target, name) as unknown;
  },
});
function judgeBadly(at: number): void {
  const { current } = desk.hub.hub.ruleWork.book;
  const vector: FieldValue[] = current.fields.map((field) => (field === 'skus' ? POISON : null));
  current.judge(vector, at, []);
}

test('a rule that throws is told with its name, since when and how often, until a set without it is in force', async () => {
  await desk.publish([rule('reader', { when: { field: 'skus', op: 'contains-any', value: ['A-1'] } })]);
  expect(await ask(desk.hub, 'rules.failing', {}, AGENT)).toEqual({ items: [] });
  for (let times = 0; times < 3; times += 1) judgeBadly(START + times * MINUTE);
  const told = { since: START, judgements: 3 };
  expect((await ask(desk.hub, 'rules.failing', {}, AGENT)).items).toEqual([{ ruleId: 'reader', name: rule('reader').name, ...told }]);
  const { items } = await ask(desk.hub, 'rules.list', {}, LIN);
  expect(items.filter(({ failing }) => failing !== null).map((row) => [row.rule.id, row.failing])).toEqual([['reader', told]]);

  const notices = () => desk.events.filter((event) => event.name === 'notice.raised' && event.payload.id.startsWith('rule-failing:'));
  await expect.poll(() => notices().length).toBe(1);
  expect(notices()).toMatchObject([
    { payload: { level: 'alarm', at: START, text: { zh: expect.stringContaining(rule('reader').name.zh) } } },
  ]);

  await desk.publish([rule('reader', { when: { field: 'pieces', op: '>', value: 5 } })]);
  expect((await ask(desk.hub, 'rules.failing', {}, LIN)).items).toEqual([]);
});
