import type { CarrierId } from '#shared/carriers.ts';
import type { ChannelAccess, ChannelClient, DayPage, Fetched, OrderPage, PageMark, ShipRequest, Window } from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, jsonPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import { exactId } from '../kit/ids.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { fullEntry, payloadOf, stated } from '../kit/pages.ts';
import { shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { check } from './answers.ts';
import { CARRIER_NAMES } from './carriers.ts';
import { manifest } from './manifest.ts';
import { withMemo } from './note.ts';
import { verifyOauthQuery } from './sign.ts';

const PAGE = 250;

/** ISO 8601 without a fraction. */
function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `page_info` of the next page from the `Link` header; null at the end. */
export function nextPage(link: string | undefined): string | null {
  for (const part of (link ?? '').split(',')) {
    const match = /<([^>]+)>\s*;\s*rel="?next"?/.exec(part);
    if (match?.[1]) return new URL(match[1], 'https://myshopify.com').searchParams.get('page_info');
  }
  return null;
}

/** Calls of one Shopify shop by its Admin API (REST). Source: shopify.dev. */
export function connect(access: ChannelAccess): ChannelClient {
  return new ShopifyClient(access);
}

class ShopifyClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  async changed(_scope: 'orders' | 'refunds', window: Window, mark: PageMark | null): Promise<OrderPage> {
    const { value, response } = await this.#orders(
      { updated_at_min: iso(window.from), updated_at_max: iso(window.to), order: 'updated_at asc' },
      mark,
    );
    const entries = list(fields(value)['orders']).map((order) => {
      const { id, updated_at: updatedAt } = fields(order);
      return fullEntry('order', text(id), time(updatedAt), order);
    });
    return { entries, total: null, next: nextPage(response.headers['link']) };
  }

  async details(_kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { value, response } = await this.#call('detail', 'GET', `/orders/${encodeURIComponent(id)}.json`);
      const { order } = fields(value);
      if (order === undefined) throw new ChannelError('bad-answer', { detail: 'order' });
      return { payload: payloadOf('order', order), sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    // The end of a day belongs to the next one; the platform's bounds are inclusive.
    const filters = { created_at_min: iso(day.from), created_at_max: iso(day.to - 1_000), fields: 'id' };
    const { value, response } = await this.#orders(filters, mark);
    return {
      ids: list(fields(value)['orders']).map((order) => text(fields(order)['id'])),
      total: null,
      next: nextPage(response.headers['link']),
    };
  }

  async identify(): Promise<{ identity: string; name: string | null }> {
    const { value } = await this.#call('detail', 'GET', '/shop.json');
    const shop = fields(fields(value)['shop']);
    const identity = stated(text(shop['myshopify_domain']) || shop['id'], 'shop');
    return { identity, name: optional(shop['name']) };
  }

  async exchange(code: string, query: string) {
    const { keys, now } = this.#access;
    if (query !== '' && !verifyOauthQuery(query.replace(/^\?/, ''), keys.secrets, now())) throw new ChannelError('auth-wrong-secret');
    const body = writeJson({ client_id: keys.fields['client_id'] ?? '', client_secret: keys.secrets[0] ?? '', code });
    const { value, response } = await callJson(this.#access, 'token', () => jsonPost(this.#url('/admin/oauth/access_token'), body));
    check(value, response, true);
    const accessToken = stated(fields(value)['access_token'], 'access_token');
    return { accessToken, refreshToken: null, expiresAt: null, refreshExpiresAt: null, identity: null };
  }

  /** Fulfils everything that can be fulfilled with one parcel. */
  async ship(request: ShipRequest): Promise<void> {
    const path = `/orders/${encodeURIComponent(request.channelOrderId)}`;
    await shipOnce(
      request,
      () => this.#parcels(path),
      () => this.#fulfil(path, request),
    );
  }

  async #fulfil(path: string, { trackingNumber, carrier }: ShipRequest): Promise<void> {
    const { value } = await this.#call('write', 'GET', `${path}/fulfillment_orders.json`);
    const open = list(fields(value)['fulfillment_orders'])
      .map(fields)
      .filter((entry) => ['open', 'in_progress'].includes(text(entry['status'])));
    if (open.length === 0) throw new ChannelError('already-done', { detail: 'fulfillment_orders' });
    await this.#call('write', 'POST', '/fulfillments.json', {
      body: {
        fulfillment: {
          line_items_by_fulfillment_order: open.map((entry) => ({ fulfillment_order_id: exactId(text(entry['id'])) })),
          tracking_info: { number: trackingNumber, company: CARRIER_NAMES[carrier as CarrierId] ?? carrier },
          notify_customer: false,
        },
      },
    });
  }

  /** The memo goes into the order's note behind the buyer's own words; written again it replaces itself. */
  async memo({ channelOrderId, memo }: { channelOrderId: string; memo: string }): Promise<void> {
    const path = `/orders/${encodeURIComponent(channelOrderId)}.json`;
    const { value } = await this.#call('write', 'GET', path);
    const note = text(fields(fields(value)['order'])['note']);
    const wanted = withMemo(note, memo);
    if (wanted === note) return;
    await this.#call('write', 'PUT', path, { body: { order: { id: exactId(channelOrderId), note: wanted } } });
  }

  async setStock({ skuId, available }: { skuId: string | null; available: number }): Promise<void> {
    const locationId = text(this.#access.options['locationId']);
    if (locationId === '' || skuId === null) throw new ChannelError('unsupported', { detail: 'locationId' });
    const { value } = await this.#call('write', 'GET', `/variants/${encodeURIComponent(skuId)}.json`);
    const item = text(fields(fields(value)['variant'])['inventory_item_id']);
    if (item === '') throw new ChannelError('bad-answer', { detail: 'inventory_item_id' });
    await this.#call('write', 'POST', '/inventory_levels/set.json', {
      body: { location_id: exactId(locationId), inventory_item_id: exactId(item), available },
    });
  }

  async #parcels(path: string): Promise<Parcels> {
    const { value } = await this.#call('write', 'GET', `${path}.json`);
    const numbers = list(fields(fields(value)['order'])['fulfillments'])
      .map(fields)
      .filter((fulfillment) => text(fulfillment['status']) !== 'cancelled')
      .map((fulfillment) => text(fulfillment['tracking_number']));
    return { numbers, complete: true };
  }

  async #orders(filters: Record<string, string>, mark: PageMark | null): Promise<{ value: unknown; response: HttpResponse }> {
    const query = new URLSearchParams({ limit: String(PAGE) });
    // A cursor carries the filters of its first page; any other filter beside it is refused.
    if (mark !== null && 'cursor' in mark) {
      query.set('page_info', mark.cursor);
      if (filters['fields'] !== undefined) query.set('fields', filters['fields']);
    } else for (const [name, value] of Object.entries({ status: 'any', ...filters })) query.set(name, value);
    const answer = await this.#call('list', 'GET', `/orders.json?${query.toString()}`);
    if (!Array.isArray(fields(answer.value)['orders'])) throw new ChannelError('bad-answer', { detail: 'orders' });
    return answer;
  }

  async #call(
    group: CallGroup,
    method: HttpRequest['method'],
    path: string,
    { body }: { body?: unknown } = {},
  ): Promise<{ value: unknown; response: HttpResponse }> {
    const version = optionText(manifest, this.#access.options, 'apiVersion');
    const answer = await callJson(this.#access, group, async () => ({
      method,
      url: this.#url(`/admin/api/${version}${path}`),
      headers: {
        'x-shopify-access-token': await this.#access.token(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: writeJson(body) }),
    }));
    check(answer.value, answer.response, group === 'write');
    return answer;
  }

  #url(path: string): string {
    // People paste the address of their shop as it stands in the browser. A token is sent to no other place than a shop of Shopify's.
    const shop = (this.#access.keys.fields['shop'] ?? '').replace(/^https?:\/\//, '').replace(/\/.*$/, '');
    if (this.#access.endpoint === null && !/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i.test(shop))
      throw new ChannelError('not-connected', { fields: 'shop' });
    return addressOf(this.#access.endpoint, shop === '' ? manifest.origin : `https://${shop}`, path);
  }
}
