import type { CommonFeature, HandlingTrend, Report, ReportFigure, ReportKind, ReviewItem, RuleOutcome } from '#shared/contract/reports.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY } from '#shared/time.ts';
import { FORMULAS, NAMES } from './words.ts';

/** What was counted of one period. */
export interface PeriodFigures {
  /** Orders rules stopped within it, by currency. */
  stopped: { currency: string; orders: number; minor: number }[];
  /** Orders whose outcome became known within it. */
  known: { stopped: boolean; outcome: 'good' | 'bad'; returning: boolean; orders: number }[];
  /** Decisions of people, and holds the timer ended. */
  released: number;
  frozen: number;
  expired: number;
  handlingMs: readonly number[];
  hits: number;
}

/** Orders that are kept behind a figure. */
export type KeptGroups = ReadonlyMap<string, { kept: number; all: number }>;

export interface ReportInput {
  kind: ReportKind;
  from: number;
  to: number;
  madeAt: number;
  madeBy: string;
  ruleSet: RuleSet;
  current: PeriodFigures;
  previous: PeriodFigures;
  days: Report['days'];
  hits: { ruleId: string; version: number; orders: number }[];
  known: { ruleId: string; version: number; outcome: 'good' | 'bad'; orders: number }[];
  misses: { smallest: number; features: CommonFeature[] };
  handling: { ruleId: string | null; weeks: { from: number; handlingMs: readonly number[] }[] }[];
  groups: KeptGroups;
  /** Names of rules that are in no set any more. */
  nameOf(ruleId: string): Pick<Rule, 'name' | 'severity'> | null;
  /** For the review list; null: none is made. */
  review: { lastHitAt: (ruleId: string) => number | null; unowned: ReadonlySet<string>; since: number } | null;
}

/** The middle one; null without any. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** The currency most of the stopped orders were paid in: money of others is not added to it. */
function currencyOf({ current, previous }: ReportInput): string {
  const most = (period: PeriodFigures) => period.stopped.toSorted((a, b) => b.orders - a.orders)[0]?.currency;
  return most(current) ?? most(previous) ?? 'CNY';
}

/** Numbers of a period by the id of their figure; a share is `[part, whole]`. */
function countsOf({ stopped, known, ...work }: PeriodFigures, currency: string, days: number) {
  const orders = (test: (row: PeriodFigures['known'][number]) => boolean) => sum(known.filter(test), (row) => row.orders);
  const falseKills = orders((row) => row.stopped && row.outcome === 'good');
  const caught = orders((row) => row.stopped && row.outcome === 'bad');
  const missed = orders((row) => !row.stopped && row.outcome === 'bad');
  const all = sum(stopped, (row) => row.orders);
  return {
    stopped: all,
    'stopped-per-day': all / days,
    'money-held': sum(
      stopped.filter((row) => row.currency === currency),
      ({ minor }) => minor,
    ),
    'false-kill-rate': [falseKills, orders((row) => row.outcome === 'good')] as const,
    precision: [caught, falseKills + caught] as const,
    'false-kills': falseKills,
    'false-kills-returning': orders((row) => row.stopped && row.outcome === 'good' && row.returning),
    missed,
    recall: [caught, caught + missed] as const,
    hits: work.hits,
    released: work.released,
    frozen: work.frozen,
    expired: work.expired,
    handling: median(work.handlingMs),
  };
}
type Counts = ReturnType<typeof countsOf>;
export type FigureId = keyof Counts;

const UNITS: Record<FigureId, ReportFigure['unit']> = {
  'false-kill-rate': 'ratio',
  precision: 'ratio',
  'false-kills': 'count',
  'false-kills-returning': 'count',
  missed: 'count',
  recall: 'ratio',
  stopped: 'count',
  'stopped-per-day': 'per-day',
  'money-held': 'minor',
  hits: 'count',
  released: 'count',
  frozen: 'count',
  expired: 'count',
  handling: 'ms',
};

/** The group of kept orders behind each figure. */
const GROUPS: Partial<Record<FigureId, string>> = {
  'false-kill-rate': 'false-kills',
  precision: 'caught',
  'false-kills': 'false-kills',
  missed: 'missed',
  recall: 'caught',
  stopped: 'stopped',
  'stopped-per-day': 'stopped',
  'money-held': 'stopped',
  released: 'released',
  frozen: 'frozen',
  expired: 'expired',
};

function valueOf(count: Counts[FigureId]): number | null {
  if (count === null || typeof count === 'number') return count;
  return count[1] === 0 ? null : count[0] / count[1];
}

function figuresOf(input: ReportInput, currency: string): ReportFigure[] {
  const days = (input.to - input.from) / DAY;
  const [now, then] = [countsOf(input.current, currency, days), countsOf(input.previous, currency, days)];
  return (Object.keys(UNITS) as FigureId[]).map((id) => {
    const count = now[id];
    const share = Array.isArray(count) ? { part: count[0] as number, whole: count[1] as number } : null;
    const value = valueOf(count);
    return {
      ...{ id, name: NAMES[id], unit: UNITS[id], value, before: valueOf(then[id]), formula: FORMULAS[id], share },
      orders: ordersOf(input.groups, GROUPS[id]),
    };
  });
}

