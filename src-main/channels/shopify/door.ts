import type { Door } from '../port.ts';
import { mapping } from './mapping.ts';
import { normaliseShopify } from './normalise.ts';
import { verifyShopify } from './push.ts';

/** Shopify's own webhooks. They carry no signed time, so a replay is stopped by its delivery id alone. */
export const shopifyDoor: Door = {
  id: 'shopify',
  verify(delivery, secrets) {
    const verified = verifyShopify(delivery, secrets);
    if (!verified.ok) return verified;
    const [message] = verified.messages;
    return { ok: true, deliveryId: message?.deliveryId ?? '', topic: message?.topic ?? '' };
  },
  normalise: (topic, body, shop) => {
    const read = normaliseShopify({ topic, body, observedAt: null }, { ...shop, options: {}, mapping });
    return read.ok ? { ok: true, items: read.items } : read;
  },
};
