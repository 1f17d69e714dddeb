import { createHmac } from 'node:crypto';
import type { DemoOrder, DemoRefund, Happening, Posting } from '../order.ts';
import { refundedMinor } from '../order.ts';
import { messageDigest } from './letter.ts';
import type { Letter } from './letter.ts';

/**
 * Shopify's webhooks: base64 HMAC-SHA256 over the raw body in `X-Shopify-Hmac-Sha256`, money as decimal text, ids as
 * numbers, times with an offset. Source: shopify.dev, "Verify webhook deliveries" and the REST Order resource.
 */
const TOPICS: Record<Happening, readonly string[]> = {
  created: ['orders/create'],
  paid: ['orders/paid'],
  updated: ['orders/updated'],
  shipped: ['orders/updated'],
  delivered: ['orders/updated'],
  completed: ['orders/updated'],
  cancelled: ['orders/cancelled'],
  // This platform knows no refund that is only asked for.
  'refund-opened': [],
  'refund-succeeded': ['refunds/create', 'orders/updated'],
};

const API_VERSION = '2026-10';

function decimal(minor: number): string {
  return `${Math.trunc(minor / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;
}

/** Shop time with its offset: `2026-11-22T11:30:05+08:00`. */
function shopTime(at: number): string {
  return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

function numberOf(text: string): number {
  return Number.parseInt(messageNumber(text), 16);
}
function messageNumber(text: string): string {
  return createHmac('sha256', 'numbers of the demo store').update(text).digest('hex').slice(0, 11);
}

function refundBody(order: DemoOrder, refund: DemoRefund): Record<string, unknown> {
  return {
    id: numberOf(refund.id),
    order_id: Number(order.id),
    created_at: shopTime(refund.at),
    processed_at: shopTime(order.updatedAt),
    note: refund.reason,
    refund_line_items: refund.lines.map(({ sku, quantity, amountMinor }) => ({
      id: numberOf(`${refund.id}/${sku}`),
      line_item_id: numberOf(`${order.id}/${sku}`),
      quantity,
      subtotal: decimal(amountMinor),
      line_item: { id: numberOf(`${order.id}/${sku}`), sku },
    })),
    transactions: [
      { id: numberOf(`${refund.id}/money`), kind: 'refund', status: 'success', amount: decimal(refund.amountMinor), currency: 'CNY' },
    ],
  };
}

function financialStatus(order: DemoOrder): string {
  const back = refundedMinor(order);
  if (order.paidAt === null) return order.status === 'cancelled' ? 'voided' : 'pending';
  if (back === 0) return 'paid';
  return back >= order.paidMinor ? 'refunded' : 'partially_refunded';
}

function fulfilments(order: DemoOrder): Record<string, unknown>[] {
  if (!order.trackingNumber) return [];
  const delivered =
    order.status === 'delivered' || order.status === 'completed' || order.status === 'refunding' || order.status === 'refunded';
  return [
    {
      id: numberOf(`${order.id}/parcel`),
      status: 'success',
      tracking_number: order.trackingNumber,
      tracking_company: order.carrier,
      shipment_status: delivered ? 'delivered' : 'in_transit',
    },
  ];
}

function buyerFields(order: DemoOrder): Record<string, unknown> {
  const { receiver } = order;
  return {
    note: order.buyerMessage || null,
    tags: order.tags.join(', '),
    browser_ip: order.ip,
    client_details: { browser_ip: order.ip },
    customer: { id: numberOf(order.buyer.key), first_name: order.buyer.name, last_name: '', tags: order.buyer.tags.join(', ') },
    shipping_address: {
      name: receiver.name,
      phone: receiver.phone,
      country_code: 'CN',
      province: receiver.province,
      city: receiver.city,
      address1: `${receiver.district}${receiver.address}`,
      address2: '',
    },
  };
}

function lineItems(order: DemoOrder): Record<string, unknown>[] {
  return order.lines.map(({ sku, name, quantity, unitPriceMinor }) => ({
    id: numberOf(`${order.id}/${sku}`),
    variant_id: numberOf(`variant/${sku}`),
    product_id: numberOf(`product/${sku.split('-')[0] ?? sku}`),
    sku,
    title: name,
    quantity,
    current_quantity: quantity,
    price: decimal(unitPriceMinor),
  }));
}

function orderBody(order: DemoOrder): Record<string, unknown> {
  return {
    id: Number(order.id),
    admin_graphql_api_id: `gid://shopify/Order/${order.id}`,
    name: `#${order.id.slice(-6)}`,
    financial_status: financialStatus(order),
    fulfillment_status: order.trackingNumber ? 'fulfilled' : null,
    cancelled_at: order.status === 'cancelled' ? shopTime(order.updatedAt) : null,
    cancel_reason: order.status === 'cancelled' ? 'customer' : null,
    closed_at: order.status === 'completed' ? shopTime(order.updatedAt) : null,
    created_at: shopTime(order.createdAt),
    updated_at: shopTime(order.updatedAt),
    processed_at: shopTime(order.paidAt ?? order.createdAt),
    currency: 'CNY',
    subtotal_price: decimal(order.goodsMinor - order.discountMinor),
    total_price: decimal(order.totalMinor),
    total_discounts: decimal(order.discountMinor),
    total_shipping_price_set: { shop_money: { amount: decimal(order.freightMinor), currency_code: 'CNY' } },
    discount_codes: order.couponMinor > 0 ? [{ code: 'FUZZ', amount: decimal(order.couponMinor), type: 'fixed_amount' }] : [],
    source_name: 'web',
    ...buyerFields(order),
    line_items: lineItems(order),
    fulfillments: fulfilments(order),
    refunds: order.refunds.filter(({ state }) => state === 'succeeded').map((refund) => refundBody(order, refund)),
  };
}

/** What the store sends for one happening: one message, two for a refund, none where it has no word for it. */
export function shopifyLetters(posting: Posting, secret: string): Letter[] {
  const { order, happening, at, history } = posting;
  return TOPICS[happening].map((topic) => {
    const refund = order.refunds.findLast(({ state }) => state === 'succeeded');
    const payload = topic === 'refunds/create' && refund ? refundBody(order, refund) : orderBody(order);
    const body = Buffer.from(JSON.stringify(payload), 'utf8');
    const digest = messageDigest(posting, topic);
    const id = [digest.slice(0, 8), digest.slice(8, 12), digest.slice(12, 16), digest.slice(16, 20), digest.slice(20)].join('-');
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': 'fuzzbud-club.example',
      'x-shopify-api-version': API_VERSION,
      'x-shopify-webhook-id': id,
      'x-shopify-triggered-at': new Date(at).toISOString(),
      // Signed once: this scheme carries no time of its own, so every attempt is the same.
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    };
    return { shop: order.shop, id, body, history, headers: () => headers };
  });
}
