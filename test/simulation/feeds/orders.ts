import type { ChannelId } from '#shared/channels.ts';
import type { TruthOrder } from '#simulators/kit/types.ts';
import { WAYS } from '../conformance/ways.ts';

/** A plain paid order as a channel numbers it: the `index`-th of its shop, placed and paid at `at`. */
export function paidOrder(channel: ChannelId, index: number, at: number, more: Partial<TruthOrder> = {}): TruthOrder {
  const second = Math.floor(at / 1_000) * 1_000;
  const unitMinor = 39_900;
  return {
    id: WAYS[channel].idOf(index),
    createdAt: second,
    paidAt: second,
    updatedAt: second,
    stage: 'to-ship',
    currency: WAYS[channel].currency,
    goodsMinor: unitMinor,
    freightMinor: 0,
    discountMinor: 0,
    couponMinor: 0,
    totalMinor: unitMinor,
    presale: null,
    buyer: { key: `buyer-${index}`, name: '陈晓' },
    receiver: {
      name: '陈晓',
      phone: `1390000${1000 + index}`,
      province: '江苏省',
      city: '苏州市',
      district: '姑苏区',
      address: `平江路 ${index + 1} 号 2 幢 301 室`,
    },
    buyerMessage: '',
    sellerMemo: '',
    flag: 0,
    lines: [
      {
        lineId: `${index + 1}1`,
        itemId: '600000',
        skuId: '700000',
        sku: 'SHIRT-W',
        name: '亚麻衬衫',
        quantity: 1,
        unitMinor,
        paidMinor: unitMinor,
        gift: false,
      },
    ],
    refunds: [],
    tracking: null,
    ...more,
  };
}
