import { createHmac } from 'node:crypto';
import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions, TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { itemsOf, orderOf, statusesOf } from './render.ts';

const APP_KEY = '123456';
const SIXTY_DAYS_S = 5_184_000;
/** How far a request's clock may be off. */
const TOLERANCE_MS = 600_000;
const LARGEST_PAGE = 100;
const MOST_ITEMS_OF = 50;
const SYSTEM = ['app_key', 'access_token', 'timestamp', 'sign_method', 'sign'];
/** What each call may carry beside the system parameters. */
const CALLS: Record<string, readonly string[]> = {
  '/orders/get': [
    'created_after',
    'created_before',
    'update_after',
    'update_before',
    'status',
    'sort_by',
    'sort_direction',
    'offset',
    'limit',
  ],
  '/order/get': ['order_id'],
  '/order/items/get': ['order_id'],
  '/orders/items/get': ['order_ids'],
  '/seller/get': [],
  '/auth/token/create': ['code'],
  '/auth/token/refresh': ['refresh_token'],
};
const PRIVATE_PATH = /^\/rest(\/.+)$/;

interface Tokens {
  /** Grows with every renewal; older ones are void. */
  access: number;
}

/** One Lazada seller: REST calls with HMAC-SHA256 over path and parameters, pushes that only hint. */
export const open: OpenSimulator = async (options: SimulatorOptions) => {
  const tokens: Tokens = { access: 1 };
  const rules: PlatformRules = {
    state: { secret: 'helloworld', revoked: false, permitted: true, identity: '1234567', clockOffMs: 0 },
    allowances: { list: { calls: 5, perMs: 1_000 }, detail: { calls: 10, perMs: 1_000 }, token: { calls: 6, perMs: 60_000 } },
    courier: { retryAfterMs: Array<number>(12).fill(1_800_000), accepted: (status) => status === 200 },
    classify,
    answer: (visit, desk) => answer(visit, desk, tokens),
    tooFast: () => failure('AppCallLimit', 'App call exceeds limit'),
    unavailable: () => ({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html><body>502 Bad Gateway</body></html>' }),
    credentials: ({ state }) => ({
      app_key: APP_KEY,
      secret: state.secret,
      access_token: accessToken(tokens),
      refresh_token: refreshToken(tokens),
    }),
    announce,
  };
  return new Desk(options, rules).open();
};

function accessToken({ access }: Tokens): string {
  return `50000${access}00laz`;
}
function refreshToken({ access }: Tokens): string {
  return `50001${access}00laz`;
}

/** A refusal comes with HTTP 200; only `code` tells. */
function failure(code: string, message: string): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ code, type: 'ISP', message, request_id: '0ba2887315172940728551014' }));
}

function success(data: unknown, more: object = {}): SimulatorAnswer {
  return jsonAnswer(exactJson({ code: '0', request_id: '0ba2887315178178017221014', ...more, ...(data !== undefined && { data }) }));
}

function classify({ path }: ReceivedRequest): CallClass {
  const call = PRIVATE_PATH.exec(path)?.[1] ?? '';
  if (call.startsWith('/auth/')) return { kind: 'token', group: 'token' };
  return call === '/orders/get' ? { kind: 'list', group: 'list' } : { kind: 'detail', group: 'detail' };
}

/** The signature covers the path behind `/rest` and every parameter but itself, sorted by name. */
function expectedSign(path: string, query: URLSearchParams, secret: string): string {
  const names = [...new Set(query.keys())].filter((name) => name !== 'sign').sort();
  const text = path + names.map((name) => name + (query.get(name) ?? '')).join('');
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex').toUpperCase();
}

/** What is wrong with a request as such; null when nothing is. */
function objection(visit: Visit, path: string, desk: Desk, tokens: Tokens): SimulatorAnswer | null {
  const { query } = visit.request;
  const allowed = CALLS[path];
  if (!allowed) return visit.refuse('path', failure('InvalidApiPath', `The specified API path is invalid: ${path}`));
  if (query.get('app_key') !== APP_KEY) return visit.refuse('app', failure('InvalidAppKey', 'The specified App Key is invalid'));
  const stranger = [...query.keys()].find((name) => !SYSTEM.includes(name) && !allowed.includes(name));
  if (stranger !== undefined) return visit.refuse('parameter', failure('InvalidParameter', `The parameter ${stranger} is not known`));
  const timestamp = query.get('timestamp') ?? '';
  if (!/^\d{13}$/.test(timestamp) || Math.abs(visit.now - Number(timestamp)) > TOLERANCE_MS) {
    return visit.refuse('timestamp', failure('IllegalTimestamp', 'The specified timestamp is illegal'));
  }
  if (query.get('sign_method') !== 'sha256' || query.get('sign') !== expectedSign(path, query, desk.state.secret)) {
    return visit.refuse('signature', failure('IncompleteSignature', 'The request signature does not conform to platform standards'));
  }
  if (path.startsWith('/auth/')) return null;
  if (desk.state.revoked || query.get('access_token') !== accessToken(tokens)) {
    return visit.refuse('token', failure('IllegalAccessToken', 'The specified access token is invalid or expired'));
  }
  if (!desk.state.permitted && path !== '/seller/get') {
    return visit.refuse('permission', failure('InsufficientPermission', 'The app has no permission to call this API'));
  }
  return null;
}

