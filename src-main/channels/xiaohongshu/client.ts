import { SECOND } from '#shared/time.ts';
import type { ChannelAccess, ChannelClient, DayPage, Fetched, OrderPage, PageMark, ShopIdentity, Window } from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, jsonPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { bareEntry, fullEntry, pageOf, payloadOf, stated, totalOf } from '../kit/pages.ts';
import { errorOf } from './answers.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './sign.ts';

const PATH = '/ark/open_api/v3/common_controller';
const VERSION = '2.0';
const PAGE_SIZE = 100;
/** `timeType` of a list window. */
const CREATED = 1;
const UPDATED = 2;

/** Calls of one Xiaohongshu shop: one address for all, the method in the body. */
export class XiaohongshuClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** The list is asked in whole seconds and answers in ms: the window is widened to whole seconds on both sides. */
  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope !== 'orders') throw new ChannelError('unsupported');
    const { rows, total } = await this.#list(UPDATED, window, mark);
    const entries = rows.map((order) => {
      const [id, updatedAt] = [text(order.orderId) || text(order.packageId), millis(order.updateTime)];
      // The list may carry the lines (?): then it is the whole order.
      return list(order.skuList).length === 0 ? bareEntry('order', id, updatedAt) : fullEntry('order', id, updatedAt, order);
    });
    return { entries, total, next: null };
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { rows, total } = await this.#list(CREATED, { from: day.from, to: day.to - SECOND }, mark);
    return { ids: rows.map((order) => text(order.orderId) || text(order.packageId)), total, next: null };
  }

  async #list(timeType: number, window: Window, mark: PageMark | null): Promise<{ rows: Fields[]; total: number }> {
    const { data } = await this.#call('list', 'order.getOrderList', {
      startTime: Math.floor(window.from / SECOND),
      endTime: Math.ceil(window.to / SECOND),
      timeType,
      pageNo: pageOf(mark, 1),
      pageSize: PAGE_SIZE,
    });
    return { rows: list(data.orderList ?? data.packageList).map(fields), total: totalOf(data.total, 'total') };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    return eachDetail(this.#access, ids, async (orderId) => {
      const { data, response } = await this.#call('detail', this.#option('detailMethod'), { orderId });
      const order = fields(data.orderDetail ?? data);
      stated(order.orderId, 'orderId');
      return { payload: payloadOf('order', order), sentAt: response.sentAt };
    });
  }

  /** No call is known that names the shop (?). Until one is set, the application is all that can be told apart. */
  async identify(): Promise<ShopIdentity> {
    const method = this.#option('identityMethod');
    if (method === '') return { identity: this.#access.keys.fields.appId ?? '', name: null };
    const { data } = await this.#call('detail', method, {});
    const identity = stated(text(data.sellerId) || data.shopId, 'sellerId');
    return { identity, name: optional(data.sellerName) ?? optional(data.shopName) };
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
  }

  async #call(
    group: CallGroup,
    method: string,
    params: Record<string, string | number>,
  ): Promise<{ data: Fields; response: HttpResponse }> {
    const { endpoint, keys, now } = this.#access;
    const appId = keys.fields.appId ?? '';
    const { value, response } = await callJson(this.#access, group, async () => {
      const accessToken = await this.#access.token();
      const signed = { method, appId, timestamp: String(Math.floor(now() / SECOND)), version: VERSION };
      const sign = signRequest(signed, keys.fields.secret ?? '');
      return jsonPost(addressOf(endpoint, manifest.origin, PATH), writeJson({ ...signed, sign, accessToken, ...params }));
    });
    const answer = fields(value);
    if (text(answer.success) === 'false') throw errorOf(answer, { group, app: appId, permission: method, response });
    if (!('data' in answer)) throw new ChannelError('bad-answer', { detail: 'data' });
    return { data: fields(answer.data), response };
  }
}
