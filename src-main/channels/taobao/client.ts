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
import { callJson } from '../kit/caller.ts';
import { count, fields, list, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { optionText } from '../kit/options.ts';
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
      ...pageOf(mark),
    });
    const entries = tradesOf(body).map((trade) => ({
      id: text(trade.tid_str) || text(trade.tid),
      kind: 'order' as const,
      updatedAt: time(trade.modified),
      payload: null,
    }));
    return { entries, total: totalOf(body), next: null };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await this.#detail(id));
    return fetched;
  }

  async #detail(id: string): Promise<Fetched> {
    try {
      const { body, response } = await this.#call('detail', 'taobao.trade.fullinfo.get', {
        tid: id,
        fields: TRADE_FIELDS,
        include_oaid: 'true',
      });
      if (text(fields(body.trade).tid) === '') throw new ChannelError('bad-answer', { detail: 'trade' });
      return { id, payload: { topic: 'order', body: response.body }, observedAt: response.sentAt };
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now() };
    }
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { body } = await this.#call('list', this.#option('dayListMethod'), {
      fields: 'tid',
      start_created: businessDateTime(day.from),
      end_created: businessDateTime(day.to - SECOND),
      ...pageOf(mark),
    });
    return { ids: tradesOf(body).map((trade) => text(trade.tid_str) || text(trade.tid)), total: totalOf(body), next: null };
  }

  async identify(): Promise<ShopIdentity> {
    const { body } = await this.#call('detail', 'taobao.user.seller.get', { fields: 'user_id,nick' });
    const user = fields(body.user);
    const name = text(user.nick);
    const identity = text(user.user_id) || name;
    if (identity === '') throw new ChannelError('bad-answer', { detail: 'user' });
    return { identity, name: name || null };
  }

  async ship({ channelOrderId, trackingNumber, carrier, attempt }: ShipRequest): Promise<void> {
    const shipped = () => this.#trackingNumbers(channelOrderId);
    if (attempt > 1 && (await shipped()).includes(trackingNumber)) return;
    try {
      await this.#call('write', this.#option('shipMethod'), {
        tid: channelOrderId,
        out_sid: trackingNumber,
        company_code: COMPANY_CODES[carrier as CarrierId] ?? COMPANY_CODES.other,
      });
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'already-done') throw error;
      const numbers = await shipped();
      if (!numbers.includes(trackingNumber)) throw new ChannelError('refused', { ...error.details, found: numbers.join(' ') });
    }
  }

  async #trackingNumbers(tid: string): Promise<string[]> {
    const { body } = await this.#call('detail', 'taobao.trade.fullinfo.get', { tid, fields: 'tid,status,orders' });
    return list(fields(fields(body.trade).orders).order)
      .map((row) => text(fields(row).invoice_no))
      .filter((number) => number !== '');
  }

  /** Setting the same memo again changes nothing, so it needs no reading back. */
  async memo({ channelOrderId, memo, flag }: MemoRequest): Promise<void> {
    await this.#call('write', 'taobao.trade.memo.update', {
      tid: channelOrderId,
      memo,
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
      return {
        method: 'POST',
        url: addressOf(endpoint, manifest.origin, '/router/rest'),
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
        body: new URLSearchParams(signed).toString(),
      };
    });
    const answer = fields(value);
    if ('error_response' in answer) throw errorOf(answer.error_response, { group, app, permission: method, response });
    const wrapper = `${method.replace(/^taobao\./, '').replaceAll('.', '_')}_response`;
    if (!(wrapper in answer)) throw new ChannelError('bad-answer', { detail: wrapper });
    return { body: fields(answer[wrapper]), response };
  }
}

function pageOf(mark: PageMark | null): Record<string, string> {
  const page = mark !== null && 'page' in mark ? mark.page : 1;
  return { page_no: String(page), page_size: String(PAGE_SIZE), use_has_next: 'false' };
}

function tradesOf(body: Fields): Fields[] {
  return list(fields(body.trades).trade).map(fields);
}

function totalOf(body: Fields): number {
  if (text(body.total_results) === '') throw new ChannelError('bad-answer', { detail: 'total_results' });
  return count(body.total_results);
}

function toPush(message: Fields): PushMessage {
  return { deliveryId: `tmc:${text(message.id)}`, topic: text(message.topic), body: Buffer.from(JSON.stringify(message), 'utf8') };
}
