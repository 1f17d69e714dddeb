import { TrainingError } from '#main/learning/boosting/table.ts';
import type { FeatureRow, Sample } from '#main/learning/boosting/table.ts';
import { DAY } from '#shared/time.ts';

/** When a forecast is learnt again. */
export interface RefitPlan {
  /** Known outcomes, and how many of the rarer kind, below which nothing is learnt. */
  leastKnown: number;
  leastOfEach: number;
  /** At most this often. */
  everyMs: number;
  /** And only when the known outcomes grew by this share. */
  growth: number;
}

/** Weekly, and when a tenth more outcomes are known. */
export const DEFAULT_REFIT: RefitPlan = { leastKnown: 500, leastOfEach: 20, everyMs: 7 * DAY, growth: 0.1 };

export interface RollingOptions<Model> {
  fit(samples: readonly Sample[], at: number): Model;
  plan?: Partial<RefitPlan>;
  /** Samples kept, the latest; older ones are forgotten. */
  keep?: number;
}

interface Pending {
  row: FeatureRow;
  at: number;
}

/**
 * Rows read as orders came, outcomes as they became known, and the model of the moment: it has learnt nothing that was told later
 * than the last call. An order read twice counts as it was read first.
 */
export class RollingForecast<Model> {
  readonly #options: RollingOptions<Model>;
  readonly #plan: RefitPlan;
  readonly #pending = new Map<string, Pending>();
  #samples: Sample[] = [];
  #known = { yes: 0, no: 0 };
  #fitted: { at: number; known: number } | null = null;
  /** What `#fitted` was when the last fit began. */
  #before: { at: number; known: number } | null = null;
  #model: Model | null = null;

  constructor(options: RollingOptions<Model>) {
    this.#options = options;
    this.#plan = { ...DEFAULT_REFIT, ...options.plan };
  }

  get model(): Model | null {
    return this.#model;
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  /** Known outcomes so far, whether or not their samples are still kept. */
  get known(): { yes: number; no: number } {
    return { ...this.#known };
  }

  read(id: string, row: FeatureRow, at: number): void {
    if (!this.#pending.has(id)) this.#pending.set(id, { row, at });
  }

  /** An outcome became known at a moment; one of an order never read is passed over. */
  learn(id: string, outcome: boolean, knownAt: number): void {
    const read = this.#pending.get(id);
    if (!read) return;
    this.#pending.delete(id);
    this.#known[outcome ? 'yes' : 'no'] += 1;
    this.#samples.push({ ...read, outcome, knownAt });
    const { keep = Infinity } = this.#options;
    // Cut now and then, so that adding stays cheap.
    if (this.#samples.length > keep * 1.2) this.#samples = this.#samples.slice(-keep);
  }

  /** An order will have no outcome. */
  forget(id: string): void {
    this.#pending.delete(id);
  }

  isDue(at: number): boolean {
    const { leastKnown, leastOfEach, everyMs, growth } = this.#plan;
    const { yes, no } = this.#known;
    if (yes + no < leastKnown || Math.min(yes, no) < leastOfEach) return false;
    return this.#fitted === null || (at - this.#fitted.at >= everyMs && yes + no >= this.#fitted.known * (1 + growth));
  }

  /** A fit begins elsewhere: the samples it may learn from. The next one is counted from here. */
  begin(at: number): Sample[] {
    this.#before = this.#fitted;
    this.#fitted = { at, known: this.#known.yes + this.#known.no };
    return this.#samples.filter(({ knownAt }) => knownAt < at);
  }

  /** The fit that was begun came to no end: it is due as if it had not been begun. */
  abandon(): void {
    this.#fitted = this.#before;
  }

  /** Puts a model in service: one that was fitted elsewhere, or stored, with when and on how many known outcomes it was fitted. */
  take(model: Model, fitted: { at: number; known: number } | null = this.#fitted): void {
    this.#model = model;
    this.#fitted = fitted;
  }

  /** Learns again where it is due. True when there is a new model; too little of one kind leaves the model before in service. */
  refit(at: number): boolean {
    if (!this.isDue(at)) return false;
    const known = this.begin(at);
    try {
      this.take(this.#options.fit(known, at));
      return true;
    } catch (error) {
      if (error instanceof TrainingError) return false;
      throw error;
    }
  }
}
