import type { Answer, ContractEvent, EventName, EventPayload, StreamEvent } from '#shared/contract/index.ts';
import type { Order } from '#shared/order.ts';
import { SECOND } from '#shared/time.ts';
import { CarrierFailure, type Carrier, type StreamListener } from '../carrier.ts';
import { createAnswers } from './answers.ts';
import { FakeRefusal } from './refusal.ts';
import { summary, toBeat, World } from './world.ts';

export interface FakeOptions {
  now: () => number;
  seed: number;
  /** Lets the world go on once a second; without it, `tick` does. */
  live: boolean;
}

/** An invented hub in the page, for tests and for work on the looks; never part of a production build. */
export interface FakeCarrier extends Carrier {
  readonly world: World;
  /** Lets time pass to `now()` and publishes what happened. */
  tick(): void;
  /** Breaks or mends the line. */
  cut(broken: boolean): void;
  /** Sends any event, with a hole of `skip` numbers before it. */
  publish<N extends EventName>(name: N, payload: EventPayload<N>, skip?: number): void;
}

export function fakeCarrier({ now, seed, live }: FakeOptions): FakeCarrier {
  const world = new World(seed, now());
  const listeners = new Set<StreamListener>();
  let seq = 0;
  let broken = false;

  function publish<N extends EventName>(name: N, payload: EventPayload<N>, skip = 0): void {
    seq += 1 + skip;
    const event = { epoch: 'fake', seq, name, payload } as ContractEvent;
    if (!broken) listeners.forEach((listener) => listener.event(structuredClone(event) as StreamEvent));
  }
  function changed(order: Order): void {
    publish('orders.changed', { orders: [summary(order)] });
    publish('holds.changed', order.hold ? { opened: [world.heldRow(order)], closed: [] } : { opened: [], closed: [order.orderNo] });
  }
  function tick(): void {
    const at = now();
    const fresh = world.grow(at);
    if (fresh.length > 0) {
      publish('orders.beat', { beats: fresh.map(toBeat) });
      publish('orders.changed', { orders: fresh.map(summary) });
      const held = fresh.filter(({ hold }) => hold !== null);
      if (held.length > 0) publish('holds.changed', { opened: held.map((order) => world.heldRow(order)), closed: [] });
      for (const { orderNo, hold, receivedAt } of held) {
        if (hold?.kind === 'frozen')
          publish('notice.raised', {
            id: orderNo,
            at: receivedAt,
            level: 'alarm',
            text: { zh: `高风险冻结：${hold.reasons[0]?.sentence.zh}`, en: `High-risk freeze: ${hold.reasons[0]?.sentence.en}` },
            orderNo,
          });
      }
    }
    publish('pulse.tick', { vitals: world.vitals(at), lanes: world.lanes(at), stages: world.stages(at) });
  }
  const answers = createAnswers(world, now, changed, (name, payload) => publish(name, payload)) as Record<
    string,
    ((params: unknown) => unknown) | undefined
  >;
  if (live) setInterval(tick, SECOND);

  return {
    kind: 'fake',
    world,
    tick,
    publish,
    cut(next) {
      broken = next;
      listeners.forEach((listener) => listener.state(next ? 'broken' : 'open'));
    },
    async request(method, params): Promise<Answer<unknown>> {
      if (broken) throw new CarrierFailure('cut');
      const answer = answers[method];
      if (!answer) return { ok: false, error: { code: 'unknown_method', message: method } };
      try {
        const value = answer(params);
        return { ok: true, value: method === 'session.hello' ? { ...(value as object), stream: { epoch: 'fake', seq } } : value };
      } catch (error) {
        if (error instanceof FakeRefusal) return { ok: false, error: { code: error.code, message: '' } };
        throw error;
      }
    },
    subscribe(_position, listener) {
      listeners.add(listener);
      listener.state(broken ? 'broken' : 'open');
      return () => listeners.delete(listener);
    },
  };
}
