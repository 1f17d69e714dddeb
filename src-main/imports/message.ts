import type { ImportedOrder } from './order-rows.ts';

const encoder = new TextEncoder();
/** Home, as files write it. */
const HOME = /^(?:中国(?:大陆)?|china|chn|cn)$/i;

/**
 * The order as a message of the own-store channel (docs/contract.md), which every shop's import is read as, whatever its channel:
 * so an imported order takes the same way and the same care as a pushed one.
 */
export function messageOf(order: ImportedOrder): { topic: string; body: Uint8Array } {
  const { texts, lines, ...rest } = order;
  const text = (field: keyof typeof texts) => texts[field] ?? null;
  const title = text('invoiceTitle');
  const data = {
    ...rest,
    buyer: { key: text('buyerKey'), name: text('buyerName') },
    receiver: {
      name: text('receiverName'),
      phone: text('receiverPhone'),
      country: text('country')?.replace(HOME, 'CN') ?? null,
      province: text('province'),
      city: text('city'),
      district: text('district'),
      address: text('address'),
      postcode: text('postcode'),
    },
    buyerMessage: text('buyerMessage'),
    sellerMemo: text('sellerMemo'),
    trackingNumber: text('trackingNumber'),
    carrier: text('carrier'),
    shippingMode: text('shippingMode'),
    invoice: title === null ? null : { title, taxNumber: text('taxNumber') },
    lines,
  };
  const body = { type: 'order.updated', timestamp: new Date(order.updatedAt).toISOString(), data };
  return { topic: 'order.updated', body: encoder.encode(JSON.stringify(body)) };
}
