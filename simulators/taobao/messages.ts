import type { Desk } from '../kit/desk.ts';
import type { TruthOrder } from '../kit/types.ts';
import { beijing, decimalText, exactJson, starredName } from '../kit/words.ts';

interface Queued {
  id: bigint;
  json: string;
  /** Handed out and not confirmed: comes again from this moment on. */
  againAt: number;
}
const AGAIN_AFTER_MS = 30_000;
const LATE_MS = 4_000;
const TOPIC_OF_STAGE: Record<TruthOrder['stage'], string> = {
  unpaid: 'TradeMemoModified',
  forming: 'TradeBuyerPay',
  review: 'TradeBuyerPay',
  'to-ship': 'TradeBuyerPay',
  'part-shipped': 'TradePartlySellerShip',
  shipped: 'TradeSellerShip',
  received: 'TradeSellerShip',
  done: 'TradeSuccess',
  cancelled: 'TradeClose',
};
const TOPIC_OF_REFUND = {
  asked: 'RefundCreated',
  agreed: 'RefundSellerAgreeAgreement',
  done: 'RefundSuccess',
  withdrawn: 'RefundClosed',
  refused: 'RefundClosed',
} as const;

/** The message service: a queue that is asked, not a push. What is not confirmed comes again. */
export class MessageQueue {
  readonly #queued = new Map<bigint, Queued[]>();
  readonly #memos = new Map<string, string>();
  #next = 8_529_364_893_180_001n;
  permitted = false;

  announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk): void {
    const topic = this.#topic(order, happened);
    this.#memos.set(order.id, order.sellerMemo);
    if (!this.permitted) return;
    const id = this.#next++;
    const content = exactJson({
      tid: BigInt(order.id),
      oid: BigInt(order.id),
      buyer_nick: starredName(order.buyer.name),
      seller_nick: '示例店',
      payment: decimalText(order.totalMinor),
      type: 'guarantee_trade',
    });
    const user_id = BigInt(desk.state.identity);
    const json = exactJson({ id, topic, pub_time: beijing(order.updatedAt), user_id, content });
    const fault = desk.options.faults.next('push');
    if (fault === 'drop') return;
    if (fault === 'reorder') desk.options.after(LATE_MS, () => this.#put(id, json, 1));
    else this.#put(id, json, fault === 'duplicate' ? 2 : 1);
  }

  #topic(order: TruthOrder, happened: 'created' | 'changed' | 'refund'): string {
    const refund = order.refunds.reduce<TruthOrder['refunds'][number] | null>(
      (latest, entry) => (latest && latest.updatedAt > entry.updatedAt ? latest : entry),
      null,
    );
    if (happened === 'refund' && refund) return `taobao_refund_${TOPIC_OF_REFUND[refund.state]}`;
    if (happened === 'created') return 'taobao_trade_TradeCreate';
    if ((this.#memos.get(order.id) ?? '') !== order.sellerMemo) return 'taobao_trade_TradeMemoModified';
    if (order.presale && order.presale.balancePaidAt === null) return 'taobao_trade_TradeBuyerStepPay';
    return `taobao_trade_${TOPIC_OF_STAGE[order.stage]}`;
  }

  #put(id: bigint, json: string, copies: number): void {
    this.#queued.set(
      id,
      Array.from({ length: copies }, () => ({ id, json, againAt: 0 })),
    );
  }

  /** Up to `most` messages that nobody holds. */
  consume(most: number, now: number): string[] {
    const taken: string[] = [];
    for (const copies of this.#queued.values()) {
      for (const message of copies) {
        if (taken.length >= most) return taken;
        if (message.againAt > now) continue;
        message.againAt = now + AGAIN_AFTER_MS;
        taken.push(message.json);
      }
    }
    return taken;
  }

  confirm(ids: readonly bigint[]): void {
    for (const id of ids) this.#queued.delete(id);
  }
}
