import { createHash } from 'node:crypto';
import type { Desk } from '../kit/desk.ts';
import type { TruthOrder } from '../kit/types.ts';
import { beijing, decimalText, exactJson } from '../kit/words.ts';
import { renderOrder, statusOf } from './render.ts';

const TYPE_OF_STAGE: Record<TruthOrder['stage'], string> = {
  unpaid: 'trade_TradeCreate',
  forming: 'trade_TradePaid',
  review: 'trade_TradePaid',
  'to-ship': 'trade_TradeBuyerPay',
  'part-shipped': 'trade_TradePartlySellerShip',
  shipped: 'trade_TradeSellerShip',
  received: 'trade_TradeSellerShip',
  done: 'trade_TradeSuccess',
  cancelled: 'trade_TradeClose',
};
const REFUND_TYPE = {
  asked: 'trade_refund_BuyerCreated',
  agreed: 'trade_refund_SellerAgree',
  done: 'trade_refund_RefundSuccess',
  withdrawn: 'trade_refund_RefundClosed',
  refused: 'trade_refund_SellerRefuse',
} as const;

/** `sign` of an envelope, over the message as it is sent: still URL-encoded. */
export function messageSign(clientId: string, msg: string, secret: string): string {
  return createHash('md5')
    .update(Buffer.from([clientId, msg, secret].join(''), 'utf8'))
    .digest('hex');
}

/** Trade messages carry the whole order as it is at that moment, after-sale messages only name it. */
export function announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk, clientId: string): void {
  const { identity: kdtId, secret } = desk.state;
  const refund = happened === 'refund' ? order.refunds.toSorted((a, b) => a.updatedAt - b.updatedAt).at(-1) : undefined;
  const type = refund ? REFUND_TYPE[refund.state] : TYPE_OF_STAGE[order.stage];
  const content = refund
    ? { tid: order.id, refund_id: refund.id, refund_fee: decimalText(refund.amountMinor), update_time: beijing(refund.updatedAt) }
    : renderOrder(order, kdtId);
  const msg = encodeURIComponent(exactJson(content));
  // The envelope of a payment names a passing state; the order inside already has the next one.
  const status = type === 'trade_TradePaid' || type === 'trade_TradeBuyerPay' ? 'TRADE_PAID' : statusOf(order);
  let sendCount = 0;
  desk.courier.push(() => {
    sendCount += 1;
    const envelope = {
      client_id: clientId,
      kdt_id: Number(kdtId),
      kdt_name: '示例店',
      id: order.id,
      type,
      status,
      mode: 1,
      test: false,
      version: desk.now,
      sendCount,
      msg,
      sign: messageSign(clientId, msg, secret),
    };
    return { path: `/hooks/youzan/${desk.options.shopId}`, headers: {}, body: Buffer.from(exactJson(envelope), 'utf8') };
  });
}
