import type { ChannelId } from '#shared/channels.ts';
import { SECOND } from '#shared/time.ts';
import { orderNumber } from '#main/engine/index.ts';
import type { Chance } from './ports.ts';

/** Numbers one channel can have in one second. */
const PER_SECOND = 10_000;
/** Shares no factor with 10,000: stepping by it visits every number of a second once. */
const STEP = 7_919;

/**
 * Draws internal order numbers (A6). The four digits start by chance and step through all ten thousand of a second, so that
 * a busy second does not draw twice; a second that is used up borrows from the next. `taken` asks the store, because an
 * earlier run may have used the same second.
 */
export class OrderNumbers {
  readonly #seconds = new Map<ChannelId, { second: number; drawn: number; start: number }>();
  readonly #chance: Chance;
  readonly #taken: (orderNo: string) => boolean;

  constructor(chance: Chance, taken: (orderNo: string) => boolean) {
    this.#chance = chance;
    this.#taken = taken;
  }

  draw(channel: ChannelId, at: number): string {
    for (;;) {
      const state = this.#stateAt(channel, Math.floor(at / SECOND));
      const digits = (state.start + state.drawn * STEP) % PER_SECOND;
      state.drawn += 1;
      const number = orderNumber(channel, state.second * SECOND, digits);
      if (!this.#taken(number)) return number;
    }
  }

  #stateAt(channel: ChannelId, second: number): { second: number; drawn: number; start: number } {
    const known = this.#seconds.get(channel);
    if (known && known.drawn < PER_SECOND && (known.second === second || (known.second > second && known.second - second < 60)))
      return known;
    const borrowed = known && known.drawn >= PER_SECOND && known.second >= second ? known.second + 1 : second;
    const state = { second: borrowed, drawn: 0, start: Math.floor(this.#chance() * PER_SECOND) };
    this.#seconds.set(channel, state);
    return state;
  }
}
