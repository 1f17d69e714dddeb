import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LintFinding, RuleField } from '#shared/contract/rule-work.ts';
import type { Compare, Condition } from '#shared/rule.ts';
import { CATALOGUE } from '../../../src-renderer/api/fake/rule-catalogue.ts';
import { ruleList } from '../../../src-renderer/api/fake/rules.ts';
import {
  draftRules,
  emptyRule,
  fieldAt,
  freeId,
  gravest,
  nearestPlace,
  readersOf,
  withCopy,
} from '../../../src-renderer/views/rules/draft/body.ts';
import { advanced, historyOf, redone, undone } from '../../../src-renderer/views/rules/draft/history.ts';
import { marksOf } from '../../../src-renderer/views/rules/draft/marks.ts';
import { compareFor, offersOf } from '../../../src-renderer/views/rules/editor/fields.ts';
import { placesOf, withPlace } from '../../../src-renderer/views/rules/editor/placeholders.ts';
import { changeText } from '../../../src-renderer/views/rules/trial/sides.ts';
import {
  comparesOf,
  groupFrom,
  groupOf,
  inserted,
  isCompare,
  moved,
  movedIn,
  movedOut,
  nodeAt,
  pathsOf,
  removed,
  replaced,
  stepped,
  storedPath,
  unwrapped,
  withKind,
  wrapped,
} from '../../../src-renderer/views/rules/editor/tree.ts';
import {
  newCompare,
  readNumber,
  readNumbers,
  readWords,
  typedNumber,
  valueFor,
  withField,
} from '../../../src-renderer/views/rules/editor/values.ts';

const leaf = (field: string): Compare => ({ field, op: '>', value: 1 });
const [a, b, c, d] = [leaf('a'), leaf('b'), leaf('c'), leaf('d')];
const names = (root: Condition): string =>
  isCompare(root) ? root.field : `${groupOf(root)?.kind}(${groupOf(root)?.children.map(names).join(' ')})`;

const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('a', 'b', 'c', 'd', 'e').map(leaf),
    fc.array(tie('node'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('node'), { maxLength: 3 }).map((any) => ({ any })),
    tie('node').map((not) => ({ not })),
  ),
})).node;

/** What the hub finds at a path it names. */
function atStored(root: Condition, path: string): unknown {
  return path
    .split('.')
    .filter((step) => step !== '')
    .reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], root);
}
const fields = (root: Condition): string[] => comparesOf(root).map(({ field }) => field);

