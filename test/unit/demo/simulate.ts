import { createHistory } from '#main/demo/history.ts';
import type { History } from '#main/demo/history.ts';
import { createListing } from '#main/demo/listing.ts';
import { Market } from '#main/demo/market.ts';
import { existingPieces, openingStock } from '#main/demo/opening-stock.ts';
import type { Posting } from '#main/demo/order.ts';
import { createPeople } from '#main/demo/people.ts';
import { seededRandom } from '#main/demo/random.ts';
import { keyOf, World } from '#main/demo/world.ts';

export const NOON = Date.parse('2026-11-22T12:00:00+08:00');

export interface Simulation {
  world: World;
  history: History;
  live: Posting[];
}

/** The demo's world without clock and network; the warehouse takes on every paid order three seconds later. */
export function simulate(options: { seed?: string; minutes: number; startAt?: number; shipping?: boolean; orders?: number }): Simulation {
  const { seed = 'test', minutes, startAt = NOON, shipping = true, orders = 300 } = options;
  const random = seededRandom(seed);
  const people = createPeople(random.fork('people'));
  const listing = createListing(existingPieces(openingStock(seed)), {});
  const run = Math.floor(startAt / 1_000);
  const past = new Market({ random: random.fork('past'), people, listing, run: run - 1 });
  const history = createHistory(past, random.fork('history'), startAt, orders);
  const market = new Market({ random: random.fork('market'), people, listing, run });
  const world = new World({ random: random.fork('world'), market, now: startAt, speed: 1, state: history });
  const live: Posting[] = [];
  for (let now = startAt; now <= startAt + minutes * 60_000; now += 1_000) {
    const postings = world.advance(now);
    live.push(...postings);
    for (const { happening, order } of postings) if (shipping && happening === 'paid') world.shipmentAccepted(keyOf(order), now);
  }
  return { world, history, live };
}

/** The last message of each order. */
export function latest(postings: readonly Posting[]): Map<string, Posting> {
  return new Map(postings.map((posting) => [keyOf(posting.order), posting]));
}
