import { describe, expect, test } from 'vitest';
import type { OrderRecord } from '#main/model/record.ts';
import { differences } from '#main/hub/rules/difference.ts';
import { changeBetween } from '#main/hub/rules/rule-changes.ts';
import { excessOf, readRuleFile } from '#main/hub/rules/rule-file.ts';
import { needsTwoPersons, publishersAmong } from '#main/hub/rules/rule-work.ts';
import type { Hold } from '#shared/order.ts';
import { rule } from '#test/support/rules.ts';

const set = (rules: unknown[], lists: Record<string, string[]> = {}) => ({ rules, lists });

describe('differences in words', () => {
  test('a rule added or removed is told whole, a changed one by the parts that differ', () => {
    const [added] = differences(set([]), set([rule('large')]));
    expect(added).toMatchObject({ kind: 'added', of: 'rule', id: 'large', name: { zh: '规则 large' } });
    expect(added?.parts.map(({ label, before, after }) => [label.zh, before, after?.zh])).toEqual(
      expect.arrayContaining([
        ['条件', null, '订单金额 大于 30.00 元'],
        ['处置', null, '中风险：拦截发货；转运营'],
      ]),
    );
    const [removed] = differences(set([rule('large')]), set([]));
    expect(removed?.parts.every(({ after }) => after === null)).toBe(true);
    const changed = differences(set([rule('large')]), set([rule('large', { enabled: false, severity: 'low', action: 'task' })]));
    expect(changed).toMatchObject([
      { parts: [{ label: { zh: '状态' }, before: { zh: '启用' }, after: { zh: '停用' } }, { label: { zh: '处置' } }] },
    ]);
  });

  test('no difference is hidden: what the words do not show is shown as it is written', () => {
    const relaxed = (id: string) =>
      rule('large', {
        relax: [{ id, when: { field: 'first-order', op: '==', value: false }, effect: { skip: true }, why: { zh: '老客', en: 'known' } }],
      });
    const [item] = differences(set([relaxed('old')]), set([relaxed('regular')]));
    expect(item?.parts).toMatchObject([{ label: { zh: '写法' }, before: { zh: expect.stringContaining('"old"') as string } }]);
    const [unread] = differences(set([rule('large')]), set([{ id: 'large', when: 'later' }]));
    expect(unread?.parts).toMatchObject([{ label: { zh: '写法' }, after: { zh: '{"id":"large","when":"later"}' } }]);
  });

  test('of lists the words that came and went, many of them counted', () => {
    const many = Array.from({ length: 60 }, (_, at) => `w${at}`);
    const items = differences(set([], { x: ['刷单', '返现'], gone: [] }), set([], { x: ['返现', '好评'], many }));
    expect(items).toMatchObject([
      {
        kind: 'changed',
        of: 'list',
        id: 'x',
        parts: [
          { label: { zh: '增加' }, after: { zh: '好评' } },
          { label: { zh: '移除' }, before: { zh: '刷单' } },
        ],
      },
      { kind: 'removed', id: 'gone', parts: [] },
      { kind: 'added', id: 'many', parts: [{ after: { en: expect.stringMatching(/w49 and 10 more$/) as string } }] },
    ]);
  });
});

