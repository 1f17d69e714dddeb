import { SECOND } from '#shared/time.ts';
import { keyedDigest, sameText } from '../kit/sign.ts';

/**
 * The signature of a webhook: base64 HMAC-SHA256 of the raw body with the app's client secret.
 * Source: shopify.dev "Verify webhook deliveries"; Shopify/shopify-api-js webhooks/validate.ts.
 */
export function signPush(rawBody: Uint8Array, secret: string): string {
  return keyedDigest('sha256', secret, rawBody, 'base64');
}

/** A call-back of the authorisation is worth 90 seconds. */
const OAUTH_TOLERANCE = 90 * SECOND;

function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

/** The signature of an authorisation's call-back: all parameters but `hmac`, sorted and form-encoded, HMAC-SHA256 in hex with the client secret. */
export function signOauthQuery(query: string, secret: string): string {
  const pairs = [...new URLSearchParams(query)].filter(([name]) => name !== 'hmac' && name !== 'signature');
  const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`);
  return keyedDigest('sha256', secret, sorted.join('&'));
}

/** Whether Shopify made this call-back with one of the secrets, and lately. `now` in epoch ms. */
export function verifyOauthQuery(query: string, secrets: readonly string[], now: number): boolean {
  const params = new URLSearchParams(query);
  const given = params.get('hmac') ?? '';
  const at = Number(params.get('timestamp')) * SECOND;
  if (!Number.isFinite(at) || Math.abs(now - at) > OAUTH_TOLERANCE) return false;
  return secrets.some((secret) => secret !== '' && sameText(given, signOauthQuery(query, secret)));
}