describe('a condition being composed', () => {
  it('starts from a lone comparison and grows into a group', () => {
    const { root, path } = inserted(a, [], 1, b);
    expect([names(root), path]).toEqual(['all(a b)', [1]]);
    expect(removed(root, [0]).root).toBe(b);
    expect(removed(b, [0]).root).toEqual({ all: [] });
  });

  it('reads "not any" as none of these, and writes it back as it was', () => {
    const none: Condition = { not: { any: [a, b] } };
    expect(names(none)).toBe('none(a b)');
    expect(groupFrom('none', [a, b])).toEqual(none);
    expect(groupFrom('none', [a])).toEqual({ not: a });
    expect(withKind({ all: [a, b] }, [], 'none')).toEqual(none);
  });

  it('moves a part up and down, and over the edge out of its group', () => {
    const root: Condition = { all: [a, { any: [b, c] }, d] };
    expect(names(stepped(root, [1, 1], -1)?.root ?? a)).toBe('all(a any(c b) d)');
    expect(stepped(root, [1, 0], -1)).toMatchObject({ path: [1] });
    expect(names(stepped(root, [1, 0], -1)?.root ?? a)).toBe('all(a b any(c) d)');
    expect(names(stepped(root, [1, 1], 1)?.root ?? a)).toBe('all(a any(b) c d)');
    expect(stepped(root, [0], -1)).toBeNull();
    expect(stepped(root, [], 1)).toBeNull();
  });

  it('moves a part into the group beside it and out again', () => {
    const root: Condition = { all: [a, { any: [b] }, d] };
    expect(movedIn(root, [0])).toEqual({ root: { all: [{ any: [a, b] }, d] }, path: [0, 0] });
    expect(movedIn(root, [2])).toEqual({ root: { all: [a, { any: [b, d] }] }, path: [1, 1] });
    expect(movedIn({ all: [a, b] }, [0])).toBeNull();
    expect(names(movedOut(root, [1, 0])?.root ?? a)).toBe('all(a any() b d)');
    expect(movedOut(root, [0])).toBeNull();
  });

  it('drags a part anywhere but into itself; places count without the part', () => {
    const root: Condition = { all: [a, { any: [b, c] }, d] };
    expect(names(moved(root, [0], [1], 2)?.root ?? a)).toBe('all(any(b c a) d)');
    expect(moved(root, [0], [1], 2)?.path).toEqual([0, 2]);
    expect(names(moved(root, [1, 0], [], 0)?.root ?? a)).toBe('all(b a any(c) d)');
    expect(names(moved(root, [0], [], 2)?.root ?? a)).toBe('all(any(b c) d a)');
    expect(moved(root, [1], [1], 0)).toBeNull();
    expect(moved(root, [], [1], 0)).toBeNull();
  });

  it('puts a group around a part and takes it away', () => {
    const root: Condition = { all: [a, b] };
    const around = wrapped(root, [1], 'any');
    expect(around).toEqual({ root: { all: [a, { any: [b] }] }, path: [1] });
    expect(unwrapped(around?.root ?? a, [1])?.root).toEqual(root);
    expect(unwrapped(root, [0])).toBeNull();
  });

  it('names every part as the hub stores it', () => {
    fc.assert(
      fc.property(condition, (root) => {
        for (const path of pathsOf(root)) {
          const stored = atStored(root, storedPath(root, path));
          const shown = nodeAt(root, path);
          if (path.length > 0) expect(stored).toBe(shown);
        }
      }),
    );
  });

  it('keeps a part that moves within a group which falls together with the one around it', () => {
    const root: Condition = { not: { not: { any: [a] } } };
    expect(names(moved(root, [0, 0, 0], [0, 0], 0)?.root ?? b)).toBe('none(none(a))');
    const none: Condition = { all: [{ not: { any: [a] } }, b] };
    expect(moved(none, [1], [0, 0], 1)).toEqual({ root: { all: [{ not: { any: [a, b] } }] }, path: [0, 1] });
  });

  it('keeps every comparison however parts are moved', () => {
    fc.assert(
      fc.property(condition, fc.nat(), fc.nat(), fc.nat(4), (root, from, to, index) => {
        const paths = pathsOf(root);
        const path = paths[from % paths.length] ?? [];
        const groups = paths.filter((one) => one.length === 0 || groupOf(nodeAt(root, one) ?? a) !== null);
        const group = groups[to % groups.length] ?? [];
        const before = fields(root).sort();
        for (const change of [
          moved(root, path, group, index),
          stepped(root, path, 1),
          movedIn(root, path),
          movedOut(root, path),
          wrapped(root, path, 'any'),
        ]) {
          if (change) expect(fields(change.root).sort()).toEqual(before);
        }
      }),
    );
  });

  it('leaves what it did not touch as it was', () => {
    const other: Condition = { any: [c, d] };
    const root: Condition = { all: [a, other] };
    const next = replaced(root, [0], b);
    expect(nodeAt(next, [1])).toBe(other);
    expect(root).toEqual({ all: [a, other] });
  });
});

