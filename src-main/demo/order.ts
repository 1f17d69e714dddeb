import type { OrderStatus } from '#shared/order.ts';

/** A receiver as the buyer typed it on the platform. Every name, phone and address of the demo is invented. */
export interface DemoReceiver {
  name: string;
  phone: string;
  province: string;
  city: string;
  district: string;
  address: string;
}

export interface DemoLine {
  sku: string;
  name: string;
  quantity: number;
  unitPriceMinor: number;
  storage: 'normal' | 'cold';
  gift: boolean;
}

export interface DemoRefund {
  id: string;
  amountMinor: number;
  at: number;
  state: 'open' | 'succeeded' | 'withdrawn';
  reason: string;
  lines: { sku: string; quantity: number; amountMinor: number }[];
}

/** An order as its platform keeps it. Values inside are replaced, never changed, so that a shallow copy is a snapshot. */
export interface DemoOrder {
  /** `channel/shopId`. */
  shop: string;
  id: string;
  status: OrderStatus;
  createdAt: number;
  paidAt: number | null;
  updatedAt: number;
  buyer: { key: string; name: string; tags: string[] };
  receiver: DemoReceiver;
  lines: DemoLine[];
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  couponMinor: number;
  /** What the buyer has to pay in all; for a presale the deposit and the balance. */
  totalMinor: number;
  paidMinor: number;
  buyerMessage: string;
  sellerMemo: string;
  invoice: { title: string; taxNumber: string | null; content: string | null } | null;
  ip: string;
  deviceId: string;
  presale: { depositMinor: number; balanceMinor: number; balanceDueAt: number; balancePaidAt: number | null } | null;
  refunds: DemoRefund[];
  carrier: string | null;
  trackingNumber: string | null;
  tags: string[];
  /** What is wrong with it on purpose, or null. Never leaves the simulator. */
  trouble: string | null;
  /** The warehouse was told to ship and will not: a parcel that got lost on the way to the packing table. */
  stuck: boolean;
  /** Messages sent about it so far; makes the id of the next one. */
  revision: number;
}

/** What a platform announces. Each door has its own words for them. */
export type Happening =
  'created' | 'paid' | 'updated' | 'shipped' | 'delivered' | 'completed' | 'cancelled' | 'refund-opened' | 'refund-succeeded';

/** One message a platform wants delivered: the order as it stood at that moment. */
export interface Posting {
  happening: Happening;
  order: DemoOrder;
  at: number;
  /** From before the demo was started: delivered when nothing newer waits. */
  history: boolean;
}

export function snapshot(order: DemoOrder): DemoOrder {
  return { ...order };
}

/** From this share of the full price on an order was a bargain. */
const BARGAIN_FROM = 0.1;

/** Bought because it was cheap: such orders come back more often, which is something for the radar to find. */
export function isBargain({ totalMinor, discountMinor, couponMinor }: DemoOrder): boolean {
  const discount = Math.max(discountMinor, couponMinor);
  return discount >= BARGAIN_FROM * (totalMinor + discount);
}

/** Sum of the refunds that went through. */
export function refundedMinor(order: DemoOrder): number {
  return order.refunds.reduce((sum, refund) => sum + (refund.state === 'succeeded' ? refund.amountMinor : 0), 0);
}
