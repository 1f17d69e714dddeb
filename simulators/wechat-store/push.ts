import type { Desk } from '../kit/desk.ts';
import type { TruthOrder } from '../kit/types.ts';
import { sealed, sortedSha1 } from './crypt.ts';
import { afterSaleStatus, seconds } from './render.ts';

export interface PushKeys {
  appid: string;
  token: string;
  encodingAesKey: string;
}
interface Known {
  stage: TruthOrder['stage'];
  memo: string;
}
type Content = Readonly<Record<string, unknown>>;

/** Pushes what happened: thin events, sealed and signed in the query. */
export class WechatPush {
  readonly #keys: PushKeys;
  readonly #known = new Map<string, Known>();

  constructor(keys: PushKeys) {
    this.#keys = keys;
  }

  announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk): void {
    const before = this.#known.get(order.id);
    this.#known.set(order.id, { stage: order.stage, memo: order.sellerMemo });
    const [event, content] = happened === 'refund' && order.refunds.length > 0 ? afterSale(order) : trade(order, happened, before);
    const message = JSON.stringify({
      ToUserName: desk.state.identity,
      FromUserName: order.buyer.key,
      CreateTime: seconds(desk.now),
      MsgType: 'event',
      Event: event,
      ...content,
    });
    desk.courier.push(() => this.#attempt(message, desk));
  }

  /** Every attempt is sealed and signed anew. */
  #attempt(message: string, desk: Desk) {
    const { appid, token, encodingAesKey } = this.#keys;
    const random16 = Buffer.from(Array.from({ length: 16 }, () => Math.floor(desk.options.chance() * 256)));
    const encrypt = sealed(message, { encodingAesKey, appid, random16 });
    const timestamp = String(seconds(desk.now));
    const nonce = String(Math.floor(desk.options.chance() * 1e9));
    const query = new URLSearchParams({
      signature: sortedSha1([token, timestamp, nonce]),
      timestamp,
      nonce,
      encrypt_type: 'aes',
      msg_signature: sortedSha1([token, timestamp, nonce, encrypt]),
    });
    return {
      path: `/hooks/wechat-store/${desk.options.shopId}?${query.toString()}`,
      headers: {},
      body: Buffer.from(JSON.stringify({ ToUserName: desk.state.identity, Encrypt: encrypt }), 'utf8'),
    };
  }
}

function afterSale(order: TruthOrder): [event: string, content: Content] {
  const refund = order.refunds.reduce((latest, entry) => (entry.updatedAt >= latest.updatedAt ? entry : latest));
  const update = { after_sale_order_id: refund.id, status: afterSaleStatus(refund), order_id: order.id };
  return ['channels_ec_aftersale_update', { finder_shop_aftersale_status_update: update }];
}

function trade(order: TruthOrder, happened: string, before: Known | undefined): [event: string, content: Content] {
  const info = (more: Content = {}): Content => ({ order_info: { order_id: order.id, ...more } });
  if (happened === 'created') return ['channels_ec_order_new', info()];
  if (before?.stage === order.stage) return ['channels_ec_order_ext_info_update', info({ type: before.memo === order.sellerMemo ? 1 : 2 })];
  switch (order.stage) {
    case 'part-shipped':
      return ['channels_ec_order_deliver', info({ finish_delivery: 0 })];
    case 'shipped':
    case 'received':
      return ['channels_ec_order_deliver', info({ finish_delivery: 1 })];
    case 'done':
      return ['channels_ec_order_confirm', info({ confirm_type: 1 })];
    case 'cancelled':
      return ['channels_ec_order_cancel', info({ cancel_type: order.refunds.length > 0 ? 3 : 1 })];
    default:
      return ['channels_ec_order_pay', info({ pay_time: seconds(order.paidAt) })];
  }
}
