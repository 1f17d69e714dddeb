import { afterEach, describe, expect, test } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { businessDayStart, MINUTE, SECOND } from '#shared/time.ts';
import { StoreError } from '#main/hub/store-error.ts';
import type { Desk } from '#simulators/kit/desk.ts';
import { ask } from '#test/support/hub.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);
const DAY = businessDayStart(START);
const KEY = { channel: 'douyin', shopId: 'main', day: DAY } as const;

let world: World;
afterEach(() => world.close());

/** A shop with one order here, and three at the platform that no poll and no push ever told of. */
async function withGap(): Promise<{ missing: string[]; events: StreamEvent[] }> {
  world = await new World({ channel: 'douyin', seed: 3, faults: false, start: START, durable: false }).open();
  const events: StreamEvent[] = [];
  world.hub.subscribe((event) => events.push(event));
  await world.until(START + 30 * SECOND);
  world.simulator.apply(paidOrder('douyin', 1, world.time.now()), 'created');
  await world.until(world.time.now() + 5 * MINUTE);
  // Placed and changed before the first reading began, and never since.
  const [long, ago] = [DAY + 60 * MINUTE, DAY + 61 * MINUTE];
  const lost = [2, 3, 4].map((index) => paidOrder('douyin', index, long, { updatedAt: ago }));
  for (const order of lost) (world.simulator as Desk).books.put(order);
  return { missing: lost.map(({ id }) => id), events };
}

const check = () => world.through(ask(world.hub, 'gaps.check', KEY));
const gaps = async () => (await ask(world.hub, 'gaps.list', KEY)).items;
const openTasks = async () => (await ask(world.hub, 'tasks.list', {})).items.filter(({ kind }) => kind === 'gap');

describe('ids there against ids here (M10)', () => {
  test('a comparison that cannot be written down harms nothing, and the next one finds what is missing', async () => {
    const { missing } = await withGap();
    const { dayAudits } = world.hub.hub;
    const { store } = world.hub;
    const write = store.transaction.bind(store);
    store.transaction = () => {
      throw new StoreError('full', 'SQLITE_FULL');
    };
    dayAudits.round();
    await world.through(dayAudits.settled());
    store.transaction = write;
    expect(await ask(world.hub, 'gaps.days', { days: 1 })).toMatchObject({ items: [{ state: 'unchecked', checkedAt: null, error: null }] });
    dayAudits.round();
    await world.through(dayAudits.settled());
    const [day] = (await ask(world.hub, 'gaps.days', { days: 1 })).items;
    // Some were fetched while the day before was compared.
    expect([day?.there, (day?.missing ?? 0) + (day?.filled ?? 0)]).toEqual([4, missing.length]);
  });

  test('behind the credentials of another shop nothing is compared, and the day says why', async () => {
    await withGap();
    const { feeds } = world.hub.hub;
    const openAgain = async (): Promise<void> => {
      feeds.stop();
      feeds.start();
      await world.until(world.time.now() + 2 * MINUTE);
    };
    await openAgain();
    world.simulator.set({ identity: '99887766' });
    await openAgain();
    const day = await check();
    expect(day).toMatchObject({ missing: 0 });
    expect(day.error?.zh).toContain('另一家店铺「99887766」');
  });

  test('an order nobody told of is found, raises an alarm, is fetched and closes its gap', async () => {
    const { missing, events } = await withGap();
    expect(await check()).toMatchObject({ state: 'filling', there: 4, here: 1, missing: 3, error: null });
    expect((await gaps()).map(({ channelOrderId }) => channelOrderId)).toEqual([...missing].sort());
    expect((await openTasks()).map(({ title }) => title.zh)).toEqual([expect.stringContaining('3 个订单')]);
    const alarms = events.filter(({ name, payload }) => name === 'notice.raised' && 'level' in payload && payload.level === 'alarm');
    expect(alarms).toHaveLength(1);

    await world.until(world.time.now() + 2 * MINUTE);
    for (const id of missing) expect(world.hub.store.orders.byPlatform('douyin', 'main', id)).not.toBeNull();
    expect(await ask(world.hub, 'gaps.days', { days: 1 })).toMatchObject({
      items: [{ state: 'equal', missing: 0, filled: 3, there: 4, here: 4 }],
    });
    expect(await openTasks()).toEqual([]);
    expect((await gaps()).every(({ filledAt, orderNo }) => filledAt !== null && orderNo !== null)).toBe(true);
    const told = events.filter(({ name }) => name === 'gaps.changed');
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(await check()).toMatchObject({ state: 'equal', missing: 0, there: 4, here: 4 });
  });

  test('what cannot be fetched stays on the list with its reason, and the button asks again', async () => {
    const { missing } = await withGap();
    world.simulator.set({ revoked: true });
    const failed = await check();
    expect(failed.error?.zh).toMatch(/授权已被撤销/);
    expect(failed).toMatchObject({ missing: 0 });
    world.simulator.set({ revoked: false });
    await check();
    world.simulator.set({ revoked: true });
    await world.until(world.time.now() + 11 * MINUTE);
    const [day] = (await ask(world.hub, 'gaps.days', { days: 1 })).items;
    const left = day?.missing ?? 0;
    expect(day?.state).toBe('missing');
    expect(left).toBeGreaterThan(0);
    expect((await gaps()).find(({ filledAt }) => filledAt === null)?.error?.zh).toMatch(/授权已被撤销/);
    world.simulator.set({ revoked: false });
    expect(await ask(world.hub, 'gaps.backfill', KEY)).toEqual({ asked: left });
    await world.until(world.time.now() + 12 * MINUTE);
    expect(await ask(world.hub, 'gaps.days', { days: 1 })).toMatchObject({ items: [{ state: 'equal', filled: missing.length }] });
  });
});
