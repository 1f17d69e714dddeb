// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { useHolds } from '../../../src-renderer/stores/holds.ts';
import { goLive } from '../../../src-renderer/stores/live.ts';
import { usePulse } from '../../../src-renderer/stores/pulse.ts';
import { useSession } from '../../../src-renderer/stores/session.ts';

let hub: FakeCarrier;
let stop: () => void;
const START = Date.UTC(2026, 10, 22, 4, 0, 0);

beforeEach(async () => {
  vi.useFakeTimers({ now: START, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  setActivePinia(createPinia());
  hub = fakeCarrier({ now: () => Date.now(), seed: 3, live: false });
  connect(hub);
  await useSession().start();
  stop = goLive();
  await settled();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('the console and its hub', () => {
  it('shows the queue and the ward after its first snapshots', () => {
    expect(useSession().phase).toBe('ready');
    expect(useHolds().byNo.size).toBe(hub.world.held().length);
    expect(usePulse().lanes.map(({ shopId }) => shopId)).toEqual(['flagship', 'live', 'pop', 'global', 'own']);
  });

  it('follows events: a released order leaves the queue, an undone one comes back', async () => {
    const holds = useHolds();
    const [first] = holds.sorted;
    if (!first) throw new Error('the invented queue is empty');
    await hub.request('holds.release', { orderNo: first.orderNo, version: first.version }, 'zh');
    expect(holds.byNo.has(first.orderNo)).toBe(false);
    await hub.request('holds.undo', { orderNo: first.orderNo }, 'zh');
    expect(holds.byNo.get(first.orderNo)?.version).toBe(first.version + 2);
  });

  it('sorts the queue by severity, then by the clock', () => {
    const order = useHolds().sorted.map(({ hold }) => [hold?.severity, hold?.releaseAt ?? Infinity]);
    const rank = { high: 0, medium: 1, low: 2 };
    for (let at = 1; at < order.length; at += 1) {
      const [before, after] = [order[at - 1], order[at]] as [[keyof typeof rank, number], [keyof typeof rank, number]];
      expect(rank[before[0]] < rank[after[0]] || (rank[before[0]] === rank[after[0]] && before[1] <= after[1])).toBe(true);
    }
  });

  it('keeps beats of five minutes, each order once', () => {
    const pulse = usePulse();
    const before = [...pulse.beats.values()].flat().length;
    const [again] = pulse.beats.get('taobao/flagship') ?? [];
    if (!again) throw new Error('the invented lane is silent');
    hub.publish('orders.beat', { beats: [again] });
    expect([...pulse.beats.values()].flat().length).toBe(before);
    vi.setSystemTime(START + 20 * 60_000);
    hub.publish('orders.beat', { beats: [{ ...again, orderNo: 'TB-new', at: Date.now() }] });
    expect([...pulse.beats.values()].flat().map(({ orderNo }) => orderNo)).toEqual(['TB-new']);
  });

  it('fetches snapshots again after a hole in the numbers', async () => {
    const asked = vi.spyOn(hub, 'request');
    hub.publish('pulse.ward', { at: START, ward: [] });
    await settled();
    expect(asked).not.toHaveBeenCalled();
    hub.publish('pulse.ward', { at: START, ward: [] }, 3);
    await settled();
    expect(asked.mock.calls.map(([method]) => method)).toEqual(['pulse.snapshot', 'holds.list', 'health.current']);
  });

  it('says when the line is down, and takes it up again', async () => {
    const session = useSession();
    hub.cut(true);
    expect(session.link).toBe('broken');
    vi.setSystemTime(START + 42_000);
    expect(Date.now() - session.lastHeardAt).toBe(42_000);
    hub.cut(false);
    await settled();
    expect(session.link).toBe('open');
    expect(Date.now() - session.lastHeardAt).toBe(0);
  });

  it('asks for a login when the hub wants one, and tries again by itself when it is away', async () => {
    setActivePinia(createPinia());
    const away = { ...hub, request: vi.fn().mockResolvedValue({ ok: false, error: { code: 'busy', message: 'starting' } }) };
    connect(away);
    const session = useSession();
    await session.start();
    expect([session.phase, session.failure?.code]).toEqual(['failed', 'busy']);
    away.request.mockResolvedValue({ ok: false, error: { code: 'unauthenticated', message: '' } });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(session.phase).toBe('login');
  });
});
