import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { lateHub } from '#main/host/late-hub.ts';
import type { HubThread } from '#main/host/thread.ts';
import { ADMIN, deliver, memoryHub, orderData } from '#test/support/hub.ts';

/** The real hub, opened when told. */
let closed = 0;
function opening(): { late: HubThread; opened: HubThread[]; open(): void; callOff(): void; fail(error: Error): void } {
  closed = 0;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const opened: HubThread[] = [];
  const late = lateHub(promise, async () => {
    const hub = await memoryHub();
    const close = async (): Promise<void> => {
      await hub.close();
      closed += 1;
    };
    opened.push({ ...hub, close, crashed: new Promise<Error>(() => undefined) });
    return opened[0] as HubThread;
  });
  return { late, opened, open: () => resolve(true), callOff: () => resolve(false), fail: reject };
}

describe('a hub that is opened while the doors listen', () => {
  it('answers what was asked, keeps what was brought and tells what is heard, once it is open', async () => {
    const { late, open } = opening();
    const events: StreamEvent[] = [];
    const unheard: StreamEvent[] = [];
    const leave = late.subscribe((event) => unheard.push(event));
    late.subscribe((event) => events.push(event));
    leave();
    const answer = late.request('session.hello', {}, ADMIN);
    const receipt = deliver(late, 'order.paid', orderData('L-1', Date.now()), Date.now());
    expect(await late.health()).toMatchObject({ ok: false, problem: 'The workspace is still being prepared.' });
    open();
    expect(await answer).toMatchObject({ ok: true });
    expect((await receipt).status).toBe(200);
    expect(await late.request('orders.list', {}, ADMIN)).toMatchObject({ ok: true, value: { items: [{ channelOrderId: 'L-1' }] } });
    expect((await late.health()).ok).toBe(true);
    await late.close();
    expect(events.length).toBeGreaterThan(0);
    expect(unheard).toEqual([]);
  });

  it('that does not open says why, lets nobody wait and can be closed', async () => {
    const { late, fail } = opening();
    const answer = late.request('session.hello', {}, ADMIN);
    const receipt = deliver(late, 'order.paid', orderData('L-1', Date.now()), Date.now());
    fail(new Error('The folder is gone.'));
    expect(await late.crashed).toMatchObject({ message: 'The folder is gone.' });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect((await receipt).status).toBe(503);
    expect(await late.resume({ epoch: 'x', seq: 0 })).toEqual([]);
    await late.close();
  });

  it('that was called off lets nobody wait, though it is not closed yet, and is no crash', async () => {
    const { late, opened, callOff } = opening();
    const answer = late.request('session.hello', {}, ADMIN);
    callOff();
    expect(await answer).toMatchObject({ ok: false });
    expect(opened).toEqual([]);
    expect(await Promise.race([late.crashed, setImmediate('nothing')])).toBe('nothing');
    await late.close();
  });

  it('closed before it was begun is never opened, and is no crash; one that is being opened is closed', async () => {
    const before = opening();
    const answer = before.late.request('session.hello', {}, ADMIN);
    await before.late.close();
    expect(await answer).toMatchObject({ ok: false });
    before.open();
    await setImmediate();
    expect(before.opened).toEqual([]);
    expect(await Promise.race([before.late.crashed, setImmediate('nothing')])).toBe('nothing');
    const meanwhile = opening();
    meanwhile.open();
    await Promise.resolve();
    await meanwhile.late.close();
    expect(meanwhile.opened).toHaveLength(1);
    expect(closed).toBe(1);
  });
});
