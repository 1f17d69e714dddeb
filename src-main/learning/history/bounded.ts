/** A map that forgets the entry longest unused when it would grow past its limit. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Without counting as a use: reading features must not change what is remembered. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** The entry, made anew if there is none; it is the freshest now. */
  use(key: K, make: () => V): V {
    const value = this.#entries.get(key) ?? make();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value as K);
    return value;
  }

  /** The longest unused first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  /** The entry longest unused. */
  oldest(): [K, V] | undefined {
    return this.#entries.entries().next().value;
  }
}
