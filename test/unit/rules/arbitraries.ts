import fc from 'fast-check';
import type { Compare, Condition, Rule, RuleSet } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';

/** Random rules and orders over a handful of fields of every kind, small enough that contradictions and hits both are common. */
export type Values = Record<string, FieldValue>;

export const LISTS = { words: ['刷单', 'Cash', 'a'], tags: ['vip', 'bad'] };
const ordering = fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const, '==' as const, '!=' as const);
const small = fc.integer({ min: 0, max: 12 });
const hour = fc.integer({ min: 0, max: 23 });

export const comparison: fc.Arbitrary<Compare> = fc.oneof(
  fc.record({ field: fc.constantFrom('pieces', 'order-amount', 'local-hour', 'discount-share'), op: ordering, value: small }),
  fc.record({
    field: fc.constant('window'),
    window: fc.constant({ count: 'orders' as const, by: 'phone' as const, minutes: 10 }),
    op: ordering,
    value: small,
  }),
  fc.record({
    field: fc.constantFrom('pieces', 'discount-share'),
    op: fc.constant('between' as const),
    value: fc.tuple(small, small).map(([a, b]): number[] => [Math.min(a, b), Math.max(a, b)]),
  }),
  fc.record({
    field: fc.constant('local-hour'),
    op: fc.constant('between' as const),
    value: fc.tuple(hour, hour).map(([a, b]): number[] => [a, b]),
  }),
  fc.record({
    field: fc.constant('pieces'),
    op: fc.constantFrom('in' as const, 'not-in' as const),
    value: fc.uniqueArray(small, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ field: fc.constant('remarks'), op: fc.constant('matches' as const), value: fc.constantFrom('刷+单', 'c.sh', '^vip$') }),
  fc.record({
    field: fc.constantFrom('presale', 'first-order'),
    op: fc.constantFrom('==' as const, '!=' as const),
    value: fc.boolean(),
  }),
  fc.record({ field: fc.constantFrom('customer-orders', 'customer-refund-share'), op: ordering, value: fc.integer({ min: 0, max: 3 }) }),
  fc.record({
    field: fc.constant('channel'),
    op: fc.constantFrom('in' as const, 'not-in' as const),
    value: fc.subarray(['jd', 'taobao'], { minLength: 1 }),
  }),
  fc.record({
    field: fc.constant('channel'),
    op: fc.constant('contains-any' as const),
    value: fc.constantFrom<string[]>(['jd'], ['tao', 'jd']),
  }),
  fc.record({ field: fc.constant('remarks'), op: fc.constant('contains-any' as const), value: fc.constantFrom('words', 'tags') }),
  fc.record({
    field: fc.constant('buyer-tags'),
    op: fc.constantFrom('contains-any' as const, 'in-list' as const, 'not-in-list' as const),
    value: fc.constant('tags'),
  }),
);
export const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

const words = { zh: '{value}／{limit}／{words}', en: '{value} of {limit}' };
const effect = fc.oneof(fc.constant({ skip: true as const }), fc.record({ multiplyThreshold: fc.constantFrom(0.5, 1.5, 2, 3) }));
const aRule: fc.Arbitrary<Omit<Rule, 'id'>> = fc.record({
  version: fc.integer({ min: 1, max: 9 }),
  enabled: fc.boolean(),
  name: fc.constant(words),
  about: fc.constant(words),
  severity: fc.constant('high' as const),
  action: fc.constantFrom('task' as const, 'hold' as const, 'freeze' as const),
  role: fc.constant('risk' as const),
  when: condition,
  relax: fc.array(fc.record({ id: fc.constant('r'), when: condition, effect, why: fc.constant(words) }), { maxLength: 2 }),
  sentence: fc.constant(words),
  stock: fc.constant('keep' as const),
  effectiveFrom: fc.option(fc.integer({ min: 0, max: 4 })),
  effectiveTo: fc.option(fc.integer({ min: 5, max: 9 })),
  source: fc.constantFrom('order' as const, 'order' as const, 'crm' as const),
});
export const aSet = fc
  .array(aRule, { minLength: 1, maxLength: 5 })
  .map((rules): RuleSet => ({ version: 3, lists: LISTS, rules: rules.map((rule, at) => ({ id: `rule-${at}`, ...rule })) }));

/** The same condition with its limits moved. */
function moved(written: Condition, by: number): Condition {
  if ('all' in written) return { all: written.all.map((child) => moved(child, by)) };
  if ('any' in written) return { any: written.any.map((child) => moved(child, by)) };
  if ('not' in written) return { not: moved(written.not, by) };
  return typeof written.value === 'number' ? { ...written, value: (written.value + by) % 24 } : written;
}
/** Sets so large that rules are looked up by field: a few rules again and again, each time with other limits. */
export const aLargeSet = fc
  .tuple(fc.array(aRule, { minLength: 1, maxLength: 40 }), fc.integer({ min: 32, max: 400 }))
  .map(([rules, size]): RuleSet => ({
    version: 3,
    lists: LISTS,
    rules: Array.from({ length: size }, (_, at) => {
      const rule = rules[at % rules.length] as (typeof rules)[number];
      return { id: `rule-${at}`, ...rule, when: moved(rule.when, Math.floor(at / rules.length)) };
    }),
  }));

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
/** What is known of one order; fields that speak of the same thing agree. */
export const someValues: fc.Arbitrary<Values> = fc
  .record({
    currency: fc.constantFrom('CNY', 'JPY'),
    pieces: maybe(fc.integer({ min: 0, max: 40 })),
    'order-amount': maybe(fc.integer({ min: 0, max: 40 })),
    'local-hour': maybe(hour),
    'discount-share': maybe(fc.integer({ min: 0, max: 40 })),
    'window:orders:phone:10': maybe(fc.integer({ min: 1, max: 40 })),
    presale: maybe(fc.boolean()),
    channel: maybe(fc.constantFrom('jd', 'taobao', 'douyin')),
    remarks: maybe(fc.constantFrom('', '帮忙刷单', 'CASH please', 'vip', '谢谢')),
    'buyer-tags': maybe(fc.subarray(['vip', 'bad', 'new'])),
    'customer-orders': maybe(fc.integer({ min: 0, max: 4 })),
    'customer-refund-share': maybe(fc.integer({ min: 0, max: 4 })),
  })
  .map((values) => {
    const orders = values['customer-orders'];
    const first = orders === null ? null : orders === 0;
    return { ...values, 'first-order': first, 'customer-refund-share': first === false ? values['customer-refund-share'] : null };
  });
export const moment = fc.integer({ min: 0, max: 10 });
