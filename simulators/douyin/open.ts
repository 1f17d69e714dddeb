import { Desk } from '../kit/desk.ts';
import type { PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { DouyinPush } from './push.ts';
import { renderAfterSale, renderOrder } from './render.ts';
import { expectedSign, keysInOrder } from './sign.ts';

const APP_KEY = '3333445566778899';
const TOLERANCE_S = 600;
const DAY_S = 86_400;
const ACCESS_LIFE_S = 7 * DAY_S;
const REFRESH_LIFE_S = 14 * DAY_S;
const LARGEST_PAGE = 100;
const DEEPEST_ROW = 10_000;
const ACKNOWLEDGED = '{"code":0,"msg":"success"}';

interface Tokens {
  access: string;
  refresh: string;
  accessUntil: number;
  refreshUntil: number;
}
type Params = Readonly<Record<string, unknown>>;

function failed(code: number, subCode: string, msg: string): SimulatorAnswer {
  return jsonAnswer(exactJson({ code, msg, sub_code: subCode, sub_msg: msg, log_id: '2025061820153300' }));
}
function done(data: unknown): SimulatorAnswer {
  return jsonAnswer(exactJson({ code: 10_000, msg: 'success', data, log_id: '2025061820153300' }));
}

/** Douyin Shop as it answers: paths, signature, tokens that rotate, pages from 0, thin pushes. */
class Douyin implements PlatformRules {
  readonly state;
  /** None is published; these are what integrations keep to. */
  readonly allowances = {
    list: { calls: 5, perMs: 1_000 },
    detail: { calls: 10, perMs: 1_000 },
    write: { calls: 2, perMs: 1_000 },
    token: { calls: 6, perMs: 60_000 },
  };
  readonly courier = {
    retryAfterMs: [10_000, 60_000, 300_000],
    accepted: (status: number, body: string) => status === 200 && body.replace(/\s/g, '') === ACKNOWLEDGED,
  };
  readonly #push = new DouyinPush();
  #issued = 1;
  #tokens: Tokens;

  constructor({ now }: SimulatorOptions) {
    this.state = { secret: 'dd-simulated-secret', revoked: false, permitted: true, identity: '77977', clockOffMs: 0 };
    this.#tokens = this.#issue(now());
  }

  #issue(now: number): Tokens {
    const nowS = Math.floor(now / 1_000);
    const number = this.#issued++;
    return {
      access: `dy-access-${number}`,
      refresh: `dy-refresh-${number}`,
      accessUntil: nowS + ACCESS_LIFE_S,
      refreshUntil: nowS + REFRESH_LIFE_S,
    };
  }

  credentials(): Record<string, string> {
    return { app_key: APP_KEY, secret: this.state.secret, access_token: this.#tokens.access, refresh_token: this.#tokens.refresh };
  }

  classify({ path }: ReceivedRequest) {
    if (path.startsWith('/token/')) return { kind: 'token', group: 'token' } as const;
    if (/\/(?:searchList|List)$/.test(path)) return { kind: 'list', group: 'list' } as const;
    if (/\/(?:orderDetail|Detail)$/.test(path)) return { kind: 'detail', group: 'detail' } as const;
    return { kind: 'write', group: 'write' } as const;
  }

  tooFast(): SimulatorAnswer {
    return failed(80_000, 'isv.rate-limit', '接口调用过于频繁，请稍后再试');
  }
  unavailable(): SimulatorAnswer {
    return jsonAnswer('{"code":20000,"sub_code":"isp.service-error","msg":"系统繁忙"}', 500);
  }

  announce(...[order, happened, desk]: Parameters<PlatformRules['announce']>): void {
    this.#push.announce(order, happened, desk, APP_KEY);
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { request } = visit;
    const refused = this.#checkCall(visit);
    if (refused) return refused;
    const params = JSON.parse(request.body.toString('utf8') || '{}') as Params;
    if (request.path === '/token/refresh') return this.#refresh(visit, params);
    if (request.path === '/token/create') return this.#create(visit, params);
    const denied = this.#checkToken(visit);
    if (denied) return denied;
    switch (request.path) {
      case '/order/searchList':
        return orders(visit, desk, params);
      case '/order/orderDetail':
        return orderDetail(visit, desk, request.body.toString('utf8'));
      case '/afterSale/List':
        return afterSales(visit, desk, params);
      case '/afterSale/Detail':
        return afterSaleDetail(visit, desk, request.body.toString('utf8'));
      case '/order/logisticsAdd':
        return ship(visit, desk, params);
      case '/order/addOrderRemark':
        return remark(visit, desk, params);
      case '/sku/syncStock':
        return stock(visit, desk, params);
      default:
        return visit.refuse('path', failed(40_002, 'isv.method-not-exist', '接口不存在'));
    }
  }

  #checkCall(visit: Visit): SimulatorAnswer | null {
    const { method: verb, path, query, body } = visit.request;
    const given = (name: string) => query.get(name) ?? '';
    if (verb !== 'POST') return visit.refuse('verb', failed(40_002, 'isv.parameter-invalid', '只接受 POST'));
    if (given('app_key') !== APP_KEY) return visit.refuse('app', failed(30_011, 'isv.app-not-exist', 'app_key 不存在'));
    if (given('method') !== path.slice(1).replaceAll('/', '.')) {
      return visit.refuse('method', failed(40_002, 'isv.parameter-invalid', 'method 与路径不一致'));
    }
    if (given('v') !== '2' || given('sign_method') !== 'hmac-sha256') {
      return visit.refuse('version', failed(40_002, 'isv.parameter-invalid', 'v 或 sign_method 有误'));
    }
    const json = body.toString('utf8');
    const call = { app_key: APP_KEY, method: given('method'), param_json: json, timestamp: given('timestamp'), v: '2' };
    if (given('sign') !== expectedSign(call, this.state.secret)) {
      return visit.refuse('signature', failed(40_003, 'isv.signature-invalid', '验签失败'));
    }
    if (!/^\d{10}$/.test(call.timestamp) || Math.abs(Number(call.timestamp) - visit.now / 1_000) > TOLERANCE_S) {
      return visit.refuse('timestamp', failed(30_003, 'isv.timestamp-expired', 'timestamp 已过期'));
    }
    if (!keysInOrder(JSON.parse(json || '{}') as unknown)) {
      return visit.refuse('key-order', failed(40_003, 'isv.signature-invalid', 'param_json 的键未排序'));
    }
    return null;
  }

  #checkToken(visit: Visit): SimulatorAnswer | null {
    const token = visit.request.query.get('access_token') ?? '';
    if (this.state.revoked) return visit.refuse('token', failed(30_001, 'isv.access-token-revoked', '店铺已取消授权'));
    if (token !== this.#tokens.access) return visit.refuse('token', failed(30_001, 'isv.access-token-no-existed', 'access_token 不存在'));
    if (this.#tokens.accessUntil * 1_000 < visit.now)
      return visit.refuse('token', failed(30_002, 'isv.access-token-expired', 'access_token 已过期'));
    if (!this.state.permitted)
      return visit.refuse('permission', failed(30_007, 'isv.app-permissions-insufficient', '应用未获得此接口权限'));
    return null;
  }

  /** Both tokens are replaced; the old ones are worth nothing from now on. */
  #refresh(visit: Visit, params: Params): SimulatorAnswer {
    if (this.state.revoked || params.refresh_token !== this.#tokens.refresh) {
      return visit.refuse('token', failed(30_001, 'isv.refresh-token-invalid', 'refresh_token 无效'));
    }
    if (this.#tokens.refreshUntil * 1_000 < visit.now) {
      return visit.refuse('token', failed(30_002, 'isv.refresh-token-expired', 'refresh_token 已过期'));
    }
    return this.#granted(visit.now);
  }

  #create(visit: Visit, params: Params): SimulatorAnswer {
    if (params.code !== 'simulated-code') return visit.refuse('token', failed(30_001, 'isv.code-invalid', '授权码无效'));
    this.state.revoked = false;
    return this.#granted(visit.now);
  }

  #granted(now: number): SimulatorAnswer {
    this.#tokens = this.#issue(now);
    const { access, refresh } = this.#tokens;
    return done({
      access_token: access,
      refresh_token: refresh,
      expires_in: ACCESS_LIFE_S,
      shop_id: Number(this.state.identity),
      shop_name: '示例店',
    });
  }
}

