import { MINUTE, SECOND } from '#shared/time.ts';

interface Entry {
  attempts: number;
  notBefore: number;
  asking: boolean;
}

const FIRST_WAIT = 15 * SECOND;
const LONGEST_WAIT = 15 * MINUTE;

/** Orders one source could not tell about: they are asked about again, each after a longer wait. */
export class Unanswered {
  readonly #orders = new Map<string, Entry>();

  get size(): number {
    return this.#orders.size;
  }
  get orderNos(): string[] {
    return [...this.#orders.keys()];
  }

  add(orderNo: string, now: number): void {
    if (!this.#orders.has(orderNo)) this.#orders.set(orderNo, { attempts: 0, notBefore: now + FIRST_WAIT, asking: false });
  }
  remove(orderNo: string): void {
    this.#orders.delete(orderNo);
  }

  /** Takes up to `limit` orders whose time has come, longest waiting first; each comes back by `failed` or leaves by `remove`. */
  take(now: number, limit: number): string[] {
    const due: string[] = [];
    for (const [orderNo, entry] of this.#orders) {
      if (due.length >= limit) break;
      if (entry.asking || entry.notBefore > now) continue;
      entry.asking = true;
      due.push(orderNo);
    }
    return due;
  }

  /** Not answered this time either. `counts` false: nobody was asked, because the source is left alone. */
  failed(orderNo: string, now: number, counts: boolean): void {
    const entry = this.#orders.get(orderNo);
    if (!entry) return;
    entry.asking = false;
    if (!counts) return;
    entry.attempts += 1;
    entry.notBefore = now + Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** entry.attempts);
    // Whoever was tried goes to the end.
    this.#orders.delete(orderNo);
    this.#orders.set(orderNo, entry);
  }

  /** The source is there again: nobody waits longer. */
  hurry(now: number): void {
    for (const entry of this.#orders.values()) entry.notBefore = Math.min(entry.notBefore, now);
  }
}
