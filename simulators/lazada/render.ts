import { decimalText, isoAt, starredName } from '../kit/words.ts';
import type { TruthLine, TruthOrder } from '../kit/types.ts';

const HANOI = 7;
/** Amounts always carry two places, also where the currency has none. */
function amount(minor: number, currency: string): string {
  return currency === 'VND' ? `${minor}.00` : decimalText(minor);
}

/** `2025-06-18 19:14:50 +0700`: the other way Lazada writes a time. */
function spaced(at: number): string {
  return isoAt(at, HANOI).replace('T', ' ').replace('+07:00', ' +0700');
}

const WORD: Record<TruthOrder['stage'], string> = {
  unpaid: 'unpaid',
  forming: 'pending',
  review: 'pending',
  'to-ship': 'pending',
  'part-shipped': 'ready_to_ship',
  shipped: 'shipped',
  received: 'delivered',
  done: 'confirmed',
  cancelled: 'canceled',
};

/** The state of every unit of a line; what comes back overrules the order's own state. */
function wordOf(line: TruthLine, index: number, order: TruthOrder): string {
  const back = order.refunds.filter((refund) => refund.lines.some((part) => part.lineId === line.lineId));
  if (back.some((refund) => refund.state === 'done')) return 'returned';
  if (back.some((refund) => refund.state === 'asked' || refund.state === 'agreed')) return 'shipped_back';
  if (order.stage === 'part-shipped' && index === 0) return 'shipped';
  return WORD[order.stage];
}

/** One row per unit; what a line was discounted by is spread over its units, the rest of the division on the first. */
export function itemsOf(order: TruthOrder): object[] {
  return order.lines.flatMap((line, index) => {
    const status = wordOf(line, index, order);
    const each = Math.floor(line.paidMinor / line.quantity);
    return Array.from({ length: line.quantity }, (_, unit) => {
      const paid = unit === 0 ? line.paidMinor - each * (line.quantity - 1) : each;
      return {
        order_item_id: BigInt(`${line.lineId}${String(unit + 1).padStart(2, '0')}`),
        order_id: BigInt(order.id),
        sku: line.sku,
        shop_sku: `${line.skuId}_VN`,
        name: line.name,
        variation: '',
        // A number here, text there: both occur.
        item_price: unit % 2 === 0 ? amount(line.unitMinor, order.currency) : Number(amount(line.unitMinor, order.currency)),
        paid_price: amount(paid, order.currency),
        voucher_amount: amount(line.unitMinor - paid, order.currency),
        status,
        tracking_code: ['shipped', 'delivered', 'confirmed'].includes(status) ? (order.tracking?.number ?? '') : '',
        shipment_provider: order.tracking?.carrier ?? '',
        reason: status === 'returned' ? 'Change of mind' : '',
        created_at: isoAt(order.createdAt, HANOI),
        updated_at: spaced(order.updatedAt),
      };
    });
  });
}

export function statusesOf(order: TruthOrder): string[] {
  return [...new Set(order.lines.map((line, index) => wordOf(line, index, order)))];
}

/** An order as the list and the detail show it: without lines, receivers starred, booleans as text. */
export function orderOf(order: TruthOrder): object {
  const { receiver, currency } = order;
  const address = {
    first_name: starredName(receiver.name),
    last_name: '',
    phone: `84******${receiver.phone.slice(-2)}`,
    address1: `${receiver.address.slice(0, 1)}*******`,
    address4: receiver.province,
    address5: receiver.district,
    city: receiver.city,
    post_code: '',
    country: 'Vietnam',
  };
  return {
    order_id: BigInt(order.id),
    order_number: order.id,
    buyer_id: order.buyer.key,
    created_at: isoAt(order.createdAt, HANOI),
    updated_at: Number(order.id.slice(-1)) % 2 === 0 ? isoAt(order.updatedAt, HANOI) : spaced(order.updatedAt),
    statuses: statusesOf(order),
    price: amount(order.goodsMinor - order.discountMinor, currency),
    shipping_fee: amount(order.freightMinor, currency),
    shipping_fee_original: amount(order.freightMinor, currency),
    voucher: amount(order.discountMinor, currency),
    voucher_seller: amount(order.discountMinor, currency),
    voucher_platform: '0.00',
    voucher_code: '',
    payment_method: 'MIXEDCARD',
    items_count: String(order.lines.reduce((sum, line) => sum + line.quantity, 0)),
    buyer_note: order.buyerMessage,
    remarks: order.sellerMemo,
    gift_option: 'false',
    is_cancel_pending: 'false',
    customer_first_name: starredName(order.buyer.name),
    customer_last_name: '',
    address_shipping: address,
    address_billing: address,
    tax_code: '',
  };
}
