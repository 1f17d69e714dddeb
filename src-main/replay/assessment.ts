import type { OutcomeFormat, OutcomeRefusal, OutcomeRow } from './outcomes.ts';
import { CallCounter, RankCounter, ratio } from './statistics.ts';
import type { CallFigures } from './statistics.ts';
import type { OrderTrace } from './tally.ts';

export interface LabelFigures extends CallFigures {
  name: { zh: string; en: string };
  /** Of the orders each rule stopped at their first verdict. */
  byRule: Record<string, { stopped: number; bad: number }>;
  /** Area under the ROC curve of 100 - health score against the label; 0.5 is chance. */
  riskAuc: number | null;
}

export interface AssessmentFigures {
  outcomeRows: number;
  /** Rows of the outcome file that could not be used, and the first of them. */
  refusedOutcomes: number;
  firstRefusedOutcomes: OutcomeRefusal[];
  /** Outcomes of orders that were not in the file, and orders without an outcome. */
  unmatchedOutcomes: number;
  ordersWithoutOutcome: number;
  mainLabel: string | null;
  labels: Record<string, LabelFigures>;
  late: { labelled: number; late: number; baseRate: number | null };
  /** Orders of good customers within ten minutes of their last one, and how many of them were stopped. */
  goodRepeats: { orders: number; held: number; heldShare: number | null };
  notes: string[];
}

interface Counters {
  calls: CallCounter;
  ranks: RankCounter;
  rules: Map<string, { stopped: number; bad: number }>;
}

/** Refused rows that are shown. */
const REFUSALS_SHOWN = 10;

/** Judges what the hub did by what became of each order. Outcomes are only read here, after every decision is made. */
export class Assessment {
  #rows = 0;
  #refused = 0;
  readonly #firstRefused: OutcomeRefusal[] = [];
  #unmatched = 0;
  #matched = 0;
  #late = 0;
  #lateLabelled = 0;
  readonly #repeats = { orders: 0, held: 0 };
  readonly #calls = new Map<string, Counters>();
  #format: OutcomeFormat | null = null;
  readonly #traces: ReadonlyMap<string, OrderTrace>;

  constructor(traces: ReadonlyMap<string, OrderTrace>) {
    this.#traces = traces;
  }

  refused(refusal: OutcomeRefusal): void {
    this.#refused += 1;
    if (this.#firstRefused.length < REFUSALS_SHOWN) this.#firstRefused.push(refusal);
  }

  add(format: OutcomeFormat, row: OutcomeRow): void {
    this.#format = format;
    this.#rows += 1;
    const trace = this.#traces.get(row.order_id ?? '');
    if (!trace) {
      this.#unmatched += 1;
      return;
    }
    this.#matched += 1;
    const stopped = trace.hold !== 'none';
    for (const label of format.labels) {
      const bad = label.isBad(row);
      if (bad === null) continue;
      const { calls, ranks, rules } = this.#countersOf(label.id);
      for (const rule of trace.stoppedBy) {
        const counts = rules.get(rule) ?? { stopped: 0, bad: 0 };
        rules.set(rule, { stopped: counts.stopped + 1, bad: counts.bad + (bad ? 1 : 0) });
      }
      calls.add(stopped, bad);
      ranks.add(100 - trace.healthScore, bad);
    }
    const late = format.isLate(row);
    if (late !== null) this.#lateLabelled += 1;
    if (late) this.#late += 1;
    if (trace.repeat && format.isGoodCustomer(row) === true) {
      this.#repeats.orders += 1;
      if (stopped) this.#repeats.held += 1;
    }
  }

  figures(): AssessmentFigures {
    const labels = (this.#format?.labels ?? []).map(({ id, name }): [string, LabelFigures] => {
      const { calls, ranks, rules } = this.#countersOf(id);
      const byRule = Object.fromEntries([...rules].sort(([, a], [, b]) => b.stopped - a.stopped));
      return [id, { name, ...calls.figures(), byRule, riskAuc: ranks.area() }];
    });
    return {
      outcomeRows: this.#rows,
      refusedOutcomes: this.#refused,
      firstRefusedOutcomes: this.#firstRefused,
      unmatchedOutcomes: this.#unmatched,
      ordersWithoutOutcome: this.#traces.size - this.#matched,
      mainLabel: this.#format?.main ?? null,
      labels: Object.fromEntries(labels),
      late: { labelled: this.#lateLabelled, late: this.#late, baseRate: ratio(this.#late, this.#lateLabelled) },
      goodRepeats: { ...this.#repeats, heldShare: ratio(this.#repeats.held, this.#repeats.orders) },
      notes: this.#format?.notes ?? [],
    };
  }

  #countersOf(label: string): Counters {
    let counters = this.#calls.get(label);
    if (!counters) this.#calls.set(label, (counters = { calls: new CallCounter(), ranks: new RankCounter(), rules: new Map() }));
    return counters;
  }
}
