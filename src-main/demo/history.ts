import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { isBargain, refundedMinor } from './order.ts';
import type { DemoOrder, Happening, Posting } from './order.ts';
import { isRemote, PEOPLE_WORDS } from './people.ts';
import type { Step } from './life.ts';
import type { Market } from './market.ts';
import type { Random } from './random.ts';
import { hourWeight } from './timetable.ts';
import { keyOf } from './world.ts';
import type { WorldState } from './world.ts';

/**
 * What happened in the shops before the hub was opened: an order is reported once, as it stands now, the way a platform
 * hands over orders to a newly connected program. Orders that are still open live on in the world.
 */
export interface History extends WorldState {
  postings: Posting[];
}

/**
 * Where past orders lie, thinner the longer ago. The last five minutes are left to what happens now: they are what the
 * lanes of the monitor show.
 */
const PERIODS: readonly { share: number; from: number; to: number }[] = [
  { share: 0.24, from: 5 * MINUTE, to: HOUR },
  { share: 0.34, from: HOUR, to: DAY },
  { share: 0.42, from: DAY, to: 25 * DAY },
];
/**
 * Something wrong is only put into orders this young, because older cases would long be decided; and more often than
 * usual, because what is left is what nobody has decided yet.
 */
const TROUBLED_WITHIN = 90 * MINUTE;
const TROUBLED_TIMES = 3;
/** So many of the youngest are not paid yet, and most of those never will be. */
const UNPAID_WITHIN = 15 * MINUTE;
const UNPAID = 0.12;
/** So many of the orders older than this went to remote regions, and so many of those came back. */
const REMOTE_BEFORE = 8 * DAY;
const REMOTE_SHARE = 0.12;
const REMOTE_RETURNED = 0.42;
const BARGAINS_RETURNED = 0.22;
const RETURNED = 0.03;
const CANCELLED = 0.03;

/** Ages of past orders in ms, oldest first, following the rhythm of the day. */
function ages(random: Random, now: number, count: number): number[] {
  const list: number[] = [];
  while (list.length < count) {
    const period = random.weighted(PERIODS, ({ share }) => share);
    const age = random.between(period.from, period.to);
    if (age < HOUR || random.chance(0.15 + 0.85 * hourWeight(now - age))) list.push(Math.round(age));
  }
  return list.sort((left, right) => right - left);
}

function settle(order: DemoOrder, status: DemoOrder['status'], at: number): void {
  order.status = status;
  order.updatedAt = Math.round(at);
}

function pay(order: DemoOrder, at: number): void {
  order.paidAt = Math.round(at);
  order.paidMinor = order.totalMinor;
  settle(order, 'paid', at);
}

/** Answers whether a slow carrier has it. */
function send(order: DemoOrder, random: Random, at: number): boolean {
  const carrier = random.weighted(PEOPLE_WORDS.carriers, ({ slow }) => (slow ? 1 : 4));
  order.carrier = carrier.zh;
  order.trackingNumber = `${carrier.code}${Math.floor(at / 1_000)}${random.int(1_000, 9_999)}`;
  settle(order, 'shipped', at);
  return carrier.slow;
}

function giveBack(order: DemoOrder, at: number): void {
  order.refunds = [
    {
      id: `R${order.id}1`,
      amountMinor: order.paidMinor - refundedMinor(order),
      at: Math.round(at),
      state: 'succeeded',
      reason: '七天无理由退货',
      lines: order.lines.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, amountMinor: quantity * unitPriceMinor })),
    },
  ];
  settle(order, 'refunded', at);
}

/** Brings a past order to where it would be by now. Real durations: parcels of last week took days. */
function liveOn(order: DemoOrder, now: number, random: Random): void {
  const age = now - order.createdAt;
  if (random.chance(CANCELLED) && age > 20 * MINUTE) {
    settle(order, 'cancelled', order.createdAt + random.between(5, 15) * MINUTE);
    return;
  }
  if (age < UNPAID_WITHIN && random.chance(UNPAID)) return;
  const paidAt = order.createdAt + random.between(3_000, 60_000);
  pay(order, paidAt);
  if (order.trouble && order.trouble !== 'complaint') return;
  const sentAt = paidAt + random.between(12, 45) * MINUTE;
  if (sentAt > now) return;
  const slow = send(order, random, sentAt);
  const deliveredAt = sentAt + (slow ? random.between(1.6, 3.3) : random.between(0.6, 1.3)) * DAY;
  if (deliveredAt > now) return;
  settle(order, 'delivered', deliveredAt);
  const endedAt = deliveredAt + random.between(0.3, 4) * DAY;
  if (endedAt > now) return;
  const returned = isRemote(order.receiver.province) ? REMOTE_RETURNED : isBargain(order) ? BARGAINS_RETURNED : RETURNED;
  if (random.chance(returned)) giveBack(order, endedAt);
  else settle(order, 'completed', endedAt);
}

const HAPPENING_OF: Partial<Record<DemoOrder['status'], Happening>> = {
  pending_payment: 'created',
  paid: 'paid',
  shipped: 'shipped',
  delivered: 'delivered',
  completed: 'completed',
  cancelled: 'cancelled',
  refunded: 'refund-succeeded',
};

/** What the demo lets happen next to an order it found half-way; a paid one waits for the warehouse. */
const NEXT_STEP: Partial<Record<DemoOrder['status'], { step: Step; from: number; to: number }>> = {
  pending_payment: { step: 'abandon', from: MINUTE, to: 8 * MINUTE },
  shipped: { step: 'deliver', from: 2 * MINUTE, to: 3 * HOUR },
  delivered: { step: 'complete', from: MINUTE, to: 2 * HOUR },
};

/** A few parcels got lost before the demo began, so that the ward has its patients from the first minute. */
function loseParcels(random: Random, candidates: DemoOrder[], now: number): void {
  for (const order of candidates.slice(0, 7)) {
    order.trackingNumber = null;
    order.carrier = null;
    order.stuck = true;
    settle(order, 'paid', order.paidAt ?? now - random.between(2, 5) * HOUR);
  }
}

/** The past `count` orders of the merchant at `now`. The same random and market make the same history. */
export function createHistory(market: Market, random: Random, now: number, count: number): History {
  const orders = ages(random, now, count).map((age) => {
    const remote = age > REMOTE_BEFORE && random.chance(REMOTE_SHARE);
    const order = market.everyday(now - age, { troubled: age < TROUBLED_WITHIN ? TROUBLED_TIMES : 0, remote });
    liveOn(order, now, random);
    return order;
  });
  const overdue = orders.filter(
    ({ status, createdAt }) => status === 'shipped' && now - createdAt > 2.2 * HOUR && now - createdAt < 7 * HOUR,
  );
  loseParcels(random, overdue, now);
  return {
    postings: orders.map((order) => {
      order.revision = 1;
      return { happening: HAPPENING_OF[order.status] ?? 'updated', order: { ...order }, at: order.updatedAt, history: true };
    }),
    orders: orders.filter(({ status }) => NEXT_STEP[status] !== undefined || status === 'paid'),
    steps: orders.flatMap((order) => {
      const next = NEXT_STEP[order.status];
      return next ? [{ at: Math.round(now + random.between(next.from, next.to)), step: next.step, key: keyOf(order) }] : [];
    }),
  };
}
