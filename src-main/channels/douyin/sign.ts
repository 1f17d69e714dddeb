import { digest, keyedDigest } from '../kit/sign.ts';

/** The parts of a call that are signed. `paramJson`: the very text that is sent, keys sorted. `timestamp`: unix seconds. */
export interface SignedCall {
  appKey: string;
  method: string;
  paramJson: string;
  timestamp: number | string;
}

/**
 * HMAC-SHA256 over the fixed order of parameters wrapped in the secret, lower-case hex; `access_token` and `sign_method` are
 * not signed. Source: zsmhub/doudian-sdk utils/sign_util.go.
 */
export function signRequest({ appKey, method, paramJson, timestamp }: SignedCall, secret: string): string {
  const pattern = `app_key${appKey}method${method}param_json${paramJson}timestamp${timestamp}v2`;
  return keyedDigest('sha256', secret, `${secret}${pattern}${secret}`);
}

/** Header `event-sign` of a push: MD5 over app key, raw body and secret, lower-case hex. */
export function signPush(appKey: string, body: Uint8Array, secret: string): string {
  return digest('md5', Buffer.concat([Buffer.from(appKey, 'utf8'), body, Buffer.from(secret, 'utf8')]));
}