describe('a file of rules', () => {
  test('may begin with a byte order mark, and a list may not be named like a trap', () => {
    expect(readRuleFile('\uFEFF{"rules": []}')).toEqual({ body: { rules: [], lists: {} }, leftOut: [] });
    const { body, leftOut } = readRuleFile('{"lists": {"__proto__": ["x"], "words": ["y"]}, "rules": {}}');
    expect(body).toEqual({ rules: [], lists: { words: ['y'] } });
    expect(leftOut.map(({ path }) => path)).toEqual(['rules', 'lists.__proto__']);
    expect(Object.getPrototypeOf(body.lists)).toBe(Object.prototype);
  });

  test('nothing is read beyond what a set may hold, and that is said', () => {
    const { body, leftOut } = readRuleFile(
      JSON.stringify({ rules: Array.from({ length: 10_001 }, () => ({})), lists: { x: ['a'.repeat(501)] } }),
    );
    expect([body.rules.length, body.lists]).toEqual([10_000, { x: [] }]);
    expect(leftOut.map(({ path }) => path)).toEqual(['rules', 'lists.x.0']);
  });

  test('depth is measured without recursion', () => {
    const deep = (levels: number): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level += 1) value = { not: value };
      return value;
    };
    const deepest = [40, 41, 200_000].map((levels) => excessOf(deep(levels))?.en ?? null);
    expect(deepest).toEqual([null, 'nested too deeply', 'nested too deeply']);
  });

  test('a rule of more parts than anybody writes is left out; a thousand comparisons are read', () => {
    const wide = (id: string, comparisons: number) => ({
      ...{ id, when: { any: Array.from({ length: comparisons }, (_, value) => ({ field: 'pieces', op: '==', value })) } },
    });
    const { body, leftOut } = readRuleFile(JSON.stringify({ rules: [wide('fine', 1_000), wide('large', 2_000)] }));
    expect(body.rules).toMatchObject([{ id: 'fine' }]);
    expect(leftOut).toMatchObject([{ ruleId: 'large', path: 'rules.1', text: { en: 'A rule of more than 5000 parts; left out' } }]);
  });

  test('a file of nothing but mistakes tells the first ones and how many more there are', () => {
    const { body, leftOut } = readRuleFile(JSON.stringify({ lists: { x: Array.from({ length: 100_000 }, () => 1) } }));
    expect(body.lists).toEqual({ x: [] });
    expect(leftOut).toHaveLength(201);
    expect(leftOut.at(-1)?.text.en).toBe('99800 more places were left out');
  });
});

describe('how an order changes', () => {
  const hold = (more: Partial<Hold> = {}): Hold => ({
    kind: 'held',
    severity: 'medium',
    reasons: [{ ruleId: 'a', ruleVersion: 1, severity: 'medium', sentence: { zh: '金额大', en: 'large' } }],
    role: 'operations',
    openedAt: 0,
    releaseAt: 9,
    stock: 'keep',
    assignee: null,
    snoozedUntil: null,
    openedBy: 'rule',
    ...more,
  });
  const between = (before: Hold | null, after: Hold | null) =>
    changeBetween({ hold: before, openTasks: [] } as unknown as OrderRecord, {
      record: { hold: after, openTasks: [] } as unknown as OrderRecord,
      tasks: [],
    });

  test('by its hold, in one word and one sentence', () => {
    expect(between(null, hold())).toEqual({ change: 'hold', sentence: { zh: '金额大', en: 'large' } });
    expect(between(hold(), hold({ kind: 'frozen' }))?.change).toBe('freeze');
    expect(between(hold(), null)).toMatchObject({ change: 'release', sentence: { zh: '不再成立：金额大' } });
    expect(between(hold(), hold({ releaseAt: null }))?.change).toBe('reasons');
    expect(between(hold(), hold({ assignee: 'lin' }))).toBeNull();
    expect(between(hold(), hold({ reasons: [{ ...(hold().reasons[0] as Hold['reasons'][number]), ruleVersion: 2 }] }))).toBeNull();
    expect(between(null, null)).toBeNull();
  });
});

test('two persons are needed as soon as two may publish, or as it is set', () => {
  const [supervisor, admin] = [{ operator: 'lin', role: 'supervisor' } as const, { operator: 'root', role: 'admin' } as const];
  const others = [{ operator: 'chen', role: 'agent' } as const, { operator: 'wall', role: 'viewer' } as const];
  expect(publishersAmong([supervisor, ...others, admin])).toEqual(['lin', 'root']);
  expect(needsTwoPersons('auto', [])).toBe(false);
  expect(needsTwoPersons('auto', publishersAmong([supervisor, ...others]))).toBe(false);
  expect(needsTwoPersons('auto', ['lin', 'root'])).toBe(true);
  expect(needsTwoPersons('on', [])).toBe(true);
  expect(needsTwoPersons('off', ['lin', 'root'])).toBe(false);
});
