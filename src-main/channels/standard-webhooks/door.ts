import type { Door } from '../port.ts';
import { mapping } from './mapping.ts';
import { normaliseStandardWebhook } from './normalise.ts';
import { verifyStandardWebhook } from './push.ts';

/** Own stores, and every platform that reaches the hub through a bridge. */
export const standardWebhooksDoor: Door = {
  id: 'standard-webhooks',
  verify(delivery, secrets, now) {
    const verified = verifyStandardWebhook(delivery, secrets, now);
    if (!verified.ok) return verified;
    const [message] = verified.messages;
    return { ok: true, deliveryId: message?.deliveryId ?? '', topic: message?.topic ?? '' };
  },
  normalise: (topic, body, shop) => {
    const read = normaliseStandardWebhook({ topic, body, observedAt: null }, { ...shop, options: {}, mapping });
    return read.ok ? { ok: true, items: read.items } : read;
  },
};
