import type { OrderStatus, Presale } from '#shared/order.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { TruthOrder, TruthRefund } from '#simulators/kit/types.ts';
import { refundedOf } from './ways.ts';
import type { ChannelWays } from './ways.ts';

/** What an order here must be, as a sorted list of plain facts; two orders are alike when their facts are. */
export interface Facts {
  status: OrderStatus;
  partiallyShipped: boolean;
  held: boolean;
  updatedAt: number;
  paidAt: number | null;
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  paidMinor: number;
  refundedMinor: number;
  refunds: string[];
  lines: string[];
  sellerMemo: string;
  buyerMessage: string;
  trackingNumber: string | null;
  presale: string | null;
}

const STATE: Record<TruthRefund['state'], 'open' | 'succeeded' | 'withdrawn'> = {
  asked: 'open',
  agreed: 'open',
  done: 'succeeded',
  withdrawn: 'withdrawn',
  refused: 'withdrawn',
};

function beneath(order: TruthOrder, ways: ChannelWays): OrderStatus {
  switch (order.stage) {
    case 'unpaid':
      return 'pending_payment';
    case 'forming':
    case 'review':
      return 'paid';
    case 'to-ship':
    case 'part-shipped':
      return 'awaiting_shipment';
    case 'shipped':
      return ways.shippedIs;
    case 'received':
      return ways.receivedIs;
    case 'done':
      return ways.doneIs;
    case 'cancelled':
      return 'cancelled';
  }
}

/** Refunds lie over the state: only when all of the money is concerned do they become it. */
export function statusOf(order: TruthOrder, ways: ChannelWays): OrderStatus {
  const back = refundedOf(order, ['done']);
  const moving = back + refundedOf(order, ['asked', 'agreed']);
  if (order.totalMinor > 0 && back >= order.totalMinor) return 'refunded';
  if (order.totalMinor > 0 && moving >= order.totalMinor) return 'refunding';
  return beneath(order, ways);
}

function presaleText(presale: Pick<Presale, 'depositMinor' | 'balanceMinor' | 'balancePaidAt'> | null, ways: ChannelWays): string | null {
  if (presale === null) return null;
  const { depositMinor, balanceMinor, balancePaidAt } = presale;
  if (balancePaidAt === null) return `${depositMinor} + ${balanceMinor} open`;
  return ways.untold.includes('deposit') ? `${depositMinor + balanceMinor} paid` : `${depositMinor} + ${balanceMinor} paid`;
}

export function truthFacts(order: TruthOrder, ways: ChannelWays): Facts {
  const { presale } = order;
  return {
    status: statusOf(order, ways),
    partiallyShipped: order.stage === 'part-shipped',
    held: order.stage === 'forming' || order.stage === 'review',
    updatedAt: order.updatedAt,
    paidAt: order.paidAt,
    goodsMinor: order.goodsMinor,
    freightMinor: order.freightMinor,
    discountMinor: order.discountMinor,
    paidMinor: order.paidAt === null ? 0 : order.totalMinor,
    refundedMinor: refundedOf(order, ['done']),
    refunds: order.refunds.map(({ id, state, amountMinor }) => `${id} ${STATE[state]} ${amountMinor}`).sort(),
    lines: order.lines.map(({ sku, quantity, unitMinor }) => `${sku} ${quantity} × ${unitMinor}`).sort(),
    sellerMemo: order.sellerMemo,
    buyerMessage: order.buyerMessage,
    trackingNumber: order.tracking?.number ?? null,
    presale: presaleText(presale, ways),
  };
}

export function recordFacts(record: OrderRecord, ways: ChannelWays): Facts {
  const { presale } = record;
  return {
    status: record.status,
    partiallyShipped: record.partiallyShipped,
    held: record.platformHold != null,
    updatedAt: record.updatedAt,
    paidAt: record.paidAt,
    goodsMinor: record.goodsMinor,
    freightMinor: record.freightMinor,
    discountMinor: record.discountMinor,
    paidMinor: record.paidMinor,
    refundedMinor: record.refundedMinor,
    refunds: record.refunds.map(({ id, state, amountMinor }) => `${id} ${state} ${amountMinor}`).sort(),
    lines: record.lines.map(({ sku, quantity, unitPriceMinor }) => `${sku} ${quantity} × ${unitPriceMinor}`).sort(),
    sellerMemo: record.sellerMemo,
    buyerMessage: record.buyerMessage,
    trackingNumber: record.trackingNumber,
    presale: presaleText(presale, ways),
  };
}

/** Which facts differ, in words; a fact the platform does not tell is not compared. */
export function differences(truth: TruthOrder, record: OrderRecord, ways: ChannelWays): string[] {
  const [expected, found] = [truthFacts(truth, ways), recordFacts(record, ways)];
  const silent = new Set<keyof Facts>();
  for (const untold of ways.untold) for (const name of SILENT[untold] ?? []) silent.add(name);
  // A review after the payment may stop an order that might already be shipped: the hold counts, the state beneath it stays.
  const held = expected.held && found.held && ['paid', 'awaiting_shipment'].includes(found.status);
  return (Object.keys(expected) as (keyof Facts)[])
    .filter((name) => !silent.has(name) && !(name === 'status' && held))
    .filter((name) => JSON.stringify(expected[name]) !== JSON.stringify(found[name]))
    .map((name) => `${truth.id} ${name}: ${JSON.stringify(found[name])} instead of ${JSON.stringify(expected[name])} (${truth.stage})`);
}

const SILENT: Record<ChannelWays['untold'][number], readonly (keyof Facts)[]> = {
  discount: ['discountMinor'],
  freight: ['freightMinor'],
  goods: ['goodsMinor'],
  memo: ['sellerMemo'],
  paidAt: ['paidAt'],
  refundIds: ['refunds'],
  refundAmounts: ['refunds', 'refundedMinor'],
  withdrawn: ['refunds'],
  gift: [],
  deposit: [],
  tracking: ['trackingNumber'],
};
