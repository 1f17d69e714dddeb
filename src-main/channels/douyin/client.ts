import { DAY, SECOND } from '#shared/time.ts';
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
  StockRequest,
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { count, fields, list, optional, seconds, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { errorOf, SUCCESS } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './sign.ts';

const PAGE_SIZE = 100;

export function connect(access: ChannelAccess): ChannelClient {
  return new DouyinClient(access);
}

/** Calls of one Douyin shop. */
class DouyinClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope === 'refunds') return this.#afterSales(window, mark);
    const { data } = await this.#call('list', '/order/searchList', {
      update_time_start: Math.floor(window.from / SECOND),
      update_time_end: Math.ceil(window.to / SECOND),
      order_by: 'update_time',
      order_asc: true,
      ...pageOf(mark),
    });
    const rows = list(data.shop_order_list).map(fields);
    return { entries: rows.map((row) => entryOf('order', text(row.order_id), seconds(row.update_time), row)), ...totalOf(data) };
  }

  async #afterSales(window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { data } = await this.#call('list', '/afterSale/List', {
      update_start_time: Math.floor(window.from / SECOND),
      update_end_time: Math.ceil(window.to / SECOND),
      order_by: ['update_time asc'],
      ...pageOf(mark),
    });
    const rows = list(data.items ?? data.aftersale_list).map(fields);
    return {
      entries: rows.map((row) => {
        const info = fields(row.aftersale_info ?? row.after_sale_info ?? row);
        const id = text(info.aftersale_id ?? info.after_sale_id);
        return entryOf('refund', id, seconds(info.update_time) ?? time(info.update_time), row);
      }),
      ...totalOf(data),
    };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await this.#detail(kind, id));
    return fetched;
  }

  async #detail(kind: 'order' | 'refund', id: string): Promise<Fetched> {
    const path = kind === 'order' ? '/order/orderDetail' : '/afterSale/Detail';
    try {
      const { response } = await this.#call('detail', path, kind === 'order' ? { shop_order_id: id } : { after_sale_id: id });
      return { id, payload: { topic: kind, body: response.body }, observedAt: response.sentAt };
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now() };
    }
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { data } = await this.#call('list', '/order/searchList', {
      create_time_start: Math.floor(day.from / SECOND),
      create_time_end: Math.ceil(day.to / SECOND) - 1,
      order_by: 'create_time',
      order_asc: true,
      ...pageOf(mark),
    });
    return { ids: list(data.shop_order_list).map((row) => text(fields(row).order_id)), ...totalOf(data) };
  }

  /** No call names the shop of a token; every order does. A shop that never sold anything stays unnamed. */
  async identify(): Promise<ShopIdentity> {
    const now = Math.floor(this.#access.now() / SECOND);
    const { data } = await this.#call('list', '/order/searchList', {
      update_time_start: now - (90 * DAY) / SECOND,
      update_time_end: now,
      order_by: 'update_time',
      order_asc: false,
      page: 0,
      size: 1,
    });
    const newest = fields(list(data.shop_order_list)[0]);
    return { identity: text(newest.shop_id), name: optional(newest.shop_name) };
  }

  exchange(code: string): Promise<TokenGrant> {
    return this.#token('/token/create', { code, grant_type: 'authorization_code' });
  }

  /** Both tokens are replaced by every renewal. */
  refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    const refreshToken = grant?.refreshToken ?? this.#access.keys.fields.refresh_token;
    if (refreshToken === undefined) throw new ChannelError('token-revoked', { fields: 'refresh_token' });
    return this.#token('/token/refresh', { grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  async #token(path: string, params: Record<string, unknown>): Promise<TokenGrant> {
    const { data, response } = await this.#call('token', path, params);
    const accessToken = text(data.access_token);
    if (accessToken === '') throw new ChannelError('bad-answer', { detail: 'access_token' });
    const life = count(data.expires_in);
    return {
      accessToken,
      refreshToken: optional(data.refresh_token),
      expiresAt: life > 0 ? response.sentAt + life * SECOND : null,
      refreshExpiresAt: response.sentAt + 14 * DAY,
      identity: optional(data.shop_id),
    };
  }

  async ship({ channelOrderId, trackingNumber, carrier, attempt }: ShipRequest): Promise<void> {
    const code = codeOf(carrier);
    if (code === null) throw new ChannelError('unsupported', { detail: carrier });
    if (attempt > 1 && (await this.#isShippedWith(channelOrderId, trackingNumber))) return;
    try {
      await this.#call('write', this.#option('shipPath'), {
        order_id: channelOrderId,
        company_code: code,
        logistics_code: trackingNumber,
      });
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'already-done') throw error;
      if (!(await this.#isShippedWith(channelOrderId, trackingNumber))) throw new ChannelError('refused', error.details);
    }
  }

  /** True when the order carries this number already; another number there is for a person to judge. */
  async #isShippedWith(orderId: string, trackingNumber: string): Promise<boolean> {
    const order = await this.#order(orderId);
    const numbers = list(order.logistics_info).map((parcel) => text(fields(parcel).tracking_no));
    if (numbers.includes(trackingNumber)) return true;
    const found = numbers.filter((number) => number !== '').join(' ');
    if (found !== '' && text(order.order_status) === '3') throw new ChannelError('refused', { platformMessage: found, found });
    return false;
  }

  async #order(orderId: string): Promise<Fields> {
    const { data } = await this.#call('detail', '/order/orderDetail', { shop_order_id: orderId });
    return fields(data.shop_order_detail ?? data);
  }

  /** Sets memo and stars; the same again changes nothing. */
  async memo({ channelOrderId, memo, flag, attempt }: MemoRequest): Promise<void> {
    if (attempt > 1 && text((await this.#order(channelOrderId)).seller_words) === memo && flag === null) return;
    await this.#call('write', this.#option('memoPath'), {
      order_id: channelOrderId,
      remark: memo,
      ...(flag === null ? {} : { is_add_star: 'true', star: String(flag) }),
    });
  }

  /** An absolute level (`incremental` false): repeating it is harmless. */
  async setStock({ sku, itemId, skuId, available }: StockRequest): Promise<void> {
    await this.#call('write', '/sku/syncStock', {
      incremental: false,
      stock_num: Math.max(0, Math.trunc(available)),
      ...(skuId === null ? { code: sku } : { sku_id: exact(skuId) }),
      product_id: exact(itemId),
    });
  }

  #option(name: string): string {
    return String(this.#access.options[name] ?? manifest.options.find((option) => option.name === name)?.default ?? '');
  }

  async #call(group: CallGroup, path: string, params: Record<string, unknown>): Promise<{ data: Fields; response: HttpResponse }> {
    const { endpoint, keys, now } = this.#access;
    const { app_key: appKey = '', secret = '' } = keys.fields;
    const method = path.slice(1).replaceAll('/', '.');
    const { value, response } = await callJson(this.#access, group, async () => {
      const timestamp = Math.floor(now() / SECOND);
      // The bytes that are signed are the bytes that are sent.
      const paramJson = writeJson(params, { sortKeys: true });
      const query = new URLSearchParams({
        app_key: appKey,
        method,
        access_token: group === 'token' ? '' : await this.#access.token(),
        timestamp: String(timestamp),
        v: '2',
        sign_method: 'hmac-sha256',
        sign: signRequest({ appKey, method, paramJson, timestamp }, secret),
      });
      return {
        method: 'POST',
        url: addressOf(endpoint, manifest.origin, `${path}?${query.toString()}`),
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body: paramJson,
      };
    });
    const answer = fields(value);
    if (answer.code === undefined) throw new ChannelError('bad-answer', { detail: method });
    if (text(answer.code) !== SUCCESS) throw errorOf(answer, response, group, { app: appKey, permission: method });
    return { data: fields(answer.data), response };
  }
}

/** Pages count from 0. */
function pageOf(mark: PageMark | null): { page: number; size: number } {
  return { page: mark !== null && 'page' in mark ? mark.page : 0, size: PAGE_SIZE };
}

/** An answer without its total cannot be read from the last page back. */
function totalOf(data: Fields): { total: number; next: null } {
  if (data.total === undefined) throw new ChannelError('bad-answer', { detail: 'total' });
  return { total: count(data.total), next: null };
}

function entryOf(kind: 'order' | 'refund', id: string, updatedAt: number | null, row: Fields): PageEntry {
  return { id, kind, updatedAt, payload: { topic: kind, body: Buffer.from(writeJson(row), 'utf8') } };
}

/** A 64-bit id goes out as the bare number it is. */
function exact(id: string): bigint | string {
  return /^\d+$/.test(id) ? BigInt(id) : id;
}
