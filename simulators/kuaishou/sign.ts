import { createHash, createHmac } from 'node:crypto';

export interface SignedCall {
  access_token: string;
  appkey: string;
  method: string;
  param: string;
  signMethod: string;
  timestamp: string;
  version: string;
}

/** Parts in the platform's fixed order, as they are before URL encoding; the sign secret is the last of them and is not the app secret. */
export function expectedSign(call: SignedCall, signSecret: string): string {
  const { access_token, appkey, method, param, signMethod, timestamp, version } = call;
  const text = Object.entries({ access_token, appkey, method, param, signMethod, timestamp, version, signSecret })
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const bytes = Buffer.from(text, 'utf8');
  return signMethod === 'HMAC_SHA256'
    ? createHmac('sha256', Buffer.from(signSecret, 'utf8')).update(bytes).digest('base64')
    : createHash('md5').update(bytes).digest('hex');
}
