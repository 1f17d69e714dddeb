import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { headerOf } from '../port.ts';
import type { SignedDelivery, Verification } from '../port.ts';

/**
 * `X-Shopify-Hmac-Sha256` is the base64 HMAC-SHA256 of the raw body with the app's client secret. During a secret's rotation
 * Shopify may sign with the old one for up to an hour, so every secret in force is tried.
 * Source: shopify.dev "Verify webhook deliveries"; Shopify/shopify-api-js webhooks/validate.ts.
 */
export function verifyShopify(delivery: SignedDelivery, secrets: readonly string[]): Verification {
  const given = headerOf(delivery, 'x-shopify-hmac-sha256');
  if (given === undefined) {
    return {
      ok: false,
      status: 401,
      reason: { zh: '缺少 X-Shopify-Hmac-Sha256 请求头', en: 'The header X-Shopify-Hmac-Sha256 is missing' },
    };
  }
  const signature = Buffer.from(given, 'utf8');
  let match = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const expected = Buffer.from(createHmac('sha256', secret).update(delivery.body).digest('base64'), 'utf8');
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) match = true;
  }
  if (!match) {
    return { ok: false, status: 401, reason: { zh: '签名与店铺密钥不符', en: 'The signature does not match a secret of this shop' } };
  }
  const topic = headerOf(delivery, 'x-shopify-topic') ?? '';
  return { ok: true, deliveryId: deliveryIdOf(delivery, topic), topic };
}

/**
 * `X-Shopify-Webhook-Id` is the same on every retry of one delivery. Where a proxy dropped it, topic and body stand in for
 * it: a retry carries the very same bytes. (`X-Shopify-Event-Id` will not do: several topics share one event.)
 */
function deliveryIdOf(delivery: SignedDelivery, topic: string): string {
  const id = headerOf(delivery, 'x-shopify-webhook-id');
  if (id !== undefined) return id.slice(0, 200);
  return `sha256:${createHash('sha256').update(topic).update('\n').update(delivery.body).digest('hex')}`;
}
