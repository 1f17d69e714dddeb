import { createHash } from 'node:crypto';
import { headerOf } from '../channel.ts';
import type { PushDoor, ShopKeys, SignedDelivery, Verification } from '../channel.ts';
import { fields, text } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { sameText } from '../kit/sign.ts';
import { signPush } from './sign.ts';

function refusal(status: 400 | 401, zh: string, en: string): Verification {
  return { ok: false, status, reason: { zh, en } };
}

/** The message as a whole repeats on a retry, but for `timestamp`; what happened is line, state and time. */
function deliveryIdOf(body: Uint8Array, value: unknown): string {
  const data = fields(fields(value)['data']);
  const parts = [
    'trade_order_line_id',
    'trade_order_id',
    'order_status',
    'status_update_time',
    'reverse_order_id',
    'reverse_order_line_id',
  ];
  const words = parts.map((name) => text(data[name]));
  if (words[0] === '' && words[1] === '') return `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const shown = words.filter((word) => word !== '').join(':');
  return shown.length <= 180 ? shown : `sha256:${createHash('sha256').update(shown).digest('hex')}`;
}

/** `Authorization` over app key and raw bytes. Source: Lazada Open Platform, articles 120164 and 120168. */
function verifyLazada(delivery: SignedDelivery, keys: ShopKeys): Verification {
  const given = headerOf(delivery, 'authorization');
  if (given === undefined) return refusal(401, '缺少 Authorization 请求头', 'The header Authorization is missing');
  const appKey = keys.fields['app_key'] ?? '';
  if (appKey === '') return refusal(401, '店铺未填写 App Key，无法校验签名', 'The shop has no app key, so signatures cannot be checked');
  let match = false;
  for (const secret of keys.secrets) {
    if (secret !== '' && sameText(given, signPush(delivery.body, appKey, secret))) match = true;
  }
  if (!match) return refusal(401, '签名与店铺密钥不符', 'The signature does not match a secret of this shop');
  const parsed = parseJson(delivery.body);
  if (!parsed.ok) return { ok: false, status: 400, reason: parsed.reason };
  return {
    ok: true,
    messages: [
      {
        deliveryId: deliveryIdOf(delivery.body, parsed.value),
        topic: `message_type_${text(fields(parsed.value)['message_type'])}`,
        body: delivery.body,
      },
    ],
    acknowledge: { status: 200, contentType: 'application/json', body: '{}' },
  };
}

export const push: PushDoor = { id: 'lazada', verify: (delivery, keys) => verifyLazada(delivery, keys) };
