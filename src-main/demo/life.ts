import { refundedMinor } from './order.ts';
import type { DemoOrder, DemoRefund, Happening } from './order.ts';
import { isRemote, PEOPLE_WORDS } from './people.ts';
import type { Random } from './random.ts';
import { SLOW_CARRIER_FACTOR } from './timetable.ts';
import type { Duration } from './timetable.ts';

/** Steps in the life of one order; each is an entry of the agenda. */
export const STEPS = [
  'pay',
  'abandon',
  'pay-balance',
  'amend',
  'complain',
  'change-of-mind',
  'give-up',
  'ship',
  'deliver',
  'complete',
  'ask-refund',
  'settle-refund',
  'correct',
] as const;
export type Step = (typeof STEPS)[number];

/** What a step may do: plan others and announce what happened. */
export interface LifeContext {
  random: Random;
  now: number;
  plan(order: DemoOrder, step: Step, duration: Duration, factor?: number): void;
  announce(order: DemoOrder, happening: Happening): void;
}

/** Chances on an order's way; the demo's own assumptions. */
const PAYS = 0.93;
const PAYS_FAST = 0.8;
const BALANCE_PAID = 0.85;
const AMENDED = 0.025;
const CHANGES_MIND = 0.018;
const REFUND_AFTER_DELIVERY = 0.045;
const REFUND_AFTER_DELIVERY_REMOTE = 0.25;
const GIVES_UP = 0.5;
const LOST_PARCELS = 0.006;

export function begin(order: DemoOrder, context: LifeContext): void {
  context.announce(order, 'created');
  if (order.presale || context.random.chance(PAYS)) {
    context.plan(order, 'pay', context.random.chance(PAYS_FAST) ? 'payFast' : 'paySlow');
  } else {
    context.plan(order, 'abandon', 'abandon');
  }
}

function paid(order: DemoOrder, context: LifeContext): void {
  order.status = 'paid';
  order.paidAt = context.now;
  context.announce(order, 'paid');
  if (order.trouble === 'complaint') context.plan(order, 'complain', 'complain');
  else if (context.random.chance(AMENDED)) context.plan(order, 'amend', 'amend');
  if (context.random.chance(CHANGES_MIND)) context.plan(order, 'change-of-mind', 'changeOfMind');
  context.plan(order, 'give-up', 'giveUp');
}

function cancelPaid(order: DemoOrder, context: LifeContext, reason: string): void {
  const amountMinor = order.paidMinor - refundedMinor(order);
  order.refunds = [...order.refunds, { ...refund(order, context.now, reason), amountMinor, state: 'succeeded' }];
  order.status = 'cancelled';
  context.announce(order, 'cancelled');
}

function refund(order: DemoOrder, at: number, reason: string): DemoRefund {
  return { id: `R${order.id}${order.refunds.length + 1}`, amountMinor: 0, at, state: 'open', reason, lines: [] };
}

function askRefund(order: DemoOrder, context: LifeContext): void {
  const whole = context.random.chance(0.5) || order.lines.length === 1;
  const reason = whole ? '七天无理由退货' : '其中一件破损';
  const asked = refund(order, context.now, reason);
  if (whole) {
    asked.amountMinor = order.paidMinor - refundedMinor(order);
    asked.lines = order.lines.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, amountMinor: quantity * unitPriceMinor }));
  } else {
    const [line] = order.lines;
    // Never more than what was paid for this piece after its share of the discount.
    const share = order.goodsMinor > 0 ? (order.goodsMinor - order.discountMinor) / order.goodsMinor : 1;
    asked.amountMinor = Math.floor((line?.unitPriceMinor ?? 0) * share);
    asked.lines = line ? [{ sku: line.sku, quantity: 1, amountMinor: asked.amountMinor }] : [];
  }
  order.refunds = [...order.refunds, asked];
  order.status = 'refunding';
  context.announce(order, 'refund-opened');
  context.plan(order, 'settle-refund', 'settleRefund');
}

function settleRefund(order: DemoOrder, context: LifeContext): void {
  const open = order.refunds.find(({ state }) => state === 'open');
  if (!open) return;
  const withdrawn = context.random.chance(0.2);
  order.refunds = order.refunds.map((entry) => (entry === open ? { ...entry, state: withdrawn ? 'withdrawn' : 'succeeded' } : entry));
  const all = !withdrawn && refundedMinor(order) >= order.paidMinor;
  order.status = all ? 'refunded' : 'delivered';
  context.announce(order, withdrawn ? 'updated' : 'refund-succeeded');
  if (!all) context.plan(order, 'complete', 'confirm');
}

