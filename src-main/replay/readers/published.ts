import type { z } from 'zod';
import { maskName, sensitive } from '#main/channels/kit/mask.ts';
import type { Facets, IncomingOrder, Receiver, Sensitive } from '#main/model/incoming.ts';
import { parseBusinessTime } from '#shared/time.ts';
import type { Row, RowReader } from './row.ts';

/** Nothing is known of this field; not the same as an empty one. */
export const UNKNOWN: Sensitive = { plain: null, mask: '', index: null };

/** A receiver of whom only the place is published. Names of places are kept as the source writes them. */
export function receiverAt(place: { country: string; province?: string; city?: string; postcode?: string | null }): Receiver {
  return {
    name: UNKNOWN,
    phone: UNKNOWN,
    country: place.country,
    province: place.province ?? '',
    city: place.city ?? '',
    district: '',
    address: UNKNOWN,
    postcode: place.postcode ?? null,
    position: null,
  };
}

/** Facets of an order; what the row leaves empty is left out. */
export function facets(told: Record<string, string | number | null | undefined>): Facets {
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, string | number] => entry[1] != null && entry[1] !== ''),
  );
}

type Given = Pick<
  IncomingOrder,
  | 'shopId'
  | 'channelOrderId'
  | 'currency'
  | 'goodsMinor'
  | 'discountMinor'
  | 'paidMinor'
  | 'createdAt'
  | 'receiver'
  | 'lines'
  | 'sourceTags'
  | 'facets'
> & { buyer: { key: string | null; name?: string; tags?: string[] } };

/**
 * An order of a published data set, paid in full when it was placed, since the sets keep only such. What they do not
 * have (phone, address, IP, device, coupon, remarks: see their descriptions) stays unknown.
 */
export function publishedOrder(given: Given): IncomingOrder {
  return {
    channel: 'standard-webhooks',
    status: 'awaiting_shipment',
    rawStatus: 'order',
    partiallyShipped: false,
    freightMinor: 0,
    paidAt: given.createdAt,
    updatedAt: given.createdAt,
    buyerMessage: '',
    sellerMemo: '',
    presale: null,
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: 0,
    trackingNumber: null,
    ...given,
    buyer: { key: given.buyer.key, name: sensitive(given.buyer.name, maskName), tags: given.buyer.tags ?? [] },
  };
}

/** A source's word as a tag: `Same Day` becomes `same-day`. */
export function tagOf(word: string): string {
  return word
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** A reader that checks each row against `schema` before `convert` sees it, and refuses it by name of the field if it does not fit. */
export function checkedReader<Schema extends z.ZodType>(schema: Schema, convert: (row: z.output<Schema>) => Row): RowReader {
  return {
    read(row) {
      const parsed = schema.safeParse(row);
      return parsed.success ? convert(parsed.data) : wrongShape(parsed.error);
    },
  };
}

/** The refusal of a row that does not fit its schema: the first field that is wrong, and why. */
export function wrongShape(error: z.ZodError): Row {
  const [issue] = error.issues;
  const place = issue?.path.join('.') || '(row)';
  return { kind: 'refused', reason: 'wrong-shape', detail: `${place}: ${issue?.message ?? 'not readable'}` };
}

/** Reads a source's local time (no zone: taken as GMT+8, like every time without a zone) or answers the refusal. */
export function timeOrRefusal(text: string): number | Row {
  return parseBusinessTime(text) ?? { kind: 'refused', reason: 'bad-time', detail: text };
}

/** Cheap test used to recognise a format: an object that has all these fields. */
export function hasFields(row: unknown, ...fields: string[]): boolean {
  return typeof row === 'object' && row !== null && !Array.isArray(row) && fields.every((field) => field in row);
}
