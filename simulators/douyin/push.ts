import type { Desk } from '../kit/desk.ts';
import type { TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { afterSaleNotice, bare, orderStatus, seconds } from './render.ts';
import { eventSign } from './sign.ts';

interface Known {
  stage: TruthOrder['stage'];
  memo: string;
}

const CREATED = 100;
const PAID = 101;
const PAID_PENDING = 110;
const AMOUNT_CHANGED = 109;
const MEMO = 113;
const TAG_OF_STAGE: Partial<Record<TruthOrder['stage'], number>> = {
  forming: PAID_PENDING,
  review: PAID_PENDING,
  'to-ship': PAID,
  'part-shipped': 108,
  shipped: 102,
  done: 103,
  cancelled: 106,
};
const TAG_OF_REFUND = { asked: 200, agreed: 201, done: 206, withdrawn: 207, refused: 204 } as const;

/** Pushes what happened: an array of thin messages, signed over its bytes. */
export class DouyinPush {
  readonly #known = new Map<string, Known>();
  #messages = 0;

  announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk, appKey: string): void {
    const before = this.#known.get(order.id);
    this.#known.set(order.id, { stage: order.stage, memo: order.sellerMemo });
    this.#messages += 1;
    const [tag, data] = happened === 'refund' && order.refunds.length > 0 ? afterSale(order, desk) : trade(order, happened, before, desk);
    const message = {
      // Tags come as text and as numbers; readers have to take both.
      tag: this.#messages % 2 === 0 ? tag : String(tag),
      msg_id: String(6_971_234_567_890n + BigInt(this.#messages)),
      data: exactJson(data),
    };
    const body = Buffer.from(exactJson([message]), 'utf8');
    desk.courier.push(() => ({
      path: `/hooks/douyin/${desk.options.shopId}`,
      headers: { 'event-sign': eventSign(appKey, body, desk.state.secret), 'app-id': appKey },
      body,
    }));
  }
}

function afterSale(order: TruthOrder, desk: Desk): [tag: number, data: object] {
  const refund = order.refunds.reduce((latest, entry) => (entry.updatedAt >= latest.updatedAt ? entry : latest));
  return [TAG_OF_REFUND[refund.state], afterSaleNotice(order, refund, desk.state.identity)];
}

function trade(order: TruthOrder, happened: string, before: Known | undefined, desk: Desk): [tag: number, data: object] {
  const common = {
    p_id: bare(order.id),
    s_ids: [bare(order.id)],
    shop_id: bare(desk.state.identity),
    order_status: orderStatus(order),
    order_type: 0,
    biz: 2,
    update_time: seconds(order.updatedAt),
  };
  if (happened === 'created') return [CREATED, { ...common, create_time: seconds(order.createdAt) }];
  if (before && before.memo !== order.sellerMemo) return [MEMO, { ...common, remark: order.sellerMemo, star: String(order.flag) }];
  if (before?.stage === order.stage) return [AMOUNT_CHANGED, common];
  const tag = TAG_OF_STAGE[order.stage] ?? AMOUNT_CHANGED;
  if (tag === PAID) return [tag, { ...common, pay_time: seconds(order.paidAt), pay_amount: order.totalMinor, pay_type: 1 }];
  if (tag === 106) return [tag, { ...common, cancel_time: seconds(order.updatedAt), cancel_reason: '不想要了' }];
  return [tag, common];
}