describe('values as they are typed', () => {
  it('takes money in yuan and keeps it in fen', () => {
    expect([readNumber('5000', 'minor'), readNumber('5,000.5', 'minor'), typedNumber(500_050, 'minor')]).toEqual([
      500_000,
      500_050,
      '5000.50',
    ]);
    expect([readNumber('30', 'percent'), readNumber('1.5', 'ratio'), typedNumber(1.5, 'ratio')]).toEqual([30, 1.5, '1.5']);
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e12 }), (minor) => readNumber(typedNumber(minor, 'minor'), 'minor') === minor));
  });

  it('keeps what is no number as it was typed', () => {
    expect([readNumber('many', 'count'), readNumber('', 'count'), readNumber('1e3', 'count')]).toEqual(['many', '', '1e3']);
    expect([readNumbers('1, 2、3', 'count'), readNumbers('1, x', 'count')]).toEqual([
      [1, 2, 3],
      ['1', 'x'],
    ]);
  });

  it('splits pasted words at any comma or line, each once', () => {
    expect(readWords('刷单，返现、刷单\n 好评返 ;; x')).toEqual(['刷单', '返现', '好评返', 'x']);
  });

  it('keeps the value another operator still understands', () => {
    expect(valueFor('between', 'number', 7)).toEqual([7, 7]);
    expect(valueFor('>=', 'number', [3, 9])).toBe(3);
    expect(valueFor('in', 'text', '浙江')).toEqual(['浙江']);
    expect(valueFor('contains-any', 'text', 'brushing-words')).toBe('brushing-words');
    expect(valueFor('in-list', 'text', ['x'])).toBe('');
    expect(valueFor('>', 'number', 'x')).toBe('');
  });

  it('starts every field of the catalogue with an operator it knows', () => {
    for (const field of CATALOGUE.fields) {
      expect(field.operators).toContain(newCompare(field).op);
      expect(withField({ field: 'x', op: 'matches', value: 'y' }, field).field).toBe(field.id);
    }
    const ofUnit = (unit: string): RuleField => ({ ...(CATALOGUE.fields.find(({ id }) => id === 'local-hour') as RuleField), unit });
    expect(newCompare(ofUnit('weekday'))).toMatchObject({ op: 'in', value: [] });
    expect(newCompare(ofUnit('hour'))).toMatchObject({ op: 'between', value: ['', ''] });
    const boolean = CATALOGUE.fields.find(({ type }) => type === 'boolean') as RuleField;
    expect(newCompare(boolean)).toEqual({ field: boolean.id, op: '==', value: true });
  });
});

describe('fields on offer', () => {
  const window = { label: '一段时间内的次数', about: '', found: 'window 次数' };
  it('are found by words of either language, by group, with the window among the customer', () => {
    const found = (search: string): string[] =>
      offersOf(CATALOGUE.fields, window, 'zh', search).flatMap(({ offers }) => offers.map(({ id }) => id));
    expect(found('first ORDER')).toEqual(['first-order']);
    expect(found('金额 均值')).toEqual(['amount-vs-customer-average']);
    expect(found('window')).toEqual(['window']);
    expect(offersOf(CATALOGUE.fields, window, 'zh', '')[0]?.group).toBe('amount');
    expect(found('')).toHaveLength(CATALOGUE.fields.length + 1);
  });
  it('become comparisons; an unknown one becomes none', () => {
    const known = new Map(CATALOGUE.fields.map((field) => [field.id, field]));
    expect(compareFor('window', known)?.window).toEqual({ count: 'orders', by: 'phone', minutes: 10 });
    expect(compareFor('nothing', known)).toBeNull();
  });
});

describe('sentences', () => {
  const rule = {
    ...emptyRule('x'),
    when: { all: [leaf('order-amount'), { field: 'remarks', op: 'contains-any' as const, value: 'list' }] },
  };
  it('are offered the places their condition can fill', () => {
    expect(placesOf(rule)).toEqual(['value', 'limit', 'words', 'order-amount', 'remarks', 'limit:order-amount']);
    const burst: Compare = { field: 'window', window: { count: 'orders', by: 'phone', minutes: 10 }, op: '>', value: 3 };
    expect(placesOf({ ...rule, when: burst })).toEqual(['value', 'limit', 'minutes']);
  });
  it('take a place where the caret stands', () => {
    expect(withPlace('金额，上限', 'value', 2, 2)).toEqual({ text: '金额{value}，上限', caret: 9 });
  });
});

