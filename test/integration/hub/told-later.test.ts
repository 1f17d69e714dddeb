import { beforeEach, describe, expect, test } from 'vitest';
import { SECOND } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData, SHOP } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';

/** Platforms tell an order before they tell its receiver, and receivers change: counters follow, live as after a restart. */

const START = Date.parse('2026-06-18T04:30:00Z');
const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;
beforeEach(async () => {
  ({ hub, time } = await workspace.open());
});

async function tell(id: string, phone: string): Promise<void> {
  time.advanceBy(SECOND);
  const receiver = {
    name: '林晓',
    phone,
    country: 'CN',
    province: '江苏省',
    city: '南京市',
    district: '',
    address: `珠江路 ${id.slice(1)} 号`,
  };
  const data = orderData(id, START, { buyer: { key: `buyer-${id}`, name: id }, receiver, updatedAt: time.now() });
  await deliver(hub, 'order.updated', data, time.now(), `msg_${id}_${time.now()}`);
}
const reasonsOf = async (id: string) => {
  const { hold } = await ask(hub, 'orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
  return hold?.reasons.map(({ ruleId }) => ruleId) ?? [];
};
const IDS = ['P1', 'P2', 'P3', 'P4'];

describe.each(['live', 'restarted'] as const)('four orders to one phone within ten minutes, %s', (way) => {
  const between = async () => {
    if (way === 'live') return;
    await hub.close();
    ({ hub, time } = await workspace.open());
  };

  test('count when the platform told the phone only afterwards', async () => {
    for (const id of IDS) {
      await tell(id, '137****2222');
      await tell(id, '13711112222');
    }
    await between();
    await tell('P5', '13711112222');
    expect(await reasonsOf('P5')).toContain('same-phone-burst');
  });

  test('count by the phone they have now', async () => {
    for (const [index, id] of IDS.entries()) {
      await tell(id, `1370000000${index}`);
      await tell(id, '13711112222');
    }
    await between();
    await tell('P5', '13711112222');
    expect(await reasonsOf('P5')).toContain('same-phone-burst');
    await tell('P6', '13700000000');
    expect(await reasonsOf('P6')).toEqual([]);
  });
});
