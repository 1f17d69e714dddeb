/**
 * How well a yes/no call (held or not) agrees with what became of each order. `bad` is the class a hold is meant to
 * catch. Every ratio is null where its denominator is zero, because a ratio of nothing says nothing.
 */
export class CallCounter {
  /** Orders called and bad, called and good, not called and bad, not called and good. */
  truePositives = 0;
  falsePositives = 0;
  falseNegatives = 0;
  trueNegatives = 0;

  add(called: boolean, bad: boolean): void {
    if (called && bad) this.truePositives += 1;
    else if (called) this.falsePositives += 1;
    else if (bad) this.falseNegatives += 1;
    else this.trueNegatives += 1;
  }

  figures(): CallFigures {
    const bad = this.truePositives + this.falseNegatives;
    const good = this.falsePositives + this.trueNegatives;
    const called = this.truePositives + this.falsePositives;
    return {
      labelled: bad + good,
      bad,
      baseRate: ratio(bad, bad + good),
      held: called,
      precision: ratio(this.truePositives, called),
      recall: ratio(this.truePositives, bad),
      falseKillRate: ratio(this.falsePositives, good),
    };
  }
}

export interface CallFigures {
  /** Orders whose outcome is known, and how many of them were bad. */
  labelled: number;
  bad: number;
  baseRate: number | null;
  /** Orders of these that were held or frozen. */
  held: number;
  /** Share of the held orders that were bad. */
  precision: number | null;
  /** Share of the bad orders that were held. */
  recall: number | null;
  /** Share of the good orders that were held. */
  falseKillRate: number | null;
}

/** `part / whole`, or null when there is no whole. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/**
 * Area under the ROC curve of a score: the chance that a random bad case scores above a random good one, ties counted
 * half (Mann-Whitney). Keeps one pair of counts per distinct score, so memory follows the scale, not the orders.
 */
export class RankCounter {
  readonly #counts = new Map<number, { bad: number; good: number }>();

  /** `score`: larger means more suspicious. NaN is refused, since it has no rank. */
  add(score: number, bad: boolean): void {
    if (Number.isNaN(score)) throw new RangeError('A score that is not a number has no rank.');
    let counts = this.#counts.get(score);
    if (!counts) this.#counts.set(score, (counts = { bad: 0, good: 0 }));
    if (bad) counts.bad += 1;
    else counts.good += 1;
  }

  /** Null unless both a bad and a good case were seen. */
  area(): number | null {
    let goodBelow = 0;
    let bad = 0;
    let wins = 0;
    for (const [, counts] of [...this.#counts].sort(([a], [b]) => a - b)) {
      wins += counts.bad * (goodBelow + counts.good / 2);
      goodBelow += counts.good;
      bad += counts.bad;
    }
    return ratio(wins, bad * goodBelow);
  }
}

/**
 * Quantiles of many durations within a fixed memory: logarithmic buckets 2 % wide, so an answer is within 1 % of the
 * exact order statistic. Values at or below zero fall into the lowest bucket.
 */
export class DurationHistogram {
  readonly #buckets = new Map<number, number>();
  #count = 0;

  add(value: number, times = 1): void {
    const bucket = value <= MINIMUM ? 0 : Math.ceil(Math.log(value / MINIMUM) / LOG_WIDTH);
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + times);
    this.#count += times;
  }

  get count(): number {
    return this.#count;
  }

  /** `share` from 0 to 1, nearest rank; null when empty. */
  quantile(share: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    let last = 0;
    for (const [bucket, times] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      last = bucket;
      seen += times;
      if (seen >= rank) break;
    }
    return MINIMUM * Math.exp((last - 0.5) * LOG_WIDTH);
  }
}

/** Lower end of the scale, in the unit of the values: a thousandth. */
const MINIMUM = 0.001;
const LOG_WIDTH = Math.log(1.02);
