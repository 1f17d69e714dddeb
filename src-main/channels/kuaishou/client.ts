import { SECOND } from '#shared/time.ts';
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
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { count, fields, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { errorOf, SUCCESS } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './sign.ts';
import type { SignMethod } from './sign.ts';

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
      return entryOf('order', text(base.oid), millis(base.updateTime), row);
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
      entries: rows.map((row) => entryOf('refund', text(row.refundId), millis(row.updateTime), row)),
      total: null,
      next: nextOf(data.pcursor),
    };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await this.#detail(kind, id));
    return fetched;
  }

  async #detail(kind: 'order' | 'refund', id: string): Promise<Fetched> {
    const method = kind === 'order' ? 'open.order.detail' : 'open.seller.order.refund.detail';
    try {
      const { response } = await this.#call('detail', method, { [kind === 'order' ? 'oid' : 'refundId']: exact(id) });
      return { id, payload: { topic: kind, body: response.body }, observedAt: response.sentAt };
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now() };
    }
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { rows, next } = await this.#orders(BY.created, { from: day.from, to: day.to - 1 }, mark, ORDERS_AT_ONCE);
    return { ids: rows.map((row) => text(fields(row.orderBaseInfo).oid)), total: null, next };
  }

  async identify(): Promise<ShopIdentity> {
    const { data } = await this.#call('detail', 'open.user.seller.get', {});
    const identity = text(data.sellerId) || text(data.openId);
    if (identity === '') throw new ChannelError('bad-answer', { detail: 'sellerId' });
    return { identity, name: optional(data.name) ?? optional(data.sellerNick) };
  }

  async exchange(code: string): Promise<TokenGrant> {
    const query = new URLSearchParams({ ...this.#app(), grant_type: 'code', code });
    return this.#grant({ method: 'GET', url: this.#address(`/oauth2/access_token?${query.toString()}`), headers: {} });
  }

  async refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    const refreshToken = grant?.refreshToken ?? this.#access.keys.fields.refresh_token;
    if (refreshToken === undefined) throw new ChannelError('token-revoked', { fields: 'refresh_token' });
    return this.#grant({
      method: 'POST',
      url: this.#address('/oauth2/refresh_token'),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...this.#app(), grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
    });
  }

  #app(): { app_id: string; app_secret: string } {
    const { app_key: id = '', app_secret: secret = '' } = this.#access.keys.fields;
    return { app_id: id, app_secret: secret };
  }

  async #grant(request: HttpRequest): Promise<TokenGrant> {
    const { value, response } = await callJson(this.#access, 'token', () => request);
    const answer = fields(value);
    this.#check(answer, response, 'token', 'oauth2');
    const expiry = (life: unknown) => (count(life) > 0 ? response.sentAt + count(life) * SECOND : null);
    return {
      accessToken: text(answer.access_token),
      refreshToken: optional(answer.refresh_token),
      expiresAt: expiry(answer.expires_in),
      refreshExpiresAt: expiry(answer.refresh_token_expires_in),
      identity: null,
    };
  }

  async ship({ channelOrderId, trackingNumber, carrier, attempt }: ShipRequest): Promise<void> {
    const code = codeOf(carrier);
    if (code === null) throw new ChannelError('unsupported', { detail: carrier });
    if (attempt > 1 && (await this.#isShippedWith(channelOrderId, trackingNumber))) return;
    try {
      await this.#call('write', this.#option('shipMethod'), {
        orderId: exact(channelOrderId),
        expressNo: trackingNumber,
        expressCode: count(code),
      });
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'already-done') throw error;
      if (!(await this.#isShippedWith(channelOrderId, trackingNumber))) throw new ChannelError('refused', error.details);
    }
  }

  /** True when the order carries this number already; another number there is for a person to judge. */
  async #isShippedWith(oid: string, trackingNumber: string): Promise<boolean> {
    const { data } = await this.#call('detail', 'open.order.detail', { oid: exact(oid) });
    const told = data.orderLogisticsInfo;
    const numbers = (Array.isArray(told) ? told : [told]).map((parcel) => text(fields(parcel).expressNo)).filter((number) => number !== '');
    if (numbers.includes(trackingNumber)) return true;
    if (numbers.length > 0) throw new ChannelError('refused', { platformMessage: numbers.join(' '), found: numbers.join(' ') });
    return false;
  }

  /** Notes pile up on the platform, so a second attempt looks first whether the first one arrived. */
  async memo({ channelOrderId, memo, flag, attempt }: MemoRequest): Promise<void> {
    if (attempt > 1) {
      const { data } = await this.#call('detail', 'open.order.detail', { oid: exact(channelOrderId) });
      if (list(fields(data.orderNote).orderNoteInfo).some((note) => text(fields(note).note) === memo)) return;
    }
    await this.#call('write', this.#option('memoMethod'), {
      orderId: exact(channelOrderId),
      note: memo,
      ...(flag === null ? {} : { flag }),
    });
  }

  #option(name: string): string {
    return String(this.#access.options[name] ?? manifest.options.find((option) => option.name === name)?.default ?? '');
  }

  #address(path: string): string {
    return addressOf(this.#access.endpoint, manifest.origin, path);
  }

  #check(answer: Fields, response: HttpResponse, group: CallGroup, permission: string): void {
    if (answer.result === undefined) throw new ChannelError('bad-answer', { detail: permission });
    if (text(answer.result) === SUCCESS) return;
    throw errorOf(answer, response, group, { app: this.#access.keys.fields.app_key ?? '', permission });
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
      const sent = new URLSearchParams({ ...rest, access_token: accessToken, timestamp: String(timestamp), version: '1', sign }).toString();
      const address = this.#address(`/${method.replaceAll('.', '/')}`);
      if (group !== 'write') return { method: 'GET', url: `${address}?${sent}`, headers: {} };
      return { method: 'POST', url: address, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: sent };
    });
    const answer = fields(value);
    this.#check(answer, response, group, method);
    return { data: fields(answer.data), response };
  }
}

function cursorOf(mark: PageMark | null): string {
  return mark !== null && 'cursor' in mark ? mark.cursor : '';
}

function nextOf(cursor: unknown): string | null {
  const next = text(cursor);
  return next === '' || next === END ? null : next;
}

function entryOf(kind: 'order' | 'refund', id: string, updatedAt: number | null, row: Fields): PageEntry {
  return { id, kind, updatedAt, payload: { topic: kind, body: Buffer.from(writeJson(row), 'utf8') } };
}

/** A 64-bit id goes out as the bare number it is. */
function exact(id: string): bigint | string {
  return /^\d+$/.test(id) ? BigInt(id) : id;
}
