import type { OutcomeFormat, OutcomeRow } from './outcomes.ts';
import { CallCounter, RankCounter, ratio } from './statistics.ts';
import type { CallFigures } from './statistics.ts';
import type { OrderTrace } from './tally.ts';

export interface LabelFigures extends CallFigures {
  name: { zh: string; en: string };
  /** Area under the ROC curve of 100 - health score against the label; 0.5 is chance. */
  riskAuc: number | null;
}

export interface AssessmentFigures {
  outcomeRows: number;
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

/** Judges what the hub did by what became of each order. Outcomes are only read here, after every decision is made. */
export class Assessment {
  #rows = 0;
  #unmatched = 0;
  #matched = 0;
  #late = 0;
  #lateLabelled = 0;
  readonly #repeats = { orders: 0, held: 0 };
  readonly #calls = new Map<string, { calls: CallCounter; ranks: RankCounter }>();
  #format: OutcomeFormat | null = null;
  readonly #traces: ReadonlyMap<string, OrderTrace>;

  constructor(traces: ReadonlyMap<string, OrderTrace>) {
    this.#traces = traces;
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
      const { calls, ranks } = this.#countersOf(label.id);
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
      const { calls, ranks } = this.#countersOf(id);
      return [id, { name, ...calls.figures(), riskAuc: ranks.area() }];
    });
    return {
      outcomeRows: this.#rows,
      unmatchedOutcomes: this.#unmatched,
      ordersWithoutOutcome: this.#traces.size - this.#matched,
      mainLabel: this.#format?.main ?? null,
      labels: Object.fromEntries(labels),
      late: { labelled: this.#lateLabelled, late: this.#late, baseRate: ratio(this.#late, this.#lateLabelled) },
      goodRepeats: { ...this.#repeats, heldShare: ratio(this.#repeats.held, this.#repeats.orders) },
      notes: this.#format?.notes ?? [],
    };
  }

  #countersOf(label: string): { calls: CallCounter; ranks: RankCounter } {
    let counters = this.#calls.get(label);
    if (!counters) this.#calls.set(label, (counters = { calls: new CallCounter(), ranks: new RankCounter() }));
    return counters;
  }
}