describe('a draft', () => {
  const { items, legend } = ruleList(1_700_000_000_000);
  const body = { rules: items.map(({ rule }) => rule), lists: legend.words };
  const finding = (path: string, level: LintFinding['level']): LintFinding => ({
    ...{ ruleId: null, path, kind: 'shape', level, other: null },
    text: { zh: '', en: '' },
  });

  it('goes back and forth; a word typed is one step', () => {
    let history = historyOf('');
    for (const text of ['a', 'ab', 'abc']) history = advanced(history, text, 'name');
    history = advanced(history, 'other');
    expect(history.past).toEqual(['', 'abc']);
    const back = undone(undone(history) ?? history);
    expect(back?.present).toBe('');
    expect(undone(back ?? history)).toBeNull();
    expect(redone(back ?? history)?.present).toBe('abc');
    expect(advanced(back ?? history, 'new').future).toEqual([]);
  });

  it('keeps what is no rule, shows it by its place, and copies rules under free ids', () => {
    const odd = { ...body, rules: [...body.rules, { id: 'half' }, 7] };
    expect(
      draftRules(odd)
        .slice(-2)
        .map(({ id, rule }) => [id, rule]),
    ).toEqual([
      ['half', null],
      ['#9', null],
    ]);
    const copied = withCopy(body, 0, (name) => name);
    expect(draftRules(copied)[1]?.id).toBe('coupon-abuse-2');
    expect(freeId(copied, 'coupon-abuse', 2)).toBe('coupon-abuse-3');
  });

  it('marks what differs from the set it started from, not the number of the version', () => {
    const base = items.map(({ rule }) => rule);
    const [first, second, ...rest] = base;
    if (!first || !second) throw new Error('two rules');
    const changed = { rules: [{ ...first, version: 9 }, { ...second, severity: 'low' as const }, ...rest, emptyRule('rule-1')], lists: {} };
    expect([...marksOf(draftRules(changed), base)]).toEqual([
      [second.id, 'changed'],
      ['rule-1', 'added'],
    ]);
  });

  it('knows who reads a list', () => {
    expect(readersOf(body, 'brushing-words')).toEqual(['blacklisted-words']);
    expect(readersOf(body, 'nobody')).toEqual([]);
  });

  it('knows the field a finding is about, however deep', () => {
    const relax = [{ when: { field: 'window', op: '>', value: 3 } }];
    const rules = [{ when: { all: [{ any: [{ not: { field: 'province', op: '==', value: '' } }] }] }, relax }];
    expect(fieldAt({ rules }, 'rules.0.when.all.0.any.0.not.value')).toBe('province');
    expect(fieldAt({ rules }, 'rules.0.relax.0.when.value')).toBe('window');
    expect(fieldAt({ rules }, 'rules.0.when.all.0')).toBeNull();
    expect(fieldAt({ rules }, 'rules.0.name')).toBeNull();
    expect(fieldAt({ rules }, 'rules.7.when')).toBeNull();
  });
  it('marks a finding at the nearest place there is, the gravest first', () => {
    const places = ['rules.1.when', 'rules.1.when.all.0', 'rules.1.when.all.01', 'rules.1.name'];
    expect(nearestPlace(places, 'rules.1.when.all.0.value')).toBe('rules.1.when.all.0');
    expect(nearestPlace(places, 'rules.2.name')).toBeNull();
    expect(gravest([finding('x', 'hint'), finding('y', 'error')])).toBe('error');
    expect(gravest([])).toBeNull();
  });
});

describe('a trial', () => {
  const side = { held: 4, frozen: 1, tasks: 0, heldMinor: 5_000, reviewsPerDay: 2, known: 8, good: 2, caught: 3, bad: 4 };
  it('tells the change of a share in points, of a sum in money', () => {
    const after = { ...side, held: 6, heldMinor: 4_000, good: 4, caught: 4 };
    const change = (row: Parameters<typeof changeText>[2]): string => changeText(side, after, row, 'CNY');
    expect([change('falseKills'), change('caught'), change('held'), change('heldMinor'), change('frozen')]).toEqual([
      ...['+25 个百分点', '+25 个百分点', '+2', '−¥10.00', ''],
    ]);
  });
});
