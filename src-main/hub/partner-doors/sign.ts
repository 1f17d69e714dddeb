import { digest } from '#main/channels/kit/sign.ts';

/** Kuaidi100's call-back: upper-case hex MD5 of the decoded `param` text followed by the salt. Source: api.kuaidi100.com, subscription push. */
export function kuaidi100Sign(param: string, salt: string): string {
  return digest('md5', param + salt, 'HEX');
}

/** Kdniao's `DataSign`: base64 of the 32 lower-case hex letters of the MD5 of the data followed by the key. Source: kdniao.com, API basics. */
export function kdniaoSign(requestData: string, apiKey: string): string {
  return Buffer.from(digest('md5', requestData + apiKey), 'latin1').toString('base64');
}
