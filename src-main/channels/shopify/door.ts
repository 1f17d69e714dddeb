import type { Door } from '../port.ts';
import { normaliseShopify } from './normalise.ts';
import { verifyShopify } from './verify.ts';

/** Shopify's own webhooks. They carry no signed time, so a replay is stopped by its delivery id alone. */
export const shopifyDoor: Door = {
  id: 'shopify',
  verify: (delivery, secrets) => verifyShopify(delivery, secrets),
  normalise: normaliseShopify,
};
