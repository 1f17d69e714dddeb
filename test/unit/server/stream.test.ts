import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { EventBroadcast } from '#main/server/stream.ts';
import type { StreamSocket } from '#main/server/stream.ts';
import { HubDouble } from '#test/support/hub-double.ts';

class SocketDouble implements StreamSocket {
  bufferedAmount = 0;
  readonly received: StreamEvent[] = [];
  closedWith: number | null = null;
  send(text: string): void {
    this.received.push(JSON.parse(text) as StreamEvent);
  }
  close(code: number): void {
    this.closedWith = code;
  }
  get seqs(): number[] {
    return this.received.map((event) => event.seq);
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);
let hub: HubDouble;
let broadcast: EventBroadcast;
let socket: SocketDouble;
beforeEach(() => {
  vi.useFakeTimers();
  hub = new HubDouble();
  broadcast = new EventBroadcast(hub);
  socket = new SocketDouble();
});
afterEach(() => {
  broadcast.close();
  vi.useRealTimers();
});

describe('the event stream of a console', () => {
  it('begins now without a position', async () => {
    hub.publish('before');
    broadcast.join(socket, null);
    await settle();
    hub.publish('after');
    expect(socket.seqs).toEqual([2]);
  });

  it('sends what was missed first, then live, each once, whatever happens in between', async () => {
    for (const text of ['1', '2', '3']) hub.publish(text);
    broadcast.join(socket, { epoch: hub.epoch, seq: 1 });
    hub.publish('4');
    await settle();
    hub.publish('5');
    expect(socket.seqs).toEqual([2, 3, 4, 5]);
  });

  it('passes on the resync of a position the hub does not hold', async () => {
    hub.publish('1');
    broadcast.join(socket, { epoch: 'another run', seq: 40 });
    await settle();
    hub.publish('2');
    expect(socket.received.map(({ name, seq }) => [name, seq])).toEqual([
      ['resync', 1],
      ['notice.raised', 2],
    ]);
  });

  it('drops a slow console to one resync instead of keeping events for it', async () => {
    broadcast.join(socket, null);
    await settle();
    hub.publish('1');
    socket.bufferedAmount = 2_000_000;
    for (const text of ['2', '3', '4']) hub.publish(text);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(socket.seqs).toEqual([1]);
    socket.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(250);
    expect(socket.received.at(-1)).toMatchObject({ name: 'resync', seq: 4, epoch: hub.epoch });
    hub.publish('5');
    expect(socket.seqs).toEqual([1, 4, 5]);
  });

  it('closes a console that takes nothing at all', async () => {
    broadcast.join(socket, null);
    await settle();
    socket.bufferedAmount = 2_000_000;
    hub.publish('1');
    await vi.advanceTimersByTimeAsync(31_000);
    expect(socket.closedWith).toBe(1013);
  });

  it('one slow console does not slow another', async () => {
    const quick = new SocketDouble();
    broadcast.join(socket, null);
    broadcast.join(quick, null);
    await settle();
    socket.bufferedAmount = 2_000_000;
    for (const text of ['1', '2']) hub.publish(text);
    expect([socket.seqs, quick.seqs]).toEqual([[], [1, 2]]);
  });

  it('asks to come back when the hub does not answer', async () => {
    hub.resume = () => Promise.reject(new Error('stopping'));
    broadcast.join(socket, { epoch: hub.epoch, seq: 0 });
    await settle();
    expect(socket.closedWith).toBe(1013);
    expect(broadcast.consoles).toBe(0);
  });

  it('ends with the console, and all with the host', async () => {
    const leave = broadcast.join(socket, null);
    await settle();
    leave();
    hub.publish('1');
    expect(socket.seqs).toEqual([]);
    broadcast.close();
    expect(hub.listeners).toBe(0);
  });
});
