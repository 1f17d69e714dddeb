// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '#shared/contract/index.ts';
import { connect } from '../../../src-renderer/api/client.ts';
import type { Carrier } from '../../../src-renderer/api/carrier.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { useHolds, type HeldOrder } from '../../../src-renderer/stores/holds.ts';
import { goLive } from '../../../src-renderer/stores/live.ts';
import { useReceipts } from '../../../src-renderer/stores/receipts.ts';
import { useSession } from '../../../src-renderer/stores/session.ts';
import { useDecisions } from '../../../src-renderer/views/desk/decisions.ts';
import { NO_FILTER } from '../../../src-renderer/views/desk/filter.ts';
import { useDeskQueue } from '../../../src-renderer/views/desk/queue.ts';
import { heldOrder } from './desk-support.ts';

const START = Date.UTC(2026, 10, 22, 4);
const STALE: Answer<unknown> = { ok: false, error: { code: 'stale_version', message: '订单已有更新' } };
let hub: FakeCarrier;
let stop: () => void;
/** Answers put here are given instead of the hub's own. */
let instead: Map<string, (params: unknown) => Answer<unknown> | Promise<Answer<unknown>>>;

async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
beforeEach(async () => {
  vi.useFakeTimers({ now: START, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  setActivePinia(createPinia());
  hub = fakeCarrier({ now: () => Date.now(), seed: 11, live: false });
  instead = new Map();
  const carrier: Carrier = {
    ...hub,
    request: async (method, params, locale) => (await instead.get(method)?.(params)) ?? hub.request(method, params, locale),
  };
  connect(carrier);
  await useSession().start();
  stop = goLive();
  await settled();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

function order(): string[] {
  return useDeskQueue().rows.map(({ orderNo }) => orderNo);
}
function heldRows(count: number): HeldOrder[] {
  const rows = useDeskQueue().rows.filter(({ hold }) => hold?.kind === 'held');
  expect(rows.length).toBeGreaterThanOrEqual(count);
  return rows.slice(0, count);
}

describe('deciding a case', () => {
  it('is out of sight at once, before the hub has answered, and the next case is looked at', async () => {
    const queue = useDeskQueue();
    const [first, second] = order();
    const row = queue.current;
    if (!row) throw new Error('the invented queue is empty');
    const done = useDecisions().decide('release', [row]);
    expect(order()[0]).toBe(second);
    expect(queue.cursor).toBe(second);
    await done;
    expect(useHolds().byNo.has(first ?? '')).toBe(false);
    expect(useDecisions().undoable?.places.map((place) => place.row.orderNo)).toEqual([first]);
  });

  it('comes back to its very place with the reason when the hub refuses', async () => {
    const queue = useDeskQueue();
    const before = order();
    queue.move(2);
    const row = queue.current;
    if (!row) throw new Error('the invented queue is empty');
    instead.set('holds.release', () => STALE);
    await useDecisions().decide('release', [row]);
    expect(order()).toEqual(before);
    expect(queue.cursor).toBe(before[3]);
    expect(queue.refusals.get(row.orderNo)?.code).toBe('stale_version');
    expect(useReceipts().current?.tone).toBe('refused');
    expect(useDecisions().undoable).toBeNull();
  });

  it('stays out when it was refused because somebody else had let it go', async () => {
    const [row] = heldRows(1);
    if (!row) return;
    instead.set('holds.release', async (params) => {
      await hub.request('holds.release', params, 'zh');
      return STALE;
    });
    await useDecisions().decide('release', [row]);
    await settled();
    expect(order()).not.toContain(row.orderNo);
  });

  it('shows a freeze at once and thaws it again when it is refused', async () => {
    const [row] = heldRows(1);
    if (!row) return;
    instead.set('holds.freeze', () => STALE);
    const done = useDecisions().decide('freeze', [row]);
    expect(useHolds().byNo.get(row.orderNo)?.hold).toMatchObject({ kind: 'frozen', releaseAt: null });
    await done;
    expect(useHolds().byNo.get(row.orderNo)?.hold).toEqual(row.hold);
  });

  it('does not freeze what is frozen', async () => {
    const asked = vi.fn(() => STALE);
    instead.set('holds.freeze', asked);
    await useDecisions().decide('freeze', [heldOrder('TB9', { kind: 'frozen' })]);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('taking back', () => {
  it('puts the case where it stood and looks at it', async () => {
    const queue = useDeskQueue();
    const before = order();
    queue.move(1);
    const row = queue.current;
    if (!row) throw new Error('the invented queue is empty');
    await useDecisions().decide('release', [row]);
    expect(order()).not.toContain(row.orderNo);
    await useDecisions().undo();
    expect(order()).toEqual(before);
    expect(queue.cursor).toBe(row.orderNo);
    expect(useHolds().byNo.get(row.orderNo)?.hold?.kind).toBe(row.hold?.kind);
    expect(useDecisions().undoable).toBeNull();
  });

  it('takes back the last decision first, then the one before', async () => {
    const before = order();
    const decisions = useDecisions();
    const queue = useDeskQueue();
    for (let turn = 0; turn < 2; turn += 1) if (queue.current) await decisions.decide('release', [queue.current]);
    await decisions.undo();
    expect(order()).toEqual(before.slice(1));
    await decisions.undo();
    expect(order()).toEqual(before);
  });

  it('is over after ten seconds', async () => {
    const decisions = useDecisions();
    const [row] = heldRows(1);
    if (!row) return;
    await decisions.decide('release', [row]);
    const asked = vi.fn(() => STALE);
    instead.set('holds.undo', asked);
    vi.setSystemTime(START + 10_001);
    await decisions.undo();
    expect(asked).not.toHaveBeenCalled();
    expect(order()).not.toContain(row.orderNo);
  });

  it('waits for the answer of a decision that is still under way', async () => {
    const [row] = heldRows(1);
    if (!row) return;
    let answer: (value: Answer<unknown>) => void = () => undefined;
    instead.set('holds.release', () => new Promise((resolve) => (answer = resolve)));
    const undone = vi.fn(() => STALE);
    instead.set('holds.undo', undone);
    const decided = useDecisions().decide('release', [row]);
    const back = useDecisions().undo();
    await settled();
    expect(undone).not.toHaveBeenCalled();
    answer(STALE);
    await Promise.all([decided, back]);
    // Refused: there is nothing to take back.
    expect(undone).not.toHaveBeenCalled();
    expect(order()).toContain(row.orderNo);
  });
});

describe('deciding several', () => {
  it('keeps what was refused, names each reason, and takes back only what was done', async () => {
    const decisions = useDecisions();
    const before = order();
    const rows = heldRows(4);
    const [refused, ...done] = rows;
    if (!refused) return;
    instead.set('holds.releaseMany', async (params) => {
      const { orders } = params as { orders: { orderNo: string; version: number }[] };
      const good = orders.filter(({ orderNo }) => orderNo !== refused.orderNo);
      const answer = await hub.request('holds.releaseMany', { orders: good }, 'zh');
      if (!answer.ok) return answer;
      return {
        ok: true,
        value: { ...(answer.value as object), refused: [{ orderNo: refused.orderNo, error: { code: 'illegal_move', message: '已发货' } }] },
      };
    });
    await decisions.decide('release', rows);
    expect(decisions.outcome).toMatchObject({ verdict: 'release', done: 3, refused: [{ row: { orderNo: refused.orderNo } }] });
    expect(order()).toEqual(before.filter((orderNo) => !done.some((row) => row.orderNo === orderNo)));
    await decisions.undo();
    expect(order()).toEqual(before);
  });

  it('asks in pieces the contract allows', async () => {
    const opened = Array.from({ length: 1_100 }, (_, index) => heldOrder(`TB${String(index).padStart(5, '0')}`));
    hub.publish('holds.changed', { opened, closed: [] });
    const sizes: number[] = [];
    instead.set('holds.freezeMany', (params) => {
      const { orders } = params as { orders: { orderNo: string; version: number }[] };
      sizes.push(orders.length);
      return { ok: true, value: { done: orders.map((one) => ({ ...one, version: 2 })), refused: [], undoUntil: Date.now() + 10_000 } };
    });
    await useDecisions().decide('freeze', opened);
    expect(sizes).toEqual([500, 500, 100]);
  });
});

describe('the queue under the hands of a person', () => {
  it('lets new cases join behind, and puts them in order only when asked', () => {
    const queue = useDeskQueue();
    const before = order();
    const cursor = queue.cursor;
    hub.publish('holds.changed', { opened: [heldOrder('AA1', { severity: 'high', releaseAt: START })], closed: [] });
    expect(order()).toEqual([...before, 'AA1']);
    expect(queue.joined.map(({ orderNo }) => orderNo)).toEqual(['AA1']);
    queue.sort();
    expect(order()[0]).toBe('AA1');
    expect(queue.cursor).toBe(cursor);
  });

  it('keeps the looked-at case in sight when another hand decides it, until the person moves on', () => {
    const queue = useDeskQueue();
    queue.move(1);
    const here = queue.cursor ?? '';
    const before = order();
    hub.publish('holds.changed', { opened: [], closed: [here] });
    expect(order()).toEqual(before);
    expect(queue.isDeparted).toBe(true);
    queue.move(1);
    expect(queue.cursor).toBe(before[2]);
    expect(order()).toEqual(before.filter((orderNo) => orderNo !== here));
  });

  it('marks one, a range, everything; what leaves is no longer marked', () => {
    const queue = useDeskQueue();
    const all = order();
    queue.toggle(all[1] ?? '');
    queue.markTo(all[3] ?? '');
    expect([...queue.marked]).toEqual(all.slice(1, 4));
    queue.toggle(all[2] ?? '');
    expect([...queue.marked]).toEqual([all[1], all[3]]);
    queue.markAll();
    expect(queue.markedRows.length).toBe(all.length);
    hub.publish('holds.changed', { opened: [], closed: [all[3] ?? ''] });
    expect(queue.marked.has(all[3] ?? '')).toBe(false);
    queue.unmark();
    expect(queue.marked.size).toBe(0);
  });

  it('stays on its case when the filter allows, else begins at the head', () => {
    const queue = useDeskQueue();
    const held = queue.rows.findLast(({ hold }) => hold?.kind === 'held')?.orderNo ?? '';
    queue.moveTo(held);
    queue.narrow({ ...NO_FILTER, kind: 'held' });
    expect(queue.cursor).toBe(held);
    queue.narrow({ ...NO_FILTER, kind: 'frozen' });
    expect(queue.cursor).toBe(order()[0]);
    expect(queue.rows.every(({ hold }) => hold?.kind === 'frozen')).toBe(true);
  });

  it('puts a case aside: out of the queue, found when asked for', async () => {
    const queue = useDeskQueue();
    const [row] = heldRows(1);
    if (!row) return;
    await useDecisions().snooze(row, 10);
    expect(order()).not.toContain(row.orderNo);
    expect(queue.isDeparted).toBe(false);
    queue.narrow({ ...NO_FILTER, snoozed: true });
    expect(order()).toContain(row.orderNo);
  });

  it('claims for this person, and lets go again', async () => {
    const [row] = heldRows(1);
    if (!row) return;
    await useDecisions().claim(row);
    const claimed = useHolds().byNo.get(row.orderNo);
    expect(claimed?.hold?.assignee).toBe('林晓');
    if (claimed) await useDecisions().claim(claimed);
    expect(useHolds().byNo.get(row.orderNo)?.hold?.assignee).toBeNull();
  });
});
