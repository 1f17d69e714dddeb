import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleBody } from '#shared/contract/rule-work.ts';
import type { Rule } from '#shared/rule.ts';
import { countChanges, numbered, sameContent } from '#main/hub/rules/content.ts';
import { mergeBodies } from '#main/hub/rules/merge.ts';
import { rule } from '#test/support/rules.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const WORDS = ['刷单', '返现', '好评', '代付', '补偿'];
const limited = (id: string, value: number): Rule => rule(id, { when: { field: 'order-amount', op: '>', value } });

/** Rules by id with a limit each, in any order, some unfinished; and two lists. */
const body: fc.Arbitrary<RuleBody> = fc
  .record({
    rules: fc.uniqueArray(fc.record({ id: fc.constantFrom(...IDS), value: fc.integer({ min: 1, max: 3 }), half: fc.boolean() }), {
      selector: ({ id }) => id,
    }),
    lists: fc.dictionary(fc.constantFrom('x', 'y'), fc.subarray(WORDS)),
  })
  .map(({ rules, lists }) => ({
    rules: rules.map(({ id, value, half }) => (half ? { id, note: `unfinished ${value}` } : limited(id, value * 1_000))),
    lists,
  }));
const threeBodies = fc.tuple(body, body, body);

const ruleOf = ({ rules }: RuleBody, id: string) => JSON.stringify(rules.find((one) => (one as Rule).id === id) ?? null);
const wordsOf = ({ lists }: RuleBody, id: string) => new Set(lists[id]);

describe('a three-way rebase', () => {
  test('never loses what one side changed and the other did not touch', () => {
    fc.assert(
      fc.property(threeBodies, ([base, mine, theirs]) => {
        const { body: merged, conflicts } = mergeBodies(base, mine, theirs);
        for (const id of IDS) {
          const [was, own, other, is] = [base, mine, theirs, merged].map((one) => ruleOf(one, id));
          if (own === was) expect(is).toBe(other);
          else expect(is).toBe(own);
          expect(conflicts.includes(id)).toBe(own !== was && other !== was && own !== other);
        }
        for (const id of ['x', 'y']) {
          if (conflicts.includes(`lists.${id}`)) {
            expect(merged.lists[id]).toEqual(mine.lists[id]);
            continue;
          }
          const [was, own, other, is] = [base, mine, theirs, merged].map((one) => wordsOf(one, id)) as [
            Set<string>,
            Set<string>,
            Set<string>,
            Set<string>,
          ];
          for (const word of WORDS) {
            const touchedByMe = own.has(word) !== was.has(word);
            expect(is.has(word)).toBe(touchedByMe ? own.has(word) : other.has(word));
          }
        }
      }),
    );
  });

  test('names no rule twice and makes none up', () => {
    fc.assert(
      fc.property(threeBodies, ([base, mine, theirs]) => {
        const ids = mergeBodies(base, mine, theirs).body.rules.map((one) => (one as Rule).id);
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Set([...mine.rules, ...theirs.rules].map((one) => (one as Rule).id));
        expect(ids.every((id) => known.has(id))).toBe(true);
      }),
    );
  });

  test('where only one side changed anything, that side is the answer, its order included', () => {
    fc.assert(
      fc.property(body, body, (base, changed) => {
        expect(mergeBodies(base, changed, base)).toEqual({ body: changed, conflicts: [] });
        expect(mergeBodies(base, base, changed)).toEqual({ body: changed, conflicts: [] });
        expect(sameContent(mergeBodies(base, changed, changed).body, changed)).toBe(true);
      }),
    );
  });

  test('a rule added here stays behind the one it was put behind, whatever came in between', () => {
    const base = { rules: [limited('a', 1), limited('b', 1)], lists: {} };
    const mine = { ...base, rules: [limited('a', 1), limited('c', 1), limited('b', 1)] };
    const theirs = { ...base, rules: [limited('d', 1), limited('a', 1), limited('b', 1), limited('e', 1)] };
    expect(mergeBodies(base, mine, theirs).body.rules.map((one) => (one as Rule).id)).toEqual(['d', 'a', 'c', 'b', 'e']);
  });

  test('rules without an id, or with the same one, are told apart by what they say', () => {
    const base = { rules: [], lists: {} };
    const mine = { ...base, rules: [{ when: 1 }, { when: 2 }, limited('a', 1), limited('a', 2)] };
    const theirs = { ...base, rules: [limited('b', 1)] };
    expect(mergeBodies(base, mine, theirs).body.rules).toHaveLength(5);
  });

  test('a list thrown away by one and changed by the other is named', () => {
    const lists = { x: ['刷单'] };
    const gone = mergeBodies({ rules: [], lists }, { rules: [], lists: {} }, { rules: [], lists: { x: ['刷单', '返现'] } });
    expect(gone).toEqual({ body: { rules: [], lists: {} }, conflicts: ['lists.x'] });
    const kept = mergeBodies({ rules: [], lists }, { rules: [], lists: { x: [] } }, { rules: [], lists: {} });
    expect(kept).toEqual({ body: { rules: [], lists: { x: [] } }, conflicts: ['lists.x'] });
  });
});

describe('the content of a rule', () => {
  test('is the same however it is written and whatever its version', () => {
    const { relax: _relax, stock: _stock, ...short } = limited('a', 1);
    const other = { rules: [{ ...short, version: 9 }], lists: {} };
    expect(sameContent({ rules: [limited('a', 1)], lists: {} }, other)).toBe(true);
    expect(countChanges({ rules: [limited('a', 1)], lists: {} }, other)).toEqual({ added: 0, changed: 0, removed: 0 });
  });

  test('changes are counted over rules and lists', () => {
    const base = { rules: [limited('a', 1), limited('b', 1)], lists: { x: ['1'], y: ['1'] } };
    const after = { rules: [limited('a', 2), limited('c', 1)], lists: { x: ['1', '2'], z: [] } };
    expect(countChanges(base, after)).toEqual({ added: 2, changed: 2, removed: 2 });
  });

  test('versions grow by one with a change, stay without one, and are never used again', () => {
    const current = {
      version: 3,
      rules: [
        { ...limited('a', 1), version: 4 },
        { ...limited('b', 1), version: 1 },
      ],
      lists: {},
    };
    const highest = new Map([
      ['a', 4],
      ['b', 1],
      ['gone', 7],
    ]);
    const next = {
      version: 4,
      rules: [limited('a', 1), limited('b', 2), { ...limited('gone', 1), version: 30 }, limited('new', 1)],
      lists: {},
    };
    const versions = (trusted: boolean) => numbered(next, current, highest, trusted).rules.map(({ version }) => version);
    expect(versions(false)).toEqual([4, 2, 8, 1]);
    expect(versions(true)).toEqual([4, 2, 30, 1]);
  });
});
