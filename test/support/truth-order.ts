import type { TruthOrder, TruthRefund } from '#simulators/kit/types.ts';

export const PLACED = Date.parse('2025-06-18T20:14:50+08:00');
export const PAID = Date.parse('2025-06-18T20:15:33+08:00');

/** A paid order of two lines, ready to ship: 2 × 19.90 and 1 × 30.00, 9.80 off, 10.00 freight. */
export function truthOrder(id: string, over: Partial<TruthOrder> = {}): TruthOrder {
  return {
    id,
    createdAt: PLACED,
    paidAt: PAID,
    updatedAt: PAID,
    stage: 'to-ship',
    currency: 'CNY',
    goodsMinor: 6_980,
    freightMinor: 1_000,
    discountMinor: 980,
    couponMinor: 0,
    totalMinor: 7_000,
    presale: null,
    buyer: { key: 'buyer-1', name: '陈晓' },
    receiver: { name: '陈晓', phone: '13912345678', province: '江苏省', city: '苏州市', district: '姑苏区', address: '平江路 1 号 2 室' },
    buyerMessage: '周末送',
    sellerMemo: '易碎',
    flag: 2,
    lines: [
      {
        lineId: '11',
        itemId: '600001',
        skuId: '700001',
        sku: 'SKU-1',
        name: '袜子',
        quantity: 2,
        unitMinor: 1_990,
        paidMinor: 3_500,
        gift: false,
      },
      {
        lineId: '12',
        itemId: '600002',
        skuId: '700002',
        sku: 'SKU-2',
        name: '帽子',
        quantity: 1,
        unitMinor: 3_000,
        paidMinor: 2_500,
        gift: false,
      },
    ],
    refunds: [],
    tracking: null,
    ...over,
  };
}

/** What every reader makes of that order, whatever its platform calls things. */
export const AS_READ = {
  status: 'awaiting_shipment',
  goodsMinor: 6_980,
  freightMinor: 1_000,
  discountMinor: 980,
  paidMinor: 7_000,
  paidAt: PAID,
} as const;

/** The same with the first line alone, for a platform whose orders have one item: 4.00 off, no freight. */
export function oneLineOrder(id: string, over: Partial<TruthOrder> = {}): TruthOrder {
  const lines = truthOrder(id)
    .lines.slice(0, 1)
    .map((line) => ({ ...line, paidMinor: 3_580 }));
  return truthOrder(id, { lines, goodsMinor: 3_980, discountMinor: 400, freightMinor: 0, totalMinor: 3_580, ...over });
}

/** A refund of the second line alone. */
export function truthRefund(id: string, over: Partial<TruthRefund> = {}): TruthRefund {
  return {
    id,
    kind: 'refund-only',
    state: 'asked',
    amountMinor: 2_500,
    createdAt: PAID + 60_000,
    updatedAt: PAID + 60_000,
    lines: [{ lineId: '12', sku: 'SKU-2', quantity: 1, amountMinor: 2_500 }],
    ...over,
  };
}
