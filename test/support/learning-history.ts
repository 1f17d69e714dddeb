import { DAY, HOUR, MINUTE, parseBusinessTime } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from './hub.ts';

/** A Monday, business time. */
export const MONDAY = parseBusinessTime('2026-03-02 00:00:00') as number;

/** One order of the invented history and what became of it. */
export interface Lived {
  id: string;
  at: number;
  stopped: boolean;
  outcome: 'good' | 'bad';
  knownAt: number;
  /** By a person, this long after it was stopped. */
  released: boolean;
  province: string;
  paidMinor: number;
  discountShare: number;
}

/** Enough that no order misses stock. */
const STOCK = [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 100_000, safety: 100 }];
const PROVINCES = ['江苏省', '浙江省', '山东省', '四川省', '广东省'];

/** Eight weeks before `MONDAY`, 20 orders a day: every fourth with a deep discount (held above 90 %), one in twelve plain ones returned. */
export function livedOrders(): Lived[] {
  return Array.from({ length: 8 * 7 * 20 }, (_, index) => {
    const at = MONDAY - 56 * DAY + Math.floor(index / 20) * DAY + 9 * HOUR + (index % 20) * 20 * MINUTE;
    const deep = index % 4 === 0;
    // 91 to 99 % of 400 yuan: those from 95 % on are returned.
    const discountShare = deep ? 91 + (Math.floor(index / 4) % 9) : 0;
    const missed = !deep && index % 12 === 1;
    const outcome = deep ? (discountShare >= 95 ? 'bad' : 'good') : missed ? 'bad' : 'good';
    const released = deep && outcome === 'good' && Math.floor(index / 4) % 3 === 0;
    const stoppedFor = released ? 10 * MINUTE + (index % 7) * MINUTE : 0;
    const knownAt = released ? at + stoppedFor : at + 2 * DAY;
    // Missed orders mostly go to one province.
    const province = missed && index % 24 === 1 ? '广东省' : (PROVINCES[index % PROVINCES.length] as string);
    const paidMinor = deep ? 400 * (100 - discountShare) : 4_000;
    return { id: `H${index}`, at, stopped: deep, outcome, knownAt, released, province, paidMinor, discountShare };
  });
}

/** A hub that lived through these orders, message by message; its clock stands at `MONDAY`, seven in the morning. */
export async function livedHub(lived: readonly Lived[]): Promise<{ hub: LocalHub; time: ManualTime }> {
  const time = new ManualTime(MONDAY - 57 * DAY);
  const hub = await memoryHub(testConfig({ openingStock: STOCK }), { clock: time, timers: time });
  const steps = lived.flatMap((order) => stepsOf(hub, time, order));
  steps.sort((a, b) => a.at - b.at);
  for (const step of steps.filter(({ at }) => at < MONDAY)) {
    hub.advanceTo(step.at, time);
    await step.run();
  }
  hub.advanceTo(MONDAY + 7 * HOUR, time);
  return { hub, time };
}

function stepsOf(hub: LocalHub, time: ManualTime, order: Lived): { at: number; run: () => Promise<unknown> }[] {
  const { id, at, outcome, knownAt, released, province, paidMinor, discountShare } = order;
  const goodsMinor = discountShare > 0 ? 40_000 : 4_000;
  const receiver = { ...(orderData(id, at)['receiver'] as object), province };
  const data = orderData(id, at, { goodsMinor, discountMinor: goodsMinor - paidMinor, paidMinor, receiver });
  const arrive = { at, run: () => deliver(hub, 'order.paid', data, time.now()) };
  const release = async () => {
    const { orderNo, version } = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: id });
    await ask(hub, 'holds.release', { orderNo, version, reason: '核实无误' }, { ...ADMIN, operator: 'lin' });
  };
  const settle = () =>
    outcome === 'good'
      ? deliver(hub, 'order.completed', { ...data, status: 'completed', updatedAt: time.now() }, time.now())
      : deliver(
          hub,
          'refund.succeeded',
          {
            channelOrderId: id,
            refund: { id: `r-${id}`, amountMinor: paidMinor, at: time.now(), state: 'succeeded' },
            updatedAt: time.now(),
          },
          time.now(),
        );
  return [arrive, ...(released ? [{ at: knownAt, run: release }] : []), { at: at + 2 * DAY, run: settle }];
}
