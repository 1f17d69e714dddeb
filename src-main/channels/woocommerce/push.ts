import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { headerOf } from '../channel.ts';
import type { Acknowledgement, PushDoor, SignedDelivery, Verification } from '../channel.ts';
import { fields, text } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { sameText } from '../kit/sign.ts';
import { signPush } from './sign.ts';

const ACKNOWLEDGE: Acknowledgement = { status: 200, contentType: 'application/json', body: '{}' };
/** What WooCommerce posts once when a hook is saved: a form body, unsigned, without a topic. */
const PING = /^webhook_id=\d+$/;

/**
 * `X-WC-Webhook-Signature` over the raw bytes. A redelivery carries a new delivery id, so that order, topic and change time name the
 * message. Source: woocommerce-rest-api-docs, _webhooks.
 */
function verifyWooCommerce(delivery: SignedDelivery, secrets: readonly string[]): Verification {
  const topic = headerOf(delivery, 'x-wc-webhook-topic') ?? '';
  if (topic === '' && delivery.body.byteLength < 64 && PING.test(Buffer.from(delivery.body).toString('latin1'))) {
    return { ok: true, messages: [], acknowledge: ACKNOWLEDGE };
  }
  const given = headerOf(delivery, 'x-wc-webhook-signature');
  if (given === undefined) {
    return {
      ok: false,
      status: 401,
      reason: { zh: '缺少 X-WC-Webhook-Signature 请求头', en: 'The header X-WC-Webhook-Signature is missing' },
    };
  }
  let match = false;
  for (const secret of secrets) {
    if (secret !== '' && sameText(given, signPush(delivery.body, secret))) match = true;
  }
  if (!match) {
    return { ok: false, status: 401, reason: { zh: '签名与店铺密钥不符', en: 'The signature does not match a secret of this shop' } };
  }
  return { ok: true, messages: [{ deliveryId: deliveryIdOf(delivery, topic), topic, body: delivery.body }], acknowledge: ACKNOWLEDGE };
}

function deliveryIdOf(delivery: SignedDelivery, topic: string): string {
  const parsed = parseJson(delivery.body);
  const value = fields(parsed.ok ? parsed.value : null);
  const [id, changed] = [text(value['id']), text(value['date_modified_gmt'])];
  const digest = createHash('sha256').update(topic).update('\n').update(delivery.body).digest('hex').slice(0, 16);
  return id !== '' && changed !== '' ? `${topic}:${id}:${changed}:${digest}`.slice(0, 200) : `sha256:${topic}:${digest}`.slice(0, 200);
}

export const push: PushDoor = { id: 'woocommerce', verify: (delivery, keys) => verifyWooCommerce(delivery, keys.secrets) };
