import type { ChannelId } from '../../../src-shared/channels.ts';
import { noFaults } from '../../../simulators/kit/faults.ts';
import type { FaultScript, OpenSimulator, PlatformSimulator, SimulatorState, TruthOrder } from '../../../simulators/kit/types.ts';
import type { TestHub } from './hub.ts';

/** What goes wrong at a platform and the words it has on screen. */
export interface Trouble {
  state: Partial<SimulatorState>;
  words: RegExp;
}
const wrongSecret: Trouble = { state: { secret: 'another' }, words: /应用密钥不正确/ };
const revoked: Trouble = { state: { revoked: true }, words: /授权已被撤销或无法续期/ };
const shrunk: Trouble = { state: { permitted: false }, words: /授权缺少权限/ };
const clockOff: Trouble = { state: { clockOffMs: -11 * 60_000 }, words: /本机时间与平台相差 11 分钟/ };

/** One channel as it is connected: order numbers as the platform writes them, and what is wrong before it is put right. */
export interface PlatformCase {
  channel: ChannelId;
  orderId: (count: number) => string;
  trouble: Trouble;
  /** The shop the same credentials suddenly belong to. */
  otherShop?: string;
  /** What an order of 68.00 is in the money of the shop; absent: yuan. */
  sum?: { words: string; minor: number };
}

/** Every channel but Douyin, which has a test of its own from nothing to its end. */
export const PLATFORMS: PlatformCase[] = [
  { channel: 'taobao', orderId: (count) => `25110012300456${1_000 + count}`, trouble: revoked, otherShop: '990002' },
  { channel: 'jd', orderId: (count) => `3141500${1_000 + count}`, trouble: clockOff },
  { channel: 'pinduoduo', orderId: (count) => `251122-10987654321${1_000 + count}`, trouble: shrunk, otherShop: '990001' },
  { channel: 'youzan', orderId: (count) => `E20251122201503000${600_000 + count}`, trouble: wrongSecret },
  { channel: 'wechat-store', orderId: (count) => `370461235455970${1_000 + count}`, trouble: wrongSecret },
  { channel: 'kuaishou', orderId: (count) => `241800000000${1_000 + count}`, trouble: shrunk },
  { channel: 'xiaohongshu', orderId: (count) => `P7212345678901${1_000 + count}`, trouble: clockOff },
  { channel: 'shopify', orderId: (count) => `545001000${1_000 + count}`, trouble: revoked },
  {
    channel: 'lazada',
    orderId: (count) => `30812345678${1_000 + count}`,
    trouble: clockOff,
    sum: { words: 'VND\u00a068', minor: 68 },
  },
  { channel: 'woocommerce', orderId: (count) => String(72_000 + count), trouble: wrongSecret },
  { channel: 'standard-webhooks', orderId: (count) => `OWN-${1_000 + count}`, trouble: clockOff },
];

/** The platform on loopback, run by the real clock and pushing to this hub; `hub` null: it pushes nothing. */
export async function openPlatform(
  channel: ChannelId,
  hub: TestHub | null,
  shopId: string,
  faults: FaultScript = noFaults(),
): Promise<PlatformSimulator> {
  const { open } = (await import(`../../../simulators/${channel}/open.ts`)) as { open: OpenSimulator };
  const after = (delayMs: number, task: () => void): (() => void) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  };
  return open({ now: Date.now, after, chance: Math.random, faults, shopId, hub: hub?.url ?? null });
}

/** A paid order of one article, placed and paid at `at` (epoch ms, cut to whole seconds). */
export function paidOrderOf(id: string, at: number): TruthOrder {
  const second = Math.floor(at / 1_000) * 1_000;
  return {
    id,
    createdAt: second,
    paidAt: second,
    updatedAt: second,
    stage: 'to-ship',
    currency: 'CNY',
    goodsMinor: 6_800,
    freightMinor: 0,
    discountMinor: 0,
    couponMinor: 0,
    totalMinor: 6_800,
    presale: null,
    buyer: { key: 'buyer-1001', name: '林晓' },
    receiver: { name: '林晓', phone: '13800002046', province: '江苏省', city: '苏州市', district: '吴中区', address: '示例路 8 号' },
    buyerMessage: '',
    sellerMemo: '',
    flag: 0,
    lines: [
      {
        lineId: '11',
        itemId: '600001',
        skuId: '700001',
        sku: 'MB-1001',
        name: '有机米粉 250g',
        quantity: 1,
        unitMinor: 6_800,
        paidMinor: 6_800,
        gift: false,
      },
    ],
    refunds: [],
    tracking: null,
  };
}
