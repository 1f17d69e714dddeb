import type { ChannelId } from '#shared/channels.ts';
import type { LifeFeatures } from '#simulators/kit/life.ts';
import type { OpenSimulator, TruthOrder } from '#simulators/kit/types.ts';

/** What a platform does not tell at all, so that nobody can expect it here. */
export type Untold =
  'discount' | 'freight' | 'goods' | 'memo' | 'paidAt' | 'refundIds' | 'refundAmounts' | 'withdrawn' | 'gift' | 'deposit' | 'tracking';

/** How lives at one platform look, and which of their facts the platform tells. Written from the facts, not from the adapters. */
export interface ChannelWays {
  features: LifeFeatures;
  idOf(index: number): string;
  refundIdOf(index: number): string;
  currency: string;
  /** Prices are multiples of this many minor units. */
  priceStep: number;
  untold: readonly Untold[];
  /** Where the platform has no word of its own for "shipped" or "received". */
  shippedIs: 'shipped' | 'completed';
  receivedIs: 'shipped' | 'delivered' | 'completed';
  doneIs: 'completed' | 'shipped';
}

const EVERYTHING: LifeFeatures = {
  forming: true,
  review: true,
  deposit: true,
  partShipped: true,
  received: true,
  sellerMemo: true,
  partialRefunds: true,
  openRefunds: true,
  gifts: true,
};
const CHINESE = { currency: 'CNY', priceStep: 100, untold: [], shippedIs: 'shipped', receivedIs: 'shipped', doneIs: 'completed' } as const;
const digits = (base: bigint) => (index: number) => String(base + BigInt(index) * 7n);

export const WAYS: Readonly<Record<ChannelId, ChannelWays>> = {
  taobao: {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, review: false, gifts: false },
    idOf: digits(2_231_958_349_001_122_334n),
    refundIdOf: digits(160_400_001n),
    // Once the balance is paid a trade tells the whole sum alone; a refund of several lines is one per line there, each with its own number.
    untold: ['deposit', 'refundIds'],
  },
  jd: {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, deposit: false, partShipped: false, gifts: false },
    idOf: digits(300_100_200_300n),
    refundIdOf: digits(70_000_001n),
    untold: ['refundIds', 'refundAmounts', 'withdrawn'],
  },
  pinduoduo: {
    ...CHINESE,
    features: { ...EVERYTHING, deposit: false, partShipped: false },
    idOf: (index) => `260618-${String(200_000_000_000_002 + index * 7)}`,
    refundIdOf: digits(7_381_000_001n),
    receivedIs: 'completed',
  },
  douyin: {
    ...CHINESE,
    features: EVERYTHING,
    idOf: digits(4_837_000_000_000_000_001n),
    refundIdOf: digits(7_200_000_000_000_000_001n),
  },
  youzan: {
    ...CHINESE,
    features: { ...EVERYTHING, review: false, partShipped: false, gifts: false },
    idOf: (index) => `E20260618201503${String(600_000_000 + index)}`,
    refundIdOf: (index) => `20260618${String(500_000_000 + index)}`,
  },
  'wechat-store': {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, review: false, deposit: false, gifts: false },
    idOf: digits(3_704_612_354_559_700_001n),
    refundIdOf: digits(2_000_000_000_000_001n),
  },
  kuaishou: {
    ...CHINESE,
    features: { ...EVERYTHING, review: false, deposit: false, partShipped: false, gifts: false, oneItem: true },
    idOf: digits(2_418_000_000_000_001n),
    refundIdOf: digits(2_600_000_000_000_001n),
    receivedIs: 'delivered',
  },
  xiaohongshu: {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, deposit: false, partialRefunds: false, openRefunds: false, gifts: false },
    idOf: (index) => `P${String(700_000_000_000_000_001n + BigInt(index) * 7n)}`,
    refundIdOf: digits(900_000_001n),
    untold: ['refundIds', 'refundAmounts', 'withdrawn'],
  },
  shopify: {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, review: false, deposit: false, sellerMemo: false, openRefunds: false, gifts: false },
    idOf: digits(5_550_000_000_001n),
    refundIdOf: digits(929_000_000_001n),
    receivedIs: 'delivered',
  },
  lazada: {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, review: false, deposit: false, partShipped: false, openRefunds: false, gifts: false },
    currency: 'VND',
    idOf: digits(260_422_900_111_111n),
    refundIdOf: digits(260_522_900_111_111n),
    untold: ['paidAt', 'refundIds', 'refundAmounts', 'withdrawn'],
    receivedIs: 'completed',
  },
  woocommerce: {
    ...CHINESE,
    features: {
      ...EVERYTHING,
      forming: false,
      review: false,
      deposit: false,
      partShipped: false,
      received: false,
      sellerMemo: false,
      openRefunds: false,
      gifts: false,
    },
    idOf: (index) => String(727 + index),
    refundIdOf: (index) => String(900_000 + index),
    shippedIs: 'completed',
  },
  'standard-webhooks': {
    ...CHINESE,
    features: { ...EVERYTHING, forming: false, review: false },
    idOf: (index) => `OWN-${String(100_000 + index)}`,
    refundIdOf: (index) => `RF-${index}`,
    receivedIs: 'delivered',
  },
};

/** Articles of the invented shop; prices in minor units. */
export const SKUS = [
  { sku: 'SHIRT-W', name: '亚麻衬衫', unitMinor: 39_900 },
  { sku: 'CUP-350', name: '保温杯', unitMinor: 12_900 },
  { sku: 'SOCKS-5', name: '袜子5双', unitMinor: 1_900 },
  { sku: 'TEA-100', name: '茶', unitMinor: 8_800 },
] as const;

export async function simulatorOf(channel: ChannelId): Promise<OpenSimulator> {
  const { open } = (await import(`../../../simulators/${channel}/open.ts`)) as { open: OpenSimulator };
  return open;
}

/** Money that went back, or is on its way. */
export function refundedOf(order: TruthOrder, states: readonly TruthOrder['refunds'][number]['state'][]): number {
  return order.refunds.filter(({ state }) => states.includes(state)).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
