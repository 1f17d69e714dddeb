import { SECOND } from '#shared/time.ts';
import type { ChannelAccess, ChannelClient, DayPage, Fetched, OrderPage, PageMark, TokenGrant, Window } from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { grantOf, refreshTokenOf } from '../kit/grants.ts';
import { bareEntry, fullEntry, pageOf, payloadOf, stated, totalOf } from '../kit/pages.ts';
import type { CallGroup } from '../manifest.ts';
import { check } from './answers.ts';
import { AUTH_HOST, regionOf } from './regions.ts';
import { signRequest } from './sign.ts';

const PAGE = 100;
/** Orders whose lines are asked for at once. */
const ITEMS_OF = 50;

/** ISO 8601 with the offset Lazada's samples use; the `+` is encoded with the rest of the query. */
function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}+00:00`;
}

/** Calls of one Lazada seller. Source: Lazada Open Platform, articles 108068 and 108069. */
export function connect(access: ChannelAccess): ChannelClient {
  return new LazadaClient(access);
}

interface Answer {
  data: unknown;
  value: Fields;
  sentAt: number;
}

class LazadaClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** Orders come without lines; those of a page are fetched with it. One whose lines do not come is asked for alone. */
  async changed(_scope: 'orders' | 'refunds', window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { orders, total } = await this.#list(
      { update_after: iso(window.from), update_before: iso(window.to), sort_by: 'updated_at', sort_direction: 'DESC' },
      mark,
    );
    const items = await this.#itemsOf(orders.map((order) => text(order['order_id'])));
    return {
      entries: orders.map((order) => {
        const [id, updatedAt] = [text(order['order_id']), time(order['updated_at'])];
        const own = items.get(id);
        return own ? fullEntry('order', id, updatedAt, { order, items: own }) : bareEntry('order', id, updatedAt);
      }),
      total,
      next: null,
    };
  }

  async details(_kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { data, sentAt } = await this.#call('detail', '/order/get', { order_id: id });
      const items = await this.#call('detail', '/order/items/get', { order_id: id });
      return { payload: payloadOf('order', { order: fields(data), items: list(items.data) }), sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const filters = { created_after: iso(day.from), created_before: iso(day.to - SECOND), sort_by: 'created_at', sort_direction: 'ASC' };
    const { orders, total } = await this.#list(filters, mark);
    return { ids: orders.map((order) => text(order['order_id'])), total, next: null };
  }

  async identify(): Promise<{ identity: string; name: string | null }> {
    const { data } = await this.#call('detail', '/seller/get', {});
    const seller = fields(data);
    const identity = stated(text(seller['seller_id']) || seller['short_code'], 'seller_id');
    return { identity, name: optional(seller['name']) };
  }

  async exchange(code: string): Promise<TokenGrant> {
    return this.#token('/auth/token/create', { code });
  }

  async refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    return this.#token('/auth/token/refresh', { refresh_token: refreshTokenOf(this.#access, grant) });
  }

  async #list(filters: Record<string, string>, mark: PageMark | null): Promise<{ orders: Fields[]; total: number }> {
    const offset = String(pageOf(mark, 0) * PAGE);
    const { data } = await this.#call('list', '/orders/get', { ...filters, offset, limit: String(PAGE) });
    const orders = fields(data)['orders'];
    if (!Array.isArray(orders)) throw new ChannelError('bad-answer', { detail: 'orders' });
    return { orders: orders.map(fields), total: totalOf(fields(data)['countTotal'], 'countTotal') };
  }

  async #itemsOf(ids: readonly string[]): Promise<Map<string, readonly unknown[]>> {
    const items = new Map<string, readonly unknown[]>();
    for (let start = 0; start < ids.length; start += ITEMS_OF) {
      const { data } = await this.#call('detail', '/orders/items/get', { order_ids: `[${ids.slice(start, start + ITEMS_OF).join(',')}]` });
      for (const entry of list(data).map(fields)) items.set(text(entry['order_id']), list(entry['order_items']));
    }
    return items;
  }

  async #token(path: string, params: Record<string, string>): Promise<TokenGrant> {
    const { value, sentAt } = await this.#call('token', path, params, AUTH_HOST);
    const [seller] = list(value['country_user_info']).map(fields);
    return grantOf(value, sentAt, { identity: optional(seller?.['seller_id']) });
  }

  async #call(group: CallGroup, path: string, own: Record<string, string>, host?: string): Promise<Answer> {
    const { keys, endpoint, now } = this.#access;
    const origin = host ?? regionOf(this.#access.options['region']).host;
    const { value, response } = await callJson(this.#access, group, async () => {
      const params: Record<string, string> = {
        ...own,
        app_key: keys.fields['app_key'] ?? '',
        timestamp: String(now()),
        sign_method: 'sha256',
        ...(group !== 'token' && { access_token: await this.#access.token() }),
      };
      const sign = signRequest(path, params, keys.fields['secret'] ?? keys.secrets[0] ?? '');
      return {
        method: 'GET',
        url: `${addressOf(endpoint, origin, `/rest${path}`)}?${new URLSearchParams({ ...params, sign }).toString()}`,
        headers: {},
      };
    });
    check(value, path, response.date === null ? null : response.sentAt - response.date);
    return { data: fields(value)['data'], value: fields(value), sentAt: response.sentAt };
  }
}
