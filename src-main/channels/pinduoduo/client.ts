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
  PageMark,
  ShipRequest,
  ShopIdentity,
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError, hasCode } from '../errors.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, formPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import type { Detail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { grantOf, refreshTokenOf } from '../kit/grants.ts';
import { optionText } from '../kit/options.ts';
import { bareEntry, fullEntry, pageOf, payloadOf, stated, totalOf } from '../kit/pages.ts';
import { shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
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
    const rows = rowsOf(body, 'order_sn_list');
    return { entries: rows.map((row) => bareEntry('order', text(row.order_sn), time(row.updated_at))), ...counted(body) };
  }

  async #changedRefunds(window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { body } = await this.#call('list', 'pdd.refund.list.increment.get', {
      ...changedIn(window, mark),
      after_sales_status: '1',
      after_sales_type: '1',
    });
    const entries = rowsOf(body, 'refund_list').map((row) =>
      fullEntry('refund', text(row.id) || text(row.refund_id), time(row.updated_time) ?? time(row.updated_at), row),
    );
    return { entries, ...counted(body) };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, (id) => (kind === 'order' ? this.#order(id) : this.#refund(id)));
  }

  async #order(id: string): Promise<Detail> {
    const { body, response } = await this.#call('detail', 'pdd.order.information.get', { order_sn: id });
    stated(fields(body.order_info).order_sn, 'order_info');
    return { payload: { topic: 'order', body: response.body }, sentAt: response.sentAt };
  }

  async #refund(id: string): Promise<Detail> {
    const { body, response } = await this.#call('detail', 'pdd.refund.information.get', { after_sales_id: id });
    const row = fields(body.refund_info ?? body);
    stated(row.order_sn, 'refund');
    return { payload: payloadOf('refund', row), sentAt: response.sentAt };
  }

  /** By the time of the deal: orders nobody paid are not in this list. */
  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { body } = await this.#call('list', 'pdd.order.list.get', {
      start_confirm_at: String(Math.floor(day.from / SECOND)),
      end_confirm_at: String(Math.floor(day.to / SECOND) - 1),
      order_status: ALL,
      refund_status: ALL,
      ...pageParams(mark),
      use_has_next: 'false',
    });
    return { ids: rowsOf(body, 'order_list').map((row) => text(row.order_sn)), ...counted(body) };
  }

  async identify(): Promise<ShopIdentity> {
    const { body } = await this.#call('detail', 'pdd.mall.info.get', {});
    const identity = stated(text(body.mall_id) || body.owner_id, 'mall_id');
    return { identity, name: optional(body.mall_name) ?? optional(body.owner_name) };
  }

  async exchange(code: string): Promise<TokenGrant> {
    return this.#grant('pdd.pop.auth.token.create', { code });
  }

  async refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    try {
      return await this.#grant('pdd.pop.auth.token.refresh', { refresh_token: refreshTokenOf(this.#access, grant) });
    } catch (error) {
      // A refused renewal cannot be renewed: an administrator has to authorise again.
      if (hasCode(error, 'token-expired')) throw new ChannelError('token-revoked', error.details);
      throw error;
    }
  }

  async #grant(method: string, params: Record<string, string>): Promise<TokenGrant> {
    const { body, response } = await this.#call('token', method, params);
    return grantOf(body, response.sentAt, { identity: optional(body.owner_id) });
  }

  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const params = {
      order_sn: channelOrderId,
      logistics_id: LOGISTICS_IDS[carrier as CarrierId] ?? LOGISTICS_IDS.other,
      tracking_number: trackingNumber,
    };
    await shipOnce(
      request,
      () => this.#parcels(channelOrderId),
      () => this.#call('write', this.#option('shipMethod'), params),
    );
  }

  async #parcels(orderSn: string): Promise<Parcels> {
    const { body } = await this.#call('detail', 'pdd.order.information.get', { order_sn: orderSn });
    return { numbers: [text(fields(body.order_info).tracking_number)], complete: false };
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
      return formPost(addressOf(endpoint, manifest.origin, '/api/router'), signed);
    });
    const answer = fields(value);
    if ('error_response' in answer) throw errorOf(answer.error_response, { group, app, permission: method, response });
    const wrapper = Object.keys(answer).find((key) => key.endsWith('_response'));
    if (wrapper === undefined) throw new ChannelError('bad-answer', { detail: method });
    return { body: fields(answer[wrapper]), response };
  }
}

function pageParams(mark: PageMark | null): Record<string, string> {
  return { page: String(pageOf(mark, 1)), page_size: String(PAGE_SIZE) };
}

function changedIn(window: Window, mark: PageMark | null): Record<string, string> {
  return {
    start_updated_at: String(Math.floor(window.from / SECOND)),
    end_updated_at: String(Math.floor(window.to / SECOND)),
    ...pageParams(mark),
  };
}

/** Rows may be whole orders or bare order numbers. */
function rowsOf(body: Fields, name: string): Fields[] {
  return list(body[name]).map((row) => (typeof row === 'string' ? { order_sn: row } : fields(row)));
}

function counted(body: Fields): { total: number; next: null } {
  return { total: totalOf(body.total_count, 'total_count'), next: null };
}
