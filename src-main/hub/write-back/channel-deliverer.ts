import type { ChannelId } from '#shared/channels.ts';
import { HOUR, SECOND } from '#shared/time.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { DeliveryError } from '../ports.ts';
import type { Deliverer, Delivery } from '../ports.ts';

export interface ChannelDelivererParts {
  channel: ChannelId;
  shopId: string;
  topics: Deliverer['topics'];
  timeoutMs: number;
  /** The calls of the shop as they are now; null while it cannot be called. */
  client(): ChannelClient | null;
  /** Pieces of a SKU the platform may sell at this moment; null where the SKU is not managed here. */
  available(sku: string): number | null;
}

/**
 * Every call waits for its turn at the platform, the slowest of which takes two writes in five seconds: more at once would wait past
 * the end of their attempt, and be made all the same beside the next one.
 */
const WRITES_AT_ONCE = 4;

/** The outbox target of a shop. */
export function targetOf(channel: ChannelId, shopId: string): string {
  return `channel:${channel}/${shopId}`;
}

/**
 * Writes back to one shop: shipped, seller memo, stock level. The outbox gives order, retries and the attempt; from the second
 * attempt on the adapter reads the platform's state before it writes, so a lost answer never ships twice.
 */
export function channelDeliverer(parts: ChannelDelivererParts): Deliverer {
  const { channel, shopId, topics, timeoutMs } = parts;
  return {
    target: targetOf(channel, shopId),
    topics,
    timeoutMs,
    parallel: WRITES_AT_ONCE,
    async deliver(delivery) {
      try {
        await write(parts, delivery);
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error;
        // The platform says that it is so already: that is what was wanted.
        if (error.code === 'already-done') return;
        throw troubleOf(error);
      }
    },
  };
}

async function write(parts: ChannelDelivererParts, { topic, payload, attempt }: Delivery): Promise<void> {
  const client = parts.client();
  // A shop with a target has its calls, but while the hub starts or ends: no reason to give a message up.
  if (!client) throw new DeliveryError('The shop is not opened yet, or not any more.', false, { retryAfterMs: SHORTEST_WAIT_MS });
  if (topic === 'channel.ship' && client.ship) return client.ship({ ...shipOf(payload), attempt });
  if (topic === 'channel.memo' && client.memo) {
    const { channelOrderId, memo, flag } = payload as { channelOrderId: string; memo: string; flag: number | null };
    return client.memo({ channelOrderId, memo, flag, attempt });
  }
  if (topic === 'channel.stock' && client.setStock) {
    const { sku, itemId, skuId } = payload as { sku: string; itemId: string; skuId: string | null };
    // The level of now and not of when it was asked for: an absolute level may be repeated, and the newest is the right one.
    const available = parts.available(sku);
    return available === null ? undefined : client.setStock({ sku, itemId, skuId, available, attempt });
  }
  throw new ChannelError('unsupported');
}

function shipOf(payload: Record<string, unknown>) {
  const { channelOrderId, trackingNumber, carrier, lines } = payload as {
    channelOrderId: string;
    trackingNumber: string;
    carrier: string;
    lines: { sku: string; quantity: number }[];
  };
  return { channelOrderId, trackingNumber, carrier, lines };
}

/** These cannot be cured by trying again: a person has to act first, and then sends it again from the list. */
const FOR_GOOD: ReadonlySet<ChannelError['code']> = new Set(['refused', 'not-found', 'unsupported']);
const DEFAULT_WAIT_MS = 2 * SECOND;
/** A platform may ask for any wait; a message is tried again at least once an hour, and never without a pause. */
const SHORTEST_WAIT_MS = SECOND;
const LONGEST_WAIT_MS = HOUR;

function troubleOf({ code, fatal, text, details }: ChannelError): DeliveryError {
  // What the platform said stays in `text`: it may quote the order, and this message goes to the log.
  const message = `The platform answered: ${code}.`;
  if (code === 'rate-limited' || code === 'quota') {
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, details.retryAfterMs ?? DEFAULT_WAIT_MS));
    return new DeliveryError(message, false, { text, retryAfterMs: wait });
  }
  return new DeliveryError(message, fatal || FOR_GOOD.has(code), { text });
}
