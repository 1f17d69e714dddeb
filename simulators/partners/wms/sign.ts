import { createHmac } from 'node:crypto';

const TOLERANCE_S = 300;

/** Headers of a Standard Webhook (1.0.0): HMAC-SHA256 over `id.seconds.body` with the decoded secret. */
export function signedHeaders(secret: string, id: string, nowMs: number, body: Buffer): Record<string, string> {
  const seconds = String(Math.floor(nowMs / 1_000));
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${digest(secret, id, seconds, body)}` };
}

/** Why a signed request is refused; null: it is good. */
export function refusalOf(headers: Readonly<Record<string, string>>, body: Buffer, secret: string, nowMs: number): string | null {
  const [id = '', seconds = '', signatures = ''] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name]);
  if (id === '' || id.includes('.') || !/^\d{10}$/.test(seconds)) return 'headers';
  if (Math.abs(nowMs / 1_000 - Number(seconds)) > TOLERANCE_S) return 'timestamp';
  return signatures.split(' ').includes(`v1,${digest(secret, id, seconds, body)}`) ? null : 'signature';
}

function digest(secret: string, id: string, seconds: string, body: Buffer): string {
  const key = Buffer.from(secret.startsWith('whsec_') ? secret.slice(6) : secret, 'base64');
  return createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
}
