import { z } from 'zod';

/**
 * The parts of Shopify's order and refund payloads the hub reads; the rest is kept in the inbox as it came.
 * Money is a decimal string in shop currency, times are ISO 8601 with an offset, ids are 64-bit integers.
 * Source: shopify.dev REST Admin API, Order and Refund resources; Shopify/shopify-api-js types.
 */
export const id = z.union([z.string().trim().min(1).max(100), z.number().int().transform(String)], {
  error: '应为编号 / must be an id',
});
const NOT_A_CURRENCY = '应为 ISO 4217 货币代码，如 CNY / must be an ISO 4217 currency code such as CNY';
const NOT_A_DECIMAL = '应为十进制金额，如 "199.65" / must be a decimal amount such as "199.65"';
const decimal = z.union(
  [
    z
      .string()
      .trim()
      .regex(/^-?\d{1,12}(\.\d{1,8})?$/, { error: NOT_A_DECIMAL }),
    z.number().min(-1e12).max(1e12).transform(String),
  ],
  { error: NOT_A_DECIMAL },
);
export const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const moneySet = z.object({ shop_money: z.object({ amount: decimal, currency_code: z.string().nullish() }) }).nullish();
const moneySetCurrency = z.object({ shop_money: z.object({ currency_code: z.string().nullish() }).nullish() }).nullish();

const addressSchema = z.object({
  name: text,
  first_name: text,
  last_name: text,
  phone: text,
  address1: text,
  address2: text,
  city: text,
  province: text,
  zip: z.string().nullish(),
  country: text,
  country_code: text,
  latitude: z.number().nullish(),
  longitude: z.number().nullish(),
});
export type ShopifyAddress = z.output<typeof addressSchema>;

const lineItemSchema = z.object({
  id: id.nullish(),
  product_id: id.nullish(),
  variant_id: id.nullish(),
  sku: z.string().nullish(),
  title: text,
  name: z.string().nullish(),
  variant_title: z.string().nullish(),
  quantity: z.number().int().nonnegative(),
  current_quantity: z.number().int().nonnegative().nullish(),
  price: decimal,
});
export type ShopifyLineItem = z.output<typeof lineItemSchema>;

const refundFields = {
  id,
  created_at: time.nullish(),
  processed_at: time.nullish(),
  note: text,
  refund_line_items: z
    .array(
      z.object({
        line_item_id: id.nullish(),
        quantity: z.number().int().nonnegative(),
        subtotal: decimal.nullish(),
        total_tax: decimal.nullish(),
        subtotal_set: moneySetCurrency,
        line_item: z.object({ id: id.nullish(), sku: z.string().nullish(), variant_id: id.nullish(), product_id: id.nullish() }).nullish(),
      }),
    )
    .nullish(),
  transactions: z
    .array(
      z.object({
        amount: decimal,
        currency: z.string().nullish(),
        kind: z.string().nullish(),
        status: z.string().nullish(),
      }),
    )
    .nullish(),
};
const refundSchema = z.object(refundFields);
export type ShopifyRefund = z.output<typeof refundSchema>;

/** `refunds/create`: a refund that names its order. */
export const refundPayloadSchema = z.object({ ...refundFields, order_id: id });

export const orderPayloadSchema = z.object({
  id,
  financial_status: z.string().nullish(),
  fulfillment_status: z.string().nullish(),
  cancelled_at: time.nullish(),
  closed_at: time.nullish(),
  created_at: time,
  updated_at: time.nullish(),
  processed_at: time.nullish(),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: NOT_A_CURRENCY }),
  total_price: decimal,
  total_discounts: decimal.nullish(),
  total_shipping_price_set: moneySet,
  shipping_lines: z.array(z.object({ price: decimal.nullish() })).nullish(),
  discount_codes: z.array(z.object({ amount: decimal.nullish() })).nullish(),
  note: text,
  tags: text,
  source_name: text,
  phone: text,
  browser_ip: z.string().nullish(),
  client_details: z.object({ browser_ip: z.string().nullish() }).nullish(),
  customer: z.object({ id: id.nullish(), first_name: text, last_name: text, phone: text, tags: text }).nullish(),
  shipping_address: addressSchema.nullish(),
  line_items: z.array(lineItemSchema).min(1),
  fulfillments: z
    .array(z.object({ tracking_number: z.string().nullish(), shipment_status: z.string().nullish(), status: z.string().nullish() }))
    .nullish(),
  refunds: z.array(refundSchema).nullish(),
});
export type ShopifyOrder = z.output<typeof orderPayloadSchema>;
