import { digest, keyedDigest } from '../kit/sign.ts';

export type SignMethod = 'MD5' | 'HMAC_SHA256';

/** The parts of a call that are signed, raw (not URL-encoded). `param`: the very text that is sent. `timestamp`: unix milliseconds. */
export interface SignedCall {
  accessToken: string;
  appkey: string;
  method: string;
  param: string;
  signMethod: SignMethod;
  timestamp: number | string;
}

/**
 * A fixed order of parameters with the sign secret (which is not the app secret) at the end: MD5 in lower-case hex, or
 * HMAC-SHA256 keyed with the same secret in base64. Source: crywolfx/kuaishou-merchant-open-api packages/main.ts.
 */
export function signRequest({ accessToken, appkey, method, param, signMethod, timestamp }: SignedCall, signSecret: string): string {
  const content =
    `access_token=${accessToken}&appkey=${appkey}&method=${method}&param=${param}` +
    `&signMethod=${signMethod}&timestamp=${timestamp}&version=1&signSecret=${signSecret}`;
  return signMethod === 'MD5' ? digest('md5', content) : keyedDigest('sha256', signSecret, content, 'base64');
}
