import type { ChannelId } from '#shared/channels.ts';
import { CHANNELS } from '#shared/channels.ts';
import { doorFor, secretsOf } from '#main/channels/door.ts';
import type { DoorChoice } from '#main/channels/door.ts';
import type { ShopConfig } from './config.ts';

/** A connected shop with its door and the secrets in force. */
export interface Shop {
  channel: ChannelId;
  shopId: string;
  name: string;
  config: ShopConfig;
  choice: DoorChoice;
  secrets: readonly string[];
}

/** The shops of a configuration by address. */
export class Shops {
  readonly all: readonly Shop[];
  readonly #byAddress = new Map<string, Shop>();

  constructor(configs: readonly ShopConfig[]) {
    this.all = configs.map((config) => ({
      channel: config.channel,
      shopId: config.shopId,
      name: config.name ?? CHANNELS[config.channel].zh,
      config,
      choice: doorFor(config),
      secrets: secretsOf(config.credentials),
    }));
    for (const shop of this.all) this.#byAddress.set(`${shop.channel}/${shop.shopId}`, shop);
  }

  find(channel: string, shopId: string): Shop | null {
    return this.#byAddress.get(`${channel}/${shopId}`) ?? null;
  }

  /** Name on screen; a shop that is configured no more keeps its channel's. */
  nameOf(channel: ChannelId, shopId: string): string {
    return this.find(channel, shopId)?.name ?? CHANNELS[channel].zh;
  }
}
