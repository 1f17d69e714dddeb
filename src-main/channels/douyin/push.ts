import { headerOf } from '../channel.ts';
import type { Acknowledgement, PushDoor, PushMessage, ShopKeys, SignedDelivery, Verification } from '../channel.ts';
import { fields, text } from '../kit/fields.ts';
import { parseJson, writeJson } from '../kit/json.ts';
import { digest, sameText } from '../kit/sign.ts';
import { signPush } from './sign.ts';

const ACKNOWLEDGE: Acknowledgement = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };
const LONGEST_BLANK = 16;
const NOTHING: Verification = { ok: true, messages: [], acknowledge: ACKNOWLEDGE };

/** Messages of Douyin Shop: an array under one signature, acknowledged as a whole. */
export const push: PushDoor = {
  id: 'douyin',
  verify(delivery: SignedDelivery, keys: ShopKeys): Verification {
    // Saving the address in the console sends an empty body or an empty list; there is nothing in it to trust.
    if (isBlank(delivery.body)) return NOTHING;
    const parsed = parseJson(delivery.body);
    if (!parsed.ok) return { ok: false, status: 400, reason: parsed.reason };
    const messages = Array.isArray(parsed.value) ? (parsed.value as unknown[]) : [parsed.value];
    if (messages.every(isProbe)) return NOTHING;
    const refusal = refusalOf(delivery, keys);
    return refusal ?? { ok: true, messages: messages.filter((message) => !isProbe(message)).map(messageOf), acknowledge: ACKNOWLEDGE };
  },
};

/** Nothing at all, or a few blanks. */
function isBlank(body: Uint8Array): boolean {
  return body.length <= LONGEST_BLANK && new TextDecoder().decode(body).trim() === '';
}

/** The console's test message has tag 0; one that is `{}` says nothing either. */
function isProbe(message: unknown): boolean {
  const told = fields(message);
  return text(told.tag) === '0' || (typeof message === 'object' && message !== null && Object.keys(message).length === 0);
}

function refusalOf(delivery: SignedDelivery, keys: ShopKeys): Verification | null {
  const given = headerOf(delivery, 'event-sign')?.toLowerCase();
  if (given === undefined) {
    return { ok: false, status: 401, reason: { zh: '缺少 event-sign 请求头', en: 'The header event-sign is missing' } };
  }
  const appKey = keys.fields.app_key ?? '';
  const secrets = new Set([...keys.secrets, keys.fields.secret ?? '']);
  secrets.delete('');
  // Every secret is tried, so that the time tells nothing about which one matched.
  const matches = [...secrets].filter((secret) => sameText(given, signPush(appKey, delivery.body, secret)));
  if (matches.length > 0) return null;
  return { ok: false, status: 401, reason: { zh: '签名与店铺密钥不符', en: 'The signature does not match a secret of this shop' } };
}

/** `msg_id` is the same on every repetition; where it is missing the message's own text stands in. */
function messageOf(message: unknown): PushMessage {
  const written = writeJson(message);
  const own = fields(message);
  return {
    deliveryId: text(own.msg_id).slice(0, 200) || `md5:${digest('md5', written)}`,
    topic: text(own.tag),
    body: Buffer.from(written, 'utf8'),
  };
}
