/**
 * Which of many to follow when not all can be: a share of them that halves when there are too many and doubles back when there are
 * few, chosen by their ids alone, so that whoever is followed says as much of the rest.
 */
export class FairSample {
  readonly #most: number;
  /** Low bits of an id's hash that must be zero. */
  #mask = 0;

  /** @param most how many may be followed at once */
  constructor(most: number) {
    this.#most = most;
  }

  takes(id: string): boolean {
    return (hashOf(id) & this.#mask) === 0;
  }

  /** Told how many are followed now. True: the share became smaller, and those it no longer takes are to be let go. */
  holds(count: number): boolean {
    if (count > this.#most) {
      this.#mask = this.#mask * 2 + 1;
      return true;
    }
    if (this.#mask > 0 && count < this.#most / 4) this.#mask >>>= 1;
    return false;
  }
}

/** FNV-1a over UTF-16 units, its high bits folded in: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
