interface Entry {
  at: number;
  orderNo: string;
}

/** Release times as a heap: asking what is due costs what is due. An order has one time; a newer one replaces it. */
export class Deadlines {
  readonly #heap: Entry[] = [];
  readonly #times = new Map<string, number>();

  get size(): number {
    return this.#times.size;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#times.clear();
  }

  /** Sets or, with null, takes away the time of an order. Old heap entries are passed over when they come up. */
  set(orderNo: string, at: number | null): void {
    if (at === null) {
      this.#times.delete(orderNo);
      return;
    }
    if (this.#times.get(orderNo) === at) return;
    this.#times.set(orderNo, at);
    this.#push({ at, orderNo });
  }

  /** The earliest time set; null without any. */
  next(): number | null {
    this.#dropStale();
    return this.#heap[0]?.at ?? null;
  }

  /** Takes out up to `limit` orders whose time has come, earliest first. */
  takeDue(now: number, limit: number): string[] {
    const due: string[] = [];
    for (this.#dropStale(); due.length < limit; this.#dropStale()) {
      const top = this.#heap[0];
      if (!top || top.at > now) break;
      this.#pop();
      this.#times.delete(top.orderNo);
      due.push(top.orderNo);
    }
    return due;
  }

  #dropStale(): void {
    for (let top = this.#heap[0]; top && this.#times.get(top.orderNo) !== top.at; top = this.#heap[0]) this.#pop();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0 || !last) return;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child += 1;
      if ((heap[child] as Entry).at >= last.at) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
  }
}
