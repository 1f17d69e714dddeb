/** What will be learnt at a later moment, run in the order of time: a heap. */
export class Later {
  readonly #heap: { at: number; order: number; task: () => void }[] = [];
  #order = 0;

  add(at: number, task: () => void): void {
    this.#order += 1;
    this.#heap.push({ at, order: this.#order, task });
    for (let child = this.#heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** Runs everything that was known by then. */
  runThrough(at: number): void {
    for (let top = this.#heap[0]; top && top.at <= at; top = this.#heap[0]) {
      const last = this.#heap.pop();
      if (last && last !== top) {
        this.#heap[0] = last;
        this.#sink();
      }
      top.task();
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < this.#heap.length && this.#before(child, least)) least = child;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (a && b) [this.#heap[one], this.#heap[other]] = [b, a];
  }
}
