/** A sum whose parts lose half their weight every `halfLife` milliseconds: the past counts, but less and less. */
export class FadingSum {
  #value = 0;
  #at = 0;
  readonly #halfLife: number;

  constructor(halfLife: number) {
    this.#halfLife = halfLife;
  }

  /** Adds at a moment; a part that comes after later ones counts as much as its age leaves of it. */
  add(amount: number, at: number): void {
    if (at >= this.#at) {
      this.#value = this.valueAt(at) + amount;
      this.#at = at;
    } else this.#value += amount * 2 ** ((at - this.#at) / this.#halfLife);
  }

  valueAt(at: number): number {
    return this.#value === 0 ? 0 : this.#value * 2 ** (Math.min(0, this.#at - at) / this.#halfLife);
  }
}