function ship(order: DemoOrder, context: LifeContext): void {
  const carrier = context.random.weighted(PEOPLE_WORDS.carriers, ({ slow }) => (slow ? 1 : 4));
  order.carrier = carrier.zh;
  order.trackingNumber = `${carrier.code}${String(Math.floor(context.now / 1_000))}${context.random.int(1_000, 9_999)}`;
  order.status = 'shipped';
  context.announce(order, 'shipped');
  context.plan(order, 'deliver', 'transit', carrier.slow ? SLOW_CARRIER_FACTOR : 1);
}

/** One handler a step; a step that no longer fits the state of the order does nothing. */
const HANDLERS: Record<Step, (order: DemoOrder, context: LifeContext) => void> = {
  pay(order, context) {
    if (order.status !== 'pending_payment') return;
    if (order.presale) {
      order.paidMinor = order.presale.depositMinor;
      context.announce(order, 'updated');
      if (context.random.chance(BALANCE_PAID)) context.plan(order, 'pay-balance', 'balance');
      else context.plan(order, 'abandon', 'giveUp');
      return;
    }
    order.paidMinor = order.totalMinor;
    paid(order, context);
  },
  'pay-balance'(order, context) {
    if (order.status !== 'pending_payment' || !order.presale) return;
    order.presale = { ...order.presale, balancePaidAt: context.now };
    order.paidMinor = order.totalMinor;
    paid(order, context);
  },
  abandon(order, context) {
    if (order.status !== 'pending_payment') return;
    order.status = 'cancelled';
    context.announce(order, 'cancelled');
  },
  amend(order, context) {
    if (order.status !== 'paid') return;
    if (context.random.chance(0.5)) order.sellerMemo = context.random.pick(PEOPLE_WORDS.sellerMemos);
    else order.buyerMessage = context.random.pick(PEOPLE_WORDS.buyerMessages);
    context.announce(order, 'updated');
  },
  complain(order, context) {
    if (order.status !== 'paid' && order.status !== 'shipped') return;
    order.buyerMessage = context.random.pick(PEOPLE_WORDS.complaints);
    context.announce(order, 'updated');
  },
  'change-of-mind'(order, context) {
    if (order.status === 'paid') cancelPaid(order, context, '不想要了');
  },
  'give-up'(order, context) {
    if (order.status === 'paid' && !order.stuck && context.random.chance(GIVES_UP)) cancelPaid(order, context, '一直未发货');
  },
  ship(order, context) {
    if (order.status !== 'paid') return;
    if (!order.stuck && context.random.chance(LOST_PARCELS)) {
      order.stuck = true;
      context.plan(order, 'ship', 'findLostParcel');
      return;
    }
    ship(order, context);
  },
  deliver(order, context) {
    if (order.status !== 'shipped') return;
    order.status = 'delivered';
    context.announce(order, 'delivered');
    const chance = isRemote(order.receiver.province) ? REFUND_AFTER_DELIVERY_REMOTE : REFUND_AFTER_DELIVERY;
    if (order.paidMinor > 0 && context.random.chance(chance)) context.plan(order, 'ask-refund', 'askRefund');
    else context.plan(order, 'complete', 'confirm');
  },
  'ask-refund'(order, context) {
    if (order.status === 'delivered') askRefund(order, context);
  },
  'settle-refund'(order, context) {
    if (order.status === 'refunding') settleRefund(order, context);
  },
  complete(order, context) {
    if (order.status !== 'delivered') return;
    order.status = 'completed';
    context.announce(order, 'completed');
  },
  correct(order, context) {
    if (order.status !== 'paid' && order.status !== 'pending_payment') return;
    order.receiver = correctedReceiver(order, context.random);
    order.trouble = null;
    context.announce(order, 'updated');
  },
};

/** The buyer answers the shop's message and sends what was missing. */
function correctedReceiver(order: DemoOrder, random: Random): DemoOrder['receiver'] {
  const phone = /^1\d{10}$/.test(order.receiver.phone) ? order.receiver.phone : `199000${random.int(10_000, 99_999)}`;
  const address = PEOPLE_WORDS.vagueAddresses.includes(order.receiver.address)
    ? `${random.pick(PEOPLE_WORDS.roads)}路${random.int(1, 399)}号${random.pick(PEOPLE_WORDS.estates)}${random.int(1, 36)}栋${random.int(1, 28)}01室`
    : order.receiver.address;
  return { ...order.receiver, phone, address };
}

/** Takes one step. */
export function take(step: Step, order: DemoOrder, context: LifeContext): void {
  HANDLERS[step](order, context);
}

const ENDED: readonly string[] = ['completed', 'cancelled', 'refunded', 'closed'];

/** Nothing more will happen to it by itself. */
export function isOver(order: DemoOrder): boolean {
  return ENDED.includes(order.status);
}
