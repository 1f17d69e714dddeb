import type { ChannelId } from '#shared/channels.ts';
import type { OrderStatus } from '#shared/order.ts';

/** One of the merchant's shops as its platform sees it. */
export interface Shop {
  channel: ChannelId;
  shopId: string;
  name: string;
  door: 'native' | 'standard-webhooks';
  /** Share of the merchant's orders, by day and between 22:00 and 6:00. */
  share: number;
  nightShare: number;
  /** Opens the platform's buyer keys. */
  buyerPrefix: string;
  /** The platform's own number of the run's n-th order. `run` is the run's start in epoch seconds, so that no number comes twice. */
  orderId(run: number, n: number): string;
  /** The platform's own words for the states. */
  words: Partial<Record<OrderStatus, string>>;
}

function digits(n: number, length: number): string {
  return String(n).padStart(length, '0');
}

export const SHOPS: readonly Shop[] = [
  {
    channel: 'taobao',
    shopId: 'fuzzbud-tmall',
    name: '绒芽母婴天猫旗舰店',
    door: 'standard-webhooks',
    share: 32,
    nightShare: 32,
    buyerPrefix: 'tb',
    orderId: (run, n) => `${run}${digits(n, 6)}318`,
    words: {
      pending_payment: 'WAIT_BUYER_PAY',
      paid: 'WAIT_SELLER_SEND_GOODS',
      shipped: 'WAIT_BUYER_CONFIRM_GOODS',
      delivered: 'TRADE_BUYER_SIGNED',
      completed: 'TRADE_FINISHED',
      cancelled: 'TRADE_CLOSED_BY_TAOBAO',
      refunding: 'WAIT_SELLER_AGREE',
      refunded: 'TRADE_CLOSED',
    },
  },
  {
    channel: 'jd',
    shopId: 'fuzzbud-jd',
    name: '绒芽母婴京东旗舰店',
    door: 'standard-webhooks',
    share: 22,
    nightShare: 22,
    buyerPrefix: 'jd',
    orderId: (run, n) => `3${run}${digits(n, 5)}`,
    words: {
      pending_payment: 'NOT_PAY',
      paid: 'WAIT_SELLER_STOCK_OUT',
      shipped: 'WAIT_GOODS_RECEIVE_CONFIRM',
      delivered: 'WAIT_GOODS_RECEIVE_CONFIRM',
      completed: 'FINISHED_L',
      cancelled: 'TRADE_CANCELED',
      refunding: 'LOCKED',
      refunded: 'TRADE_CANCELED',
    },
  },
  {
    channel: 'douyin',
    shopId: 'fuzzbud-douyin',
    name: '绒芽母婴抖音直播间',
    door: 'standard-webhooks',
    share: 24,
    // Its orders come while somebody speaks.
    nightShare: 4,
    buyerPrefix: 'dy',
    orderId: (run, n) => `69${run}${digits(n, 7)}`,
    words: {
      pending_payment: '1',
      paid: '2',
      shipped: '3',
      delivered: '3',
      completed: '5',
      cancelled: '4',
      refunding: '16',
      refunded: '21',
    },
  },
  {
    channel: 'shopify',
    shopId: 'fuzzbud-club',
    name: '绒芽会员海外站',
    door: 'native',
    share: 9,
    nightShare: 9,
    buyerPrefix: 'sp',
    // A JSON number on this platform: ten digits of time and five of counting stay exact.
    orderId: (run, n) => `${run}${digits(n % 100_000, 5)}`,
    words: {},
  },
  {
    channel: 'standard-webhooks',
    shopId: 'fuzzbud-mall',
    name: '绒芽自营商城',
    door: 'native',
    share: 13,
    nightShare: 13,
    buyerPrefix: 'fb',
    orderId: (run, n) => `FB${run}${digits(n, 6)}`,
    words: {},
  },
];

/** The address of a shop: its channel and shop id, as in `/hooks/:channel/:shopId`. */
export function shopKey(shop: { channel: string; shopId: string }): string {
  return `${shop.channel}/${shop.shopId}`;
}

const byKey = new Map(SHOPS.map((shop) => [shopKey(shop), shop]));

export function shopOf(key: string): Shop {
  const shop = byKey.get(key);
  if (!shop) throw new RangeError(`The demo merchant has no shop ${key}`);
  return shop;
}
