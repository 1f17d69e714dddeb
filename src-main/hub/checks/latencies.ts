/** Answers kept for the percentiles. */
const KEPT = 512;

/** How long the last answers of a source took, ms. */
export class Latencies {
  readonly #kept: number[] = [];
  #next = 0;

  add(ms: number): void {
    this.#kept[this.#next % KEPT] = ms;
    this.#next += 1;
  }

  /** The share-th of them in order of size, whole ms; null before the first. */
  percentile(share: number): number | null {
    if (this.#kept.length === 0) return null;
    const sorted = [...this.#kept].sort((a, b) => a - b);
    return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0);
  }
}
