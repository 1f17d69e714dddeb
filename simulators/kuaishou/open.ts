import { Desk } from '../kit/desk.ts';
import type { PlatformRules, Visit } from '../kit/desk.ts';
import { formOf, jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { renderOrder, renderRefund } from './render.ts';
import { expectedSign } from './sign.ts';

const APP_KEY = 'ks701234567890';
const APP_SECRET = 'ks-simulated-app-secret';
const TOLERANCE_MS = 600_000;
const DAY_MS = 86_400_000;
const ACCESS_LIFE_S = 48 * 3_600;
const REFRESH_LIFE_S = 180 * 86_400;
const END = 'nomore';

interface Tokens {
  access: string;
  refresh: string;
  accessUntil: number;
  refreshUntil: number;
}
type Params = Readonly<Record<string, unknown>>;

function failed(result: number, words: string): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ result, error_msg: words }));
}
function done(data: unknown): SimulatorAnswer {
  return jsonAnswer(exactJson({ result: 1, data, error_msg: 'SUCCESS', sub_code: '', sub_msg: '' }));
}

/** Kuaishou Shop as it answers: a sign secret of its own, times in milliseconds, cursors that end with `nomore`. It pushes nothing. */
class Kuaishou implements PlatformRules {
  readonly state;
  /** None is published; these are what integrations keep to. */
  readonly allowances = {
    list: { calls: 5, perMs: 1_000 },
    detail: { calls: 10, perMs: 1_000 },
    write: { calls: 2, perMs: 1_000 },
    token: { calls: 6, perMs: 60_000 },
  };
  readonly courier = { retryAfterMs: [], accepted: () => true };
  #issued = 1;
  #tokens: Tokens;

  constructor({ now }: SimulatorOptions) {
    this.state = { secret: 'ks-simulated-sign-secret', revoked: false, permitted: true, identity: '1900001', clockOffMs: 0 };
    this.#tokens = this.#issue(now());
  }

