import { digest } from '../kit/sign.ts';

/** What the signature covers; business parameters and the access token are not among it. `timestamp`: Unix seconds as text. */
export interface SignedParts {
  method: string;
  appId: string;
  timestamp: string;
  version: string;
}

/** Xiaohongshu's signature, lower-case MD5 hex. Source: xiaohongshu.apifox.cn doc-2810932. */
export function signRequest({ method, appId, timestamp, version }: SignedParts, secret: string): string {
  return digest('md5', `${method}?appId=${appId}&timestamp=${timestamp}&version=${version}${secret}`);
}
