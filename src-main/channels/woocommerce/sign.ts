import { keyedDigest } from '../kit/sign.ts';

/** A webhook's signature: base64 HMAC-SHA256 of the raw body with the hook's secret. Source: woocommerce-rest-api-docs, _webhooks. */
export function signPush(rawBody: Uint8Array, secret: string): string {
  return keyedDigest('sha256', secret, rawBody, 'base64');
}

/** RFC 3986, as OAuth 1.0a asks for. */
function percent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * One-legged OAuth 1.0a by HMAC-SHA256 for stores on plain HTTP: method, address without its query, and all parameters encoded,
 * sorted and joined; the key is the consumer secret and an ampersand. Source: woocommerce-rest-api-docs, _authentication; RFC 5849.
 */
export function signOauth(method: string, url: string, params: Readonly<Record<string, string>>, consumerSecret: string): string {
  const joined = Object.entries(params)
    .filter(([name]) => name !== 'oauth_signature')
    .map(([name, value]) => [percent(name), percent(value)] as const)
    .sort(([a, left], [b, right]) => (a < b || (a === b && left < right) ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return keyedDigest('sha256', `${percent(consumerSecret)}&`, `${method.toUpperCase()}&${percent(url)}&${percent(joined)}`, 'base64');
}
