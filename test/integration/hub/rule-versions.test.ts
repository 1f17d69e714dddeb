import { describe, expect, test } from 'vitest';
import type { Rule } from '#shared/rule.ts';
import { ask } from '#test/support/hub.ts';
import { ruleDesk } from '#test/support/rule-desk.ts';
import { LIN, rule, WANG } from '#test/support/rules.ts';

const desk = ruleDesk();

describe('versions', () => {
  test('a rule keeps its id; its version grows only when it changes, and is never used again', async () => {
    await desk.publish([rule('large'), rule('other')]);
    await desk.publish([rule('large', { severity: 'high' })]);
    expect((await desk.inForce()).filter((id) => /^(large|other)@/.test(id)).sort()).toEqual(['large@2', 'other@1']);
    const without = await ask(desk.hub, 'rules.draft.create', { title: '去掉', from: 'current' }, LIN);
    const body = { ...without.body, rules: without.body.rules.filter((one) => (one as Rule).id !== 'large') };
    const saved = await ask(desk.hub, 'rules.draft.save', { id: without.id, revision: 1, body }, LIN);
    const handed = await ask(desk.hub, 'rules.draft.submit', { id: saved.id, revision: saved.revision }, LIN);
    await ask(desk.hub, 'rules.draft.approve', { id: saved.id, revision: handed.draft.revision }, WANG);
    await desk.publish([rule('large', { version: 99 })]);
    expect(await desk.inForce()).toContain('large@3');
  });

  test('are listed with who and why, compared in words, and rolled back by two people', async () => {
    await desk.publish([rule('large')]);
    await desk.publish([rule('large', { when: { field: 'order-amount', op: '>', value: 500_000 }, severity: 'high' })]);
    const page = await ask(desk.hub, 'rules.versions', { limit: 2 });
    expect(page.items).toMatchObject([
      { version: 3, by: 'lin', approvedBy: 'wang', origin: 'draft', current: true },
      { version: 2, current: false },
    ]);
    expect((await ask(desk.hub, 'rules.versions', { limit: 2, after: page.next })).items).toMatchObject([
      { version: 1, by: 'hub', origin: 'shipped' },
    ]);
    const { items } = await ask(desk.hub, 'rules.diff', { from: { version: 2 }, to: { version: 3 } });
    expect(items).toMatchObject([
      {
        kind: 'changed',
        id: 'large',
        parts: [
          { label: { zh: '条件' }, before: { zh: '订单金额 大于 30.00 元' }, after: { zh: '订单金额 大于 5000.00 元' } },
          { label: { zh: '处置' } },
        ],
      },
    ]);
    expect((await desk.refused('rules.rollBack', { version: 3 }, LIN)).code).toBe('illegal_move');
    expect((await desk.refused('rules.rollBack', { version: 9 }, LIN)).code).toBe('not_found');
    const { draft, published } = await ask(desk.hub, 'rules.rollBack', { version: 2, note: '太松' }, LIN);
    expect([published, draft.state]).toEqual([null, 'submitted']);
    await ask(desk.hub, 'rules.draft.approve', { id: draft.id, revision: draft.revision }, WANG);
    expect((await ask(desk.hub, 'rules.versions', {})).items[0]).toMatchObject({ version: 4, origin: 'roll-back', note: '太松' });
    expect((await ask(desk.hub, 'rules.diff', { from: { version: 2 }, to: { version: 4 } })).items).toEqual([]);
    expect(await desk.inForce()).toContain('large@3');
  });

  test('an export read in again says the same; a draft goes out unfinished and comes back unfinished', async () => {
    const version = await desk.publish([rule('large')]);
    const { name, json } = await ask(desk.hub, 'rules.export', { version }, LIN);
    expect(name).toBe('rules-v2.json');
    const draft = await ask(desk.hub, 'rules.draft.create', { title: '来自文件', from: { json } }, LIN);
    expect(draft.changes).toEqual({ added: 0, changed: 0, removed: 0 });
    expect((await ask(desk.hub, 'rules.diff', { from: { version }, to: { draft: draft.id } })).items).toEqual([]);
    const body = { ...draft.body, rules: [...draft.body.rules, { id: 'half', when: 'later' }] };
    await ask(desk.hub, 'rules.draft.save', { id: draft.id, revision: 1, body }, LIN);
    const file = await ask(desk.hub, 'rules.export', { draft: draft.id }, LIN);
    const again = await ask(desk.hub, 'rules.draft.create', { title: '再读', from: { json: file.json } }, LIN);
    expect(again.body).toEqual(body);
  });

  test('the shipped pack can be had back at any time', async () => {
    await desk.publish([rule('large')]);
    const draft = await ask(desk.hub, 'rules.draft.create', { title: '恢复出厂', from: 'shipped' }, LIN);
    expect(draft.changes).toEqual({ added: 0, changed: 0, removed: 1 });
    expect((await ask(desk.hub, 'rules.diff', { from: { version: 1 }, to: { draft: draft.id } })).items).toEqual([]);
  });
});