function ordersOf(groups: KeptGroups, group: string | undefined): ReportFigure['orders'] {
  const kept = group === undefined ? undefined : groups.get(group);
  return group === undefined || !kept ? null : { group, ...kept };
}

/** The group of the good orders a version of a rule stopped. */
export function ruleGroup(ruleId: string, version: number): string {
  return `rule:${ruleId}@${version}`;
}

function rulesOf({ hits, known, groups, nameOf }: ReportInput): RuleOutcome[] {
  const rows = new Map<string, RuleOutcome>();
  const row = (ruleId: string, version: number): RuleOutcome => {
    const key = ruleGroup(ruleId, version);
    const present = rows.get(key);
    if (present) return present;
    const { name, severity } = nameOf(ruleId) ?? { name: { zh: ruleId, en: ruleId }, severity: 'low' as const };
    const orders = ordersOf(groups, key);
    const fresh: RuleOutcome = { ruleId, version, name, severity, hits: 0, known: 0, bad: 0, good: 0, precision: null, orders };
    rows.set(key, fresh);
    return fresh;
  };
  for (const { ruleId, version, orders } of hits) row(ruleId, version).hits += orders;
  for (const { ruleId, version, outcome, orders } of known) {
    const counted = row(ruleId, version);
    counted.known += orders;
    counted[outcome] += orders;
    counted.precision = counted.bad / counted.known;
  }
  return [...rows.values()].sort((a, b) => b.good - a.good || b.hits - a.hits || (a.ruleId < b.ruleId ? -1 : 1));
}

function handlingOf({ handling, nameOf }: ReportInput): HandlingTrend[] {
  return handling.map(({ ruleId, weeks }) => ({
    ruleId,
    name: ruleId === null ? NAMES.everything : (nameOf(ruleId)?.name ?? { zh: ruleId, en: ruleId }),
    weeks: weeks.map(({ from, handlingMs }) => ({ from, decisions: handlingMs.length, medianMs: median(handlingMs) })),
  }));
}

/** False kills that bring a rule onto the list, and how many rules the list names for them. */
const REVIEWED_FOR_FALSE_KILLS = 5;
/** A rule that ends within this time is reviewed before it does. */
const EXPIRING_WITHIN = 45 * DAY;

/** Over the whole of a span: a rule that begins or ended within it had no chance to hit. */
function isInForce({ effectiveFrom, effectiveTo }: Rule, from: number, to: number): boolean {
  return (effectiveFrom ?? from) <= from && (effectiveTo ?? to) >= to;
}

function reviewOf(input: ReportInput, rules: readonly RuleOutcome[]): ReviewItem[] | null {
  const { review, ruleSet, to } = input;
  if (!review) return null;
  const items: ReviewItem[] = [];
  const add = (why: ReviewItem['why'], { id, name }: Pick<Rule, 'id' | 'name'>, zh: string, en: string) =>
    items.push({ why, ruleId: id, name, detail: { zh, en } });
  for (const { ruleId, name, version, good, known } of rules.filter((rule) => rule.good > 0).slice(0, REVIEWED_FOR_FALSE_KILLS)) {
    const text: LocalisedText = {
      zh: `第 ${version} 版：${known} 单有结果，误拦 ${good} 单`,
      en: `version ${version}: ${good} of ${known} known were false kills`,
    };
    add('false-kills', { id: ruleId, name }, text.zh, text.en);
  }
  for (const rule of ruleSet.rules.filter(({ enabled }) => enabled)) {
    const last = review.lastHitAt(rule.id);
    const days = Math.floor((to - review.since) / DAY);
    if (isInForce(rule, review.since, to) && (last === null || last < review.since))
      add('never-hit', rule, `近 ${days} 天没有命中`, `no hit within ${days} days`);
    const { effectiveTo } = rule;
    if (effectiveTo !== null && effectiveTo >= to && effectiveTo - to <= EXPIRING_WITHIN) {
      const left = Math.ceil((effectiveTo - to) / DAY);
      add('expiring', rule, `${left} 天后到期`, `ends in ${left} days`);
    }
    if (review.unowned.has(rule.id)) add('unowned', rule, '随程序提供，还没有人接手', 'came with the program; nobody has taken it over');
  }
  return items;
}

/** Composes the report that is kept. */
export function composeReport(input: ReportInput): Omit<Report, 'id'> {
  const { kind, from, to, madeAt, madeBy, ruleSet, days, misses, current } = input;
  const currency = currencyOf(input);
  const rules = rulesOf(input);
  const passed = current.known.filter(({ stopped }) => !stopped);
  return {
    ...{ kind, from, to, madeAt, madeBy, currency, days, rules },
    ruleSetVersion: ruleSet.version,
    figures: figuresOf(input, currency),
    misses: {
      missed: sum(
        passed.filter(({ outcome }) => outcome === 'bad'),
        ({ orders }) => orders,
      ),
      passed: sum(passed, ({ orders }) => orders),
      ...misses,
    },
    handling: handlingOf(input),
    review: reviewOf(input, rules),
  };
}
