import { CHANNELS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { ChannelAdapter, ChannelMapping, Normalised, ReadingShop, ShopKeys, ShopOptions } from '#main/channels/channel.ts';
import { doorFor, missingFields, readCredentials } from '#main/channels/keys.ts';
import type { DoorChoice, RawCredentials } from '#main/channels/keys.ts';
import { adapterOf } from '#main/channels/registry.ts';
import type { HubConfig, ShopConfig } from './config.ts';
import type { Connection } from './feed-ports.ts';
import type { NewMessage, Store } from './ports.ts';
import type { Vault } from './vault.ts';

/** A connected shop: how it is reached, how its messages are read, and its credentials in memory. */
export interface Shop {
  channel: ChannelId;
  shopId: string;
  name: string;
  /** `file`: from the configuration; `screen`: connected by an administrator. */
  source: 'file' | 'screen';
  /** Off: nothing of it is received or read. */
  on: boolean;
  push: boolean;
  poll: boolean;
  door: 'native' | 'standard-webhooks';
  endpoint: string | null;
  options: ShopOptions;
  keys: ShopKeys;
  adapter: ChannelAdapter;
  /** How its webhooks are verified, or why it takes none. */
  choice: DoorChoice;
}

const NOT_READ: LocalisedText = { zh: '店铺已从配置中移除', en: 'The shop is no longer configured' };

function shopOf(
  given: Pick<Shop, 'channel' | 'shopId' | 'name' | 'source' | 'on' | 'push' | 'poll' | 'door' | 'endpoint'>,
  options: ShopOptions,
  credentials: RawCredentials,
): Shop {
  const adapter = adapterOf(given.channel);
  const defaults = Object.fromEntries(adapter.manifest.options.map((option) => [option.name, option.default]));
  return {
    ...given,
    options: { ...defaults, ...options },
    keys: readCredentials(adapter.manifest, credentials),
    adapter,
    choice: doorFor(given, (channel) => adapterOf(channel).push),
  };
}

/** A shop as the configuration file names it. */
function shopOfConfig({ channel, shopId, name, push, poll, door, endpoint, options, credentials }: ShopConfig): Shop {
  const address = { channel, shopId, name: name ?? CHANNELS[channel].zh };
  return shopOf({ ...address, source: 'file', on: true, push, poll, door, endpoint: endpoint ?? null }, options, credentials);
}

/** A shop as it was connected on screen; `credentials` are opened. */
export function shopOfConnection({ channel, shopId, name, document, active }: Connection, credentials: RawCredentials): Shop {
  const { push, poll, door, endpoint, options } = document;
  const address = { channel, shopId, name: name || CHANNELS[channel].zh };
  return shopOf({ ...address, source: 'screen', on: active, push, poll, door, endpoint }, options, credentials);
}

/** The shops of the workspace by address. They come and go while the hub runs. */
export class Shops {
  readonly #byAddress = new Map<string, Shop>();
  readonly #reading = new Map<string, ReadingShop>();
  readonly #mappings = new Map<ChannelId, ChannelMapping>();
  readonly #listeners: ((channel: ChannelId, shopId: string) => void)[] = [];

  constructor(configs: readonly ShopConfig[]) {
    for (const config of configs) this.put(shopOfConfig(config));
  }

  get all(): readonly Shop[] {
    return [...this.#byAddress.values()];
  }

  find(channel: string, shopId: string): Shop | null {
    return this.#byAddress.get(`${channel}/${shopId}`) ?? null;
  }

  /** Adds a shop or takes the place of the one with its address. */
  put(shop: Shop): void {
    const address = `${shop.channel}/${shop.shopId}`;
    this.#byAddress.set(address, shop);
    this.#changed(shop.channel, shop.shopId);
  }

  remove(channel: ChannelId, shopId: string): void {
    this.#byAddress.delete(`${channel}/${shopId}`);
    this.#changed(channel, shopId);
  }

  /** Told the address of every shop that is added, changed or removed from now on. */
  onChange(listener: (channel: ChannelId, shopId: string) => void): void {
    this.#listeners.push(listener);
  }

  #changed(channel: ChannelId, shopId: string): void {
    this.#reading.clear();
    for (const listener of this.#listeners) listener(channel, shopId);
  }

  /** Name on screen; a shop that is configured no more keeps its channel's. */
  nameOf(channel: ChannelId, shopId: string): string {
    return this.find(channel, shopId)?.name ?? CHANNELS[channel].zh;
  }

  /** The mapping in force of a channel: the shipped one until an edited one is set. */
  mappingOf(channel: ChannelId): ChannelMapping {
    return this.#mappings.get(channel) ?? adapterOf(channel).mapping;
  }

  /** Takes an edited mapping into force; the next message is read with it. */
  setMapping(channel: ChannelId, mapping: ChannelMapping): void {
    this.#mappings.set(channel, mapping);
    this.#reading.clear();
  }

  /** What a reader may know of a shop; `words`: the channel in whose words its messages are. */
  readingOf(shop: Shop, words: ChannelId = shop.channel): ReadingShop {
    const { channel, shopId, options } = shop;
    const key = `${words}/${channel}/${shopId}`;
    let reading = this.#reading.get(key);
    if (!reading) this.#reading.set(key, (reading = { channel, shopId, options, mapping: this.mappingOf(words) }));
    return reading;
  }

  /** What a kept message says. */
  read(message: NewMessage): Normalised {
    const shop = this.find(message.channel, message.shopId);
    if (!shop) return { ok: false, reason: NOT_READ };
    const adapter = inOwnWords(message, shop) ? adapterOf('standard-webhooks') : shop.adapter;
    return adapter.normalise(message, this.readingOf(shop, adapter.manifest.id));
  }

  /** The channel in whose words a kept message is; null where no such shop is configured any more. */
  wordsOf(message: NewMessage): ChannelId | null {
    const shop = this.find(message.channel, message.shopId);
    return shop && (inOwnWords(message, shop) ? 'standard-webhooks' : shop.channel);
  }
}

/** What a shop lacks for its platform to be called: field names, `-` where the channel has no calls at all; empty: nothing. */
export function missingForCalls({ adapter, keys, endpoint }: Shop): string[] {
  if (!adapter.connect) return ['-'];
  if (adapter.manifest.origin === '' && endpoint === null) return ['endpoint'];
  return missingFields(adapter.manifest, keys, 'poll');
}

/** Bridged pushes and imported rows are in the words of the own-store channel, whatever the shop sells on. */
function inOwnWords({ origin }: NewMessage, { door }: Shop): boolean {
  return origin === 'import' || (origin === 'push' && door === 'standard-webhooks');
}

/** Shops of the configuration, then those connected on screen; where both name one, the configuration wins. */
export function openShops(store: Pick<Store, 'connections'>, configured: HubConfig['shops'], vault: Vault): Shops {
  const shops = new Shops(configured);
  for (const connection of store.connections.all()) {
    const { channel, shopId, sealed } = connection;
    if (shops.find(channel, shopId)) continue;
    shops.put(shopOfConnection(connection, vault.open(sealed, `${channel}/${shopId}`) as RawCredentials));
  }
  return shops;
}
