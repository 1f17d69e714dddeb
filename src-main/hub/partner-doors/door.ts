import type { LocalisedText } from '#shared/text.ts';
import type { SignedDelivery, Verification } from '#main/channels/channel.ts';
import type { PartnerReading } from '../partner-ports.ts';
import type { InboxMessage } from '../ports.ts';

/** How one partner calls us. Pure, but for what `knows` is told of the store. */
export interface PartnerDoor {
  verify(delivery: SignedDelivery, now: number): Verification;
  read(message: InboxMessage): PartnerReading;
}

export function refusal(status: 400 | 401, text: LocalisedText): Verification {
  return { ok: false, status, reason: text };
}

export const WRONG_SIGN: LocalisedText = { zh: '签名与配置的密钥不符', en: 'The signature does not match the configured secret' };
export const UNREADABLE: LocalisedText = { zh: '消息内容无法读懂', en: 'The message cannot be read' };

/** A call-back has a handful of fields. Node's reader of forms takes a time that grows with the square of fields without a value. */
const MOST_FIELDS = 100;

/** The first fields of a form; a stranger's million of them keeps nobody waiting. */
export function formOf(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(body).split('&', MOST_FIELDS).join('&'));
}
