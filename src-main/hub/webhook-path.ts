import type { ShopKey } from './feed-ports.ts';

/** Where a shop's webhooks arrive, below the address of this hub. */
export function webhookPathOf({ channel, shopId }: ShopKey): string {
  return `/hooks/${channel}/${encodeURIComponent(shopId)}`;
}
