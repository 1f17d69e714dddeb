/**
 * Reading orders: how many each adapter turns from the platform's bytes into the unified order in one second of its thread's
 * processor time, which leaves out whatever else the machine is doing. The bytes are what the adapter's own client gets from the
 * channel's simulator for an order of three lines; every message is another order, and none was read before, so parsing the JSON is
 * part of the time.
 */
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { ReadingShop } from '#main/channels/channel.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { adapterOf } from '#main/channels/registry.ts';
import type { OpenSimulator } from '#simulators/kit/types.ts';
import { accessTo, clientOf, simulatorAt, StoppedClock } from '#test/support/platform-access.ts';
import { PAID, truthOrder } from '#test/support/truth-order.ts';

const ID = '4837000000000000001';
const ORDERS = 4_000;
const ROUNDS = 9;

/** One order as the platform hands it out: whole from its list, or fetched by id. */
async function payloadOf(channel: ChannelId): Promise<string> {
  const { open } = (await import(`../../simulators/${channel}/open.ts`)) as { open: OpenSimulator };
  const clock = new StoppedClock(PAID + 600_000);
  const adapter = adapterOf(channel);
  const simulator = await open(simulatorAt(clock));
  const { lines, ...order } = truthOrder(ID);
  simulator.apply(
    { ...order, lines: [...lines, ...lines.slice(0, 1).map((line) => ({ ...line, lineId: '13', sku: 'SKU-3' }))] },
    'created',
  );
  const access = accessTo(adapter, simulator, clock, { token: () => tokenFor(client, access.keys.fields.access_token) });
  const client: ChannelClient = clientOf(adapter, access);
  try {
    const page = await client.changed('orders', { from: PAID - 60_000, to: PAID + 60_000 }, null);
    const body = page.entries[0]?.payload?.body ?? (await client.details('order', [ID]))[0]?.payload?.body;
    if (!body) throw new Error(`The simulator of ${channel} gave no order.`);
    return Buffer.from(body).toString('utf8');
  } finally {
    access.close();
    await simulator.stop();
  }
}

async function tokenFor(client: ChannelClient, typed: string | undefined): Promise<string> {
  return typed ?? (await client.refresh?.(null))?.accessToken ?? '';
}

/** Orders per second of processor time, the median of some rounds. */
function speedOf(channel: ChannelId, payload: string): number {
  const adapter = adapterOf(channel);
  const shop: ReadingShop = { channel, shopId: 'bench', options: {}, mapping: adapter.mapping };
  const speeds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bodies = Array.from({ length: ORDERS }, (_, index) =>
      Buffer.from(payload.replaceAll(ID, String(BigInt(ID) + BigInt(index))), 'utf8'),
    );
    const started = process.threadCpuUsage();
    for (const body of bodies) {
      const read = adapter.normalise({ topic: 'order', body, observedAt: PAID }, shop);
      if (!read.ok || read.items.length === 0) throw new Error(`${channel}: ${read.ok ? 'nothing was read' : read.reason.en}`);
    }
    const { user, system } = process.threadCpuUsage(started);
    speeds.push((ORDERS / (user + system)) * 1e6);
  }
  return speeds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

/** `wechat-store` -> `wechatStoreNormaliseOrdersPerSecond`. */
function nameOf(channel: ChannelId): string {
  return `${channel.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}NormaliseOrdersPerSecond`;
}

export async function benchNormalise(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const channel of CHANNEL_IDS) figures[nameOf(channel)] = speedOf(channel, await payloadOf(channel));
  return { slowestNormaliseOrdersPerSecond: Math.min(...Object.values(figures)), ...figures };
}
