import type { MethodInput } from '#shared/contract/index.ts';
import type { FaultScript, PlatformSimulator, TruthOrder } from '../../../simulators/kit/types.ts';
import type { TestHub } from './hub.ts';
import { openPlatform, paidOrderOf } from './platforms.ts';

export const SHOP = { channel: 'douyin', shopId: 'live' } as const;

/** A Douyin shop on loopback; `hub` null: it pushes nothing. */
export function openDouyin(hub: TestHub | null, faults?: FaultScript): Promise<PlatformSimulator> {
  return openPlatform(SHOP.channel, hub, SHOP.shopId, faults);
}

/** What the panel would send for this shop. */
export function connectionOf(simulator: PlatformSimulator): MethodInput<'shops.connect'> {
  return { ...SHOP, name: '直播间', fields: simulator.credentials(), endpoint: simulator.url, options: { pollSeconds: 1 } };
}

let count = 0;
/** A paid order of one article by a buyer of its own, placed and paid at `at` (epoch ms). */
export function paidOrder(at: number): TruthOrder {
  count += 1;
  const id = `69172855102309${String(1_000 + count)}`;
  const order = paidOrderOf(id, at);
  return {
    ...order,
    buyer: { ...order.buyer, key: `buyer-${count}` },
    receiver: { ...order.receiver, address: `示例路 ${count} 号` },
    lines: order.lines.map((line) => ({ ...line, lineId: `${id}1` })),
  };
}
