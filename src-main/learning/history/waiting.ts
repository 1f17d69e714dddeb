/** Ids by the moment they fall due: a binary heap, so that passing time costs what has become due. */
export class Waiting {
  readonly #entries: { at: number; id: string }[] = [];

  add(at: number, id: string): void {
    const entries = this.#entries;
    let place = entries.push({ at, id }) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (entries[parent]!.at <= entries[place]!.at) break;
      this.#swap(parent, place);
      place = parent;
    }
  }

  /** The earliest due before a moment, taken out; null: none is. */
  takeBefore(at: number): string | null {
    const entries = this.#entries;
    const first = entries[0];
    if (!first || first.at >= at) return null;
    const last = entries.pop()!;
    if (entries.length > 0) {
      entries[0] = last;
      this.#sink();
    }
    return first.id;
  }

  #sink(): void {
    const entries = this.#entries;
    for (let place = 0; ;) {
      const left = 2 * place + 1;
      const right = left + 1;
      let least = place;
      if (left < entries.length && entries[left]!.at < entries[least]!.at) least = left;
      if (right < entries.length && entries[right]!.at < entries[least]!.at) least = right;
      if (least === place) return;
      this.#swap(least, place);
      place = least;
    }
  }

  #swap(a: number, b: number): void {
    const kept = this.#entries[a]!;
    this.#entries[a] = this.#entries[b]!;
    this.#entries[b] = kept;
  }
}
