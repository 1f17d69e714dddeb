import type { MethodInput } from '#shared/contract/index.ts';
import { open } from '../../../simulators/douyin/open.ts';
import { noFaults } from '../../../simulators/kit/faults.ts';
import type { FaultScript, PlatformSimulator, TruthOrder } from '../../../simulators/kit/types.ts';
import type { TestHub } from './hub.ts';

export const SHOP = { channel: 'douyin', shopId: 'live' } as const;

/** A Douyin shop on loopback that runs by the real clock; `hub` null: it pushes nothing. */
export function openDouyin(hub: TestHub | null, faults: FaultScript = noFaults()): Promise<PlatformSimulator> {
  const after = (delayMs: number, task: () => void): (() => void) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  };
  return open({ now: Date.now, after, chance: Math.random, faults, shopId: SHOP.shopId, hub: hub?.url ?? null });
}

/** What the panel would send for this shop. */
export function connectionOf(simulator: PlatformSimulator): MethodInput<'shops.connect'> {
  return { ...SHOP, name: '直播间', fields: simulator.credentials(), endpoint: simulator.url, options: { pollSeconds: 1 } };
}

let count = 0;
/** A paid order of one article, placed and paid at `at` (epoch ms). */
export function paidOrder(at: number): TruthOrder {
  count += 1;
  const second = Math.floor(at / 1_000) * 1_000;
  const id = `69172855102309${String(1_000 + count)}`;
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
    buyer: { key: `buyer-${count}`, name: '林晓' },
    receiver: { name: '林晓', phone: '13800002046', province: '江苏省', city: '苏州市', district: '吴中区', address: `示例路 ${count} 号` },
    buyerMessage: '',
    sellerMemo: '',
    flag: 0,
    lines: [
      {
        lineId: `${id}1`,
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
