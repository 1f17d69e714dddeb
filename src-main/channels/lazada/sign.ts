import { Buffer } from 'node:buffer';
import { keyedDigest } from '../kit/sign.ts';

/**
 * A call's signature: the path, then every text parameter but `sign`, sorted, name and value joined; HMAC-SHA256, upper-case hex.
 * A raw body, where one is sent, follows the parameters. Source: Lazada Open Platform, article 108069.
 */
export function signRequest(path: string, params: Readonly<Record<string, string>>, secret: string, rawBody = ''): string {
  const text = Object.keys(params)
    .filter((name) => name !== 'sign')
    .sort()
    .map((name) => `${name}${params[name]}`)
    .join('');
  return keyedDigest('sha256', secret, `${path}${text}${rawBody}`, 'HEX');
}

/** A push message's signature: app key and raw body together, HMAC-SHA256, lower-case hex. Source: articles 120164, 120168. */
export function signPush(rawBody: Uint8Array, appKey: string, secret: string): string {
  return keyedDigest('sha256', secret, Buffer.concat([Buffer.from(appKey, 'utf8'), rawBody]));
}
