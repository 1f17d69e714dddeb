import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { Listing } from '../listing.ts';
import { Market } from '../market.ts';
import type { DemoOrder } from '../order.ts';
import { createPeople, isRemote } from '../people.ts';
import type { Customer } from '../people.ts';
import type { Random } from '../random.ts';
import { hourWeight } from '../timetable.ts';
import { PAST_CASES, plainRisk } from './cases.ts';

/** An order of the past, with everything that will become of it; nobody knows before its time. */
export interface PastOrder {
  order: DemoOrder;
  /** It will come back, or its buyer is a cheat. */
  bad: boolean;
  paidAt: number;
  /** From payment, or from the end of a hold, to the parcel's leaving. */
  packingMs: number;
  slow: boolean;
  transitMs: number;
  /** From arrival to the buyer's word: received, or sent back. */
  settledMs: number;
}

export interface PastSpan {
  from: number;
  /** Everything has come to its end by then. */
  to: number;
  orders: number;
}

/** Numbers of people who bought in the past; those of the present are counted from one and never come so far. */
const FIRST_PERSON = 300_000;
const CASES_OF_A_THOUSAND = PAST_CASES.reduce((sum, { perThousand }) => sum + perThousand, 0);
const REMOTE_SHARE = 0.018;
const SLOW_SHARE = 0.2;
/** How many times as many orders a day came at the end as at the beginning. */
const GROWN = 1.7;
/** What a hold may take at most beside the way of the parcel. */
const HELD_FOR = 12 * HOUR;

/** The past sold what it had; the shelves of the first start are filled anew. */
const EVERYTHING: Listing = { offered: () => true, sell: () => undefined, sold: () => ({}) };

/** When orders of a span were placed, oldest first: more of them towards its end, in the rhythm of the day. */
function moments(random: Random, { from, to, orders }: PastSpan): number[] {
  const list: number[] = [];
  while (list.length < orders) {
    const at = random.between(from, to);
    const grown = (1 + ((GROWN - 1) * (at - from)) / (to - from)) / GROWN;
    if (random.chance(grown * (0.1 + 0.9 * hourWeight(at)))) list.push(Math.round(at));
  }
  return list.sort((left, right) => left - right);
}

/** Who bought what before the first start. The same random makes the same orders. */
export function* pastOrders(random: Random, span: PastSpan, run: number): Generator<PastOrder> {
  const people = createPeople(random);
  people.goOn(FIRST_PERSON, random.fork('people'));
  const market = new Market({ random: random.fork('market'), people, listing: EVERYTHING, run });
  for (const at of moments(random, span)) {
    const { order, risk } = place(market, random, at);
    const slow = random.chance(SLOW_SHARE);
    const far = isRemote(order.receiver.province) ? 1.7 : 1;
    const past: PastOrder = {
      order,
      bad: random.chance(risk),
      paidAt: at + Math.round(random.between(3_000, 60_000)),
      packingMs: Math.round(random.between(15 * MINUTE, 5 * HOUR)),
      slow,
      transitMs: Math.round(far * (slow ? random.between(1.5, 3.4) : random.between(0.35, 0.95)) * DAY),
      settledMs: Math.round(random.between(0.3, 3) * DAY),
    };
    if (past.paidAt + HELD_FOR + past.packingMs + past.transitMs + past.settledMs < span.to) yield past;
  }
}

function place(market: Market, random: Random, at: number): { order: DemoOrder; risk: number } {
  const chosen = random.chance(CASES_OF_A_THOUSAND / 1_000) ? random.weighted(PAST_CASES, ({ perThousand }) => perThousand) : null;
  if (!chosen) {
    const order = market.everyday(at, { trouble: null, remote: random.chance(REMOTE_SHARE) });
    return { order, risk: plainRisk(order) };
  }
  let made: { risk: number } | null = null;
  const { name, perThousand, buyer } = chosen;
  const spoil = (order: DemoOrder, customer: Customer): DemoOrder => {
    const one = chosen.make(order, customer, random);
    made = one;
    return one.order;
  };
  const order = market.everyday(at, { trouble: { name, perThousand, buyer, spoil } });
  // A buyer without enough of a history just buys.
  return { order, risk: (made as { risk: number } | null)?.risk ?? plainRisk(order) };
}
