import { createHmac, createPrivateKey, sign } from 'node:crypto';

/** What a sender puts on the wire: the other half of src-main/channels, written from the specifications, not from our verifier. */
export interface SignedMessage {
  headers: Record<string, string>;
  body: Buffer;
}

/** Signs as Standard Webhooks 1.0 says: HMAC-SHA256 of `id.seconds.body` with the decoded `whsec_` secret. */
export function signStandard(secret: string, id: string, atMs: number, payload: unknown): SignedMessage {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const seconds = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64');
  return {
    headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${digest}` },
    body,
  };
}

/** The asymmetric `v1a` signature over the same content, from a PKCS#8 ed25519 key. */
export function signStandardAsymmetric(privateKey: Buffer, id: string, atMs: number, body: Buffer): string {
  const content = Buffer.concat([Buffer.from(`${id}.${Math.floor(atMs / 1000)}.`), body]);
  return `v1a,${sign(null, content, createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })).toString('base64')}`;
}

/** Signs as Shopify says: base64 HMAC-SHA256 of the raw body with the client secret. */
export function signShopify(secret: string, topic: string, webhookId: string, payload: unknown): SignedMessage {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return {
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-webhook-id': webhookId,
      'x-shopify-shop-domain': 'demo.myshopify.com',
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
    body,
  };
}

/** Title-Case header names, as some HTTP clients send them. */
export function titleCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), value]),
  );
}
