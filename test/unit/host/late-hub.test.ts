import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { lateHub } from '#main/host/late-hub.ts';
import type { HubThread } from '#main/host/thread.ts';
import { ADMIN, deliver, memoryHub, orderData } from '#test/support/hub.ts';

/** The real hub, opened when told. */
function opening(): { late: HubThread; open(): Promise<void>; fail(error: Error): void } {
  const { promise, resolve, reject } = Promise.withResolvers<HubThread>();
  return {
    late: lateHub(promise),
    async open() {
      const hub = await memoryHub();
      resolve({ ...hub, crashed: new Promise(() => undefined) });
    },
    fail: reject,
  };
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
    await open();
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
});
