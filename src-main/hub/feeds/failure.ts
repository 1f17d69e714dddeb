import { ChannelError } from '#main/channels/errors.ts';
import type { Shop } from '../shops.ts';
import type { FeedParts } from './shop-parts.ts';

/**
 * An error of a loop as the shop's trouble. Null when it is the store's: that has its own alarm, and the loop tries again.
 */
export function troubleOf(error: unknown, { condition, logger }: FeedParts, shop: Shop): ChannelError | null {
  if (error instanceof ChannelError) return error;
  if (condition.failed(error)) return null;
  logger.warn({ err: error, channel: shop.channel, shop: shop.shopId }, 'a shop could not be read');
  return new ChannelError('bad-answer', { detail: error instanceof Error ? error.message : '' });
}
