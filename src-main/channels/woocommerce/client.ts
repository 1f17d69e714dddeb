import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { SECOND } from '#shared/time.ts';
import type {
  ChannelAccess,
  ChannelClient,
  DayPage,
  Fetched,
  MemoRequest,
  OrderPage,
  PageMark,
  ShipRequest,
  SilencedPush,
  StockRequest,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { fullEntry, pageOf, payloadOf, stated, totalOf } from '../kit/pages.ts';
import { shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { check } from './answers.ts';
import { manifest } from './manifest.ts';
import { signOauth } from './sign.ts';

const PAGE = 100;
const API = '/wp-json/wc/v3';
/** Calls signed so far, of every connection together: two of them in one millisecond must not share a nonce. */
let signed = 0;

/** ISO 8601 without a zone, read as UTC because every list is asked with `dates_are_gmt`. */
function gmt(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

/** Calls of one WooCommerce store. Source: woocommerce-rest-api-docs, wp-api-v3. */
export function connect(access: ChannelAccess): ChannelClient {
  return new WooCommerceClient(access);
}

interface CallOptions {
  query?: Record<string, string>;
  body?: unknown;
}

class WooCommerceClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** `after` and `before` are exclusive and whole seconds; the list is ordered by id, because it cannot be by change time. */
  async changed(_scope: 'orders' | 'refunds', window: Window, mark: PageMark | null): Promise<OrderPage> {
    const bounds = { modified_after: gmt(window.from - SECOND), modified_before: gmt(window.to + SECOND) };
    const { orders, total } = await this.#orders(bounds, mark);
    return { entries: orders.map((order) => fullEntry('order', text(fields(order)['id']), changeTime(order), order)), total, next: null };
  }

  async details(_kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { value, response } = await this.#call('detail', 'GET', `/orders/${encodeURIComponent(id)}`);
      return { payload: payloadOf('order', value), sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { orders, total } = await this.#orders({ after: gmt(day.from - SECOND), before: gmt(day.to) }, mark);
    return { ids: orders.map((order) => text(fields(order)['id'])), total, next: null };
  }

  /** A key belongs to the store that answers it; its address is who it is. */
  async identify(): Promise<{ identity: string; name: string | null }> {
    const { value } = await this.#call('detail', 'GET', '/system_status', { query: { _fields: 'environment' } });
    const environment = fields(fields(value)['environment']);
    const identity = stated(text(environment['site_url']) || environment['home_url'], 'environment.site_url');
    return { identity, name: optional(environment['home_url']) };
  }

  /** Core knows no shipped state: the order is completed and the parcel kept beside it, where shipment plugins look for it. */
  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const path = `/orders/${encodeURIComponent(channelOrderId)}`;
    const body = {
      status: optionText(manifest, this.#access.options, 'shippedStatus'),
      meta_data: [
        { key: '_tracking_number', value: trackingNumber },
        { key: '_tracking_provider', value: carrier },
      ],
    };
    await shipOnce(
      request,
      () => this.#parcels(path),
      () => this.#call('write', 'PUT', path, { body }),
    );
  }

  /** A private note. Notes cannot be replaced; the same words are not written twice. */
  async memo({ channelOrderId, memo, attempt }: MemoRequest): Promise<void> {
    const path = `/orders/${encodeURIComponent(channelOrderId)}/notes`;
    if (attempt > 1) {
      const { value } = await this.#call('write', 'GET', path);
      if (list(value).some((note) => text(fields(note)['note']) === memo.trim())) throw new ChannelError('already-done');
    }
    await this.#call('write', 'POST', path, { body: { note: memo, customer_note: false } });
  }

  async setStock({ itemId, skuId, available }: StockRequest): Promise<void> {
    const product = `/products/${encodeURIComponent(itemId)}`;
    const path = skuId === null ? product : `${product}/variations/${encodeURIComponent(skuId)}`;
    await this.#call('write', 'PUT', path, { body: { manage_stock: true, stock_quantity: available } });
  }

  /** A hook is disabled after five failed deliveries in a row, and stays so. Source: woocommerce-rest-api-docs, _webhooks. */
  async revivePushes(doorPath: string): Promise<SilencedPush[]> {
    const { value } = await this.#call('detail', 'GET', '/webhooks', { query: { status: 'disabled', per_page: String(PAGE) } });
    if (!Array.isArray(value)) throw new ChannelError('bad-answer', { detail: 'webhooks' });
    const silenced: SilencedPush[] = [];
    for (const { id, status, topic, delivery_url: deliveryUrl } of value.map(fields)) {
      // Hooks of other systems are theirs, and a paused one is somebody's wish.
      if (text(status) !== 'disabled' || !leadsTo(text(deliveryUrl), doorPath)) continue;
      silenced.push({ topic: text(topic), error: await this.#activate(text(id)) });
    }
    return silenced;
  }

  async #activate(hookId: string): Promise<ChannelError | null> {
    try {
      await this.#call('write', 'PUT', `/webhooks/${encodeURIComponent(hookId)}`, { body: { status: 'active' } });
      return null;
    } catch (error) {
      if (error instanceof ChannelError) return error;
      throw error;
    }
  }

  async #parcels(path: string): Promise<Parcels> {
    const { value } = await this.#call('write', 'GET', path);
    const meta = list(fields(value)['meta_data']).map(fields);
    const known = text(meta.findLast((entry) => text(entry['key']) === '_tracking_number')?.['value']);
    return { numbers: [known], complete: true };
  }

  async #orders(bounds: Record<string, string>, mark: PageMark | null): Promise<{ orders: readonly unknown[]; total: number }> {
    const query = {
      ...bounds,
      dates_are_gmt: 'true',
      status: 'any',
      orderby: 'id',
      order: 'asc',
      per_page: String(PAGE),
      page: String(pageOf(mark, 1)),
    };
    const { value, response } = await this.#call('list', 'GET', '/orders', { query });
    if (!Array.isArray(value)) throw new ChannelError('bad-answer', { detail: 'orders' });
    return { orders: value as unknown[], total: totalOf(response.headers['x-wp-total'], 'X-WP-Total') };
  }

  async #call(
    group: CallGroup,
    method: HttpRequest['method'],
    path: string,
    options: CallOptions = {},
  ): Promise<{ value: unknown; response: HttpResponse }> {
    const answer = await callJson(this.#access, group, () => this.#request(method, path, options));
    const { response } = answer;
    // A page of the site instead of an answer of its API: pretty permalinks are switched off.
    if (response.status === 404 && text(fields(answer.value)['code']) === '')
      throw new ChannelError('bad-answer', { detail: 'HTTP 404, permalinks' });
    check(answer.value, response, group === 'write');
    return answer;
  }

  /** HTTPS carries the keys themselves (Basic); over plain HTTP they only sign (OAuth 1.0a). */
  #request(method: HttpRequest['method'], path: string, { query = {}, body }: CallOptions): HttpRequest {
    const { keys, endpoint } = this.#access;
    const store = keys.fields['url'] ?? '';
    if (endpoint === null && store === '') throw new ChannelError('not-connected', { fields: 'url' });
    const url = addressOf(endpoint, store.replace(/\/+$/, ''), `${API}${path}`);
    const key = keys.fields['consumer_key'] ?? '';
    const secret = keys.fields['consumer_secret'] ?? '';
    const secure = url.startsWith('https:');
    const params = secure ? query : { ...query, ...this.#oauth(method, url, query, key, secret) };
    const written = new URLSearchParams(params).toString();
    return {
      method,
      url: written === '' ? url : `${url}?${written}`,
      headers: {
        ...(secure && { authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: writeJson(body) }),
    };
  }

  /** The nonce must differ from call to call only: time and a running number do, chance is not needed. */
  #oauth(method: string, url: string, query: Record<string, string>, key: string, secret: string): Record<string, string> {
    signed += 1;
    const now = this.#access.now();
    const nonce = createHash('sha256').update(`${this.#access.shopId}:${now}:${signed}`).digest('hex').slice(0, 32);
    const params = {
      oauth_consumer_key: key,
      oauth_nonce: nonce,
      oauth_signature_method: 'HMAC-SHA256',
      oauth_timestamp: String(Math.floor(now / SECOND)),
    };
    return { ...params, oauth_signature: signOauth(method, url, { ...query, ...params }, secret) };
  }
}

/** Whether a delivery address ends at this path, whatever host or proxy stands before it. */
function leadsTo(address: string, path: string): boolean {
  return URL.canParse(address) && new URL(address).pathname.replace(/\/+$/, '').endsWith(path);
}

function changeTime(order: unknown): number | null {
  const written = text(fields(order)['date_modified_gmt']);
  return written === '' ? null : time(`${written}Z`);
}
