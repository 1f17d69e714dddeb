import { SECOND } from '#shared/time.ts';
import { readCredentials } from '#main/channels/keys.ts';
import { axiosTransport } from '#main/channels/http.ts';
import type { ChannelAdapter, ReadingShop, ShopOptions } from '#main/channels/channel.ts';
import type { ChannelAccess, ChannelClient, OrderPage } from '#main/channels/client.ts';
import type { Incoming, IncomingOrder } from '#main/model/incoming.ts';
import { parseJson } from '#main/channels/kit/json.ts';
import type { FaultScript, PlatformSimulator, SimulatorOptions } from '#simulators/kit/types.ts';
import { noFaults } from '#simulators/kit/faults.ts';

/** A clock that stands still unless it is moved. */
export class StoppedClock {
  at: number;
  constructor(at: number) {
    this.at = at;
  }
  readonly now = (): number => this.at;
}

/** Access of one shop to a platform on loopback, without the hub: every call takes a second, the token is as it was typed in unless one is given. */
export function accessTo(
  adapter: ChannelAdapter,
  platform: Pick<PlatformSimulator, 'url' | 'credentials'>,
  clock: StoppedClock,
  { options = {}, token }: { options?: ShopOptions; token?: () => Promise<string> } = {},
): ChannelAccess & { close(): void } {
  const keys = readCredentials(adapter.manifest, platform.credentials());
  const transport = axiosTransport({ timeoutMs: 5_000, now: clock.now });
  return {
    shopId: 'shop-1',
    keys,
    options,
    endpoint: platform.url,
    token: token ?? (() => Promise.resolve(keys.fields.access_token ?? '')),
    transport,
    now: clock.now,
    pace: () => {
      clock.at += SECOND;
      return Promise.resolve();
    },
    wait: (_ms, signal) => new Promise((resolve) => (signal.aborted ? resolve() : setTimeout(resolve, 5))),
    close: () => transport.close(),
  };
}

/** Options of a simulator in a test whose time stands still unless it is moved. */
export function simulatorAt({ now }: StoppedClock, over: Partial<SimulatorOptions> = {}): SimulatorOptions {
  return {
    now,
    after: () => () => undefined,
    chance: () => 0.5,
    faults: noFaults() satisfies FaultScript,
    shopId: 'shop-1',
    hub: null,
    ...over,
  };
}

export function clientOf(adapter: ChannelAdapter, access: ChannelAccess): ChannelClient {
  if (!adapter.connect) throw new Error(`${adapter.manifest.id} has no client.`);
  return adapter.connect(access);
}

/** What a client's answer says to its own reader: every order of a page, with details fetched where the list has only ids. */
export async function read(
  adapter: ChannelAdapter,
  client: ChannelClient,
  page: OrderPage,
  options: ShopOptions = {},
): Promise<Incoming[]> {
  const items: Incoming[] = [];
  for (const entry of page.entries) {
    const payload = entry.payload ?? (await client.details(entry.kind, [entry.id]))[0]?.payload;
    if (!payload) throw new Error(`${entry.id} is not there`);
    const shop: ReadingShop = { channel: adapter.manifest.id, shopId: 'shop-1', options, mapping: adapter.mapping };
    const read = adapter.normalise({ ...payload, observedAt: null }, shop);
    if (!read.ok) throw new Error(`${read.reason.en}: ${JSON.stringify(parseJson(payload.body))}`);
    items.push(...read.items);
  }
  return items;
}

/** The one order among items; fails when there is none or more. */
export function onlyOrder(items: readonly Incoming[]): IncomingOrder {
  const [item, ...more] = items;
  if (item?.kind !== 'order' || more.length > 0) throw new Error(`Expected one order: ${JSON.stringify(items)}`);
  return item.order;
}
