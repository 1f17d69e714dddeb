const FIRST_ROOM = 4_096;

/** Average order of every buyer, in arrays: a million buyers take what their names take, and little more. */
export class Averages {
  readonly #slots = new Map<string, number>();
  #orders = new Float64Array(FIRST_ROOM);
  #minor = new Float64Array(FIRST_ROOM);

  /** Adds orders and money of a buyer; the averages before and after, null without either. */
  add(buyer: string, orders: number, minor: number): [before: number | null, after: number | null] {
    let slot = this.#slots.get(buyer);
    if (slot === undefined) {
      slot = this.#slots.size;
      this.#slots.set(buyer, slot);
      if (slot >= this.#orders.length) {
        this.#orders = grown(this.#orders);
        this.#minor = grown(this.#minor);
      }
    }
    const before = this.#average(slot);
    this.#orders[slot] = (this.#orders[slot] as number) + orders;
    this.#minor[slot] = (this.#minor[slot] as number) + minor;
    return [before, this.#average(slot)];
  }

  #average(slot: number): number | null {
    const orders = this.#orders[slot] as number;
    const minor = this.#minor[slot] as number;
    return orders > 0 && minor > 0 ? minor / orders : null;
  }
}

function grown(from: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const to = new Float64Array(from.length * 2);
  to.set(from);
  return to;
}
