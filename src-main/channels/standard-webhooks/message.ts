import { z } from 'zod';
import { parseBusinessTime } from '#shared/time.ts';

/** What an own store or a bridge may announce. */
const MESSAGE_TYPES = [
  'order.created',
  'order.paid',
  'order.shipped',
  'order.completed',
  'order.cancelled',
  'order.updated',
  'refund.created',
  'refund.succeeded',
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** 2001-09-09 in epoch ms; a smaller number is seconds sent by mistake. */
const SMALLEST_EPOCH_MS = 1e12;
/** Epoch ms, or ISO 8601 text; text without a zone is Asia/Shanghai. */
export const time = z.union(
  [
    z.number().int().min(SMALLEST_EPOCH_MS),
    z.string().transform((text, context) => {
      const at = parseBusinessTime(text);
      if (at !== null) return at;
      context.issues.push({ code: 'custom', input: text });
      return z.NEVER;
    }),
  ],
  { error: '应为毫秒时间戳或 ISO 8601 时间 / must be epoch milliseconds or an ISO 8601 time' },
);
/** An id may be text or a whole number. */
const id = z.union([z.string().trim().min(1).max(200), z.number().int().transform(String)]);
const amount = z.number().int().nonnegative();
const optionalText = z.string().max(5_000).nullish();

const lineSchema = z.object({
  sku: id,
  name: optionalText,
  quantity: z.number().int().positive(),
  unitPriceMinor: amount,
  refundedMinor: amount.nullish(),
  storage: z.enum(['normal', 'cold']).nullish(),
  gift: z.boolean().nullish(),
});

/** A bare text or number is the buyer's key. */
const buyerSchema = z.preprocess(
  (value) => (typeof value === 'string' || typeof value === 'number' ? { key: value } : value),
  z.object({
    key: id.nullish(),
    id: id.nullish(),
    name: optionalText,
    nameMask: optionalText,
    tags: z.array(z.string().max(100)).max(50).default([]),
  }),
);

const receiverSchema = z.object({
  name: optionalText,
  nameMask: optionalText,
  phone: optionalText,
  phoneMask: optionalText,
  /** The platform's own search index of name, phone and address, for masked receivers (M13). */
  nameIndex: optionalText,
  phoneIndex: optionalText,
  addressIndex: optionalText,
  country: optionalText,
  province: optionalText,
  city: optionalText,
  district: optionalText,
  address: optionalText,
  addressMask: optionalText,
  postcode: optionalText,
  position: z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }).nullish(),
});
export type ReceiverMessage = z.output<typeof receiverSchema>;

const refundFields = {
  amountMinor: amount,
  at: time.nullish(),
  createdAt: time.nullish(),
  state: z.enum(['open', 'succeeded', 'withdrawn']).nullish(),
  reason: optionalText,
  lines: z.array(z.object({ sku: id, quantity: z.number().int().nonnegative().default(0), amountMinor: amount.default(0) })).default([]),
};
const refundSchema = z.object({ id, ...refundFields });
export type RefundMessage = z.output<typeof refundSchema>;

const invoiceSchema = z.object({ title: optionalText, taxNumber: optionalText, content: optionalText });

const presaleSchema = z.object({
  depositMinor: amount,
  balanceMinor: amount,
  balanceDueAt: time.nullish(),
  balancePaidAt: time.nullish(),
});

const orderIdFields = { channelOrderId: id.optional(), id: id.optional(), orderId: id.optional() };
function needsOrderId(data: { channelOrderId?: unknown; id?: unknown; orderId?: unknown }): boolean {
  return data.channelOrderId !== undefined || data.id !== undefined || data.orderId !== undefined;
}
const ORDER_ID_MISSING = { error: '缺少 channelOrderId / channelOrderId is required', path: ['channelOrderId'] };