describe('files that are not as they should be', () => {
  test('unknown fields, wrong units and patterns out of bounds are named with their place; everything else is there', async () => {
    const rules = [
      { ...rule('good') },
      { ...rule('unknown-key'), colour: 'red' },
      rule('unknown-field', { when: { field: 'weather', op: '==', value: 1 } }),
      rule('wrong-unit', { when: { field: 'discount-share', op: '>', value: 0.9 } }),
      rule('out-of-bounds', { when: { field: 'local-hour', op: '>', value: 2_200 } }),
      rule('pathological', { when: { field: 'remarks', op: 'matches', value: '(a+)+(?=b)\\1' } }),
      rule('grade', { action: 'freeze' }),
      'no rule at all',
    ];
    const lists = { words: ['刷单', 7, '返现'], table: 'no list' };
    const json = JSON.stringify({ version: 4, rules, lists, author: 'somebody' });
    const draft = await ask(desk.hub, 'rules.draft.create', { title: '外来', from: { json } }, LIN);
    expect(draft.body.rules).toEqual(JSON.parse(JSON.stringify(rules)));
    expect(draft.body.lists).toEqual({ words: ['刷单', '返现'] });
    const errors = draft.findings.filter(({ level }) => level === 'error');
    expect([...new Set(errors.map(({ ruleId, path }) => `${ruleId} ${path}`))]).toEqual([
      'unknown-key rules.1',
      'unknown-field rules.2.when.field',
      'wrong-unit rules.3.when.value',
      'out-of-bounds rules.4.when.value',
      'pathological rules.5.when.value',
      'grade rules.6.action',
      'null rules.7',
    ]);
    const leftOut = draft.findings.filter(({ level, kind }) => level === 'warning' && kind === 'shape');
    expect(leftOut.map(({ path }) => path)).toEqual(['author', 'lists.words.1', 'lists.table']);
    for (const { text } of [...errors, ...leftOut]) expect(text.zh.length).toBeGreaterThan(3);
    expect((await desk.refused('rules.draft.submit', { id: draft.id, revision: 1 }, LIN)).code).toBe('illegal_move');
  });

  test.each([
    ['{"rules": [', 'JSON'],
    ['[]', 'rules'],
    ['{"name": "x"}', 'rules'],
  ])('%s is refused with the reason', async (json, word) => {
    const error = await desk.refused('rules.draft.create', { title: 'x', from: { json } }, LIN);
    expect(error.code).toBe('bad_request');
    expect(error.message).toContain(word);
    expect((await ask(desk.hub, 'rules.drafts', { all: true })).items).toEqual([]);
  });

  test('one made to exhaust the stack is left out, and saving one is refused', async () => {
    const deep = `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;
    const json = `{"rules": [${JSON.stringify(rule('good'))}, {"id": "deep", "when": ${deep}}], "lists": {}}`;
    const draft = await ask(desk.hub, 'rules.draft.create', { title: '深', from: { json } }, LIN);
    expect(draft.body.rules).toHaveLength(1);
    expect(draft.findings).toMatchObject([{ path: 'rules.1', ruleId: 'deep' }]);
    const body = { rules: [JSON.parse(deep) as unknown], lists: {} };
    expect((await desk.refused('rules.draft.save', { id: draft.id, revision: 1, body }, LIN)).code).toBe('bad_request');
    expect((await desk.refused('rules.lint', { body }, LIN)).code).toBe('bad_request');
  });
});
