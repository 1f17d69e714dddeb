import { headerOf } from '../channel.ts';
import type { Acknowledgement, PushDoor, PushMessage, ShopKeys, SignedDelivery, Verification } from '../channel.ts';
import { fields, flag, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText, writeJson } from '../kit/json.ts';
import { digest, sameText } from '../kit/sign.ts';
import { decryptMessage, signBody, signPush } from './sign.ts';

const ACKNOWLEDGE: Acknowledgement = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };

/** Messages of Youzan: one envelope whose `msg` is URL-encoded JSON. */
export const push: PushDoor = {
  id: 'youzan',
  verify(delivery: SignedDelivery, keys: ShopKeys): Verification {
    const parsed = parseJson(delivery.body);
    if (!parsed.ok) return { ok: false, status: 400, reason: parsed.reason };
    const envelope = fields(parsed.value);
    // The console's trial message is not signed with a real secret and says nothing about orders.
    if (flag(envelope.test)) return { ok: true, messages: [], acknowledge: ACKNOWLEDGE };
    const secrets = [...new Set([...keys.secrets, keys.fields.client_secret ?? ''])].filter((secret) => secret !== '');
    if (!isSigned(delivery, envelope, keys.fields.client_id ?? '', secrets)) {
      return { ok: false, status: 401, reason: { zh: '签名与店铺密钥不符', en: 'The signature does not match a secret of this shop' } };
    }
    return { ok: true, messages: [messageOf(delivery, envelope, secrets)], acknowledge: ACKNOWLEDGE };
  },
};

/** Either layout: `sign` in the envelope over `msg`, or the header `event-sign` over the raw body. */
function isSigned(delivery: SignedDelivery, envelope: Fields, clientId: string, secrets: string[]): boolean {
  const header = headerOf(delivery, 'event-sign')?.toLowerCase() ?? '';
  const sign = text(envelope.sign).toLowerCase();
  const msg = typeof envelope.msg === 'string' ? envelope.msg : '';
  const matches = secrets.filter((secret) => {
    const byMessage = sameText(sign, signPush(clientId, msg, secret));
    const byBody = sameText(header, signBody(clientId, delivery.body, secret));
    return byMessage || byBody;
  });
  return matches.length > 0;
}

/** What `msg` says: URL-encoded JSON, or the encrypted message of an app's own orders. */
export function contentOf(msg: unknown): unknown {
  if (typeof msg !== 'string') return msg ?? null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(msg.replaceAll('+', '%20'));
  } catch {
    // A bare percent sign: it was not encoded at all.
    decoded = msg;
  }
  const parsed = parseText(decoded);
  return parsed.ok ? parsed.value : null;
}

function messageOf(delivery: SignedDelivery, envelope: Fields, secrets: string[]): PushMessage {
  const { msg } = envelope;
  const opened =
    typeof msg === 'string' && contentOf(msg) === null
      ? secrets.map((secret) => decryptMessage(msg, secret)).find((content) => content !== null)
      : undefined;
  const kept = opened === undefined ? envelope : { ...envelope, msg: encodeURIComponent(opened) };
  const topic = text(envelope.type) || headerOf(delivery, 'event-type') || '';
  return {
    deliveryId: `${topic}:${text(envelope.id)}:${text(envelope.status)}:${versionOf(kept.msg)}`.slice(0, 200),
    topic,
    body: opened === undefined ? delivery.body : Buffer.from(writeJson(kept), 'utf8'),
  };
}

/** The same on every repetition of a message: `version` and `sendCount` may differ, its content does not. */
function versionOf(msg: unknown): string {
  const content = fields(contentOf(msg));
  const order = fields(fields(content.full_order_info).order_info);
  return text(order.update_time) || text(content.update_time) || digest('md5', writeJson(msg)).slice(0, 16);
}
