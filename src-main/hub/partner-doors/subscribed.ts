import { z } from 'zod';
import { channelIdSchema } from '#shared/channels.ts';
import { parseJson } from '#main/channels/kit/json.ts';
import { readAs } from '#main/channels/kit/reasons.ts';
import type { PartnerReading } from '../partner-ports.ts';

/** Topic of what we put into the inbox ourselves once a parcel is followed. */
export const SUBSCRIBED = 'subscribed';

const schema = z.object({
  channel: channelIdSchema,
  shopId: z.string(),
  channelOrderId: z.string(),
  carrier: z.string(),
  number: z.string(),
});

/** Ties a parcel to its order; `at` is when it was subscribed. */
export function readSubscribed(body: Uint8Array, at: number): PartnerReading {
  const parsed = parseJson(body);
  const read = parsed.ok ? readAs(schema, parsed.value) : parsed;
  if (!read.ok) return read;
  const { channel, shopId, channelOrderId, carrier, number } = read.value;
  const text = { zh: `已订阅运单 ${number} 的物流轨迹`, en: `The trace of parcel ${number} is subscribed` };
  return {
    ok: true,
    reports: [{ order: { channel, shopId, channelOrderId }, kind: 'trace', at, trackingNumber: number, carrier, text, trace: [] }],
  };
}
