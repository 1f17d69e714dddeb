import { Buffer } from 'node:buffer';
import { parseJsonAhead } from '../json.ts';
import type { Door } from '../port.ts';
import { normaliseStandardWebhook } from './normalise.ts';
import { verifyStandardWebhook } from './verify.ts';

/** How a message usually begins; reading it here spares parsing every body twice. */
const LEADING_TYPE = /^\s*\{\s*"type"\s*:\s*"([a-zA-Z0-9_.]{1,100})"/;
const LEADING_BYTES = 160;

/** The scheme names the event inside the body only. What is unreadable has no topic and is told so by `normalise`. */
function topicOf(body: Uint8Array): string {
  const leading = LEADING_TYPE.exec(Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, LEADING_BYTES)).toString('latin1'));
  if (leading?.[1]) return leading[1];
  const parsed = parseJsonAhead(body);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return '';
  const type = (parsed.value as { type?: unknown }).type;
  return typeof type === 'string' ? type.slice(0, 100) : '';
}

/** Own stores, and every platform that reaches the hub through a bridge. */
export const standardWebhooksDoor: Door = {
  id: 'standard-webhooks',
  verify(delivery, secrets, now) {
    const verification = verifyStandardWebhook(delivery, secrets, now);
    return verification.ok ? { ...verification, topic: topicOf(delivery.body) } : verification;
  },
  normalise: (_topic, body, shop) => normaliseStandardWebhook(body, shop),
};
