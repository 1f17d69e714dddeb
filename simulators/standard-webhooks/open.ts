import { createHmac } from 'node:crypto';
import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions, TruthOrder } from '../kit/types.ts';
import { orderData } from './render.ts';

const TOLERANCE_S = 300;
const PAGE = 100;
/** The example schedule of the specification, after the first attempt. */
const RETRIES = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => seconds * 1_000);

/** Where a list goes on: behind this time and id. */
type Place = [at: number, id: string];

/** An own store: pushes Standard Webhooks and answers reads that are signed the same way over an empty body. */
export const open: OpenSimulator = async (options: SimulatorOptions) => {
  let sent = 0;
  const rules: PlatformRules = {
    state: {
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      revoked: false,
      permitted: true,
      identity: options.shopId,
      clockOffMs: 0,
    },
    allowances: { list: { calls: 5, perMs: 1_000 }, detail: { calls: 10, perMs: 1_000 }, write: { calls: 2, perMs: 1_000 } },
    courier: { retryAfterMs: RETRIES, accepted: (status) => status >= 200 && status < 300 },
    classify,
    answer,
    tooFast: () => failure(429, 'too many requests', { 'retry-after': '2' }),
    unavailable: () => failure(503, 'down for maintenance'),
    credentials: ({ state }) => ({ secret: state.secret }),
    announce(order, happened, desk) {
      sent += 1;
      announce(order, happened, desk, `msg_${options.shopId.replaceAll('.', '_')}_${sent}`);
    },
  };
  return new Desk(options, rules).open();
};

function failure(status: number, error: string, headers: Record<string, string> = {}): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ error }), status, headers);
}

function classify({ method, path }: ReceivedRequest): CallClass {
  if (method !== 'GET') return { kind: 'write', group: 'write' };
  return path.startsWith('/orders/') ? { kind: 'detail', group: 'detail' } : { kind: 'list', group: 'list' };
}

function signature(secret: string, id: string, seconds: string, body: Buffer): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')}`;
}

function answer(visit: Visit, desk: Desk): SimulatorAnswer {
  const { headers, body, path, method } = visit.request;
  const [id = '', seconds = ''] = [headers['webhook-id'], headers['webhook-timestamp']];
  if (id === '' || id.includes('.') || !/^\d+$/.test(seconds))
    return visit.refuse('signature', failure(401, 'a webhook header is missing'));
  if (Math.abs(visit.now / 1_000 - Number(seconds)) > TOLERANCE_S)
    return visit.refuse('timestamp', failure(401, 'the timestamp is not of now'));
  const given = (headers['webhook-signature'] ?? '').split(' ');
  if (desk.state.revoked || !given.includes(signature(desk.state.secret, id, seconds, body))) {
    return visit.refuse('signature', failure(401, 'the signature does not match'));
  }
  if (!desk.state.permitted) return visit.refuse('permission', failure(403, 'reading orders is not allowed'));
  if (method === 'POST' && path === '/shipments') return ship(visit, desk);
  if (method !== 'GET') return visit.refuse('path', failure(404, 'no such resource'));
  if (path === '/orders') return list(visit, desk);
  if (path === '/order-ids') return ids(visit, desk);
  const order = desk.books.get(decodeURIComponent(/^\/orders\/([^/]+)$/.exec(path)?.[1] ?? ''));
  return order ? jsonAnswer(JSON.stringify({ order: orderData(order) })) : visit.refuse('not-found', failure(404, 'no such order'));
}

/** A window [from, to): its beginning belongs to it, its end does not. */
function windowOf(query: URLSearchParams, from: string, to: string): [number, number] | null {
  const [start, end] = [Date.parse(query.get(from) ?? ''), Date.parse(query.get(to) ?? '')];
  return Number.isNaN(start) || Number.isNaN(end) ? null : [start, end - 1];
}

function placeOf(query: URLSearchParams): Place | null {
  const cursor = query.get('cursor');
  if (cursor === null) return [-1, ''];
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Place;
  } catch {
    return null;
  }
}