function badPage(visit: Visit, page: number, size: number): SimulatorAnswer | null {
  const whole = Number.isInteger(page) && Number.isInteger(size);
  if (!whole || page < 0 || size < 1 || size > LARGEST_PAGE)
    return visit.refuse('page-size', failed(40_002, 'isv.parameter-invalid', 'page 或 size 超出范围'));
  if ((page + 1) * size > DEEPEST_ROW) return visit.refuse('page-depth', failed(40_002, 'isv.parameter-invalid', '翻页过深'));
  return null;
}

function orders(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const by = params.order_by === 'create_time' ? 'created' : 'updated';
  const [from, to] =
    by === 'created' ? [params.create_time_start, params.create_time_end] : [params.update_time_start, params.update_time_end];
  const [page, size] = [Number(params.page), Number(params.size)];
  const refused = badPage(visit, page, size);
  if (refused) return refused;
  if (!['create_time', 'update_time'].includes(String(params.order_by)) || !Number.isInteger(from) || !Number.isInteger(to)) {
    return visit.refuse('window', failed(40_002, 'isv.parameter-invalid', '缺少与 order_by 对应的时间'));
  }
  const rows = desk.listed(visit, by, Number(from) * 1_000, Number(to) * 1_000 + 999, params.order_asc === true ? 'asc' : 'desc');
  const list = desk.page(visit, rows, page * size, size).map((order) => renderOrder(order, desk.state.identity));
  return done({ page, size, total: rows.length, shop_order_list: list });
}

