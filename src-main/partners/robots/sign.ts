import { createHmac } from 'node:crypto';

/** DingTalk: the secret is the key, `{milliseconds}\n{secret}` the message; base64. Source: DingTalk custom robot guide. */
export function dingtalkSign(timestampMs: number | string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64');
}

/** Feishu the other way round: `{seconds}\n{secret}` is the key, the message is empty; base64. Source: Feishu custom bot guide. */
export function feishuSign(timestampS: number | string, secret: string): string {
  return createHmac('sha256', `${timestampS}\n${secret}`).update('').digest('base64');
}
