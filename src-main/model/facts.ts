import type { ChannelId } from '#shared/channels.ts';

/** What the hub remembers about a buyer, folded from orders; rebuilt from the store. */
export interface CustomerProfile {
  key: string;
  orders: number;
  /** Calendar days (Asia/Shanghai) with at least one order; a burst on one day is one day. */
  orderDays: number;
  refundedOrders: number;
  heldOrders: number;
  paidMinor: number;
  firstOrderAt: number;
  lastOrderAt: number;
  /** Orders and paid sum of the last 30 days as [at, paidMinor], oldest first, at most 50 entries. */
  recent: [number, number][];
  /** Usual receiving area: most frequent place with its coordinates. */
  areas: { place: string; lat: number; lon: number; orders: number }[];
  tags: string[];
}

/** Running figures of a shop, for "amount against the shop's average" and "average order value in the top 10 %". */
export interface ShopStatistics {
  /** Mean paid amount of the last 30 days in minor units; null below 30 orders, because a mean of a few says nothing. */
  averageMinor: number | null;
  /** 90th percentile of buyers' average order value, or null below 100 buyers. */
  topTenthAverageMinor: number | null;
}

/** Orders of a region and how many came back; below 30 orders the rate is unknown. */
export interface RegionStatistics {
  orders: number;
  returned: number;
}

/** Levels of the order's SKUs at decision time: available pieces per warehouse. Unknown SKUs are not managed here. */
export interface StockView {
  managed(sku: string): boolean;
  available(sku: string, warehouse: string, pool: 'spot' | 'presale'): number;
  safety(sku: string, warehouse: string): number;
}

/** An earlier order that shares phone and address, or is the other half of a presale (A8). */
export interface AssociationCandidate {
  orderNo: string;
  channel: ChannelId;
  shopId: string;
  at: number;
  /** When it came in here; of two duplicates the later one is held. */
  receivedAt: number;
  kind: 'merge-candidate' | 'presale-pair' | 'duplicate';
}
