import { CHANNELS, type ChannelId } from '#shared/channels.ts';
import { businessCompactStamp } from '#shared/time.ts';

/**
 * Internal order number (A6): channel code, Asia/Shanghai time to the second, four random digits, e.g. `TB202506182015330987`.
 * @param digits chance as a fact: an integer; its last four digits are used. The store's unique index settles collisions,
 *   the hub then draws again.
 */
export function orderNumber(channel: ChannelId, at: number, digits: number): string {
  const tail = String(Math.abs(Math.trunc(digits)) % 10_000).padStart(4, '0');
  return `${CHANNELS[channel].code}${businessCompactStamp(at).slice(0, 14)}${tail}`;
}
