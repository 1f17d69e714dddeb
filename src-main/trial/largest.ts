/** Keeps the entries with the largest weights, at most `limit` of them; a heap with the least on top. */
export class Largest<T> {
  readonly #limit: number;
  readonly #heap: { weight: number; entry: T }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Would an entry of this weight be kept? Asked first where making the entry costs something. */
  takes(weight: number): boolean {
    return this.#heap.length < this.#limit || weight > (this.#heap[0]?.weight ?? Infinity);
  }

  add(weight: number, entry: T): void {
    if (this.#limit === 0 || !this.takes(weight)) return;
    if (this.#heap.length < this.#limit) {
      this.#heap.push({ weight, entry });
      this.#up(this.#heap.length - 1);
    } else {
      this.#heap[0] = { weight, entry };
      this.#down(0);
    }
  }

  /** Largest first. */
  sorted(): T[] {
    return [...this.#heap].sort((a, b) => b.weight - a.weight).map(({ entry }) => entry);
  }

  #weight(at: number): number {
    return this.#heap[at]?.weight ?? Infinity;
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a && b) [this.#heap[one], this.#heap[other]] = [b, a];
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#weight(parent) <= this.#weight(at)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    for (let at = from; ;) {
      const left = 2 * at + 1;
      const child = this.#weight(left + 1) < this.#weight(left) ? left + 1 : left;
      if (this.#weight(child) >= this.#weight(at)) return;
      this.#swap(at, child);
      at = child;
    }
  }
}
