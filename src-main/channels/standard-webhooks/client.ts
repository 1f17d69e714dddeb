import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { ChannelAccess, ChannelClient, DayPage, Fetched, OrderPage, PageMark, ShipRequest, Window } from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { ChannelErrorCode } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, millis, optional, text, time } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { cursorOf, fullEntry, payloadOf, stated } from '../kit/pages.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpRequest, HttpResponse } from '../transport.ts';
import { signPush } from './sign.ts';

/** What a refusal of the store means; 429 and 5xx were dealt with before. */
export const CODES: Readonly<Record<number, ChannelErrorCode>> = {
  400: 'refused',
  401: 'auth-wrong-secret',
  403: 'permission',
  404: 'not-found',
  409: 'already-done',
  410: 'permission',
  422: 'refused',
};

/** Standard Webhooks: reference libraries allow five minutes either way. */
const TOLERANCE_MS = 5 * MINUTE;
/** Calls signed so far, of every connection together: two reads in one millisecond are two messages. */
let signed = 0;

/** Reads an own store back, by the convention in docs/channels.md: the same signature as a push, over an empty body. */
export function connect(access: ChannelAccess): ChannelClient {
  return new OwnStoreClient(access);
}

class OwnStoreClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  async changed(_scope: 'orders' | 'refunds', window: Window, mark: PageMark | null): Promise<OrderPage> {
    const query = { updatedFrom: new Date(window.from).toISOString(), updatedTo: new Date(window.to).toISOString(), ...cursorParam(mark) };
    const { value } = await this.#call('list', 'GET', `/orders?${new URLSearchParams(query).toString()}`);
    const orders = fields(value)['orders'];
    if (!Array.isArray(orders)) throw new ChannelError('bad-answer', { detail: 'orders' });
    return {
      entries: orders.map((order: unknown) => fullEntry('order', idOf(order), timeOf(fields(order)['updatedAt']), messageOf(order))),
      total: null,
      next: optional(fields(value)['next']),
    };
  }

  async details(_kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { value, response } = await this.#call('detail', 'GET', `/orders/${encodeURIComponent(id)}`);
      const order = fields(value)['order'] ?? value;
      stated(idOf(order), 'order');
      return { payload: payloadOf('order', messageOf(order)), sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const query = { createdFrom: new Date(day.from).toISOString(), createdTo: new Date(day.to).toISOString(), ...cursorParam(mark) };
    const { value } = await this.#call('list', 'GET', `/order-ids?${new URLSearchParams(query).toString()}`);
    const ids = fields(value)['ids'];
    if (!Array.isArray(ids)) throw new ChannelError('bad-answer', { detail: 'ids' });
    return { ids: list(ids).map(text), total: null, next: optional(fields(value)['next']) };
  }

  /** The secret is the shop: whoever can verify it is the store it was made for. */
  identify(): Promise<{ identity: string; name: string | null }> {
    return Promise.resolve({ identity: this.#access.shopId, name: null });
  }

  async ship({ channelOrderId, trackingNumber, carrier, lines }: ShipRequest): Promise<void> {
    const body = { channelOrderId, trackingNumber, carrier, lines };
    await this.#call('write', 'POST', '/shipments', writeJson(body));
  }

  async #call(
    group: CallGroup,
    method: HttpRequest['method'],
    path: string,
    body = '',
  ): Promise<{ value: unknown; response: HttpResponse }> {
    const { endpoint, keys } = this.#access;
    if (endpoint === null) throw new ChannelError('not-connected', { fields: 'endpoint' });
    const url = addressOf(endpoint, endpoint, path);
    const answer = await callJson(this.#access, group, () => ({
      method,
      url,
      headers: { ...this.#signed(body, keys.secrets[0] ?? ''), ...(body !== '' && { 'content-type': 'application/json' }) },
      ...(body !== '' && { body }),
    }));
    const { status } = answer.response;
    if (status < 300) return answer;
    throw refusalOf(answer, group);
  }

  /** The message id is the same for the same write, so that a repeat has no second effect. */
  #signed(body: string, secret: string): Record<string, string> {
    signed += 1;
    const now = this.#access.now();
    const seed = body === '' ? `${now}:${signed}` : body;
    const id = `op_${createHash('sha256').update(`${this.#access.shopId}:${seed}`).digest('hex').slice(0, 32)}`;
    const timestamp = String(Math.floor(now / SECOND));
    const signature = signPush(id, timestamp, Buffer.from(body), secret);
    if (signature === null) throw new ChannelError('not-connected', { fields: 'secret' });
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  }
}

/** A store that refuses a signature while our clocks are further apart than it may allow is refusing the time of it. */
function refusalOf({ value, response }: { value: unknown; response: HttpResponse }, group: CallGroup): ChannelError {
  const { status, sentAt, date } = response;
  const details = { platformCode: String(status), platformMessage: text(fields(value)['error']) };
  const clockOffMs = date === null ? 0 : sentAt - date;
  if (status === 401 && Math.abs(clockOffMs) > TOLERANCE_MS) return new ChannelError('clock-skew', { ...details, clockOffMs });
  const code = CODES[status] ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(code, code === 'permission' ? { ...details, permission: group === 'write' ? 'shipments' : 'orders' } : details);
}

function cursorParam(mark: PageMark | null): Record<string, string> {
  return mark === null ? {} : { cursor: cursorOf(mark) };
}

function idOf(order: unknown): string {
  const { channelOrderId, id, orderId } = fields(order);
  return text(channelOrderId) || text(id) || text(orderId);
}

function timeOf(value: unknown): number | null {
  return typeof value === 'number' ? millis(value) : time(value);
}

/** What is read back becomes the message the store would have pushed. */
function messageOf(order: unknown): Record<string, unknown> {
  return { type: 'order.updated', timestamp: fields(order)['updatedAt'], data: order };
}
