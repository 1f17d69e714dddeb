import { businessDateTime, SECOND } from '#shared/time.ts';
import type { CarrierId } from '#shared/carriers.ts';
import type { PushMessage } from '../channel.ts';
import type {
  ChannelAccess,
  ChannelClient,
  DayPage,
  Fetched,
  MemoRequest,
  OrderPage,
  PageMark,
  ShipRequest,
  ShopIdentity,
  StockRequest,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, formPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { optionText } from '../kit/options.ts';
import { bareEntry, pageOf, stated, totalOf } from '../kit/pages.ts';
import { shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import { errorOf } from './answers.ts';
import { COMPANY_CODES } from './carriers.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './sign.ts';

const PAGE_SIZE = 50;
/** Every field the reader looks at; without the five receiver fields the platform gives no `oaid`. */
const TRADE_FIELDS = [
  'tid,tid_str,type,status,created,pay_time,modified,consign_time,end_time,payment,total_fee,discount_fee,adjust_fee,post_fee,coupon_fee',
  'step_trade_status,step_paid_fee,buyer_nick,buyer_open_uid,buyer_message,seller_memo,seller_flag',
  'receiver_name,receiver_mobile,receiver_phone,receiver_address,receiver_state,receiver_city,receiver_district,receiver_town,receiver_zip,oaid',
  'orders',
].join(',');
const MESSAGES_AT_ONCE = 100;
/** How long the message queue is left alone once it is empty. */
const QUEUE_PAUSE_MS = 5 * SECOND;

interface Answer {
  body: Fields;
  response: HttpResponse;
}

/** Calls of one Taobao shop. */
export class TaobaoClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** `use_has_next` is off because only then the platform counts, and without the count the last page is unknown. */
  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope !== 'orders') throw new ChannelError('unsupported');
    const { body } = await this.#call('list', 'taobao.trades.sold.increment.get', {
      fields: 'tid,modified',
      start_modified: businessDateTime(window.from),
      end_modified: businessDateTime(window.to),
      ...pageParams(mark),
    });
    return { entries: tradesOf(body).map((trade) => bareEntry('order', tidOf(trade), time(trade.modified))), ...counted(body) };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    return eachDetail(this.#access, ids, async (tid) => {
      const params = { tid, fields: TRADE_FIELDS, include_oaid: 'true' };
      const { body, response } = await this.#call('detail', 'taobao.trade.fullinfo.get', params);
      stated(fields(body.trade).tid, 'trade');
      return { payload: { topic: 'order', body: response.body }, sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { body } = await this.#call('list', this.#option('dayListMethod'), {
      fields: 'tid',
      start_created: businessDateTime(day.from),
      end_created: businessDateTime(day.to - SECOND),
      ...pageParams(mark),
    });
    return { ids: tradesOf(body).map(tidOf), ...counted(body) };
  }

  async identify(): Promise<ShopIdentity> {
    const { body } = await this.#call('detail', 'taobao.user.seller.get', { fields: 'user_id,nick' });
    const user = fields(body.user);
    return { identity: stated(text(user.user_id) || user.nick, 'user'), name: optional(user.nick) };
  }

  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const code = COMPANY_CODES[carrier as CarrierId] ?? COMPANY_CODES.other;
    await shipOnce(
      request,
      () => this.#parcels(channelOrderId),
      () => this.#call('write', this.#option('shipMethod'), { tid: channelOrderId, out_sid: trackingNumber, company_code: code }),
    );
  }

  /** Every line of a trade may go in a parcel of its own. */
  async #parcels(tid: string): Promise<Parcels> {
    const { body } = await this.#call('detail', 'taobao.trade.fullinfo.get', { tid, fields: 'tid,status,orders' });
    const numbers = list(fields(fields(body.trade).orders).order).map((row) => text(fields(row).invoice_no));
    return { numbers, complete: false };
  }

  /** Setting the same memo again changes nothing, so it needs no reading back. An empty one is ignored by the platform: it is cleared by `reset`. */
  async memo({ channelOrderId, memo, flag }: MemoRequest): Promise<void> {
    await this.#call('write', 'taobao.trade.memo.update', {
      tid: channelOrderId,
      ...(memo === '' ? { reset: 'true' } : { memo }),
      ...(flag === null ? {} : { flag: String(flag) }),
    });
  }

  /** `type` 1 sets the level; it never adds. */
  async setStock({ itemId, skuId, available, sku }: StockRequest): Promise<void> {
    const level = Math.max(0, Math.trunc(available));
    await this.#call('write', 'taobao.skus.quantity.update', {
      num_iid: itemId,
      type: '1',
      ...(skuId === null ? { outerid_quantities: `${sku}:${level}` } : { skuid_quantities: `${skuId}:${level}` }),
    });
  }

  /** The message service: consumed, put on disk by `take`, and only then confirmed; what is not confirmed comes again. */
  async stream(take: (messages: readonly PushMessage[]) => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#access.options.messages === false) return;
    await this.#call('write', 'taobao.tmc.user.permit', {});
    while (!signal.aborted) {
      const { body } = await this.#call('list', 'taobao.tmc.messages.consume', { quantity: String(MESSAGES_AT_ONCE) });
      const messages = list(fields(body.messages).tmc_message)
        .map(fields)
        .filter((message) => text(message.id) !== '');
      if (messages.length > 0) {
        await take(messages.map(toPush));
        await this.#call('write', 'taobao.tmc.messages.confirm', { s_message_ids: messages.map(({ id }) => text(id)).join(',') });
      }
      if (messages.length < MESSAGES_AT_ONCE) await this.#access.wait(QUEUE_PAUSE_MS, signal);
    }
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
  }

  async #call(group: CallGroup, method: string, params: Record<string, string>): Promise<Answer> {
    const { endpoint, keys, now } = this.#access;
    const app = keys.fields.app_key ?? '';
    const { value, response } = await callJson(this.#access, group, async () => {
      const signed: Record<string, string> = {
        method,
        app_key: app,
        session: await this.#access.token(),
        timestamp: businessDateTime(now()),
        format: 'json',
        v: '2.0',
        sign_method: this.#option('signMethod'),
        ...params,
      };
      signed.sign = signRequest(signed, keys.fields.secret ?? '');
      return formPost(addressOf(endpoint, manifest.origin, '/router/rest'), signed);
    });
    const answer = fields(value);
    if ('error_response' in answer) throw errorOf(answer.error_response, { group, app, permission: method, response });
    const wrapper = `${method.replace(/^taobao\./, '').replaceAll('.', '_')}_response`;
    if (!(wrapper in answer)) throw new ChannelError('bad-answer', { detail: wrapper });
    return { body: fields(answer[wrapper]), response };
  }
}

function pageParams(mark: PageMark | null): Record<string, string> {
  return { page_no: String(pageOf(mark, 1)), page_size: String(PAGE_SIZE), use_has_next: 'false' };
}

function tradesOf(body: Fields): Fields[] {
  return list(fields(body.trades).trade).map(fields);
}

function tidOf(trade: Fields): string {
  return text(trade.tid_str) || text(trade.tid);
}

function counted(body: Fields): { total: number; next: null } {
  return { total: totalOf(body.total_results, 'total_results'), next: null };
}

function toPush(message: Fields): PushMessage {
  return { deliveryId: `tmc:${text(message.id)}`, topic: text(message.topic), body: Buffer.from(JSON.stringify(message), 'utf8') };
}
