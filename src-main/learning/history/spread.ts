/** Mean and spread of a quantity seen one by one (Welford 1962), and the largest so far. */
export class RunningSpread {
  #count = 0;
  #mean = 0;
  #squares = 0;
  #largest = -Infinity;

  add(value: number): void {
    this.#count += 1;
    const distance = value - this.#mean;
    this.#mean += distance / this.#count;
    this.#squares += distance * (value - this.#mean);
    this.#largest = Math.max(this.#largest, value);
  }

  get count(): number {
    return this.#count;
  }

  /** Null before the first. */
  get mean(): number | null {
    return this.#count > 0 ? this.#mean : null;
  }

  get largest(): number | null {
    return this.#count > 0 ? this.#largest : null;
  }

  /** Standard deviation; null before the second. */
  get deviation(): number | null {
    return this.#count > 1 ? Math.sqrt(this.#squares / (this.#count - 1)) : null;
  }

  /** How many deviations a value lies above the mean; a spread of few values counts as at least `least`. Null before the third. */
  deviations(value: number, least: number): number | null {
    if (this.#count < 3) return null;
    return (value - this.#mean) / Math.max(least, Math.sqrt(this.#squares / (this.#count - 1)));
  }
}
