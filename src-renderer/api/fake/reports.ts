import type { FrontierEffect, FrontierPoint, MeasuredShare, Report, Suggestion, Suggestions } from '#shared/contract/reports.ts';
import { DAY, MINUTE } from '#shared/time.ts';
import { FakeRefusal, type Answers } from './refusal.ts';

type ReportAnswers = Pick<Answers, Extract<keyof Answers, `${'reports' | 'suggestions' | 'outcomes'}.${string}`>>;

const RULE = { ruleId: 'discount-too-deep', name: { zh: '优惠占比过高', en: 'Discount too deep' }, severity: 'medium' as const };
const SHARE = { hits: 0, bad: 0, good: 0, returning: 4, allBad: 61 };
const EFFECT = {
  before: { ...SHARE, hits: 74, bad: 33, good: 28, precision: 0.541, recall: 0.541, perDay: 2.1 },
  after: { ...SHARE, hits: 40, bad: 33, good: 3, precision: 0.917, recall: 0.541, perDay: 1.1, returning: 1 },
};

function reportOf(id: number, to: number): Report {
  const none = { before: null, share: null, orders: null };
  return {
    ...{ id, kind: 'weekly', from: to - 7 * DAY, to, madeAt: to + 7 * 60 * MINUTE, madeBy: 'hub', ruleSetVersion: 3, currency: 'CNY' },
    figures: [
      {
        ...{ id: 'false-kill-rate', name: { zh: '误拦率', en: 'False-kill rate' }, unit: 'ratio', value: 0.14, before: 0.21, orders: null },
        formula: { zh: '好单 ÷（好单＋坏单）', en: 'Good ÷ (good + bad)' },
        share: { part: 9, whole: 64 },
      },
      {
        ...none,
        id: 'stopped',
        name: { zh: '被规则拦下', en: 'Stopped by rules' },
        unit: 'count',
        value: 71,
        formula: { zh: '本期', en: 'In the period' },
      },
      { ...none, id: 'missed', name: { zh: '漏拦', en: 'Misses' }, unit: 'count', value: 6, formula: { zh: '坏单', en: 'Bad orders' } },
    ],
    days: Array.from({ length: 7 }, (_, index) => ({ day: to - (7 - index) * DAY, stopped: 8 + index, decided: 5 + (index % 3) })),
    rules: [{ ...RULE, version: 1, hits: 40, known: 36, bad: 30, good: 6, precision: 30 / 36, orders: null }],
    misses: { missed: 6, passed: 812, smallest: 5, features: [] },
    handling: [
      {
        ruleId: null,
        name: { zh: '全部', en: 'All kinds' },
        weeks: Array.from({ length: 8 }, (_, index) => ({
          from: to - (8 - index) * 7 * DAY,
          decisions: 40,
          medianMs: (14 - index) * MINUTE,
        })),
      },
    ],
    review: null,
  };
}

const shareOf = (part: number, whole: number): MeasuredShare => {
  const value = part / whole;
  const spread = 1.96 * Math.sqrt((value * (1 - value)) / whole);
  return { part, whole, value, low: Math.max(0, value - spread), high: Math.min(1, value + spread) };
};
/** Of 61 bad and 812 good orders, those stopped. */
const effectOf = (bad: number, good: number): FrontierEffect => ({
  ...{ stopped: bad + good + 13, perDay: (bad + good + 13) / 35, precision: shareOf(bad, bad + good), recall: shareOf(bad, 61) },
  ...{ falseKills: shareOf(good, 812), moreFalseKills: (good - 28) / 812, newReturning: 0 },
});

/** The set in force, the suggested change, and a looser one that costs more than the bound. */
function frontierOf({ kind, ...suggestion }: Suggestion): FrontierPoint[] {
  if (kind !== 'suggestion') return [];
  const change = { ...(suggestion as Omit<Extract<Suggestion, { kind: 'suggestion' }>, 'kind'>), severity: 'medium' as const };
  const loose = { ...change, to: 84, toText: { zh: '84%', en: '84 %' } };
  const plain = { draft: null, outdated: false };
  return [
    { ...plain, id: '1#1', changes: [change], found: effectOf(31, 2), measured: effectOf(33, 3), withinBound: true, chosen: true },
    { ...plain, id: '1#0', changes: [], found: effectOf(33, 28), measured: effectOf(33, 28), withinBound: true, chosen: false },
    { ...plain, id: '1#2', changes: [loose], found: effectOf(47, 44), measured: effectOf(49, 51), withinBound: false, chosen: false },
  ];
}

/** The invented side of reports: two weeks, one suggestion. */
export function reportAnswers(now: () => number): ReportAnswers {
  const to = now() - (now() % DAY);
  const reports = [reportOf(2, to), reportOf(1, to - 7 * DAY)];
  const suggestion: Suggestion = {
    ...{
      ...RULE,
      ruleVersion: 1,
      kind: 'suggestion',
      id: '1-discount-too-deep',
      field: 'discount-share',
      op: '>',
      place: 0,
      from: 90,
      to: 94,
    },
    ...{ label: { zh: '优惠占比', en: 'Discount share' }, fromText: { zh: '90%', en: '90 %' }, toText: { zh: '94%', en: '94 %' } },
    ...{ tried: 11, leftOut: 3, rule: EFFECT, set: EFFECT, draft: null, outdated: false },
  };
  const get = (id: number): Report => {
    const found = reports.find((report) => report.id === id);
    if (!found) throw new FakeRefusal('not_found');
    return found;
  };
  let bound = { mostFalseKills: 0.005, from: 'default' as 'default' | 'screen' };
  const current = (): Suggestions => ({
    ...{
      state: 'done',
      progress: null,
      bound,
      computedWith: 0.005,
      at: to,
      ruleSetVersion: 3,
      from: to - 90 * DAY,
      split: to - 35 * DAY,
      to,
    },
    ...{ orders: 2_140, known: 1_873, every: 1, missWeight: 3, items: [suggestion], frontier: frontierOf(suggestion) },
  });
  return {
    'reports.list': () => ({
      items: reports.map(({ id, kind, from, to: end, madeAt, madeBy }) => ({
        ...{ id, kind, from, to: end, madeAt, madeBy, falseKillRate: 0.14, missed: 6, stopped: 71 },
      })),
      ...{ next: null, nextWeekly: to + 7 * DAY, nextMonthly: to + 20 * DAY, making: false },
    }),
    'reports.get': ({ id }) => get(id),
    'reports.orders': () => ({ items: [], next: null }),
    'suggestions.current': current,
    'suggestions.cancel': current,
    'suggestions.setBound': ({ mostFalseKills }) => {
      bound = { mostFalseKills, from: 'screen' };
      return current();
    },
    'outcomes.counts': () => ({ good: 1_640, bad: 233, reported: 58, behind: 0 }),
  };
}
