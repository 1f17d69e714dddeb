import { Buffer } from 'node:buffer';
import { MINUTE, SECOND } from '#shared/time.ts';
import { headerOf } from '../channel.ts';
import type { PushDoor, SignedDelivery, Verification } from '../channel.ts';
import { parseJson } from '../kit/json.ts';
import { matchesV1, matchesV1a, signedContent } from './sign.ts';

const TOLERANCE = 5 * MINUTE;
/** A rotation needs two or three; more would only let a stranger buy our time. */
const MAX_SIGNATURES = 16;
/** How a message usually begins; reading it here spares parsing every body twice. */
const LEADING_TYPE = /^\s*\{\s*"type"\s*:\s*"([a-zA-Z0-9_.]{1,100})"/;
const LEADING_BYTES = 160;

/** The scheme names the event inside the body only. What is unreadable has no topic and is told so by `normalise`. */
function topicOf(body: Uint8Array): string {
  const leading = LEADING_TYPE.exec(Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, LEADING_BYTES)).toString('latin1'));
  if (leading?.[1]) return leading[1];
  const parsed = parseJson(body);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return '';
  const type = (parsed.value as { type?: unknown }).type;
  return typeof type === 'string' ? type.slice(0, 100) : '';
}

function refusal(status: 400 | 401, zh: string, en: string): Verification {
  return { ok: false, status, reason: { zh, en } };
}

/** `v1,AAA v1a,BBB`, and `v1,AAA, v1,BBB` where a proxy joined repeated headers. Unknown versions are ignored by the caller. */
function signatureList(header: string): { version: string; signature: string }[] {
  return header
    .split(/\s+/, MAX_SIGNATURES)
    .map((entry) => /^([^,]+),([^,]+),?$/.exec(entry))
    .filter((match) => match !== null)
    .map((match) => ({ version: match[1] ?? '', signature: match[2] ?? '' }));
}

/** Checks id, age and signature. */
function verifyStandardWebhook(delivery: SignedDelivery, secrets: readonly string[], now: number): Verification {
  const id = headerOf(delivery, 'webhook-id');
  const timestamp = headerOf(delivery, 'webhook-timestamp');
  const signatures = headerOf(delivery, 'webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined) {
    return refusal(
      400,
      '缺少 webhook-id、webhook-timestamp 或 webhook-signature 请求头',
      'The headers webhook-id, webhook-timestamp and webhook-signature are required',
    );
  }
  if (id.includes('.')) return refusal(400, 'webhook-id 不得含有句点', 'webhook-id must not contain a dot');
  if (!/^\d{1,12}$/.test(timestamp)) {
    return refusal(400, 'webhook-timestamp 应为 Unix 秒', 'webhook-timestamp must be a number of Unix seconds');
  }
  if (Math.abs(now - Number(timestamp) * SECOND) > TOLERANCE) {
    return refusal(400, 'webhook-timestamp 与当前时间相差超过 5 分钟', 'webhook-timestamp is more than 5 minutes away from now');
  }
  const content = signedContent(id, timestamp, delivery.body);
  const accepted = signatureList(signatures).some(({ version, signature }) => {
    if (version === 'v1') return matchesV1(signature, content, secrets);
    return version === 'v1a' && matchesV1a(signature, content, secrets);
  });
  if (accepted) {
    return {
      ok: true,
      messages: [{ deliveryId: id, topic: topicOf(delivery.body), body: delivery.body }],
      acknowledge: { status: 200, contentType: 'application/json', body: '{"accepted":true}' },
    };
  }
  return refusal(401, '签名与店铺密钥不符', 'The signature does not match a secret of this shop');
}

/** Own stores, and every platform that reaches the hub through a bridge. */
export const push: PushDoor = {
  id: 'standard-webhooks',
  verify: (delivery, keys, now) => verifyStandardWebhook(delivery, keys.secrets, now),
};
