import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Rule, RuleSet } from '#shared/rule.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, deliver, orderData } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';
import { LIN, publish, rule } from '#test/support/rules.ts';

const shipped = JSON.parse(readFileSync('resources/rules.json', 'utf8')) as RuleSet;
const FIRST = { ...shipped, rules: [rule('one'), rule('two'), rule('three')], lists: { words: ['刷单'] } };

const START = Date.parse('2025-06-18T04:30:00Z');
const workspace = hubOnFile(START);
let hub: LocalHub;

/** The workspace with a program that ships this pack. */
async function open(pack: RuleSet): Promise<void> {
  ({ hub } = await workspace.open({}, { resources: { rules: pack } }));
}
async function reopen(pack: RuleSet): Promise<void> {
  await hub.close();
  await open(pack);
}
const current = async () => {
  const { version, items } = await ask(hub, 'rules.list', {});
  return { version, rules: items.map(({ rule: { id, version: own } }) => `${id}@${own}`) };
};
const withRules = (...rules: Rule[]): RuleSet => ({ ...FIRST, rules });
const limit = (value: number) => ({ when: { field: 'order-amount', op: '>', value } }) as const;

test('the pack itself has no errors, so that whatever is begun from it can be published', async () => {
  await open(shipped);
  const { findings, body } = await ask(hub, 'rules.draft.create', { title: 'x', from: 'current' }, LIN);
  expect(body.rules).toHaveLength(shipped.rules.length);
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
});

test('the same pack again is no new version, however often the program starts', async () => {
  await open(FIRST);
  await reopen(FIRST);
  await reopen({ ...FIRST, version: 7 });
  expect(await current()).toEqual({ version: 1, rules: ['one@1', 'two@1', 'three@1'] });
});

test('an updated pack replaces an untouched one; rules that changed get the next version', async () => {
  await open(FIRST);
  await deliver(hub, 'order.updated', orderData('O-1', START), START);
  const { orderNo } = (await ask(hub, 'orders.list', {})).items[0] ?? { orderNo: '' };
  await reopen(withRules(rule('one'), rule('two', limit(9_000)), rule('four')));
  expect(await current()).toEqual({ version: 2, rules: ['one@1', 'two@2', 'four@1'] });
  expect((await ask(hub, 'rules.drafts', {})).items).toEqual([]);
  // What was judged by the first one is still told by it.
  const explained = await ask(hub, 'orders.explain', { orderNo });
  expect(explained).toMatchObject({ ruleSetVersion: 1, rederived: true });
  expect(explained.results.map(({ ruleId }) => ruleId)).toContain('three');
});

test('a set that people changed stays in force; the update becomes a draft that keeps their changes, once', async () => {
  await open(FIRST);
  await publish(hub, rule('one', limit(7_000)));
  const update = withRules(rule('one'), rule('two', limit(9_000)), rule('three', { severity: 'low', action: 'task' }), rule('four'));
  await reopen(update);
  expect(await current()).toEqual({ version: 2, rules: ['one@2', 'two@1', 'three@1'] });
  await reopen(update);
  const { items } = await ask(hub, 'rules.drafts', {});
  expect(items).toMatchObject([{ author: 'hub', state: 'open', basedOn: 2, changes: { added: 1, changed: 2, removed: 0 } }]);
  const id = items[0]?.id ?? '';
  await ask(hub, 'rules.draft.submit', { id, revision: 1 }, LIN);
  expect(await current()).toEqual({ version: 3, rules: ['one@2', 'two@2', 'three@2', 'four@1'] });
  await reopen(update);
  expect((await current()).version).toBe(3);
});

test('what people and the pack both changed is named in the proposal', async () => {
  await open(FIRST);
  await publish(hub, rule('two', limit(7_000)));
  await reopen(withRules(rule('one'), rule('two', limit(9_000)), rule('three')));
  expect((await ask(hub, 'rules.drafts', {})).items).toMatchObject([{ note: expect.stringContaining('two') as string }]);
});

test('once it was taken back to the shipped pack, updates come by themselves again', async () => {
  await open(FIRST);
  await publish(hub, rule('one', limit(7_000)));
  const draft = await ask(hub, 'rules.draft.create', { title: '恢复出厂', from: 'shipped' }, LIN);
  await ask(hub, 'rules.draft.submit', { id: draft.id, revision: 1 }, LIN);
  expect(await current()).toEqual({ version: 3, rules: ['one@3', 'two@1', 'three@1'] });
  await reopen(withRules(rule('one'), rule('two'), rule('three'), rule('four')));
  expect(await current()).toEqual({ version: 4, rules: ['one@3', 'two@1', 'three@1', 'four@1'] });
});

test('a pack with a rule that cannot be read comes without it', async () => {
  await open({ ...FIRST, rules: [rule('good'), { ...rule('bad'), colour: 'red' } as Rule] });
  expect((await current()).rules).toEqual(['good@1']);
});
