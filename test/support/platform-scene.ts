import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ChannelAdapter, ShopOptions } from '#main/channels/channel.ts';
import type { ChannelClient, ShipRequest } from '#main/channels/client.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { OpenSimulator, PlatformSimulator, SimulatorOptions, TruthOrder } from '#simulators/kit/types.ts';
import { accessTo, clientOf, simulatorAt, StoppedClock } from './platform-access.ts';
import { PAID } from './truth-order.ts';

/** An hour after the order of truth-order.ts was paid. */
export const NOW = PAID + HOUR;
/** Ten minutes around that payment. */
export const WINDOW = { from: PAID - 10 * MINUTE, to: PAID + 10 * MINUTE };
/** The business day it was placed on. */
export const DAY_PLACED = { from: Date.parse('2025-06-18T00:00:00+08:00'), to: Date.parse('2025-06-19T00:00:00+08:00') };

/** One shop at one platform on loopback, and clients of it. Everything is opened before each test of a file and closed after it. */
export interface PlatformScene {
  readonly clock: StoppedClock;
  readonly simulator: PlatformSimulator;
  /** A new client of the shop. Where the platform gives tokens for credentials, it asks for one once. */
  connected(options?: ShopOptions): ChannelClient;
  /** The platform again, with other options; from now on `simulator`. */
  reopen(over: Partial<SimulatorOptions>): Promise<PlatformSimulator>;
  /** To be closed after the test. */
  closing(close: () => void | Promise<void>): void;
}

export function platformScene(adapter: ChannelAdapter, open: OpenSimulator): PlatformScene {
  const closers: (() => void | Promise<void>)[] = [];
  let clock = new StoppedClock(NOW);
  let simulator: PlatformSimulator | null = null;
  const scene: PlatformScene = {
    get clock() {
      return clock;
    },
    get simulator() {
      if (!simulator) throw new Error('The platform opens before each test.');
      return simulator;
    },
    connected(options = {}) {
      let granted: Promise<string> | null = null;
      const token = () => (granted ??= Promise.resolve(client.refresh?.(null)).then((grant) => grant?.accessToken ?? ''));
      const asks = adapter.manifest.token.kind === 'client-credential';
      const access = accessTo(adapter, scene.simulator, clock, { options, ...(asks && { token }) });
      closers.push(() => access.close());
      const client = clientOf(adapter, access);
      return client;
    },
    async reopen(over) {
      const opened = await open(simulatorAt(clock, over));
      closers.push(() => opened.stop());
      return (simulator = opened);
    },
    closing: (close) => void closers.push(close),
  };
  beforeEach(async () => {
    clock = new StoppedClock(NOW);
    await scene.reopen({});
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  return scene;
}

/** Tests of what every platform has in common: a refusal a person must act on is known, and told in the platform's own words. */
export function itTellsTrouble(scene: PlatformScene): void {
  it.each([
    [{ secret: 'another' }, 'auth-wrong-secret'],
    [{ revoked: true }, 'token-revoked'],
    [{ permitted: false }, 'permission'],
    [{ clockOffMs: 11 * MINUTE }, 'clock-skew'],
  ] as const)('trouble %j is %s, with the platform’s own words', async (trouble, code) => {
    const client = scene.connected();
    scene.simulator.set(trouble);
    const failure = client.changed('orders', WINDOW, null);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(/the platform said/);
  });
}

/** Where tokens are given for credentials: a shrunk permission is met by a call, a revoked application and a wrong secret by the next token. */
export async function expectTokensRefused({ simulator, connected }: PlatformScene): Promise<void> {
  const client = connected();
  await client.changed('orders', WINDOW, null);
  simulator.set({ permitted: false });
  await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'permission' });
  simulator.set({ permitted: true, revoked: true });
  await expect(client.refresh?.(null)).rejects.toMatchObject({ code: 'token-revoked' });
  simulator.set({ revoked: false, secret: 'another' });
  await expect(client.refresh?.(null)).rejects.toMatchObject({ code: 'auth-wrong-secret' });
}

/** What is asked of a platform to ship an order by SF. */
export function shipping(channelOrderId: string): ShipRequest {
  return { channelOrderId, trackingNumber: 'SF1', carrier: 'sf', lines: [], attempt: 1 };
}

/** Ships one order again and again: it has one effect, and another number is refused. `pause`: between one attempt and the next. */
export async function expectShippedOnce(scene: PlatformScene, order: TruthOrder, pause: () => void = () => {}): Promise<void> {
  const { simulator } = scene;
  simulator.apply(order, 'created');
  const client = scene.connected();
  const request = shipping(order.id);
  for (const attempt of [1, 1, 2]) {
    await client.ship?.({ ...request, attempt });
    pause();
  }
  expect(simulator.truth(order.id)).toMatchObject({ stage: 'shipped', tracking: { number: 'SF1' } });
  expect(simulator.writes.filter(({ repeated }) => !repeated)).toHaveLength(1);
  await expect(client.ship?.({ ...request, trackingNumber: 'SF2' })).rejects.toMatchObject({ code: 'refused' });
}
