import { businessDateTime, SECOND } from '#shared/time.ts';
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
import { callJson } from '../kit/caller.ts';
import { count, fields, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { errorOf, expiryOf, failureOf } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';

const PAGE_SIZE = 100;
const LIST = 'youzan.trades.sold.get/4.0.4';
const DETAIL = 'youzan.trade.get/4.0.0';

export function connect(access: ChannelAccess): ChannelClient {
  return new YouzanClient(access);
}

/** Calls of one Youzan shop. */
class YouzanClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** Both ends of a pair are always given: half a pair is ignored by the platform. */
  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope !== 'orders') throw new ChannelError('unsupported');
    const { data } = await this.#call('list', LIST, {
      start_update: businessDateTime(window.from),
      end_update: businessDateTime(window.to),
      ...pageOf(mark),
    });
    const rows = list(data.full_order_info_list).map(fields);
    const entries = rows.map((row) => ({
      id: tidOf(row),
      kind: 'order' as const,
      updatedAt: time(fields(fields(row.full_order_info).order_info).update_time),
      payload: { topic: 'order', body: Buffer.from(writeJson(row), 'utf8') },
    }));
    return { entries, ...totalOf(data) };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await this.#detail(id));
    return fetched;
  }

  async #detail(id: string): Promise<Fetched> {
    try {
      const { response } = await this.#call('detail', DETAIL, { tid: id });
      return { id, payload: { topic: 'order', body: response.body }, observedAt: response.sentAt };
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now() };
    }
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { data } = await this.#call('list', LIST, {
      start_created: businessDateTime(day.from),
      end_created: businessDateTime(day.to - SECOND),
      ...pageOf(mark),
    });
    return { ids: list(data.full_order_info_list).map((row) => tidOf(fields(row))), ...totalOf(data) };
  }

  async identify(): Promise<ShopIdentity> {
    const { data } = await this.#call('detail', 'youzan.shop.get/3.0.0', {});
    const identity = text(data.kdt_id) || text(data.id) || text(data.sid);
    if (identity === '') throw new ChannelError('bad-answer', { detail: 'kdt_id' });
    return { identity, name: optional(data.name) };
  }

  exchange(code: string, query: string): Promise<TokenGrant> {
    const redirect = new URLSearchParams(query).get('redirect_uri');
    return this.#token({ authorize_type: 'authorization_code', code, ...(redirect === null ? {} : { redirect_uri: redirect }) });
  }

  /** An application for own use asks with the shop's number; one for others renews what the shop granted. */
  refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    const { refresh_token: configured, grant_id: shop } = this.#access.keys.fields;
    const refreshToken = configured === undefined ? undefined : (grant?.refreshToken ?? configured);
    if (refreshToken !== undefined) return this.#token({ authorize_type: 'refresh_token', refresh_token: refreshToken });
    return this.#token({ authorize_type: 'silent', grant_id: shop ?? '' });
  }

  async #token(params: Record<string, unknown>): Promise<TokenGrant> {
    const { client_id: clientId = '', client_secret: clientSecret = '' } = this.#access.keys.fields;
    const { value, response } = await callJson(this.#access, 'token', () => ({
      method: 'POST',
      url: addressOf(this.#access.endpoint, manifest.origin, '/auth/token'),
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body: writeJson({ client_id: clientId, client_secret: clientSecret, ...params }),
    }));
    const answer = fields(value);
    this.#check(answer, 'token', 'auth/token');
    const data = fields(answer.data ?? answer);
    const accessToken = text(data.access_token);
    if (accessToken === '') throw new ChannelError('bad-answer', { detail: 'access_token' });
    return {
      accessToken,
      refreshToken: optional(data.refresh_token),
      expiresAt: expiryOf(data.expires ?? data.expires_in, response.sentAt),
      refreshExpiresAt: null,
      identity: optional(data.authority_id),
    };
  }

  async ship({ channelOrderId, trackingNumber, carrier, attempt }: ShipRequest): Promise<void> {
    const code = codeOf(carrier);
    if (code === null) throw new ChannelError('unsupported', { detail: carrier });
    if (attempt > 1 && (await this.#isShippedWith(channelOrderId, trackingNumber))) return;
    try {
      await this.#call('write', this.#option('shipApi'), {
        tid: channelOrderId,
        out_sid: trackingNumber,
        out_stype: code,
        is_no_express: 0,
      });
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'already-done') throw error;
      if (!(await this.#isShippedWith(channelOrderId, trackingNumber))) throw new ChannelError('refused', error.details);
    }
  }

  /** True when the order carries this number already; another number there is for a person to judge. */
  async #isShippedWith(tid: string, trackingNumber: string): Promise<boolean> {
    const { data } = await this.#call('detail', DETAIL, { tid });
    const parcels = list(data.delivery_order ?? fields(data.full_order_info).delivery_order).flatMap((order) => list(fields(order).dists));
    const numbers = parcels.map((dist) => text(fields(fields(dist).express_info).express_no)).filter((number) => number !== '');
    if (numbers.includes(trackingNumber)) return true;
    if (numbers.length > 0) throw new ChannelError('refused', { platformMessage: numbers.join(' '), found: numbers.join(' ') });
    return false;
  }

  /** Sets memo and star; the same again changes nothing. */
  async memo({ channelOrderId, memo, flag }: MemoRequest): Promise<void> {
    await this.#call('write', this.#option('memoApi'), { tid: channelOrderId, memo, ...(flag === null ? {} : { flag }) });
  }

  /** `type` 0 sets the level (field names not confirmed). */
  async setStock({ itemId, skuId, available }: StockRequest): Promise<void> {
    await this.#call('write', 'youzan.item.quantity.update/4.0.0', {
      item_id: exact(itemId),
      ...(skuId === null ? {} : { sku_id: exact(skuId) }),
      quantity: Math.max(0, Math.trunc(available)),
      type: 0,
    });
  }

  #option(name: string): string {
    return String(this.#access.options[name] ?? manifest.options.find((option) => option.name === name)?.default ?? '');
  }

  #check(answer: Fields, group: CallGroup, permission: string): void {
    const failure = failureOf(answer);
    if (failure) throw errorOf(failure, group, { app: this.#access.keys.fields.client_id ?? '', permission });
  }

  async #call(group: CallGroup, api: string, params: Record<string, unknown>): Promise<{ data: Fields; response: HttpResponse }> {
    const { value, response } = await callJson(this.#access, group, async () => ({
      method: 'POST',
      url: addressOf(this.#access.endpoint, manifest.origin, `/api/${api}?access_token=${encodeURIComponent(await this.#access.token())}`),
      headers: { 'content-type': 'application/json;charset=utf-8' },
      body: writeJson(params),
    }));
    const answer = fields(value);
    this.#check(answer, group, api);
    const data = answer.data ?? answer.response;
    if (data === undefined) throw new ChannelError('bad-answer', { detail: api });
    return { data: fields(data), response };
  }
}

function pageOf(mark: PageMark | null): { page_no: number; page_size: number } {
  return { page_no: mark !== null && 'page' in mark ? mark.page : 1, page_size: PAGE_SIZE };
}

/** An answer without its total cannot be read from the last page back. */
function totalOf(data: Fields): { total: number; next: null } {
  if (data.total_results === undefined) throw new ChannelError('bad-answer', { detail: 'total_results' });
  return { total: count(data.total_results), next: null };
}

function tidOf(row: Fields): string {
  return text(fields(fields(row.full_order_info).order_info).tid);
}

/** A 64-bit id goes out as the bare number it is. */
function exact(id: string): bigint | string {
  return /^\d+$/.test(id) ? BigInt(id) : id;
}
