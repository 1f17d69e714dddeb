import type { Report, ReportKind } from '#shared/contract/reports.ts';
import type { Rule } from '#shared/rule.ts';
import { businessDateTime, businessDayStart, businessWeekday, DAY, parseBusinessTime } from '#shared/time.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { composeReport } from '#main/reports/compose.ts';
import type { KeptGroups, PeriodFigures, ReportInput } from '#main/reports/compose.ts';
import { FeatureCounts, SMALLEST_GROUP } from '#main/reports/features.ts';
import type { Store } from '../ports.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import { KEPT, KnownTally } from './known-tally.ts';
import type { DecisionRow, OrderGroup, Place, Span } from './learning-ports.ts';

export interface ReporterParts {
  store: Store;
  book: RuleBook;
  turn(): Promise<void>;
}

/** Orders with a known outcome counted in one turn. */
const KNOWN = 1_000;
/** Vectors looked at in one turn. */
const VECTORS = 250;
/** Weeks of the trend of handling time, and kinds of cases it shows. */
const TREND_WEEKS = 8;
const TREND_KINDS = 12;
const WEEK = 7 * DAY;
/** A rule without a hit for this long is on the review list. */
const NEVER_HIT = 30 * DAY;

type Task = Pick<Report, 'kind' | 'from' | 'to' | 'madeAt' | 'madeBy'>;

interface Period {
  figures: PeriodFigures;
  days: Report['days'];
  decisions: DecisionRow[];
  hits: ReportInput['hits'];
  known: KnownTally;
}

/** Counts a period from the store, a day or a thousand rows at a time, and keeps the report made of it (I2). */
export class Reporter {
  readonly #parts: ReporterParts;

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  /** Makes and keeps the report of [from, to); answers its number. The outcomes must be up to date. Throws StoreError. */
  async make(task: Task, actor: string): Promise<number> {
    const { store, book } = this.#parts;
    const { learning } = store;
    const span = { from: task.from, to: task.to };
    const { figures: current, days, decisions, hits, known } = await this.#period(span);
    const { figures: previous } = await this.#period(periodBefore(task.kind, span));
    const features = await this.#features(span);
    const handling = await this.#handling(span.to);
    const stopped = { group: 'stopped', orderIds: learning.stoppedOrders(span, KEPT), all: sumOf(current.stopped) };
    const groups = [...known.groups, ...groupsOf(decisions), stopped].filter(({ all }) => all > 0);
    const kept: KeptGroups = new Map(groups.map(({ group, orderIds, all }) => [group, { kept: orderIds.length, all }]));
    const report = composeReport({
      ...task,
      ruleSet: book.ruleSet,
      ...{ current, previous, days, hits, handling },
      known: known.byRule,
      misses: { smallest: SMALLEST_GROUP, features: features.features() },
      groups: kept,
      nameOf: (ruleId) => book.rule(ruleId),
      review: task.kind === 'monthly' ? this.#review(task.to) : null,
    });
    return store.transaction(() => {
      const id = learning.reports.add(report, groups);
      const detail = { kind: task.kind, from: task.from, to: task.to };
      store.audit.append({ actor, action: 'reports.make', subject: `report@${id}`, detail }, task.madeAt);
      return id;
    });
  }

