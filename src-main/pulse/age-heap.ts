/** Columns that every heap over the same slots shares; they are replaced as a whole when they grow. */
export interface SlotColumns {
  /** When the order entered its stage (epoch ms). */
  since: Float64Array;
  /** Where the slot stands in the one heap it is in. */
  position: Int32Array;
}

/**
 * Slots by age, oldest at the top: a binary heap that knows where each slot stands, so that any slot leaves in
 * O(log n). A slot is in at most one heap at a time.
 */
export class AgeHeap {
  readonly #columns: SlotColumns;
  #slots = new Int32Array(4);
  #size = 0;

  constructor(columns: SlotColumns) {
    this.#columns = columns;
  }

  get size(): number {
    return this.#size;
  }

  /** The oldest slot, or -1. */
  peek(): number {
    return this.#size === 0 ? -1 : (this.#slots[0] as number);
  }

  push(slot: number): void {
    if (this.#size === this.#slots.length) {
      const wider = new Int32Array(this.#slots.length * 2);
      wider.set(this.#slots);
      this.#slots = wider;
    }
    this.#rise(this.#size++, slot);
  }

  remove(slot: number): void {
    const position = this.#columns.position[slot] as number;
    this.#size -= 1;
    if (position === this.#size) return;
    const last = this.#slots[this.#size] as number;
    const { since } = this.#columns;
    if ((since[last] as number) < (since[slot] as number)) this.#rise(position, last);
    else this.#sink(position, last);
  }

  /** Takes the oldest slot out; -1 when there is none. */
  pop(): number {
    const slot = this.peek();
    if (slot >= 0) this.remove(slot);
    return slot;
  }

  /** Up to `count` slots, oldest first, without taking them out: O(count log count), whatever the size. */
  oldest(count: number): number[] {
    const found: number[] = [];
    const { since } = this.#columns;
    const frontier = this.#size > 0 ? [0] : [];
    const age = (position: number) => since[this.#slots[position] as number] as number;
    while (found.length < count && frontier.length > 0) {
      let best = 0;
      for (let index = 1; index < frontier.length; index += 1) {
        if (age(frontier[index] as number) < age(frontier[best] as number)) best = index;
      }
      const [position] = frontier.splice(best, 1) as [number];
      found.push(this.#slots[position] as number);
      for (const child of [2 * position + 1, 2 * position + 2]) if (child < this.#size) frontier.push(child);
    }
    return found;
  }

  /** Every slot, in no order. */
  *[Symbol.iterator](): Generator<number> {
    for (let position = 0; position < this.#size; position += 1) yield this.#slots[position] as number;
  }

  clear(): void {
    this.#size = 0;
    this.#slots = new Int32Array(4);
  }

  #rise(from: number, slot: number): void {
    const { since, position } = this.#columns;
    const slots = this.#slots;
    const age = since[slot] as number;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = slots[parent] as number;
      if ((since[above] as number) <= age) break;
      slots[at] = above;
      position[above] = at;
      at = parent;
    }
    slots[at] = slot;
    position[slot] = at;
  }

  #sink(from: number, slot: number): void {
    const { since, position } = this.#columns;
    const slots = this.#slots;
    const age = since[slot] as number;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && (since[slots[child + 1] as number] as number) < (since[slots[child] as number] as number)) child += 1;
      const below = slots[child] as number;
      if ((since[below] as number) >= age) break;
      slots[at] = below;
      position[below] = at;
      at = child;
    }
    slots[at] = slot;
    position[slot] = at;
  }
}
