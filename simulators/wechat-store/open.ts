import { Desk } from '../kit/desk.ts';
import type { PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator } from '../kit/types.ts';
import { WechatPush } from './push.ts';
import { renderAfterSale, renderOrder } from './render.ts';

const KEYS = { appid: 'wx0000000000000001', token: 'simulatedtoken', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' };
const TOKEN_LIFE_S = 7_200;
const DAY_S = 86_400;
const LARGEST_PAGE = 100;
const AFTER_SALES_AT_ONCE = 100;

type Params = Readonly<Record<string, unknown>>;
interface Token {
  text: string;
  until: number;
}

function failed(errcode: number, errmsg: string): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ errcode, errmsg }));
}
function done(content: object = {}): SimulatorAnswer {
  return jsonAnswer(JSON.stringify({ errcode: 0, errmsg: 'ok', ...content }));
}

/** WeChat Store as it answers: one token at a time, lists of ids with a key to go on, sealed events. */
class WechatStore implements PlatformRules {
  readonly state = { secret: 'wx-simulated-secret', revoked: false, permitted: true, identity: 'gh_simulated', clockOffMs: 0 };
  /** None is published; these are what integrations keep to. */
  readonly allowances = {
    list: { calls: 5, perMs: 1_000 },
    detail: { calls: 10, perMs: 1_000 },
    write: { calls: 2, perMs: 1_000 },
    token: { calls: 6, perMs: 60_000 },
  };
  readonly courier = {
    retryAfterMs: [5_000, 5_000, 5_000],
    accepted: (status: number, body: string) => status === 200 && body === 'success',
  };
  readonly #push = new WechatPush(KEYS);
  #issued = 0;
  #token: Token | null = null;

  credentials(): Record<string, string> {
    return { appid: KEYS.appid, secret: this.state.secret, token: KEYS.token, encodingAESKey: KEYS.encodingAesKey };
  }

  classify({ path }: ReceivedRequest) {
    if (path === '/cgi-bin/token') return { kind: 'token', group: 'token' } as const;
    if (/list(?:\/get)?$/.test(path)) return { kind: 'list', group: 'list' } as const;
    if (/\/(?:get|getaftersaleorder)$/.test(path)) return { kind: 'detail', group: 'detail' } as const;
    return { kind: 'write', group: 'write' } as const;
  }

  tooFast(): SimulatorAnswer {
    return failed(45_011, 'api minute-quota reach limit');
  }
  unavailable(): SimulatorAnswer {
    return jsonAnswer('{"errcode":-1,"errmsg":"system error"}', 500);
  }

  announce(...[order, happened, desk]: Parameters<PlatformRules['announce']>): void {
    this.#push.announce(order, happened, desk);
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { path, method, body } = visit.request;
    if (path === '/cgi-bin/token') return this.#grant(visit);
    if (method !== 'POST') return visit.refuse('verb', failed(43_002, 'require POST method'));
    const denied = this.#check(visit);
    if (denied) return denied;
    let params: Params;
    try {
      params = JSON.parse(body.toString('utf8') || '{}') as Params;
    } catch {
      return visit.refuse('body', failed(47_001, 'data format error'));
    }
    return this.#call(visit, desk, params);
  }