function answer(visit: Visit, desk: Desk, tokens: Tokens): SimulatorAnswer {
  const { request } = visit;
  const path = PRIVATE_PATH.exec(request.path)?.[1] ?? '';
  const wrong = objection(visit, path, desk, tokens);
  if (wrong) return wrong;
  if (path.startsWith('/auth/')) return renew(visit, path, desk, tokens);
  if (path === '/seller/get') return success({ seller_id: desk.state.identity, name: 'Demo Seller', short_code: 'VN10DEMO' });
  if (path === '/orders/get') return list(visit, desk);
  if (path === '/orders/items/get') return manyItems(visit, desk);
  const order = desk.books.get(request.query.get('order_id') ?? '');
  if (!order) return visit.refuse('not-found', failure('16', 'Invalid Order ID'));
  return success(path === '/order/get' ? orderOf(order) : itemsOf(order));
}

function renew(visit: Visit, path: string, { state }: Desk, tokens: Tokens): SimulatorAnswer {
  const { query } = visit.request;
  const known =
    path === '/auth/token/create' ? query.get('code') === 'simulated-code' : query.get('refresh_token') === refreshToken(tokens);
  if (state.revoked || !known)
    return visit.refuse('token', failure('IllegalRefreshToken', 'The specified refresh token is invalid or expired'));
  tokens.access += 1;
  return success(undefined, {
    access_token: accessToken(tokens),
    refresh_token: refreshToken(tokens),
    expires_in: SIXTY_DAYS_S / 2,
    refresh_expires_in: SIXTY_DAYS_S,
    country: 'vn',
    account_platform: 'seller_center',
    country_user_info: [{ country: 'vn', seller_id: state.identity, user_id: state.identity, short_code: 'VN10DEMO' }],
  });
}

function timeOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[+-]\d{2}:\d{2}|Z)$/.test(text)) return null;
  return Date.parse(text);
}

function list(visit: Visit, desk: Desk): SimulatorAnswer {
  const { query } = visit.request;
  const by = query.has('update_after') ? 'update' : 'created';
  const from = timeOf(query.get(`${by}_after`));
  const before = query.get(`${by}_before`);
  const to = before === null ? visit.now : timeOf(before);
  if (from === null || to === null)
    return visit.refuse('span', failure('InvalidParameter', `${by}_after or ${by}_before is missing or no ISO 8601 time`));
  const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? LARGEST_PAGE)];
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE)
    return visit.refuse('page-size', failure('InvalidParameter', 'limit must be 1 to 100'));
  if (!Number.isInteger(offset) || offset < 0) return visit.refuse('page', failure('InvalidParameter', 'offset'));
  const direction = query.get('sort_direction') ?? 'DESC';
  if (!['ASC', 'DESC'].includes(direction)) return visit.refuse('parameter', failure('InvalidParameter', 'sort_direction'));
  const rows = desk.listed(visit, by === 'update' ? 'updated' : 'created', from, to, direction === 'ASC' ? 'asc' : 'desc');
  const page = desk.page(visit, rows, offset, limit);
  return success({ count: page.length, countTotal: rows.length, orders: page.map(orderOf) });
}

function manyItems(visit: Visit, desk: Desk): SimulatorAnswer {
  const ids = /^\[(\d+(?:,\d+)*)\]$/.exec(visit.request.query.get('order_ids') ?? '')?.[1]?.split(',') ?? [];
  if (ids.length === 0 || ids.length > MOST_ITEMS_OF) return visit.refuse('page-size', failure('InvalidParameter', 'order_ids'));
  const orders = ids.map((id) => desk.books.get(id)).filter((order) => order !== null);
  return success(orders.map((order) => ({ order_id: BigInt(order.id), order_number: order.id, order_items: itemsOf(order) })));
}

/** One message a change, about its first line; what came back carries its own ids. Ids are text or numbers, as the samples are. */
function announce(order: TruthOrder, happened: 'created' | 'changed' | 'refund', desk: Desk): void {
  const refund = happened === 'refund' ? order.refunds.at(-1) : undefined;
  const line = order.lines[0];
  const asText = order.lines.length % 2 === 0;
  const id = (text: string) => (asText ? text : BigInt(text));
  const data = {
    order_status: statusesOf(order)[0] ?? '',
    trade_order_id: id(order.id),
    trade_order_line_id: id(line ? `${line.lineId}01` : order.id),
    status_update_time: Math.floor(order.updatedAt / 1_000),
    ...(refund && { reverse_order_id: refund.id, reverse_order_line_id: `${refund.id}1` }),
  };
  const body = Buffer.from(exactJson({ seller_id: desk.state.identity, message_type: 0, data, timestamp: desk.now, site: 'lazada_vn' }));
  desk.courier.push(() => ({
    path: `/hooks/lazada/${encodeURIComponent(desk.options.shopId)}`,
    headers: { Authorization: createHmac('sha256', desk.state.secret).update(APP_KEY).update(body).digest('hex') },
    body,
  }));
}