  #issue(now: number): Tokens {
    const number = this.#issued++;
    return {
      access: `ks-access-${number}`,
      refresh: `ks-refresh-${number}`,
      accessUntil: now + ACCESS_LIFE_S * 1_000,
      refreshUntil: now + REFRESH_LIFE_S * 1_000,
    };
  }

  credentials(): Record<string, string> {
    const { access, refresh } = this.#tokens;
    return { app_key: APP_KEY, app_secret: APP_SECRET, signSecret: this.state.secret, access_token: access, refresh_token: refresh };
  }

  classify({ path }: ReceivedRequest) {
    if (path.startsWith('/oauth2/')) return { kind: 'token', group: 'token' } as const;
    if (path.endsWith('/list')) return { kind: 'list', group: 'list' } as const;
    if (/\/(?:detail|seller\/get)$/.test(path)) return { kind: 'detail', group: 'detail' } as const;
    return { kind: 'write', group: 'write' } as const;
  }

  tooFast(): SimulatorAnswer {
    return failed(13, '请求过于频繁，请稍后再试');
  }
  unavailable(): SimulatorAnswer {
    return jsonAnswer('{"result":10,"error_msg":"服务内部异常"}', 500);
  }
  announce(): void {
    // The platform's push format is not known, so nobody is told anything.
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { request } = visit;
    if (request.path === '/oauth2/refresh_token') return this.#refresh(visit);
    if (request.path === '/oauth2/access_token') return this.#create(visit);
    const given = request.method === 'GET' ? Object.fromEntries(request.query) : formOf(request);
    const refused = this.#check(visit, given);
    if (refused) return refused;
    const param = given.param ?? '{}';
    const params = JSON.parse(param) as Params;
    switch (given.method) {
      case 'open.order.cursor.list':
        return orders(visit, desk, params);
      case 'open.order.detail': {
        const order = desk.books.get(idIn(param, 'oid'));
        return order ? done(renderOrder(order)) : visit.refuse('not-found', failed(801_001, '订单不存在'));
      }
      case 'open.seller.order.refund.pcursor.list':
        return refunds(visit, desk, params);
      case 'open.seller.order.refund.detail': {
        const found = desk.books.refund(idIn(param, 'refundId'));
        return found ? done(renderRefund(found.order, found.refund)) : visit.refuse('not-found', failed(801_001, '退款单不存在'));
      }
      case 'open.user.seller.get':
        return done({ sellerId: Number(this.state.identity), name: '示例店', sex: 'M' });
      case 'open.seller.order.goods.deliver':
        return ship(visit, desk, param, params);
      case 'open.seller.order.note.add':
        return note(visit, desk, param, params);
      default:
        return visit.refuse('path', failed(21, '接口不存在'));
    }
  }

  #check(visit: Visit, given: Readonly<Record<string, string>>): SimulatorAnswer | null {
    const { appkey = '', method = '', param = '', timestamp = '', version = '', signMethod = '', access_token = '', sign = '' } = given;
    if (appkey !== APP_KEY) return visit.refuse('app', failed(22, 'appkey 不存在'));
    if (visit.request.path !== `/${method.replaceAll('.', '/')}`) return visit.refuse('method', failed(21, 'method 与路径不一致'));
    if (version !== '1' || !['MD5', 'HMAC_SHA256'].includes(signMethod))
      return visit.refuse('version', failed(21, 'version 或 signMethod 有误'));
    const expected = expectedSign({ access_token, appkey, method, param, signMethod, timestamp, version }, this.state.secret);
    if (sign !== expected) return visit.refuse('signature', failed(26, '签名校验失败'));
    if (!/^\d{13}$/.test(timestamp) || Math.abs(Number(timestamp) - visit.now) > TOLERANCE_MS) {
      return visit.refuse('timestamp', failed(25, 'timestamp 与平台时间相差过大'));
    }
    const keys = Object.keys(JSON.parse(param) as object);
    if (keys.some((key, position) => position > 0 && (keys[position - 1] ?? '') > key)) {
      return visit.refuse('key-order', failed(26, 'param 的键未排序'));
    }
    return this.#checkToken(visit, access_token);
  }

  #checkToken(visit: Visit, token: string): SimulatorAnswer | null {
    if (this.state.revoked) return visit.refuse('token', failed(24, '商家已取消授权'));
    if (token !== this.#tokens.access) return visit.refuse('token', failed(24, 'access_token 不存在'));
    if (this.#tokens.accessUntil < visit.now) return visit.refuse('token', failed(28, 'access_token 已过期'));
    return this.state.permitted ? null : visit.refuse('permission', failed(27, '应用没有此接口的权限'));
  }

  /** Both tokens are replaced. */
  #refresh(visit: Visit): SimulatorAnswer {
    const { app_id: app, app_secret: secret, grant_type: grant, refresh_token: token } = formOf(visit.request);
    if (visit.request.method !== 'POST' || grant !== 'refresh_token') return visit.refuse('grant', failed(21, 'grant_type 有误'));
    if (app !== APP_KEY) return visit.refuse('app', failed(22, 'app_id 不存在'));
    if (secret !== APP_SECRET) return visit.refuse('signature', failed(26, 'app_secret 错误'));
    const good = !this.state.revoked && token === this.#tokens.refresh && this.#tokens.refreshUntil > visit.now;
    return good ? this.#granted(visit.now) : visit.refuse('token', failed(29, 'refresh_token 无效'));
  }

  #create(visit: Visit): SimulatorAnswer {
    const { query, method } = visit.request;
    if (method !== 'GET' || query.get('grant_type') !== 'code') return visit.refuse('grant', failed(21, 'grant_type 有误'));
    if (query.get('app_id') !== APP_KEY) return visit.refuse('app', failed(22, 'app_id 不存在'));
    if (query.get('app_secret') !== APP_SECRET) return visit.refuse('signature', failed(26, 'app_secret 错误'));
    if (query.get('code') !== 'simulated-code') return visit.refuse('token', failed(29, 'code 无效'));
    this.state.revoked = false;
    return this.#granted(visit.now);
  }

  #granted(now: number): SimulatorAnswer {
    this.#tokens = this.#issue(now);
    const { access, refresh } = this.#tokens;
    const grant = { access_token: access, refresh_token: refresh, expires_in: ACCESS_LIFE_S, refresh_token_expires_in: REFRESH_LIFE_S };
    return jsonAnswer(JSON.stringify({ result: 1, ...grant, open_id: `open-${this.state.identity}`, scopes: ['merchant_order'] }));
  }
}

/** A 64-bit id, as text or as a bare number, out of the text itself. */
function idIn(json: string, name: string): string {
  return new RegExp(`"${name}"\\s*:\\s*"?(\\d+)"?`).exec(json)?.[1] ?? '';
}

interface Row {
  at: number;
  id: string;
  rendered: object;
}