  #call(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
    switch (visit.request.path) {
      case '/channels/ec/order/list/get':
        return orderIds(visit, desk, params);
      case '/channels/ec/order/get': {
        const order = desk.books.get(String(params.order_id));
        return order ? done({ order: renderOrder(order) }) : visit.refuse('not-found', failed(10_020_052, 'order not exist'));
      }
      case '/channels/ec/aftersale/getaftersalelist':
        return afterSaleIds(visit, desk, params);
      case '/channels/ec/aftersale/getaftersaleorder': {
        const found = desk.books.refund(String(params.after_sale_order_id));
        if (!found) return visit.refuse('not-found', failed(10_060_002, 'after sale order not exist'));
        return done({ after_sale_order: renderAfterSale(found.order, found.refund) });
      }
      case '/channels/ec/basics/info/get':
        return done({ info: { nickname: '示例店', username: this.state.identity, status: 'open_finished' } });
      case '/channels/ec/order/delivery/send':
        return ship(visit, desk, params);
      case '/channels/ec/order/merchantnotes/update':
        return memo(visit, desk, params);
      case '/channels/ec/product/stock/update':
        return stock(visit, desk, params);
      default:
        return visit.refuse('path', failed(40_066, 'invalid url'));
    }
  }

  /** A new token ends the old one. */
  #grant(visit: Visit): SimulatorAnswer {
    const { query, method } = visit.request;
    if (method !== 'GET' || query.get('grant_type') !== 'client_credential')
      return visit.refuse('grant', failed(40_002, 'invalid grant_type'));
    if (query.get('appid') !== KEYS.appid) return visit.refuse('app', failed(40_013, 'invalid appid'));
    if (query.get('secret') !== this.state.secret) return visit.refuse('signature', failed(40_125, 'invalid appsecret'));
    if (this.state.revoked) return visit.refuse('token', failed(50_002, 'api unauthorized: the merchant limited this app'));
    this.#issued += 1;
    this.#token = { text: `wx-token-${this.#issued}`, until: visit.now + TOKEN_LIFE_S * 1_000 };
    return jsonAnswer(JSON.stringify({ access_token: this.#token.text, expires_in: TOKEN_LIFE_S }));
  }

  #check(visit: Visit): SimulatorAnswer | null {
    const given = visit.request.query.get('access_token');
    if (given === null || given === '') return visit.refuse('token', failed(41_001, 'access_token missing'));
    if (this.state.revoked || given !== this.#token?.text)
      return visit.refuse('token', failed(40_001, 'invalid credential, access_token is invalid'));
    if (this.#token.until < visit.now) return visit.refuse('token', failed(42_001, 'access_token expired'));
    if (!this.state.permitted) return visit.refuse('permission', failed(48_001, 'api unauthorized'));
    return null;
  }
}

interface Cursor {
  at: number;
  id: string;
}

function cursorOf(key: unknown): Cursor | null {
  const [, at, id = ''] = /^k(\d+)-(.+)$/.exec(String(key ?? '')) ?? [];
  return at === undefined ? null : { at: Number(at), id };
}

/** What stands behind a key in a list in order of time and id; half a page ends earlier, and its key says so. */
function pageAfter(
  rows: readonly Cursor[],
  key: unknown,
  size: number,
  visit: Visit,
  desk: Desk,
): { ids: string[]; next_key: string; has_more: boolean } {
  const after = cursorOf(key);
  const rest = after === null ? rows : rows.filter(({ at, id }) => at > after.at || (at === after.at && id > after.id));
  const page = rest.length > 1 ? desk.page(visit, rest, 0, size) : rest.slice(0, size);
  const last = page.at(-1);
  return { ids: page.map(({ id }) => id), next_key: last ? `k${last.at}-${last.id}` : '', has_more: page.length < rest.length };
}

function orderIds(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const ranges = (['update_time_range', 'create_time_range'] as const).filter((name) => typeof params[name] === 'object');
  const [name] = ranges;
  if (name === undefined || ranges.length > 1) return visit.refuse('window', failed(10_020_049, 'exactly one time range is required'));
  const { start_time: start, end_time: end } = params[name] as { start_time?: unknown; end_time?: unknown };
  if (!Number.isInteger(start) || !Number.isInteger(end) || Number(end) < Number(start))
    return visit.refuse('window', failed(10_020_049, 'invalid time range'));
  if (Number(end) - Number(start) > 7 * DAY_S) return visit.refuse('span', failed(10_020_049, 'time range is longer than 7 days'));
  const size = params.page_size;
  if (!Number.isInteger(size) || Number(size) < 1 || Number(size) > LARGEST_PAGE)
    return visit.refuse('page-size', failed(10_020_049, 'invalid page_size'));
  const by = name === 'update_time_range' ? 'updated' : 'created';
  const rows = desk
    .listed(visit, by, Number(start) * 1_000, Number(end) * 1_000 + 999)
    .map(({ id, updatedAt, createdAt }) => ({ id, at: by === 'updated' ? updatedAt : createdAt }));
  const { ids, next_key, has_more } = pageAfter(rows, params.next_key, Number(size), visit, desk);
  return done({ order_id_list: ids, next_key, has_more });
}

function afterSaleIds(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const [from, to] = [params.begin_create_time, params.end_create_time];
  if (!Number.isInteger(from) || !Number.isInteger(to)) return visit.refuse('window', failed(10_020_049, 'invalid time range'));
  if (Number(to) - Number(from) > DAY_S) return visit.refuse('span', failed(10_020_049, 'time range is longer than 24 hours'));
  const rows = desk
    .refundsListed(visit, 'created', Number(from) * 1_000, Number(to) * 1_000 + 999)
    .map(({ refund }) => ({ id: refund.id, at: refund.createdAt }));
  const { ids, next_key, has_more } = pageAfter(rows, params.next_key, AFTER_SALES_AT_ONCE, visit, desk);
  return done({ after_sale_order_id_list: ids, next_key, has_more });
}

function ship(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const order = desk.books.get(String(params.order_id));
  if (!order) return visit.refuse('not-found', failed(10_020_052, 'order not exist'));
  const [parcel] = (params.delivery_list ?? []) as { waybill_id?: string; delivery_id?: string; product_infos?: unknown[] }[];
  const { waybill_id: number = '', delivery_id: carrier = '' } = parcel ?? {};
  if (number === '' || carrier === '' || !parcel?.product_infos?.length)
    return visit.refuse('content', failed(10_020_049, 'invalid delivery_list'));
  const seen = desk.wrote('ship', order.id, { number, carrier });
  if (order.tracking !== null) return failed(10_020_053, 'order already shipped');
  if (order.stage !== 'to-ship') return visit.refuse('stage', failed(10_020_049, 'order status does not allow delivery'));
  if (!seen.repeated) desk.change(order.id, (known) => ({ ...known, stage: 'shipped', tracking: { number, carrier } }));
  return done();
}

function memo(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const order = desk.books.get(String(params.order_id));
  if (!order) return visit.refuse('not-found', failed(10_020_052, 'order not exist'));
  const sellerMemo = String(params.merchant_notes ?? '');
  if (!desk.wrote('memo', order.id, { memo: sellerMemo }).repeated) desk.change(order.id, (known) => ({ ...known, sellerMemo }));
  return done();
}

/** 1 adds, 2 subtracts, 3 sets. */
function stock(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const { product_id: item, sku_id: sku, diff_type: kind, num } = params;
  if (
    typeof item !== 'string' ||
    typeof sku !== 'string' ||
    ![1, 2, 3].includes(Number(kind)) ||
    !Number.isInteger(num) ||
    Number(num) < 0
  ) {
    return visit.refuse('content', failed(10_020_049, 'invalid stock'));
  }
  desk.wrote('stock', `${item}/${sku}`, { kind: Number(kind), level: Number(num) });
  return done();
}

/** Opens a WeChat store on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new Desk(options, new WechatStore()).open();
