import { z } from 'zod';
import { channelIdSchema } from '#shared/channels.ts';
import { localisedTextSchema } from '#shared/text.ts';
import { parseBusinessTime } from '#shared/time.ts';
import { adapter as standardWebhooks } from '#main/channels/standard-webhooks/adapter.ts';
import { parseJson } from '#main/channels/kit/json.ts';
import { readAs } from '#main/channels/kit/reasons.ts';
import type { PartnerReport } from '../partner-ports.ts';
import { refusal, UNREADABLE } from './door.ts';
import type { PartnerDoor } from './door.ts';

/** What a warehouse may report (docs/wms.md). */
const KINDS: Record<string, { kind: PartnerReport['kind']; text: PartnerReport['text'] }> = {
  'shipment.shipped': { kind: 'shipped', text: { zh: '仓库已出库', en: 'Shipped by the warehouse' } },
  'shipment.partial': { kind: 'trace', text: { zh: '仓库已部分出库', en: 'Partly shipped by the warehouse' } },
  'shipment.held': { kind: 'held', text: { zh: '仓库已暂停发货', en: 'The warehouse holds the shipment' } },
  'shipment.recalled': { kind: 'recalled', text: { zh: '仓库已撤回发货', en: 'The warehouse stopped the shipment' } },
  'shipment.refused': { kind: 'refused', text: { zh: '仓库拒绝发货', en: 'The warehouse refuses the shipment' } },
};

const receiptSchema = z.object({
  type: z.enum(Object.keys(KINDS) as [string, ...string[]]),
  timestamp: z.string(),
  data: z
    .object({
      orderNo: z.string().min(1).optional(),
      channel: channelIdSchema.optional(),
      shopId: z.string().min(1).optional(),
      channelOrderId: z.string().min(1).optional(),
      trackingNumber: z.string().min(1).max(64).nullish(),
      carrier: z.string().min(1).max(40).nullish(),
      reason: localisedTextSchema.nullish(),
    })
    .refine(({ orderNo, channel, shopId, channelOrderId }) => orderNo ?? (channel && shopId && channelOrderId), {
      error: '缺少 orderNo，或 channel、shopId、channelOrderId / orderNo, or channel, shopId and channelOrderId are required',
    }),
});
type ReceiptData = z.output<typeof receiptSchema>['data'];

function orderOf({ orderNo, channel, shopId, channelOrderId }: ReceiptData): PartnerReport['order'] {
  if (orderNo !== undefined || channel === undefined) return { orderNo: orderNo ?? '' };
  return { channel, shopId: shopId ?? '', channelOrderId: channelOrderId ?? '' };
}

/** The warehouse's door: Standard Webhooks with the secret our own messages to it are signed with. */
export function wmsDoor({ secret }: { secret: string }): PartnerDoor {
  return {
    verify: (delivery, now) => standardWebhooks.push?.verify(delivery, { fields: {}, secrets: [secret] }, now) ?? refusal(400, UNREADABLE),
    read({ body, receivedAt }) {
      const parsed = parseJson(body);
      if (!parsed.ok) return parsed;
      const receipt = readAs(receiptSchema, parsed.value);
      if (!receipt.ok) return receipt;
      const { type, timestamp, data } = receipt.value;
      const { kind, text } = KINDS[type] as (typeof KINDS)[string] & object;
      const told = data.reason ? { zh: `${text.zh}：${data.reason.zh}`, en: `${text.en}: ${data.reason.en}` } : text;
      const at = parseBusinessTime(timestamp) ?? receivedAt;
      const report: PartnerReport = {
        ...{ order: orderOf(data), kind, at, text: told },
        ...{ trackingNumber: data.trackingNumber ?? null, carrier: data.carrier ?? null },
      };
      return { ok: true, reports: [report] };
    },
  };
}
