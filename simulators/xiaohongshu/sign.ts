import { createHash } from 'node:crypto';

/** Lower-case MD5 hex of method, application, time and version, the secret at the end; nothing of the business is covered. Source: xiaohongshu.apifox.cn doc-2810932. */
export function arkSign(call: { method: string; appId: string; timestamp: string; version: string }, secret: string): string {
  const query = new Map([
    ['appId', call.appId],
    ['timestamp', call.timestamp],
    ['version', call.version],
  ]);
  const written = [...query].map(([name, value]) => `${name}=${value}`).join('&');
  return createHash('md5').update(`${call.method}?${written}${secret}`, 'utf8').digest('hex');
}
