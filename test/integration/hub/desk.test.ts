import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '#shared/time.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';

const START = Date.parse('2025-06-18T02:00:00Z');
let time: ManualTime;
let hub: LocalHub;
beforeEach(async () => {
  time = new ManualTime(START);
  hub = await memoryHub(testConfig(), { clock: time, timers: time, chance: () => 0.25 });
});
afterEach(() => hub.close());

/** An order the shipped pack holds: the coupon is more than 90 % of what was paid. */
async function heldOrder(id: string) {
  const money = { goodsMinor: 10_000, discountMinor: 9_600, couponMinor: 9_600, paidMinor: 400 };
  await deliver(hub, 'order.paid', orderData(id, time.now(), money), time.now());
  return ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: id });
}

describe('the desk', () => {
  test('a held order is in the queue with its reason, is released with a trace, and taken back', async () => {
    const order = await heldOrder('H-1');
    expect(order.hold).toMatchObject({ kind: 'held', severity: 'medium', openedBy: 'rule', releaseAt: START + 2 * HOUR });
    const queue = await ask(hub, 'holds.list', {});
    expect(queue.total).toBe(1);
    expect(queue.items[0]).toMatchObject({ orderNo: order.orderNo, buyerMask: expect.stringContaining('*') as string });
    expect(queue.items[0]?.sentence.zh).toContain('%');

    const explained = await ask(hub, 'orders.explain', { orderNo: order.orderNo });
    expect(explained.rederived).toBe(true);
    expect(explained.results[0]).toMatchObject({ result: 'hit', ruleId: order.hold?.reasons[0]?.ruleId });

    const released = await ask(hub, 'holds.release', { orderNo: order.orderNo, version: order.version, reason: '已核实' });
    expect(released.order.hold).toBeNull();
    expect(released.undoUntil).toBe(START + 10_000);
    expect((await ask(hub, 'holds.list', {})).total).toBe(0);
    expect(await ask(hub, 'holds.shift', { since: START })).toMatchObject({ released: 1, frozen: 0, expired: 0 });

    const back = await ask(hub, 'holds.undo', { orderNo: order.orderNo });
    expect(back.order.hold).toMatchObject({ kind: 'held' });
    expect((await ask(hub, 'audit.verify', {})).intact).toBe(true);
    const kinds = (await ask(hub, 'orders.timeline', { orderNo: order.orderNo })).items.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['received', 'hold', 'release', 'undo']));
  });

  test('what people decided counts for the rule on the day it stopped the order', async () => {
    for (const [day, ends] of [
      [0, ['release']],
      [2, ['release', 'freeze']],
      [3, []],
    ] as const) {
      time.advanceTo(START + day * DAY);
      const first = await heldOrder(`D-${day}-a`);
      const second = await heldOrder(`D-${day}-b`);
      for (const [index, end] of ends.entries()) {
        const { orderNo, version } = index === 0 ? first : second;
        await ask(hub, `holds.${end}`, { orderNo, version });
      }
    }
    const { hold } = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'D-2-b' });
    const { items } = await ask(hub, 'rules.list', {});
    expect(items.find(({ rule }) => rule.id === hold?.reasons.at(-1)?.ruleId)).toMatchObject({
      hits7d: 6,
      released7d: 2,
      falseKillShare: 2 / 3,
      hitsPerDay: [0, 0, 0, 2, 0, 2, 2],
      falseKillSharePerDay: [null, null, null, 1, null, 0.5, null],
    });
  });

  test('a stale version, an order that is not held and an undo that is too late are refused with their codes', async () => {
    const order = await heldOrder('H-2');
    const release = (version: number) => hub.request('holds.release', { orderNo: order.orderNo, version }, ADMIN);
    expect(await release(order.version + 1)).toMatchObject({ ok: false, error: { code: 'stale_version' } });
    expect(await release(order.version)).toMatchObject({ ok: true });
    expect(await release(order.version + 1)).toMatchObject({ ok: false, error: { code: 'illegal_move' } });
    time.advanceBy(10_001);
    expect(await hub.request('holds.undo', { orderNo: order.orderNo }, ADMIN)).toMatchObject({
      ok: false,
      error: { code: 'undo_expired' },
    });
    expect(await hub.request('holds.undo', { orderNo: 'nothing' }, ADMIN)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  test('several at once: each is decided and refused on its own', async () => {
    const [one, two] = [await heldOrder('H-3'), await heldOrder('H-4')];
    const bulk = await ask(hub, 'holds.freezeMany', {
      orders: [
        { orderNo: one.orderNo, version: one.version },
        { orderNo: two.orderNo, version: two.version + 5 },
        { orderNo: 'nothing', version: 1 },
      ],
    });
    expect(bulk.done).toEqual([{ orderNo: one.orderNo, version: one.version + 1 }]);
    expect(bulk.refused.map(({ orderNo, error }) => [orderNo, error.code])).toEqual([
      [two.orderNo, 'stale_version'],
      ['nothing', 'not_found'],
    ]);
    expect((await ask(hub, 'holds.list', { kind: 'frozen' })).items.map(({ orderNo }) => orderNo)).toEqual([one.orderNo]);
  });

  test('C4: a held order nobody handled goes on after two hours, a frozen one never', async () => {
    const [held, frozen] = [await heldOrder('H-5'), await heldOrder('H-6')];
    await ask(hub, 'holds.freeze', { orderNo: frozen.orderNo, version: frozen.version });
    expect(hub.advanceTo(START + 2 * HOUR - 1, time)).toBe(0);
    expect(hub.advanceTo(START + 48 * HOUR, time)).toBe(1);
    expect((await ask(hub, 'orders.get', { orderNo: held.orderNo })).hold).toBeNull();
    expect((await ask(hub, 'orders.get', { orderNo: frozen.orderNo })).hold).toMatchObject({ kind: 'frozen', releaseAt: null });
    expect((await ask(hub, 'holds.shift', { since: START })).expired).toBe(1);
    const similar = await ask(hub, 'orders.similar', { orderNo: frozen.orderNo });
    expect(similar).toMatchObject({ expired: 1, items: [{ orderNo: held.orderNo, ended: 'expired' }] });
  });

  test('consoles are told what opened and what closed, numbered without a hole; a known position is resumed, a lost one is not', async () => {
    const events: StreamEvent[] = [];
    hub.subscribe((event) => events.push(event));
    const order = await heldOrder('H-7');
    time.advanceBy(100);
    await ask(hub, 'holds.release', { orderNo: order.orderNo, version: order.version });
    time.advanceBy(100);
    const holds = events.flatMap((event) => (event.name === 'holds.changed' ? [event.payload] : []));
    expect(holds.map(({ opened, closed }) => [opened.map(({ orderNo }) => orderNo), closed])).toEqual([
      [[order.orderNo], []],
      [[], [order.orderNo]],
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + (events[0]?.seq ?? 0)));
    const { stream } = await ask(hub, 'session.hello', {});
    expect(await hub.resume(stream)).toEqual([]);
    expect(await hub.resume({ epoch: stream.epoch, seq: stream.seq - 1 })).toEqual([events.at(-1)]);
    expect(await hub.resume({ epoch: 'another run', seq: 1 })).toMatchObject([{ name: 'resync', seq: stream.seq }]);
  });

  test('the plain receiver is given only with a reason, and the reading is on record', async () => {
    const order = await heldOrder('H-8');
    const plain = await ask(hub, 'orders.unmask', { orderNo: order.orderNo, reason: '联系买家' });
    expect(plain.name).toBe('张晓明');
    const [entry] = (await ask(hub, 'audit.list', { subject: order.orderNo })).items;
    expect(entry).toMatchObject({ actor: 'admin', action: 'order.unmask', subject: order.orderNo });
    const raw = await ask(hub, 'orders.raw', { orderNo: order.orderNo });
    expect(raw.items).toHaveLength(1);
    expect(raw.items[0]?.body).toContain('"couponMinor":9600');
    expect(raw.items[0]?.body).toContain('杯子');
    for (const secret of ['张晓明', plain.phone, plain.address]) expect(raw.items[0]?.body).not.toContain(secret);
  });
});