/** Names of what a store tells beyond the common fields, as in `model/incoming.ts`; those of moments end in `-at`. */
const FACET_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST_FACET_NAME = 40;
const FACET_NAME_WRONG = '名称应为小写字母、数字与连字符 / names are lower-case letters, digits and hyphens';
const MOST_FACETS = 20;
const facetsSchema = z
  .record(
    z.string(),
    z.union([z.string().max(100), z.number()], {
      error: '应为不超过 100 字的文本或数字 / must be a text of up to 100 characters or a number',
    }),
  )
  .refine((told) => Object.keys(told).length <= MOST_FACETS, { error: `最多 ${MOST_FACETS} 项 / at most ${MOST_FACETS}` })
  .transform((told, context) => {
    const facets: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(told)) {
      const moment = name.endsWith('-at') ? time.safeParse(value) : null;
      const named = FACET_NAME.test(name) && name.length <= LONGEST_FACET_NAME;
      const wrong = named ? moment?.error?.issues[0]?.message : FACET_NAME_WRONG;
      if (wrong === undefined) facets[name] = moment?.data ?? value;
      else context.issues.push({ code: 'custom', input: value, path: [name], message: wrong });
    }
    return facets;
  });

/** One order in the names of the wire model (docs/contract.md), generous in what may be left out. */
export const orderDataSchema = z
  .object({
    ...orderIdFields,
    /** Words other than the unified ones are kept as the raw status and flagged. */
    status: z.string().max(100).nullish(),
    rawStatus: z.string().max(100).nullish(),
    partiallyShipped: z.boolean().default(false),
    currency: z.string().regex(/^[A-Z]{3}$/, { error: '应为 ISO 4217 货币代码，如 CNY / must be an ISO 4217 currency code such as CNY' }),
    goodsMinor: amount.nullish(),
    freightMinor: amount.default(0),
    discountMinor: amount.default(0),
    paidMinor: amount.nullish(),
    refundedMinor: amount.nullish(),
    couponMinor: amount.default(0),
    createdAt: time.nullish(),
    paidAt: time.nullish(),
    updatedAt: time.nullish(),
    buyer: buyerSchema.nullish(),
    receiver: receiverSchema.nullish(),
    buyerMessage: optionalText,
    sellerMemo: optionalText,
    presale: presaleSchema.nullish(),
    lines: z.array(lineSchema).min(1).max(1_000),
    refunds: z.array(refundSchema).nullish(),
    invoice: invoiceSchema.nullish(),
    /** What a cross-border order declares to customs. */
    customs: z.object({ declaredMinor: amount, currency: z.string().regex(/^[A-Z]{3}$/) }).nullish(),
    ip: z.string().max(100).nullish(),
    deviceId: z.string().max(200).nullish(),
    trackingNumber: z.string().max(100).nullish(),
    carrier: z.string().max(100).nullish(),
    /** How it travels, when it has to leave and when it has to arrive: what forecasts compare orders by. Short for `facets`. */
    shippingMode: z.string().max(100).nullish(),
    shipByAt: time.nullish(),
    promisedAt: time.nullish(),
    facets: facetsSchema.nullish(),
    tags: z.array(z.string().max(100)).max(50).default([]),
  })
  .refine(needsOrderId, ORDER_ID_MISSING);
export type OrderData = z.output<typeof orderDataSchema>;

/** A refund inside the order it belongs to: `{ channelOrderId, refund: {…} }`. */
export const nestedRefundSchema = z
  .object({ ...orderIdFields, refund: refundSchema, updatedAt: time.nullish() })
  .refine(needsOrderId, ORDER_ID_MISSING);

/** The same, flat: `{ id, channelOrderId, amountMinor }`; here `id` is the refund's own. */
export const flatRefundSchema = z
  .object({
    channelOrderId: id.optional(),
    orderId: id.optional(),
    id: id.optional(),
    refundId: id.optional(),
    ...refundFields,
    updatedAt: time.nullish(),
  })
  .refine((data) => data.channelOrderId !== undefined || data.orderId !== undefined, ORDER_ID_MISSING)
  .refine((data) => data.refundId !== undefined || data.id !== undefined, {
    error: '缺少退款的 id / the id of the refund is required',
    path: ['id'],
  })
  .transform(({ channelOrderId, orderId, id: flatId, refundId, updatedAt, ...fields }) => ({
    channelOrderId: channelOrderId ?? orderId,
    refund: { id: refundId ?? flatId ?? '', ...fields },
    updatedAt,
  }));

/** The envelope; `timestamp` is when it happened at the sender, not when it was sent. */
export const envelopeSchema = z.object({ type: z.enum(MESSAGE_TYPES), timestamp: time.nullish(), data: z.unknown() });
