import { FadingSum } from './fading.ts';

/** How often something came about among like things, the past fading; few cases are drawn towards what is usual. */
export class FadingShare {
  readonly #cases: FadingSum;
  readonly #hits: FadingSum;

  constructor(halfLife: number) {
    this.#cases = new FadingSum(halfLife);
    this.#hits = new FadingSum(halfLife);
  }

  /** A case at a moment, and whether it came about. */
  add(hit: boolean, at: number): void {
    this.#cases.add(1, at);
    if (hit) this.#hits.add(1, at);
  }

  /** A case counted before came about after all. */
  hit(at: number): void {
    this.#hits.add(1, at);
  }

  casesAt(at: number): number {
    return this.#cases.valueAt(at);
  }

  /** Share at a moment, 0 … 1, as if `weight` more cases had gone as `usual` says. */
  shareAt(at: number, usual: number, weight: number): number {
    return Math.min(1, (this.#hits.valueAt(at) + weight * usual) / (this.#cases.valueAt(at) + weight));
  }
}
