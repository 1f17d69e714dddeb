import type { IncomingOrder, Receiver, Sensitive } from '#main/model/incoming.ts';
import type { MatchKeys } from '#main/model/record.ts';

/** A keyed hash of the workspace (HMAC): the same text gives the same key here and nowhere else (M13). */
export type KeyedHash = (text: string) => string;

/** Digits of a phone number without country code 86, so that `+86 138…` and `138…` are one. */
export function phoneDigits(plain: string): string {
  const digits = plain.replace(/\D/g, '');
  const national = digits.startsWith('0086') ? digits.slice(4) : digits;
  return national.length === 13 && national.startsWith('86') ? national.slice(2) : national;
}

/** A text as addresses are compared: no blanks, no punctuation, full-width letters narrowed, lower case. */
export function compared(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{P}\p{Z}\s]/gu, '')
    .toLowerCase();
}

/** A whole address as it is compared. */
export function normalisedAddress(receiver: Receiver): string | null {
  const { plain } = receiver.address;
  if (plain === null || plain.trim() === '') return null;
  return compared([receiver.province, receiver.city, receiver.district, plain].join(''));
}

function keyOf(scope: string, sensitive: Sensitive, plain: string | null, hash: KeyedHash): string | null {
  // A platform's search index is stable only within that platform.
  if (sensitive.index) return `${scope}#${sensitive.index}`;
  return plain ? hash(plain) : null;
}

/** Do two keys of the same kind name different things? A platform's index and a hash of plain text cannot be compared. */
export function areDifferent(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return false;
  return one.indexOf('#') > 0 === other.indexOf('#') > 0 && one !== other;
}

/** Are both known, by the same means, and not the same? */
function isOther(one: Sensitive, other: Sensitive, form: (plain: string) => string): boolean {
  if (one.index && other.index) return one.index !== other.index;
  if (one.plain === null || other.plain === null || one.plain.includes('*') || other.plain.includes('*')) return false;
  const [was, is] = [form(one.plain), form(other.plain)];
  return was !== '' && is !== '' && was !== is;
}

/** Is it another province or city? 「浙江」 and 「浙江省」 are one, and what is not told is no other. */
export function isOtherRegion(before: Receiver, after: Receiver): boolean {
  const short = (name: string) => name.trim().slice(0, 2).toLowerCase();
  const differs = (one: string, other: string) => one !== '' && other !== '' && short(one) !== short(other);
  return differs(before.province, after.province) || differs(before.city, after.city);
}

/** Does an order go to another phone or place now? What became known or hidden meanwhile is no change. */
export function isOtherReceiver(before: Receiver, after: Receiver): boolean {
  return (
    isOther(before.phone, after.phone, phoneDigits) || isOther(before.address, after.address, compared) || isOtherRegion(before, after)
  );
}

/**
 * What windows and association match on: platform keys where given, keyed hashes of plain text otherwise, never masks.
 * @param hash used for phone and address only; buyer, IP and device keys are platform or network names already.
 */
export function matchKeys(
  order: Pick<IncomingOrder, 'channel' | 'shopId' | 'buyer' | 'receiver' | 'ip' | 'deviceId'>,
  hash: KeyedHash,
): MatchKeys {
  const { receiver, buyer } = order;
  const digits = receiver.phone.plain === null ? '' : phoneDigits(receiver.phone.plain);
  // A masked number that slipped into `plain` (138****1234) must not make strangers the same person.
  const phone = digits.length >= 7 && !receiver.phone.plain?.includes('*') ? `phone:${digits}` : null;
  const address = normalisedAddress(receiver);
  const usable = address && !address.includes('*') && !receiver.address.plain?.includes('*') ? `address:${address}` : null;
  return {
    buyer: buyer.key ? `${order.channel}/${order.shopId}/${buyer.key}` : null,
    phone: keyOf(order.channel, receiver.phone, phone, hash),
    address: keyOf(order.channel, receiver.address, usable, hash),
    ip: order.ip,
    device: order.deviceId,
  };
}
