import { createHash } from 'node:crypto';
import { headerOf } from '../channel.ts';
import type { PushDoor, SignedDelivery, Verification } from '../channel.ts';
import { sameText } from '../kit/sign.ts';
import { signPush } from './sign.ts';

/**
 * `X-Shopify-Hmac-Sha256` over the raw bytes. During a secret's rotation Shopify may sign with the old one for up to an hour,
 * so every secret in force is tried. Webhooks carry no signed time: a replay is stopped by its delivery id alone.
 */
function verifyShopify(delivery: SignedDelivery, secrets: readonly string[]): Verification {
  const given = headerOf(delivery, 'x-shopify-hmac-sha256');
  if (given === undefined) {
    return {
      ok: false,
      status: 401,
      reason: { zh: '缺少 X-Shopify-Hmac-Sha256 请求头', en: 'The header X-Shopify-Hmac-Sha256 is missing' },
    };
  }
  let match = false;
  for (const secret of secrets) {
    if (secret !== '' && sameText(given, signPush(delivery.body, secret))) match = true;
  }
  if (!match) {
    return {
      ok: false,
      status: 401,
      reason: {
        zh: '签名与店铺密钥不符；店铺后台的“发送测试通知”不使用应用密钥，会被拒绝',
        en: 'The signature does not match a secret of this shop; a "test notification" of the store settings is not signed with the app secret and is refused',
      },
    };
  }
  const topic = headerOf(delivery, 'x-shopify-topic') ?? '';
  return {
    ok: true,
    messages: [{ deliveryId: deliveryIdOf(delivery, topic), topic, body: delivery.body }],
    acknowledge: { status: 200, contentType: 'application/json', body: '{}' },
  };
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

export const push: PushDoor = {
  id: 'shopify',
  verify: (delivery, keys) => verifyShopify(delivery, keys.secrets),
};
