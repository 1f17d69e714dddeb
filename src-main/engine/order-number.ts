import { CHANNELS, type ChannelId } from '#shared/channels.ts';
import { businessCompactStamp } from '#shared/time.ts';

/** What all numbers of a channel in one second begin with: channel code and Asia/Shanghai time, e.g. `TB20250618201533`. */
export function orderNumberPrefix(channel: ChannelId, at: number): string {
  return `${CHANNELS[channel].code}${businessCompactStamp(at).slice(0, 14)}`;
}

/**
 * Internal order number (A6): channel code, Asia/Shanghai time to the second, four random digits, e.g. `TB202506182015330987`.
 * @param prefix as `orderNumberPrefix` makes it.
 * @param digits chance as a fact: an integer; its last four digits are used. The store's unique index settles collisions,
 *   the hub then draws again.
 */
export function orderNumber(prefix: string, digits: number): string {
  return prefix + String(Math.abs(Math.trunc(digits)) % 10_000).padStart(4, '0');
}