/** What stands behind a cursor; half a page ends earlier, and its cursor says so. Null: the cursor is none of this list. */
function pageAfter(rows: readonly Row[], cursor: unknown, size: number, visit: Visit, desk: Desk): { page: object[]; next: string } | null {
  const [, at, id] = /^c(\d+)\.(.+)$/.exec(String(cursor)) ?? [];
  if (cursor !== '' && at === undefined) return null;
  const rest = at === undefined ? rows : rows.filter((row) => row.at > Number(at) || (row.at === Number(at) && row.id > (id ?? '')));
  const page = rest.length > 1 ? desk.page(visit, rest, 0, size) : rest.slice(0, size);
  const last = page.at(-1);
  return { page: page.map(({ rendered }) => rendered), next: last && page.length < rest.length ? `c${last.at}.${last.id}` : END };
}

interface Window {
  from: number;
  to: number;
  by: 'created' | 'updated';
  size: number;
}

/** The window and page size of a list call, or the refusal. */
function windowOf(visit: Visit, params: Params, spanMs: number, largestPage: number): Window | SimulatorAnswer {
  const { beginTime, endTime, pageSize, queryType } = params;
  if (!Number.isInteger(beginTime) || !Number.isInteger(endTime)) return visit.refuse('window', failed(21, '缺少毫秒时间'));
  const [from, to] = [Number(beginTime), Number(endTime)];
  if (to < from || to - from > spanMs) return visit.refuse('span', failed(21, '时间跨度超出范围'));
  if (from < visit.now - 90 * DAY_MS - TOLERANCE_MS) return visit.refuse('too-old', failed(21, '只能查询近 90 天'));
  if (!Number.isInteger(pageSize) || Number(pageSize) < 1 || Number(pageSize) > largestPage)
    return visit.refuse('page-size', failed(21, 'pageSize 超出范围'));
  if (![1, 2].includes(Number(queryType))) return visit.refuse('content', failed(21, 'queryType 有误'));
  return { from, to, by: queryType === 1 ? 'created' : 'updated', size: Number(pageSize) };
}

function orders(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const window = windowOf(visit, params, 7 * DAY_MS, 50);
  if ('status' in window) return window;
  if (params.orderViewStatus !== 1) return visit.refuse('slow-filter', failed(11, '查询超时'));
  const rows = desk.listed(visit, window.by, window.from, window.to).map((order) => ({
    at: window.by === 'updated' ? order.updatedAt : order.createdAt,
    id: order.id,
    rendered: renderOrder(order),
  }));
  const found = pageAfter(rows, params.cursor, window.size, visit, desk);
  if (!found) return visit.refuse('cursor', failed(21, 'cursor 无效'));
  return done({ orderList: found.page, cursor: found.next, pageSize: window.size });
}

function refunds(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const window = windowOf(visit, params, DAY_MS, 100);
  if ('status' in window) return window;
  if (params.type !== 9) return visit.refuse('content', failed(21, 'type 有误'));
  const rows = desk.refundsListed(visit, window.by, window.from, window.to).map(({ order, refund }) => ({
    at: window.by === 'updated' ? refund.updatedAt : refund.createdAt,
    id: refund.id,
    rendered: renderRefund(order, refund),
  }));
  const found = pageAfter(rows, params.pcursor, window.size, visit, desk);
  if (!found) return visit.refuse('cursor', failed(21, 'pcursor 无效'));
  return done({ refundOrderInfoList: found.page, pcursor: found.next });
}

function ship(visit: Visit, desk: Desk, param: string, params: Params): SimulatorAnswer {
  const order = desk.books.get(idIn(param, 'orderId'));
  if (!order) return visit.refuse('not-found', failed(801_001, '订单不存在'));
  const { expressNo: number, expressCode: carrier } = params;
  if (typeof number !== 'string' || number === '' || !Number.isInteger(carrier))
    return visit.refuse('content', failed(21, '缺少物流公司或单号'));
  const seen = desk.wrote('ship', order.id, { number, carrier: String(carrier) });
  if (order.tracking !== null) return failed(801_002, '订单已发货');
  if (order.stage !== 'to-ship') return visit.refuse('stage', failed(21, '订单状态不允许发货'));
  if (!seen.repeated) desk.change(order.id, (known) => ({ ...known, stage: 'shipped', tracking: { number, carrier: String(carrier) } }));
  return done(true);
}

function note(visit: Visit, desk: Desk, param: string, params: Params): SimulatorAnswer {
  const order = desk.books.get(idIn(param, 'orderId'));
  if (!order) return visit.refuse('not-found', failed(801_001, '订单不存在'));
  const sellerMemo = String(params.note ?? '');
  const flag = params.flag === undefined ? order.flag : Number(params.flag);
  if (!desk.wrote('memo', order.id, { memo: sellerMemo, flag }).repeated)
    desk.change(order.id, (known) => ({ ...known, sellerMemo, flag }));
  return done(true);
}

/** Opens a Kuaishou shop on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new Desk(options, new Kuaishou(options)).open();
