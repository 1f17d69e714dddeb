import { z } from 'zod';
import type { Facets } from '#main/model/incoming.ts';
import { parseBusinessTime } from '#shared/time.ts';
import { checkedReader, facets, hasFields, publishedOrder, receiverAt, tagOf, timeOrRefusal } from './published.ts';
import type { Row, RowFormat } from './row.ts';

const word = z.string().nullish();

const rowSchema = z.object({
  order_id: z.string().min(1),
  po: word,
  quote: word,
  incoterm: word,
  project: z.string().nullable(),
  country: z.string(),
  fulfil_via: z.string(),
  mode: z.string().nullable(),
  vendor: z.string(),
  quoted_on: z.string().nullable(),
  ordered_on: z.string().nullable(),
  promised_on: z.string(),
  currency: z.string().length(3),
  items: z
    .array(
      z.object({
        name: z.string().min(1),
        sub: word,
        molecule: word,
        site: word,
        pack_size: z.number().nullish(),
        qty: z.int().positive(),
        pack_price_minor: z.int(),
        value_minor: z.int(),
      }),
    )
    .min(1),
  total_minor: z.int(),
});

/** What the set tells of a shipment beside the order. */
function facetsOf(row: z.output<typeof rowSchema>, promisedAt: number): Facets {
  const [first] = row.items;
  return facets({
    vendor: row.vendor,
    site: first?.site,
    'purchase-order': row.po,
    quote: row.quote,
    'fulfilled-via': row.fulfil_via,
    incoterm: row.incoterm,
    mode: row.mode ?? 'unknown',
    'product-group': first?.sub,
    product: first?.molecule,
    'pack-size': first?.pack_size,
    'quoted-at': momentOf(row.quoted_on),
    'ordered-at': momentOf(row.ordered_on),
    'promised-at': promisedAt,
  });
}

function momentOf(day: string | null): number | null {
  return day === null ? null : parseBusinessTime(day);
}

/**
 * The file is sorted by the promised day, and four shipments in ten name no day of order; so a shipment reaches the hub
 * on its promised day, in the order of the file, and carries its day of order (else of quotation) as the time it was placed.
 */
function convert(row: z.output<typeof rowSchema>): Row {
  const at = timeOrRefusal(row.promised_on);
  if (typeof at !== 'number') return at;
  const placed = timeOrRefusal(row.ordered_on ?? row.quoted_on ?? row.promised_on);
  if (typeof placed !== 'number') return placed;
  const order = publishedOrder({
    shopId: scmsShipments.shopId,
    channelOrderId: row.order_id,
    currency: row.currency,
    goodsMinor: row.total_minor,
    discountMinor: 0,
    paidMinor: row.total_minor,
    createdAt: Math.min(placed, at),
    // The programme of a country is the customer the goods are bought for.
    buyer: { key: row.project },
    receiver: receiverAt({ country: row.country }),
    // The set has no article number; its full item name tells two packs apart, and quantities are in packs.
    lines: row.items.map((item) => ({ sku: item.name, name: item.name, quantity: item.qty, unitPriceMinor: item.pack_price_minor })),
    sourceTags: [tagOf(row.fulfil_via), ...(row.mode === null ? [] : [tagOf(row.mode)])],
    facets: facetsOf(row, at),
  });
  return { kind: 'order', at, order, promisedAt: at };
}

/** SCMS shipments of medicines (USAID, public domain): what was promised; what arrived when is in the outcome file. */
export const scmsShipments: RowFormat = {
  id: 'scms-shipments',
  shopId: 'scms',
  name: { zh: 'SCMS 发货单', en: 'SCMS shipments' },
  adjustsStock: false,
  told: {
    words: ['vendor', 'site', 'purchase-order', 'quote', 'fulfilled-via', 'incoterm', 'mode', 'product-group', 'product'],
    numbers: ['pack-size', 'quoted-at', 'ordered-at'],
  },
  recognises: (row) => hasFields(row, 'order_id', 'promised_on', 'fulfil_via', 'vendor', 'items'),
  open: () => checkedReader(rowSchema, convert),
};
