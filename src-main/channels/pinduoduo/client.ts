import type { CarrierId } from '#shared/carriers.ts';
import { SECOND } from '#shared/time.ts';
import type { PushMessage } from '../channel.ts';
import type {
  ChannelAccess,
  ChannelClient,
  DayPage,
  Fetched,
  MemoRequest,
  OrderPage,
  PageEntry,
  PageMark,
  ShipRequest,
  ShopIdentity,
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { count, fields, list, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { errorOf } from './answers.ts';
import { LOGISTICS_IDS } from './carriers.ts';
import { manifest } from './manifest.ts';
import { listenPmc } from './pmc.ts';
import { signRequest, socketPath } from './sign.ts';

const PAGE_SIZE = 100;
const SOCKET_ORIGIN = 'https://message-api.pinduoduo.com';
/** Value of a status filter that means all. */
const ALL = '5';
const TOPICS = [
  'pdd_trade_TradeConfirmed',
  'pdd_trade_TradeSellerShip',
  'pdd_trade_TradeSuccess',
  'pdd_trade_TradeLogisticsAddressChanged',
  'pdd_refund_RefundCreated',
  'pdd_refund_RefundAgreeAgreement',
  'pdd_refund_RefundClosed',
];

interface Answer {
  body: Fields;
  response: HttpResponse;
}

/** Calls of one Pinduoduo shop. */
export class PinduoduoClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    return scope === 'orders' ? this.#changedOrders(window, mark) : this.#changedRefunds(window, mark);
  }

  async #changedOrders(window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { body } = await this.#call('list', 'pdd.order.number.list.increment.get', {
      ...changedIn(window, mark),
      order_status: ALL,
      refund_status: ALL,
      is_lucky_flag: '0',
      use_has_next: 'false',
    });
    const entries = rowsOf(body, 'order_sn_list').map((row): PageEntry => ({
      id: text(row.order_sn),
      kind: 'order',
      updatedAt: time(row.updated_at),
      payload: null,
    }));
    return { entries, total: totalOf(body), next: null };
  }

  async #changedRefunds(window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { body } = await this.#call('list', 'pdd.refund.list.increment.get', {
      ...changedIn(window, mark),
      after_sales_status: '1',
      after_sales_type: '1',
    });
    const entries = rowsOf(body, 'refund_list').map((row): PageEntry => ({
      id: text(row.id) || text(row.refund_id),
      kind: 'refund',
      updatedAt: time(row.updated_time) ?? time(row.updated_at),
      payload: { topic: 'refund', body: Buffer.from(writeJson(row), 'utf8') },
    }));
    return { entries, total: totalOf(body), next: null };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await (kind === 'order' ? this.#order(id) : this.#refund(id)));
    return fetched;
  }

  #order(id: string): Promise<Fetched> {
    return this.#found(id, async () => {
      const { body, response } = await this.#call('detail', 'pdd.order.information.get', { order_sn: id });
      if (text(fields(body.order_info).order_sn) === '') throw new ChannelError('bad-answer', { detail: 'order_info' });
      return { id, payload: { topic: 'order', body: response.body }, observedAt: response.sentAt };
    });
  }

  #refund(id: string): Promise<Fetched> {
    return this.#found(id, async () => {
      const { body, response } = await this.#call('detail', 'pdd.refund.information.get', { after_sales_id: id });
      const row = fields(body.refund_info ?? body);
      if (text(row.order_sn) === '') throw new ChannelError('bad-answer', { detail: 'refund' });
      return { id, payload: { topic: 'refund', body: Buffer.from(writeJson(row), 'utf8') }, observedAt: response.sentAt };
    });
  }

  async #found(id: string, ask: () => Promise<Fetched>): Promise<Fetched> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now() };
    }
  }

  /** By the time of the deal: orders nobody paid are not in this list. */
  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { body } = await this.#call('list', 'pdd.order.list.get', {
      start_confirm_at: String(Math.floor(day.from / SECOND)),
      end_confirm_at: String(Math.floor(day.to / SECOND) - 1),
      order_status: ALL,
      refund_status: ALL,
      ...pageOf(mark),
      use_has_next: 'false',
    });
    return { ids: rowsOf(body, 'order_list').map((row) => text(row.order_sn)), total: totalOf(body), next: null };
  }

  async identify(): Promise<ShopIdentity> {
    const { body } = await this.#call('detail', 'pdd.mall.info.get', {});
    const identity = text(body.mall_id) || text(body.owner_id);
    if (identity === '') throw new ChannelError('bad-answer', { detail: 'mall_id' });
    return { identity, name: text(body.mall_name) || text(body.owner_name) || null };
  }

  async exchange(code: string): Promise<TokenGrant> {
    return this.#grant('pdd.pop.auth.token.create', { code });
  }

  async refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    const token = grant?.refreshToken ?? this.#access.keys.fields.refresh_token;
    if (token === undefined) throw new ChannelError('token-revoked');
    try {
      return await this.#grant('pdd.pop.auth.token.refresh', { refresh_token: token });
    } catch (error) {
      // A refused renewal cannot be renewed: an administrator has to authorise again.
      if (error instanceof ChannelError && error.code === 'token-expired') throw new ChannelError('token-revoked', error.details);
      throw error;
    }
  }

  async #grant(method: string, params: Record<string, string>): Promise<TokenGrant> {
    const { body, response } = await this.#call('token', method, params);
    const accessToken = text(body.access_token);
    if (accessToken === '') throw new ChannelError('bad-answer', { detail: 'access_token' });
    const lasting = (value: unknown) => (text(value) === '' ? null : response.receivedAt + count(value) * SECOND);
    return {
      accessToken,
      refreshToken: text(body.refresh_token) || null,
      expiresAt: lasting(body.expires_in),
      refreshExpiresAt: lasting(body.refresh_token_expires_in),
      identity: text(body.owner_id) || null,
    };
  }

  async ship({ channelOrderId, trackingNumber, carrier, attempt }: ShipRequest): Promise<void> {
    if (attempt > 1 && (await this.#trackingNumber(channelOrderId)) === trackingNumber) return;
    try {
      await this.#call('write', this.#option('shipMethod'), {
        order_sn: channelOrderId,
        logistics_id: LOGISTICS_IDS[carrier as CarrierId] ?? LOGISTICS_IDS.other,
        tracking_number: trackingNumber,
      });
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'already-done') throw error;
      const found = await this.#trackingNumber(channelOrderId);
      if (found !== trackingNumber) throw new ChannelError('refused', { ...error.details, found });
    }
  }

  async #trackingNumber(orderSn: string): Promise<string> {
    const { body } = await this.#call('detail', 'pdd.order.information.get', { order_sn: orderSn });
    return text(fields(body.order_info).tracking_number);
  }

  /** Setting the same memo again changes nothing, so it needs no reading back. */
  async memo({ channelOrderId, memo, flag }: MemoRequest): Promise<void> {
    await this.#call('write', this.#option('memoMethod'), {
      order_sn: channelOrderId,
      note: memo,
      ...(flag === null ? {} : { tag: String(flag) }),
    });
  }

  async stream(take: (messages: readonly PushMessage[]) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { keys, options, endpoint } = this.#access;
    if (options.messages === false) return;
    await this.#call('write', 'pdd.pmc.user.permit', { topics: TOPICS.join(',') });
    const path = socketPath(keys.fields.client_id ?? '', keys.fields.secret ?? '', this.#access.now());
    await listenPmc({
      url: addressOf(endpoint, SOCKET_ORIGIN, path).replace(/^http/, 'ws'),
      take,
      wait: (ms, ended) => this.#access.wait(ms, ended),
      now: () => this.#access.now(),
      signal,
    });
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
  }

  /** Calls for a token are made without one. */
  async #call(group: CallGroup, method: string, params: Record<string, string>): Promise<Answer> {
    const { endpoint, keys } = this.#access;
    const app = keys.fields.client_id ?? '';
    const { value, response } = await callJson(this.#access, group, async () => {
      const signed: Record<string, string> = {
        type: method,
        client_id: app,
        ...(group === 'token' ? {} : { access_token: await this.#access.token() }),
        timestamp: String(Math.floor(this.#access.now() / SECOND)),
        data_type: 'JSON',
        version: 'V1',
        ...params,
      };
      signed.sign = signRequest(signed, keys.fields.secret ?? '');
      return {
        method: 'POST',
        url: addressOf(endpoint, manifest.origin, '/api/router'),
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
        body: new URLSearchParams(signed).toString(),
      };
    });
    const answer = fields(value);
    if ('error_response' in answer) throw errorOf(answer.error_response, { group, app, permission: method, response });
    const wrapper = Object.keys(answer).find((key) => key.endsWith('_response'));
    if (wrapper === undefined) throw new ChannelError('bad-answer', { detail: method });
    return { body: fields(answer[wrapper]), response };
  }
}

function pageOf(mark: PageMark | null): Record<string, string> {
  return { page: String(mark !== null && 'page' in mark ? mark.page : 1), page_size: String(PAGE_SIZE) };
}

function changedIn(window: Window, mark: PageMark | null): Record<string, string> {
  return {
    start_updated_at: String(Math.floor(window.from / SECOND)),
    end_updated_at: String(Math.floor(window.to / SECOND)),
    ...pageOf(mark),
  };
}

/** Rows may be whole orders or bare order numbers. */
function rowsOf(body: Fields, name: string): Fields[] {
  return list(body[name]).map((row) => (typeof row === 'string' ? { order_sn: row } : fields(row)));
}

function totalOf(body: Fields): number {
  if (text(body.total_count) === '') throw new ChannelError('bad-answer', { detail: 'total_count' });
  return count(body.total_count);
}
