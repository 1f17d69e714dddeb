import type { Acknowledgement, PushDoor, PushMessage, ShopKeys, SignedDelivery, Verification } from '../channel.ts';
import { fields, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { digest } from '../kit/sign.ts';
import { envelopeBytes, readEnvelope } from './envelope.ts';
import { decrypt, verifyParts } from './sign.ts';

const ACKNOWLEDGE: Acknowledgement = { status: 200, contentType: 'text/plain', body: 'success' };
type Refusal = Extract<Verification, { ok: false }>;

function refuse(status: 400 | 401, zh: string, en: string): Refusal {
  return { ok: false, status, reason: { zh, en } };
}

/** WeChat message push: GET checks the address, POST brings one event, plain or encrypted (safe mode), as JSON or XML. */
export const push: PushDoor = {
  id: 'wechat-store',
  verify(delivery: SignedDelivery, keys: ShopKeys): Verification {
    const query = delivery.query ?? {};
    const { token = '' } = keys.fields;
    if (token === '') return refuse(401, '店铺未填写消息推送 Token', 'The shop has no token for the message push');
    if (delivery.method === 'GET') return addressCheck(query, token);
    const read = readEnvelope(Buffer.from(delivery.body).toString('utf8'));
    if (!read.ok) return { ok: false, status: 400, reason: read.reason };
    const opened = openEnvelope(fields(read.value), query, keys, token);
    if ('ok' in opened) return opened;
    return { ok: true, messages: [messageOf(opened.event)], acknowledge: ACKNOWLEDGE };
  },
};

/** Of three parts, as the address check and plain mode sign. */
function isSigned(query: Record<string, string>, token: string): boolean {
  return verifyParts(query.signature ?? '', token, query.timestamp ?? '', query.nonce ?? '');
}

const UNSIGNED = refuse(401, '签名与店铺 Token 不符', 'The signature does not match the token of this shop');

function addressCheck(query: Record<string, string>, token: string): Verification {
  if (!isSigned(query, token)) return UNSIGNED;
  return { ok: true, messages: [], acknowledge: { status: 200, contentType: 'text/plain', body: query.echostr ?? '' } };
}

function openEnvelope(outer: Fields, query: Record<string, string>, keys: ShopKeys, token: string): { event: Fields } | Refusal {
  const encrypted = text(outer.Encrypt);
  if (encrypted === '') return isSigned(query, token) ? { event: outer } : UNSIGNED;
  if (!verifyParts(query.msg_signature ?? '', token, query.timestamp ?? '', query.nonce ?? '', encrypted)) return UNSIGNED;
  const { encodingAESKey = '', appid = '' } = keys.fields;
  if (encodingAESKey === '') {
    return refuse(401, '消息已加密，但店铺未填写 EncodingAESKey', 'The message is encrypted and the shop has no EncodingAESKey');
  }
  const opened = decrypt(encrypted, encodingAESKey);
  if (!opened) return refuse(401, 'EncodingAESKey 无法解开消息', 'The EncodingAESKey does not open the message');
  if (opened.appid !== appid) {
    return refuse(401, '消息属于另一家店铺的 AppID', 'The message is for the app id of another shop');
  }
  const read = readEnvelope(opened.message);
  return read.ok ? { event: fields(read.value) } : { ok: false, status: 400, reason: read.reason };
}

/** The same event comes again unchanged until it is acknowledged; sender, time and event with all it names tell events apart. */
function messageOf(event: Fields): PushMessage {
  const body = envelopeBytes(event);
  const { FromUserName, CreateTime, Event, MsgType } = event;
  return {
    deliveryId: [FromUserName, CreateTime, Event].map(text).join(':').slice(0, 160) + `:${digest('md5', body).slice(0, 16)}`,
    topic: text(Event) || text(MsgType),
    body,
  };
}
