import { DAY, SECOND } from '#shared/time.ts';
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
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, jsonPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, seconds, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { grantOf, refreshTokenOf } from '../kit/grants.ts';
import { exactId } from '../kit/ids.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { fullEntry, pageOf, totalOf } from '../kit/pages.ts';
import { carrierCode, shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { errorOf, SUCCESS } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './sign.ts';

const PAGE_SIZE = 100;
/** `order_status` of an order that is on its way whole. */
const SHIPPED = '3';

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
      ...pageParams(mark),
    });
    const rows = list(data.shop_order_list).map(fields);
    return { entries: rows.map((row) => fullEntry('order', text(row.order_id), seconds(row.update_time), row)), ...counted(data) };
  }

  async #afterSales(window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { data } = await this.#call('list', '/afterSale/List', {
      update_start_time: Math.floor(window.from / SECOND),
      update_end_time: Math.ceil(window.to / SECOND),
      order_by: ['update_time asc'],
      ...pageParams(mark),
    });
    const rows = list(data.items ?? data.aftersale_list).map(fields);
    return {
      entries: rows.map((row) => {
        const info = fields(row.aftersale_info ?? row.after_sale_info ?? row);
        const id = text(info.aftersale_id ?? info.after_sale_id);
        return fullEntry('refund', id, seconds(info.update_time) ?? time(info.update_time), row);
      }),
      ...counted(data),
    };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { response } =
        kind === 'order'
          ? await this.#call('detail', '/order/orderDetail', { shop_order_id: id })
          : await this.#call('detail', '/afterSale/Detail', { after_sale_id: id });
      return { payload: { topic: kind, body: response.body }, sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { data } = await this.#call('list', '/order/searchList', {
      create_time_start: Math.floor(day.from / SECOND),
      create_time_end: Math.ceil(day.to / SECOND) - 1,
      order_by: 'create_time',
      order_asc: true,
      ...pageParams(mark),
    });
    return { ids: list(data.shop_order_list).map((row) => text(fields(row).order_id)), ...counted(data) };
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
    return this.#token('/token/refresh', { grant_type: 'refresh_token', refresh_token: refreshTokenOf(this.#access, grant) });
  }

  async #token(path: string, params: Record<string, unknown>): Promise<TokenGrant> {
    const { data, response } = await this.#call('token', path, params);
    return grantOf(data, response.sentAt, { refreshExpiresAt: response.sentAt + 14 * DAY, identity: optional(data.shop_id) });
  }

  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const params = { order_id: channelOrderId, company_code: carrierCode(codeOf, carrier), logistics_code: trackingNumber };
    await shipOnce(
      request,
      () => this.#parcels(channelOrderId),
      () => this.#call('write', this.#option('shipPath'), params),
    );
  }

  async #parcels(orderId: string): Promise<Parcels> {
    const order = await this.#order(orderId);
    const numbers = list(order.logistics_info).map((parcel) => text(fields(parcel).tracking_no));
    return { numbers, complete: text(order.order_status) === SHIPPED };
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
      ...(skuId === null ? { code: sku } : { sku_id: exactId(skuId) }),
      product_id: exactId(itemId),
    });
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
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
      return jsonPost(addressOf(endpoint, manifest.origin, `${path}?${query.toString()}`), paramJson);
    });
    const answer = fields(value);
    if (answer.code === undefined) throw new ChannelError('bad-answer', { detail: method });
    if (text(answer.code) !== SUCCESS) throw errorOf(answer, { group, app: appKey, permission: method, response });
    return { data: fields(answer.data), response };
  }
}

/** Pages count from 0. */
function pageParams(mark: PageMark | null): { page: number; size: number } {
  return { page: pageOf(mark, 0), size: PAGE_SIZE };
}

function counted(data: Fields): { total: number; next: null } {
  return { total: totalOf(data.total, 'total'), next: null };
}
