import { randomBytes } from 'node:crypto';
import type { HubConfigInput } from '#main/hub/config.ts';
import { CATALOGUE } from './catalogue.ts';
import { openingStock } from './opening-stock.ts';
import { SHOPS, shopKey } from './shops.ts';

export interface DemoConfigOptions {
  seed: string;
  /** Secret of each shop by `channel/shopId`, made anew for every run. */
  secrets: ReadonlyMap<string, string>;
  wms: { url: string; secret: string };
  buyer: { url: string; secret: string };
}

/** A Standard Webhooks secret: `whsec_` and 32 bytes in base64. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export function newShopSecrets(): Map<string, string> {
  return new Map(SHOPS.map((shop) => [shopKey(shop), shop.channel === 'shopify' ? randomBytes(32).toString('hex') : newSecret()]));
}

/** The demo merchant as the hub's configuration: five shops, the default warehouses, 300 articles, and its partners. */
export function demoConfig(options: DemoConfigOptions): HubConfigInput {
  return {
    workspace: `${CATALOGUE.brand.zh} ${CATALOGUE.brand.en}`,
    shops: SHOPS.map((shop) => ({
      channel: shop.channel,
      shopId: shop.shopId,
      name: shop.name,
      door: shop.door,
      credentials: { secret: options.secrets.get(shopKey(shop)) },
      push: true,
      poll: false,
    })),
    openingStock: openingStock(options.seed),
    partners: { wms: options.wms, buyer: options.buyer },
  };
}