  async #period({ from, to }: Span): Promise<Period> {
    const { store, turn } = this.#parts;
    const { learning } = store;
    const days: Report['days'] = [];
    const decisions: DecisionRow[] = [];
    const stopped = new Map<string, PeriodFigures['stopped'][number]>();
    const hits = new Map<string, ReportInput['hits'][number]>();
    for (let day = businessDayStart(from); day < to; day += DAY) {
      const part = { from: Math.max(day, from), to: Math.min(day + DAY, to) };
      const rows = learning.stoppedIn(part);
      for (const { currency, orders, minor } of rows) {
        const sum = stopped.get(currency) ?? { currency, orders: 0, minor: 0 };
        stopped.set(currency, { currency, orders: sum.orders + orders, minor: sum.minor + minor });
      }
      const made = learning.decisionsIn(part);
      decisions.push(...made);
      days.push({ day: part.from, stopped: sumOf(rows), decided: made.filter(isByPerson).length });
      for (const { ruleId, version, orders } of learning.hitsByRule(part)) {
        const key = `${ruleId}@${version}`;
        hits.set(key, { ruleId, version, orders: orders + (hits.get(key)?.orders ?? 0) });
      }
      await turn();
    }
    const known = await this.#known({ from, to });
    const byPerson = decisions.filter(isByPerson);
    const figures: PeriodFigures = {
      stopped: [...stopped.values()],
      known: known.counts,
      released: byPerson.filter(({ action }) => action === 'release').length,
      frozen: byPerson.filter(({ action }) => action === 'freeze').length,
      expired: decisions.filter(({ action }) => action === 'expire').length,
      handlingMs: byPerson.flatMap(({ handlingMs }) => (handlingMs === null ? [] : [handlingMs])),
      hits: sumOf([...hits.values()]),
    };
    return { figures, days, decisions, hits: [...hits.values()], known };
  }

  async #known(span: Span): Promise<KnownTally> {
    const { store, turn } = this.#parts;
    const tally = new KnownTally();
    for (let after: Place | null = null; ;) {
      const rows = store.learning.known(span, after, KNOWN);
      for (const row of rows) tally.add(row);
      after = rows.at(-1) ?? null;
      if (rows.length < KNOWN) return tally;
      await turn();
    }
  }

  /** What missed orders have that others let through have not. */
  async #features(span: Span): Promise<FeatureCounts> {
    const { store, turn } = this.#parts;
    const fields = store.learning.fields();
    const counts = new FeatureCounts();
    for (let after: Place | null = null; ;) {
      const rows = store.learning.passedVectors(span, after, VECTORS);
      for (const { ruleSetVersion, inputs, outcome } of rows) {
        counts.add(fields.get(ruleSetVersion) ?? [], JSON.parse(inputs) as FieldValue[], outcome === 'bad');
      }
      after = rows.at(-1) ?? null;
      if (rows.length < VECTORS) return counts;
      await turn();
    }
  }

  async #handling(to: number): Promise<ReportInput['handling']> {
    const { store, turn } = this.#parts;
    const weeks = Array.from({ length: TREND_WEEKS }, (_, index) => to - (TREND_WEEKS - index) * WEEK);
    const kinds = new Map<string | null, number[][]>([[null, weeks.map(() => [])]]);
    for (const [week, from] of weeks.entries()) {
      for (let day = from; day < from + WEEK; day += DAY) {
        for (const { orderId, handlingMs, ...row } of store.learning.decisionsIn({ from: day, to: day + DAY })) {
          if (handlingMs === null || !isByPerson(row)) continue;
          for (const kind of [null, ...store.learning.rulesOf(orderId)]) {
            const times = kinds.get(kind) ?? weeks.map(() => []);
            kinds.set(kind, times);
            times[week]?.push(handlingMs);
          }
        }
        await turn();
      }
    }
    const size = (times: number[][]) => times.reduce((sum, week) => sum + week.length, 0);
    return [...kinds]
      .sort(([a, x], [b, y]) => Number(b === null) - Number(a === null) || size(y) - size(x))
      .slice(0, TREND_KINDS)
      .map(([ruleId, times]) => ({ ruleId, weeks: weeks.map((from, week) => ({ from, handlingMs: times[week] ?? [] })) }));
  }

  #review(to: number): NonNullable<ReportInput['review']> {
    const { store, book } = this.#parts;
    return {
      since: to - NEVER_HIT,
      lastHitAt: (ruleId) => store.learning.lastHitAt(ruleId),
      unowned: new Set(ownedByNobody(store, book)),
    };
  }
}

const sumOf = (rows: readonly { orders: number }[]) => rows.reduce((sum, { orders }) => sum + orders, 0);

/** Orders behind what people and the timer decided, each once. */
function groupsOf(decisions: readonly DecisionRow[]): OrderGroup[] {
  const groupOf = (group: string, test: (row: DecisionRow) => boolean): OrderGroup => {
    const orderIds = [...new Set(decisions.filter(test).map(({ orderId }) => orderId))];
    return { group, orderIds: orderIds.slice(0, KEPT), all: orderIds.length };
  };
  return [
    groupOf('released', (row) => isByPerson(row) && row.action === 'release'),
    groupOf('frozen', (row) => isByPerson(row) && row.action === 'freeze'),
    groupOf('expired', (row) => row.action === 'expire'),
  ];
}

/** Rules in force that stand as the program brought them: no person has published a version of their own. */
function ownedByNobody(store: Store, book: RuleBook): string[] {
  const document = store.ruleSets.newestOf('shipped')?.document as { rules?: Rule[] } | undefined;
  const shipped = new Map((document?.rules ?? []).map(({ id, version }) => [id, version]));
  return book.ruleSet.rules.filter(({ id, version }) => shipped.get(id) === version).map(({ id }) => id);
}

function isByPerson({ actor, action }: Pick<DecisionRow, 'actor' | 'action'>): boolean {
  return actor !== 'hub' && (action === 'release' || action === 'freeze');
}

/** The period a scheduled report covers: the last whole week (Monday to Monday) or calendar month before a moment, business time. */
export function lastPeriod(kind: ReportKind, at: number): Span {
  if (kind === 'weekly') {
    const to = businessDayStart(at) - (businessWeekday(at) - 1) * DAY;
    return { from: to - WEEK, to };
  }
  const to = monthStart(at);
  return { from: monthStart(to - 1), to };
}

/** What a period is compared with: the whole week or month before a whole one, else as many days. */
export function periodBefore(kind: ReportKind, { from, to }: Span): Span {
  const whole = lastPeriod(kind, to);
  return whole.from === from && whole.to === to ? lastPeriod(kind, from) : { from: from - (to - from), to: from };
}

function monthStart(at: number): number {
  return parseBusinessTime(`${businessDateTime(at).slice(0, 7)}-01`) as number;
}
