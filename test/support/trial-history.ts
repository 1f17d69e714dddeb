/** The story of a few hundred orders of one shop, told to a hub message by message in simulated time. */
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { seededChance } from './chance.ts';
import { deliver, orderData } from './hub.ts';

export interface Happening {
  at: number;
  type: string;
  data: Record<string, unknown>;
}

const PLACES = [
  ['江苏省', '南京市', '玄武区'],
  ['浙江省', '杭州市', '西湖区'],
  ['广东省', '深圳市', '南山区'],
] as const;

/**
 * Orders of `days` days from `from` on, a few of them unpaid at first, cancelled or refunded later; buyers come back, some
 * at once, to their own or another's address. The same seed tells the same story.
 */
export function orderHistory(orders: number, days: number, from: number, seed: number): Happening[] {
  const chance = seededChance(seed);
  const pick = (below: number) => Math.floor(chance() * below);
  const happenings: Happening[] = [];
  let at = from;
  let former = 0;
  for (let index = 0; index < orders; index++) {
    // Every fifth follows within minutes, so that short windows and candidates have something to count.
    const soon = index % 5 === 4;
    at += soon ? MINUTE + pick(4 * MINUTE) : pick(Math.floor((2 * days * DAY) / orders));
    const buyer = soon && chance() < 0.6 ? former : pick(Math.floor(orders / 2));
    former = buyer;
    const home = buyer % PLACES.length;
    const [province, city, district] = PLACES[chance() < 0.85 ? home : pick(PLACES.length)] ?? PLACES[0];
    const quantity = 1 + pick(4);
    const money = quantity * 2_000;
    const id = `H-${index}`;
    const data = orderData(id, at, {
      ...{ createdAt: at - 1_000, updatedAt: at, paidAt: at, goodsMinor: money, paidMinor: money },
      buyer: { key: `buyer-${buyer}`, name: '张晓明' },
      receiver: {
        ...{ name: '张晓明', phone: `139${String(10_000_000 + buyer)}`, country: 'CN', province, city, district },
        address: `珠江路 ${chance() < 0.9 ? buyer : pick(20)} 号 3 幢 502 室`,
      },
      lines: [{ sku: 'CUP', name: '杯子', quantity, unitPriceMinor: 2_000 }],
    });
    const fate = chance();
    if (fate < 0.15) {
      const paidAt = at + HOUR + pick(HOUR);
      happenings.push({ at, type: 'order.created', data: { ...data, status: 'pending_payment', paidAt: null, paidMinor: 0 } });
      happenings.push({ at: paidAt, type: 'order.paid', data: { ...data, paidAt, updatedAt: paidAt } });
    } else happenings.push({ at, type: 'order.paid', data });
    if (fate > 0.8) {
      const refundedAt = at + 3 * HOUR + pick(6 * DAY);
      const refund = { id: `R-${index}`, amountMinor: money, at: refundedAt, state: 'succeeded' };
      happenings.push({ at: refundedAt, type: 'refund.succeeded', data: { channelOrderId: id, refund, updatedAt: refundedAt } });
    } else if (fate > 0.75) {
      const cancelledAt = at + 3 * HOUR + pick(DAY);
      happenings.push({ at: cancelledAt, type: 'order.cancelled', data: { ...data, status: 'cancelled', updatedAt: cancelledAt } });
    } else if (fate > 0.4) {
      const completedAt = at + 2 * DAY + pick(DAY);
      happenings.push({ at: completedAt, type: 'order.updated', data: { ...data, status: 'completed', updatedAt: completedAt } });
    }
  }
  happenings.sort((a, b) => a.at - b.at);
  return happenings;
}

export async function tell(hub: LocalHub, time: ManualTime, happenings: readonly Happening[]): Promise<void> {
  for (const [index, { at, type, data }] of happenings.entries()) {
    time.advanceTo(at);
    const receipt = await deliver(hub, type, data, at, `msg_${index}`);
    if (receipt.status !== 200) throw new Error(`message ${index} was refused: ${receipt.body}`);
  }
}
