import type { ChannelId } from '#shared/channels.ts';
import { SECOND } from '#shared/time.ts';
import { orderNumber, orderNumberPrefix } from '#main/engine/index.ts';
import type { Chance } from './ports.ts';

/** Numbers one channel can have in one second. */
const PER_SECOND = 10_000;
/** Shares no factor with 10,000: stepping by it visits every number of a second once. */
const STEP = 7_919;
/** How many seconds ahead of the clock a busy channel may draw. */
const MOST_BORROWED = 60;

/**
 * Draws internal order numbers (A6). The four digits start by chance and step through all ten thousand of a second, so that
 * a busy second does not draw twice; a second that is used up borrows from the next. `taken` asks the store; it is asked
 * only where an earlier run, or an earlier pass through the same second, may have drawn already.
 */
export class OrderNumbers {
  readonly #seconds = new Map<ChannelId, Second>();
  readonly #chance: Chance;
  readonly #taken: (orderNo: string) => boolean;
  readonly #unusedFrom: number;

  /** `newestAt`: when the newest order of the store was received, epoch ms; null for an empty store. */
  constructor(chance: Chance, newestAt: number | null, taken: (orderNo: string) => boolean) {
    this.#chance = chance;
    this.#taken = taken;
    this.#unusedFrom = newestAt === null ? -Infinity : Math.floor(newestAt / SECOND) + MOST_BORROWED;
  }

  draw(channel: ChannelId, at: number): string {
    for (;;) {
      const state = this.#stateAt(channel, Math.floor(at / SECOND));
      const digits = (state.start + state.drawn * STEP) % PER_SECOND;
      state.drawn += 1;
      const number = orderNumber(state.prefix, digits);
      if (!state.used || !this.#taken(number)) return number;
    }
  }

  #stateAt(channel: ChannelId, second: number): Second {
    const known = this.#seconds.get(channel);
    const lent = known !== undefined && known.second >= second && known.second - second < MOST_BORROWED;
    if (known && lent && known.drawn < PER_SECOND) return known;
    const next = known && lent ? known.second + 1 : second;
    const used = next < this.#unusedFrom || (known !== undefined && next <= known.newest);
    const newest = Math.max(next, known?.newest ?? next);
    const prefix = orderNumberPrefix(channel, next * SECOND);
    const state = { second: next, prefix, drawn: 0, start: Math.floor(this.#chance() * PER_SECOND), used, newest };
    this.#seconds.set(channel, state);
    return state;
  }
}

interface Second {
  second: number;
  /** Of every number in this second. */
  prefix: string;
  drawn: number;
  start: number;
  /** Numbers of this second may be taken already. */
  used: boolean;
  /** Newest second this channel ever drew from in this run. */
  newest: number;
}
