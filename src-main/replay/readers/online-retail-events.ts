import { z } from 'zod';
import type { IncomingRefund } from '#main/model/incoming.ts';
import { checkedReader, hasFields, publishedOrder, receiverAt, timeOrRefusal } from './published.ts';
import { Purchases } from './purchases.ts';
import type { Row, RowFormat } from './row.ts';

const rowSchema = z.object({
  event: z.string(),
  order_id: z.string().min(1),
  at: z.string(),
  customer_id: z.string().nullable(),
  country: z.string(),
  currency: z.string().length(3),
  items: z.array(z.object({ sku: z.string().min(1), name: z.string().nullable(), qty: z.int(), unit_price_minor: z.int() })).min(1),
  total_minor: z.int(),
});
type Event = z.output<typeof rowSchema>;

function order(event: Event, at: number, purchases: Purchases): Row {
  const odd = event.items.findIndex((item) => item.qty <= 0);
  if (odd >= 0) return { kind: 'refused', reason: 'wrong-shape', detail: `items.${odd}.qty: an order needs at least one piece` };
  for (const item of event.items) {
    if (event.customer_id === null) break;
    purchases.add(event.customer_id, item.sku, { orderId: event.order_id, quantity: item.qty, unitPriceMinor: item.unit_price_minor });
  }
  const incoming = publishedOrder({
    shopId: onlineRetailEvents.shopId,
    channelOrderId: event.order_id,
    currency: event.currency,
    goodsMinor: event.items.reduce((sum, item) => sum + item.qty * item.unit_price_minor, 0),
    discountMinor: 0,
    paidMinor: event.total_minor,
    createdAt: at,
    buyer: { key: event.customer_id },
    receiver: receiverAt({ country: event.country }),
    lines: event.items.map((item) => ({
      sku: item.sku,
      name: item.name ?? '',
      quantity: item.qty,
      unitPriceMinor: item.unit_price_minor,
    })),
    sourceTags: [],
  });
  return { kind: 'order', at, order: incoming, promisedAt: null };
}

/** A credit note names the customer and the goods, not the order: see `Purchases`. */
function creditNote(event: Event, at: number, purchases: Purchases): Row {
  if (event.customer_id === null) return { kind: 'refused', reason: 'refund-without-order', detail: `${event.order_id}: no customer` };
  const refunds = new Map<string, IncomingRefund>();
  let unattributed = 0;
  for (const item of event.items) {
    const returns = purchases.takeBack(event.customer_id, item.sku, -item.qty);
    if (returns.length === 0) unattributed += 1;
    for (const { orderId, quantity, amountMinor } of returns) {
      let incoming = refunds.get(orderId);
      if (!incoming) {
        const refund = { id: event.order_id, amountMinor: 0, at, state: 'succeeded' as const, lines: [], reason: 'credit note' };
        incoming = { channel: 'standard-webhooks', shopId: onlineRetailEvents.shopId, channelOrderId: orderId, refund, updatedAt: at };
        refunds.set(orderId, incoming);
      }
      incoming.refund.amountMinor += amountMinor;
      incoming.refund.lines.push({ sku: item.sku, quantity, amountMinor });
    }
  }
  if (refunds.size === 0) {
    const detail = `${event.order_id}: customer ${event.customer_id} has no earlier order with ${event.items.map((item) => item.sku).join(', ')}`;
    return { kind: 'refused', reason: 'refund-without-order', detail };
  }
  return { kind: 'refund', at, refunds: [...refunds.values()], unattributed };
}

/** Damages, finds and samples; the name of the line is often the clerk's remark. */
function stockAdjustment(event: Event, at: number): Row {
  const adjustments = event.items.map((item) => ({
    sku: item.sku,
    name: '',
    warehouse: onlineRetailEvents.shopId,
    quantity: item.qty,
    note: item.name ?? event.order_id,
  }));
  return { kind: 'stock', at, adjustments };
}

function convert(event: Event, purchases: Purchases): Row {
  const at = timeOrRefusal(event.at);
  if (typeof at !== 'number') return at;
  switch (event.event) {
    case 'order':
      return order(event, at, purchases);
    case 'cancel':
      return creditNote(event, at, purchases);
    case 'stock_adjust':
      return stockAdjustment(event, at);
    case 'ledger_adjust':
      return { kind: 'refused', reason: 'ledger-entry', detail: `${event.order_id}: ${event.items[0]?.name ?? ''} ${event.total_minor}` };
    default:
      return { kind: 'refused', reason: 'unknown-event', detail: event.event };
  }
}

/** Online Retail events (UCI Machine Learning Repository, doi:10.24432/C5BW33): orders, credit notes, stock and book-keeping entries. */
export const onlineRetailEvents: RowFormat = {
  id: 'online-retail-events',
  shopId: 'online-retail',
  name: { zh: 'Online Retail 事件', en: 'Online Retail events' },
  told: { words: [], numbers: [] },
  adjustsStock: true,
  recognises: (row) => hasFields(row, 'event', 'order_id', 'at', 'customer_id', 'items'),
  open() {
    const purchases = new Purchases();
    return checkedReader(rowSchema, (event) => convert(event, purchases));
  },
};
