import { z } from 'zod';
import { SUBSCRIBED } from '#main/hub/partner-doors/subscribed.ts';
import type { TrackingSubscriber } from '#main/hub/partner-ports.ts';
import { DeliveryError } from '#main/hub/ports.ts';
import type { Deliverer } from '#main/hub/ports.ts';
import { PartnerError } from '../policy.ts';
import { SubscriptionRefused } from './kuaidi100.ts';

const payloadSchema = z.object({
  channel: z.string(),
  shopId: z.string(),
  channelOrderId: z.string(),
  trackingNumber: z.string(),
  carrier: z.string(),
  phoneTail: z.string().nullish(),
});

/**
 * Follows every parcel that was shipped. What it answers is a message that the parcel is followed from now on: kept together with
 * the delivery, it lets the carrier's call-backs find their order.
 */
export function trackingDeliverer(target: 'kuaidi100' | 'kdniao', subscriber: TrackingSubscriber, now: () => number): Deliverer {
  return {
    target,
    topics: ['carrier.subscribe'],
    async deliver({ payload }) {
      const parcel = payloadSchema.safeParse(payload);
      if (!parcel.success) throw new DeliveryError('The parcel is not described fully.', true);
      const { channel, shopId, channelOrderId, trackingNumber, carrier, phoneTail } = parcel.data;
      // Nobody follows a parcel whose carrier is not known; that is no failure.
      if (carrier === 'other') return;
      try {
        await subscriber.subscribe(carrier, trackingNumber, phoneTail ?? null);
      } catch (error) {
        if (error instanceof PartnerError) throw new DeliveryError(error.message);
        if (!(error instanceof SubscriptionRefused)) throw error;
        const { message } = error;
        throw new DeliveryError('The tracking service refuses the parcel.', true, {
          text: {
            zh: `物流跟踪服务不接受运单 ${trackingNumber}：${message}`,
            en: `The tracking service refuses parcel ${trackingNumber}: ${message}`,
          },
        });
      }
      const body = new TextEncoder().encode(JSON.stringify({ channel, shopId, channelOrderId, carrier, number: trackingNumber }));
      return {
        messages: [
          {
            channel: 'partner',
            shopId: target,
            deliveryId: `subscribed:${carrier}:${trackingNumber}`,
            topic: SUBSCRIBED,
            origin: 'partner',
            receivedAt: now(),
            observedAt: null,
            body,
          },
        ],
      };
    },
  };
}