/** A page and the cursor behind it; null at the end. A page that came out short goes on where it stopped. */
function pageOf(
  visit: Visit,
  desk: Desk,
  by: 'updated' | 'created',
  [from, to]: [number, number],
  after: Place,
): { page: TruthOrder[]; next: string | null } {
  const at = (order: TruthOrder) => (by === 'updated' ? order.updatedAt : order.createdAt);
  const rows = desk.listed(visit, by, from, to).filter((order) => at(order) > after[0] || (at(order) === after[0] && order.id > after[1]));
  const page = desk.page(visit, rows, 0, PAGE);
  const last = page.at(-1);
  const place: Place = last ? [at(last), last.id] : after;
  return { page, next: rows.length > page.length ? Buffer.from(JSON.stringify(place)).toString('base64url') : null };
}

function list(visit: Visit, desk: Desk): SimulatorAnswer {
  const { query } = visit.request;
  const [window, after] = [windowOf(query, 'updatedFrom', 'updatedTo'), placeOf(query)];
  if (!window || !after) return visit.refuse('list', failure(400, 'updatedFrom and updatedTo are ISO 8601, cursor is one of ours'));
  const { page, next } = pageOf(visit, desk, 'updated', window, after);
  return jsonAnswer(JSON.stringify({ orders: page.map(orderData), next }));
}

function ids(visit: Visit, desk: Desk): SimulatorAnswer {
  const { query } = visit.request;
  const [window, after] = [windowOf(query, 'createdFrom', 'createdTo'), placeOf(query)];
  if (!window || !after) return visit.refuse('list', failure(400, 'createdFrom and createdTo are ISO 8601, cursor is one of ours'));
  const { page, next } = pageOf(visit, desk, 'created', window, after);
  return jsonAnswer(JSON.stringify({ ids: page.map(({ id }) => id), next }));
}

function ship(visit: Visit, desk: Desk): SimulatorAnswer {
  let asked: { channelOrderId?: unknown; trackingNumber?: unknown; carrier?: unknown };
  try {
    asked = JSON.parse(visit.request.body.toString('utf8')) as typeof asked;
  } catch {
    return visit.refuse('write', failure(400, 'the body is not JSON'));
  }
  const order = desk.books.get(String(asked.channelOrderId));
  const number = String(asked.trackingNumber ?? '');
  if (!order || number === '') return visit.refuse('write', failure(404, 'no such order'));
  const seen = desk.wrote('ship', order.id, { number, carrier: String(asked.carrier ?? '') });
  if (seen.repeated && order.tracking?.number === number) return jsonAnswer('{"shipped":true}');
  if (!['to-ship', 'part-shipped'].includes(order.stage)) return visit.refuse('write', failure(422, `the order is ${order.stage}`));
  desk.change(order.id, (present) => ({ ...present, stage: 'shipped', tracking: { number, carrier: String(asked.carrier ?? '') } }));
  return jsonAnswer('{"shipped":true}');
}

function typeOf(order: TruthOrder, happened: 'created' | 'changed' | 'refund'): string {
  if (happened === 'created') return 'order.created';
  const state = happened === 'refund' ? order.refunds.at(-1)?.state : undefined;
  if (state === 'done') return 'refund.succeeded';
  return state === 'asked' ? 'refund.created' : 'order.updated';
}

/** The id is the same on every attempt, the timestamp and so the signature are of the attempt. */
function announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk, id: string): void {
  const message = { type: typeOf(order, happened), timestamp: new Date(order.updatedAt).toISOString(), data: orderData(order) };
  const body = Buffer.from(JSON.stringify(message));
  desk.courier.push(() => {
    const seconds = String(Math.floor(desk.now / 1_000));
    return {
      path: `/hooks/standard-webhooks/${encodeURIComponent(desk.options.shopId)}`,
      headers: { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature(desk.state.secret, id, seconds, body) },
      body,
    };
  });
}
