import { z } from 'zod';
import { maskName, sensitive } from '#main/channels/kit/mask.ts';
import { DAY } from '#shared/time.ts';
import { checkedReader, facets, hasFields, publishedOrder, receiverAt, tagOf, timeOrRefusal } from './published.ts';
import type { Row, RowFormat } from './row.ts';

const rowSchema = z.object({
  order_id: z.string().min(1),
  created_at: z.string(),
  currency: z.string().length(3),
  customer: z.object({ id: z.string().nullable(), name: z.string().nullable(), segment: z.string().nullable() }),
  ship_to: z.object({
    city: z.string(),
    state: z.string(),
    zip: z.string().nullable(),
    country: z.string(),
    region: z.string().nullish(),
    market: z.string().nullish(),
  }),
  payment_type: z.string(),
  shipping_mode: z.string(),
  promised_days: z.number().nonnegative(),
  items: z
    .array(
      z.object({
        sku: z.string().min(1),
        name: z.string(),
        category: z.string().nullish(),
        qty: z.int().positive(),
        unit_price_minor: z.int(),
        discount_minor: z.int(),
      }),
    )
    .min(1),
  total_minor: z.int(),
});

function convert(row: z.output<typeof rowSchema>): Row {
  const at = timeOrRefusal(row.created_at);
  if (typeof at !== 'number') return at;
  const order = publishedOrder({
    shopId: datacoOrders.shopId,
    channelOrderId: row.order_id,
    currency: row.currency,
    goodsMinor: row.items.reduce((sum, item) => sum + item.qty * item.unit_price_minor, 0),
    discountMinor: row.items.reduce((sum, item) => sum + item.discount_minor, 0),
    paidMinor: row.total_minor,
    createdAt: at,
    buyer: {
      key: row.customer.id,
      name: row.customer.name ?? '',
      // The product's own word for a business buyer, whose limits are relaxed (B2).
      tags: row.customer.segment === 'Corporate' ? ['corporate'] : [],
    },
    receiver: {
      ...receiverAt({ country: row.ship_to.country, province: row.ship_to.state, city: row.ship_to.city, postcode: row.ship_to.zip }),
      name: sensitive(row.customer.name, maskName),
    },
    lines: row.items.map((item) => ({ sku: item.sku, name: item.name, quantity: item.qty, unitPriceMinor: item.unit_price_minor })),
    sourceTags: [`pay-${tagOf(row.payment_type)}`, tagOf(row.shipping_mode)],
    facets: facets({
      'shipping-mode': row.shipping_mode,
      payment: row.payment_type,
      segment: row.customer.segment,
      market: row.ship_to.market,
      region: row.ship_to.region,
      category: row.items[0]?.category,
      'promised-at': at + row.promised_days * DAY,
    }),
  });
  return { kind: 'order', at, order, promisedAt: at + row.promised_days * DAY };
}

/** DataCo Smart Supply Chain orders (Mendeley Data, doi:10.17632/8gx2fvg2k6.5), one order a line. */
export const datacoOrders: RowFormat = {
  id: 'dataco-orders',
  shopId: 'dataco',
  name: { zh: 'DataCo 订单', en: 'DataCo orders' },
  adjustsStock: false,
  told: { words: ['shipping-mode', 'payment', 'segment', 'market', 'region', 'category'], numbers: [] },
  recognises: (row) => hasFields(row, 'order_id', 'created_at', 'payment_type', 'shipping_mode', 'ship_to', 'items'),
  open: () => checkedReader(rowSchema, convert),
};