/** A 64-bit id, as text or as a bare number, out of the text itself. */
function idIn(json: string, name: string): string {
  return new RegExp(`"${name}"\\s*:\\s*"?(\\d+)"?`).exec(json)?.[1] ?? '';
}

function orderDetail(visit: Visit, desk: Desk, json: string): SimulatorAnswer {
  const order = desk.books.get(idIn(json, 'shop_order_id'));
  if (!order) return visit.refuse('not-found', failed(50_002, 'isv.order-not-exist', '订单不存在'));
  return done({ shop_order_detail: renderOrder(order, desk.state.identity) });
}

function afterSales(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const [page, size] = [Number(params.page), Number(params.size)];
  const refused = badPage(visit, page, size);
  if (refused) return refused;
  const [from, to] = [params.update_start_time, params.update_end_time];
  if (!Number.isInteger(from) || !Number.isInteger(to))
    return visit.refuse('window', failed(40_002, 'isv.parameter-invalid', '缺少更新时间'));
  const rows = desk.refundsListed(visit, 'updated', Number(from) * 1_000, Number(to) * 1_000 + 999);
  const items = desk.page(visit, rows, page * size, size).map(({ order, refund }) => renderAfterSale(order, refund));
  return done({ page, size, total: rows.length, items });
}

function afterSaleDetail(visit: Visit, desk: Desk, json: string): SimulatorAnswer {
  const found = desk.books.refund(idIn(json, 'after_sale_id') || idIn(json, 'aftersale_id'));
  if (!found) return visit.refuse('not-found', failed(50_002, 'isv.aftersale-not-exist', '售后单不存在'));
  const { order_info, aftersale_info } = renderAfterSale(found.order, found.refund) as Record<'order_info' | 'aftersale_info', object>;
  return done({ order_info, process_info: { after_sale_info: aftersale_info } });
}

function ship(visit: Visit, desk: Desk, { order_id: id, logistics_code: number, company_code: carrier }: Params): SimulatorAnswer {
  const order = desk.books.get(String(id));
  if (!order) return visit.refuse('not-found', failed(50_002, 'isv.order-not-exist', '订单不存在'));
  if (typeof number !== 'string' || number === '' || typeof carrier !== 'string' || carrier === '') {
    return visit.refuse('content', failed(40_002, 'isv.parameter-invalid', '缺少物流公司或单号'));
  }
  const seen = desk.wrote('ship', order.id, { number, carrier });
  if (order.tracking !== null) return failed(50_002, 'isv.order-already-shipped', '订单已发货');
  if (order.stage !== 'to-ship') return visit.refuse('stage', failed(50_002, 'isv.order-status-error', '订单状态不允许发货'));
  if (!seen.repeated) desk.change(order.id, (known) => ({ ...known, stage: 'shipped', tracking: { number, carrier } }));
  return done({});
}

function remark(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const order = desk.books.get(String(params.order_id));
  if (!order) return visit.refuse('not-found', failed(50_002, 'isv.order-not-exist', '订单不存在'));
  const flag = params.is_add_star === 'true' ? Number(params.star) : order.flag;
  const sellerMemo = String(params.remark ?? '');
  if (!desk.wrote('memo', order.id, { memo: sellerMemo, flag }).repeated)
    desk.change(order.id, (known) => ({ ...known, sellerMemo, flag }));
  return done({});
}

/** A difference would need an idempotency key; a level is set. */
function stock(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const level = params.stock_num;
  const subject = String(params.code ?? params.sku_id ?? params.out_sku_id ?? '');
  if (params.incremental !== false || !Number.isInteger(level) || Number(level) < 0 || subject === '') {
    return visit.refuse('content', failed(40_002, 'isv.parameter-invalid', '库存参数有误'));
  }
  desk.wrote('stock', subject, { level: Number(level) });
  return done({});
}

/** Opens a Douyin shop on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new Desk(options, new Douyin(options)).open();
