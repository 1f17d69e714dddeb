import { SECOND } from '#shared/time.ts';
import type { ChannelAccess, ChannelClient, DayPage, Fetched, OrderPage, PageMark, ShopIdentity, Window } from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { count, fields, list, millis, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
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
    const entries = rows.map((order) => ({
      id: text(order.orderId),
      kind: 'order' as const,
      updatedAt: millis(order.updateTime),
      // The list may carry the lines (?): then it is the whole order.
      payload: list(order.skuList).length === 0 ? null : { topic: 'order', body: Buffer.from(writeJson(order), 'utf8') },
    }));
    return { entries, total, next: null };
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { rows, total } = await this.#list(CREATED, { from: day.from, to: day.to - SECOND }, mark);
    return { ids: rows.map((order) => text(order.orderId)), total, next: null };
  }

  async #list(timeType: number, window: Window, mark: PageMark | null): Promise<{ rows: Fields[]; total: number }> {
    const { data } = await this.#call('list', 'order.getOrderList', {
      startTime: Math.floor(window.from / SECOND),
      endTime: Math.ceil(window.to / SECOND),
      timeType,
      pageNo: mark !== null && 'page' in mark ? mark.page : 1,
      pageSize: PAGE_SIZE,
    });
    if (text(data.total) === '') throw new ChannelError('bad-answer', { detail: 'total' });
    return { rows: list(data.orderList ?? data.packageList).map(fields), total: count(data.total) };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await this.#detail(id));
    return fetched;
  }

  async #detail(id: string): Promise<Fetched> {
    try {
      const { data, response } = await this.#call('detail', this.#option('detailMethod'), { orderId: id });
      const order = fields(data.orderDetail ?? data);
      if (text(order.orderId) === '') throw new ChannelError('bad-answer', { detail: 'orderId' });
      return { id, payload: { topic: 'order', body: Buffer.from(writeJson(order), 'utf8') }, observedAt: response.sentAt };
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now() };
    }
  }

  /** No call is known that names the shop (?). Until one is set, the application is all that can be told apart. */
  async identify(): Promise<ShopIdentity> {
    const method = this.#option('identityMethod');
    if (method === '') return { identity: this.#access.keys.fields.appId ?? '', name: null };
    const { data } = await this.#call('detail', method, {});
    const identity = text(data.sellerId) || text(data.shopId);
    if (identity === '') throw new ChannelError('bad-answer', { detail: 'sellerId' });
    return { identity, name: text(data.sellerName) || text(data.shopName) || null };
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
      return {
        method: 'POST',
        url: addressOf(endpoint, manifest.origin, PATH),
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body: writeJson({ ...signed, sign: signRequest(signed, keys.fields.secret ?? ''), accessToken, ...params }),
      };
    });
    const answer = fields(value);
    if (text(answer.success) === 'false') throw errorOf(answer, { group, app: appId, permission: method, response });
    if (!('data' in answer)) throw new ChannelError('bad-answer', { detail: 'data' });
    return { data: fields(answer.data), response };
  }
}
