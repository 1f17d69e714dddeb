import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';

const START = Date.parse('2025-06-18T02:00:00Z');
let time: ManualTime;
let hub: LocalHub;
let events: StreamEvent[];
beforeEach(async () => {
  time = new ManualTime(START);
  hub = await memoryHub(testConfig(), { clock: time, timers: time, runJobs: true });
  events = [];
  hub.subscribe((event) => events.push(event));
});
afterEach(() => hub.close());

const send = (id: string, more = {}) => deliver(hub, 'order.paid', orderData(id, time.now(), more), time.now());
const notices = () => events.flatMap((event) => (event.name === 'notice.raised' ? [event.payload] : []));

describe('the pulse', () => {
  test('ticks every second, with the first value of the index at once', async () => {
    await send('P-1');
    time.advanceBy(3_000);
    expect(events.filter(({ name }) => name === 'pulse.tick')).toHaveLength(3);
    expect(events.find(({ name }) => name === 'health.changed')).toMatchObject({ payload: { ohi: expect.any(Number) as number } });
    const snapshot = await ask(hub, 'pulse.snapshot', {});
    expect(snapshot.beats.map(({ paidMinor }) => paidMinor)).toEqual([4_000]);
    expect(snapshot.vitals).toMatchObject({ open: 1, ohi: expect.any(Number) as number });
  });

  test('G1: an order that sits too long becomes a strip with a ticket, and both go when it moves on', async () => {
    await send('P-2', { status: 'awaiting_shipment' });
    time.advanceBy(2 * HOUR + 30_000);
    const snapshot = await ask(hub, 'pulse.snapshot', {});
    expect(snapshot.ward).toMatchObject([{ stage: 'awaiting_shipment', level: 'red', count: 1, ticketId: expect.any(String) as string }]);
    const tasks = (await ask(hub, 'tasks.list', {})).items;
    expect(tasks).toMatchObject([{ kind: 'stuck', id: snapshot.ward[0]?.ticketId }]);
    expect(notices()).toContainEqual(expect.objectContaining({ level: 'warning', orderNo: snapshot.ward[0]?.orderNos[0] }));

    await deliver(hub, 'order.shipped', orderData('P-2', START, { status: 'shipped', updatedAt: time.now() }), time.now());
    time.advanceBy(MINUTE);
    expect((await ask(hub, 'pulse.snapshot', {})).ward).toEqual([]);
    expect((await ask(hub, 'tasks.list', {})).items).toEqual([]);
  });

  test('G4: a feed that falls silent is noticed once, and once when it is heard again', async () => {
    for (let index = 0; index < 12; index += 1) {
      await send(`P-3-${index}`);
      time.advanceBy(20_000);
    }
    time.advanceBy(10 * MINUTE);
    const feed = () =>
      notices()
        .filter(({ id }) => id.startsWith('feed:'))
        .map(({ level }) => level);
    expect(feed()).toEqual(['warning']);
    await send('P-3-back');
    time.advanceBy(5_000);
    expect(feed()).toEqual(['warning', 'info']);
  });

  test('the time machine shows a minute of the past, and says so where nothing is kept', async () => {
    await send('P-4');
    time.advanceBy(3 * MINUTE);
    const then = time.now();
    time.advanceBy(HOUR);
    await send('P-5');
    const past = await ask(hub, 'pulse.snapshot', { at: then });
    expect(past).toMatchObject({ live: false, at: then });
    expect(past.beats).toHaveLength(1);
    expect(past.vitals.open).toBe(1);
    const answer = await hub.request('pulse.snapshot', { at: START - HOUR }, { operator: 'a', role: 'viewer', locale: 'zh' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  test('the index has a trend and a row per shop', async () => {
    await send('P-6');
    time.advanceBy(10 * MINUTE);
    const health = await ask(hub, 'health.current', { hours: 1 });
    expect(health.trend.length).toBeGreaterThan(5);
    expect(health.channels).toMatchObject([{ shopId: 'own', orders: 1 }]);
    expect(health.parts.map(({ measured }) => measured).some((measured) => measured > 0)).toBe(true);
    expect(health.marks.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['rules', 'restart']));
  });
});
