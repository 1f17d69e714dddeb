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
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, formPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { count, fields, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { grantOf, refreshTokenOf } from '../kit/grants.ts';
import { exactId } from '../kit/ids.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { cursorOf, fullEntry, stated } from '../kit/pages.ts';
import { carrierCode, shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { errorOf, SUCCESS } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './sign.ts';
import type { SignMethod } from './sign.ts';

const ORDER_DETAIL = 'open.order.detail';
const ORDERS_AT_ONCE = 50;
const REFUNDS_AT_ONCE = 100;
/** What the platform gives instead of a cursor when there is nothing more. */
const END = 'nomore';
const BY = { created: 1, updated: 2 } as const;

export function connect(access: ChannelAccess): ChannelClient {
  return new KuaishouClient(access);
}

/** Calls of one Kuaishou shop. */
class KuaishouClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope === 'refunds') return this.#refunds(window, mark);
    const { rows, next } = await this.#orders(BY.updated, window, mark, ORDERS_AT_ONCE);
    const entries = rows.map((row) => {
      const base = fields(row.orderBaseInfo);
      return fullEntry('order', text(base.oid), millis(base.updateTime), row);
    });
    return { entries, total: null, next };
  }

  /** All states at once: lists filtered by state time out on large shops. */
  async #orders(
    queryType: 1 | 2,
    window: Window,
    mark: PageMark | null,
    pageSize: number,
  ): Promise<{ rows: Fields[]; next: string | null }> {
    const { data } = await this.#call('list', 'open.order.cursor.list', {
      orderViewStatus: 1,
      pageSize,
      sort: 2,
      queryType,
      beginTime: Math.floor(window.from),
      endTime: Math.ceil(window.to),
      cpsType: 0,
      cursor: cursorOf(mark),
    });
    return { rows: list(data.orderList).map(fields), next: nextOf(data.cursor) };
  }

  async #refunds(window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { data } = await this.#call('list', 'open.seller.order.refund.pcursor.list', {
      type: 9,
      pageSize: REFUNDS_AT_ONCE,
      sort: 2,
      queryType: BY.updated,
      beginTime: Math.floor(window.from),
      endTime: Math.ceil(window.to),
      pcursor: cursorOf(mark),
    });
    const rows = list(data.refundOrderInfoList ?? data.refundList).map(fields);
    return {
      entries: rows.map((row) => fullEntry('refund', text(row.refundId), millis(row.updateTime), row)),
      total: null,
      next: nextOf(data.pcursor),
    };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { response } =
        kind === 'order'
          ? await this.#call('detail', ORDER_DETAIL, { oid: exactId(id) })
          : await this.#call('detail', 'open.seller.order.refund.detail', { refundId: exactId(id) });
      return { payload: { topic: kind, body: response.body }, sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { rows, next } = await this.#orders(BY.created, { from: day.from, to: day.to - 1 }, mark, ORDERS_AT_ONCE);
    return { ids: rows.map((row) => text(fields(row.orderBaseInfo).oid)), total: null, next };
  }

  async identify(): Promise<ShopIdentity> {
    const { data } = await this.#call('detail', 'open.user.seller.get', {});
    const identity = stated(text(data.sellerId) || data.openId, 'sellerId');
    return { identity, name: optional(data.name) ?? optional(data.sellerNick) };
  }

  async exchange(code: string): Promise<TokenGrant> {
    const query = new URLSearchParams({ ...this.#app(), grant_type: 'code', code });
    return this.#grant({ method: 'GET', url: this.#address(`/oauth2/access_token?${query.toString()}`), headers: {} });
  }

  async refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    const params = { ...this.#app(), grant_type: 'refresh_token', refresh_token: refreshTokenOf(this.#access, grant) };
    return this.#grant(formPost(this.#address('/oauth2/refresh_token'), params));
  }

  #app(): { app_id: string; app_secret: string } {
    const { app_key: id = '', app_secret: secret = '' } = this.#access.keys.fields;
    return { app_id: id, app_secret: secret };
  }

  async #grant(request: HttpRequest): Promise<TokenGrant> {
    const { value, response } = await callJson(this.#access, 'token', () => request);
    const answer = fields(value);
    this.#check(answer, response, 'token', 'oauth2');
    return grantOf(answer, response.sentAt);
  }

  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const expressCode = count(carrierCode(codeOf, carrier));
    await shipOnce(
      request,
      () => this.#parcels(channelOrderId),
      () => this.#call('write', this.#option('shipMethod'), { orderId: exactId(channelOrderId), expressNo: trackingNumber, expressCode }),
    );
  }

  async #parcels(oid: string): Promise<Parcels> {
    const { data } = await this.#call('detail', ORDER_DETAIL, { oid: exactId(oid) });
    const told = data.orderLogisticsInfo;
    const numbers = (Array.isArray(told) ? told : [told]).map((parcel) => text(fields(parcel).expressNo));
    return { numbers, complete: true };
  }

  /** Notes pile up on the platform, so a second attempt looks first whether the first one arrived. */
  async memo({ channelOrderId, memo, flag, attempt }: MemoRequest): Promise<void> {
    if (attempt > 1) {
      const { data } = await this.#call('detail', ORDER_DETAIL, { oid: exactId(channelOrderId) });
      if (list(fields(data.orderNote).orderNoteInfo).some((note) => text(fields(note).note) === memo)) return;
    }
    await this.#call('write', this.#option('memoMethod'), {
      orderId: exactId(channelOrderId),
      note: memo,
      ...(flag === null ? {} : { flag }),
    });
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
  }

  #address(path: string): string {
    return addressOf(this.#access.endpoint, manifest.origin, path);
  }

  #check(answer: Fields, response: HttpResponse, group: CallGroup, permission: string): void {
    if (answer.result === undefined) throw new ChannelError('bad-answer', { detail: permission });
    if (text(answer.result) === SUCCESS) return;
    throw errorOf(answer, { group, app: this.#access.keys.fields.app_key ?? '', permission, response });
  }

  /** Reads go by GET, writes by form POST; what is signed is the raw text, what is sent is URL-encoded. */
  async #call(group: CallGroup, method: string, params: Record<string, unknown>): Promise<{ data: Fields; response: HttpResponse }> {
    const { keys, now } = this.#access;
    const { value, response } = await callJson(this.#access, group, async (): Promise<HttpRequest> => {
      const signed = {
        accessToken: await this.#access.token(),
        appkey: keys.fields.app_key ?? '',
        method,
        param: writeJson(params, { sortKeys: true }),
        signMethod: this.#option('signMethod') as SignMethod,
        timestamp: now(),
      };
      const { accessToken, timestamp, ...rest } = signed;
      const sign = signRequest(signed, keys.fields.signSecret ?? '');
      const sent = { ...rest, access_token: accessToken, timestamp: String(timestamp), version: '1', sign };
      const address = this.#address(`/${method.replaceAll('.', '/')}`);
      if (group !== 'write') return { method: 'GET', url: `${address}?${new URLSearchParams(sent).toString()}`, headers: {} };
      return formPost(address, sent);
    });
    const answer = fields(value);
    this.#check(answer, response, group, method);
    return { data: fields(answer.data), response };
  }
}

function nextOf(cursor: unknown): string | null {
  const next = text(cursor);
  return next === '' || next === END ? null : next;
}
