import { Desk } from '../kit/desk.ts';
import type { PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator } from '../kit/types.ts';
import { exactJson, fromBeijing } from '../kit/words.ts';
import { announce } from './push.ts';
import { renderOrder } from './render.ts';

const CLIENT_ID = 'yz-simulated-client';
const TOKEN_LIFE_MS = 7 * 86_400_000;
/** A list shows what is at least so old. */
const LIST_LAG_MS = 30_000;
const LARGEST_PAGE = 100;
const ACKNOWLEDGED = '{"code":0,"msg":"success"}';

type Params = Readonly<Record<string, unknown>>;
interface Token {
  text: string;
  until: number;
  /** A token lives no longer than the secret it was asked with. */
  secret: string;
}

function gatewayError(code: number, message: string): SimulatorAnswer {
  return jsonAnswer(exactJson({ gw_err_resp: { trace_id: 'yz7-0a2b', err_code: code, err_msg: message } }));
}
function failed(code: number, message: string): SimulatorAnswer {
  return jsonAnswer(exactJson({ trace_id: 'yz7-0a2b', success: false, code, message, data: null }));
}
function done(data: unknown): SimulatorAnswer {
  return jsonAnswer(exactJson({ trace_id: 'yz7-0a2b', success: true, code: 200, message: 'successful', data }));
}

/** Youzan as it answers: a bearer token in the query, lists that lag and move, envelopes with the whole order. */
class Youzan implements PlatformRules {
  readonly state = { secret: 'yz-simulated-secret', revoked: false, permitted: true, identity: '160', clockOffMs: 0 };
  /** None is published; these are what integrations keep to. */
  readonly allowances = {
    list: { calls: 5, perMs: 1_000 },
    detail: { calls: 10, perMs: 1_000 },
    write: { calls: 2, perMs: 1_000 },
    token: { calls: 6, perMs: 60_000 },
  };
  readonly courier = {
    retryAfterMs: [15_000, 60_000, 300_000],
    accepted: (status: number, body: string) => status === 200 && body.replace(/\s/g, '') === ACKNOWLEDGED,
  };
  #issued = 0;
  #token: Token | null = null;

  credentials(): Record<string, string> {
    return { client_id: CLIENT_ID, client_secret: this.state.secret, grant_id: this.state.identity };
  }

  classify({ path }: ReceivedRequest) {
    if (path === '/auth/token') return { kind: 'token', group: 'token' } as const;
    if (path.startsWith('/api/youzan.trades.')) return { kind: 'list', group: 'list' } as const;
    if (/^\/api\/youzan\.(?:trade|shop)\.get\//.test(path)) return { kind: 'detail', group: 'detail' } as const;
    return { kind: 'write', group: 'write' } as const;
  }

  tooFast(): SimulatorAnswer {
    return gatewayError(20_001, '请求过于频繁');
  }
  unavailable(): SimulatorAnswer {
    return jsonAnswer('{"gw_err_resp":{"err_code":50000,"err_msg":"系统异常"}}', 500);
  }

  announce(...[order, happened, desk]: Parameters<PlatformRules['announce']>): void {
    announce(order, happened, desk, CLIENT_ID);
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { method, path, body } = visit.request;
    if (method !== 'POST') return visit.refuse('verb', gatewayError(40_001, '只接受 POST'));
    let params: Params;
    try {
      params = JSON.parse(body.toString('utf8') || '{}') as Params;
    } catch {
      return visit.refuse('body', gatewayError(40_001, '请求体不是 JSON'));
    }
    if (path === '/auth/token') return this.#authorise(visit, params);
    const denied = this.#check(visit);
    if (denied) return denied;
    return this.#call(visit, desk, params);
  }

  #call(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
    const [, api = '', version = ''] = /^\/api\/([a-z.]+)\/(\d+\.\d+\.\d+)$/.exec(visit.request.path) ?? [];
    switch (api) {
      case 'youzan.trades.sold.get':
        return /^4\.0\.[0-4]$/.test(version) ? sold(visit, desk, params) : visit.refuse('version', gatewayError(40_001, '接口版本不存在'));
      case 'youzan.trade.get':
        return trade(visit, desk, params);
      case 'youzan.shop.get':
        return done({ kdt_id: Number(this.state.identity), name: '示例店' });
      case 'youzan.logistics.online.confirm':
        return ship(visit, desk, params);
      case 'youzan.trade.memo.update':
        return memo(visit, desk, params);
      case 'youzan.item.quantity.update':
        return stock(visit, desk, params);
      default:
        return visit.refuse('path', gatewayError(40_001, '接口不存在'));
    }
  }

  /** `silent`: the shop's own application asks for itself. The same token is handed out while it lasts. */
  #authorise(visit: Visit, params: Params): SimulatorAnswer {
    if (params.client_id !== CLIENT_ID) return visit.refuse('app', failed(10_001, 'client_id 不存在'));
    if (params.client_secret !== this.state.secret) return visit.refuse('signature', failed(10_002, 'client_secret 错误'));
    if (params.authorize_type !== 'silent') return visit.refuse('content', failed(40_001, '不支持的 authorize_type'));
    if (this.state.revoked || String(params.grant_id) !== this.state.identity)
      return visit.refuse('token', failed(10_005, '店铺未授权此应用'));
    if (!this.#isGood(this.#token, visit.now)) {
      this.#issued += 1;
      this.#token = { text: `yz-token-${this.#issued}`, until: visit.now + TOKEN_LIFE_MS, secret: this.state.secret };
    }
    const { text, until } = this.#token as Token;
    return done({ access_token: text, expires: until, scope: 'trade item', authority_id: this.state.identity });
  }

  #isGood(token: Token | null, now: number): boolean {
    return token !== null && token.until > now && token.secret === this.state.secret;
  }

  #check(visit: Visit): SimulatorAnswer | null {
    const given = visit.request.query.get('access_token');
    const good = !this.state.revoked && given !== null && given === this.#token?.text && this.#isGood(this.#token, visit.now);
    if (!good) return visit.refuse('token', gatewayError(10_003, 'access_token 无效或已过期'));
    if (!this.state.permitted) return visit.refuse('permission', gatewayError(10_004, '应用没有此接口的权限'));
    return null;
  }
}

/** Only a whole pair counts; success beats update, update beats creation. Null: no pair at all. */
function windowOf(params: Params): { by: 'updated' | 'created'; from: number; to: number } | null {
  for (const [name, by] of [
    ['update', 'updated'],
    ['created', 'created'],
  ] as const) {
    const from = fromBeijing(String(params[`start_${name}`] ?? ''));
    const to = fromBeijing(String(params[`end_${name}`] ?? ''));
    if (from !== null && to !== null) return { by, from, to };
  }
  return null;
}

function sold(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const page = Number(params.page_no ?? 1);
  const size = Number(params.page_size ?? 20);
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    return visit.refuse('page-size', failed(40_001, 'page_no 或 page_size 超出范围'));
  }
  const window = windowOf(params);
  if (!window) return visit.refuse('window', failed(40_001, '缺少成对的时间'));
  const newest = visit.now - LIST_LAG_MS;
  const rows = desk
    .listed(visit, window.by, window.from, window.to + 999, 'desc')
    .filter(({ updatedAt, createdAt }) => (window.by === 'updated' ? updatedAt : createdAt) <= newest);
  const orders = desk.page(visit, rows, (page - 1) * size, size).map((order) => renderOrder(order, desk.state.identity));
  return done({ full_order_info_list: orders, total_results: rows.length });
}

function trade(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const order = desk.books.get(String(params.tid));
  return order ? done(renderOrder(order, desk.state.identity)) : visit.refuse('not-found', failed(101_600_004, '订单不存在'));
}

function ship(visit: Visit, desk: Desk, { tid, out_sid: number, out_stype: carrier }: Params): SimulatorAnswer {
  const order = desk.books.get(String(tid));
  if (!order) return visit.refuse('not-found', failed(101_600_004, '订单不存在'));
  if (typeof number !== 'string' || number === '' || carrier === undefined)
    return visit.refuse('content', failed(40_001, '缺少物流公司或单号'));
  const seen = desk.wrote('ship', order.id, { number, carrier: String(carrier) });
  if (order.tracking !== null) return failed(101_610_004, '订单已发货');
  if (order.stage !== 'to-ship') return visit.refuse('stage', failed(40_001, '订单状态不允许发货'));
  if (!seen.repeated) desk.change(order.id, (known) => ({ ...known, stage: 'shipped', tracking: { number, carrier: String(carrier) } }));
  return done({ is_success: true });
}

function memo(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const order = desk.books.get(String(params.tid));
  if (!order) return visit.refuse('not-found', failed(101_600_004, '订单不存在'));
  const sellerMemo = String(params.memo ?? '');
  const flag = params.flag === undefined ? order.flag : Number(params.flag);
  if (!desk.wrote('memo', order.id, { memo: sellerMemo, flag }).repeated)
    desk.change(order.id, (known) => ({ ...known, sellerMemo, flag }));
  return done({ is_success: true });
}

function stock(visit: Visit, desk: Desk, params: Params): SimulatorAnswer {
  const level = params.quantity;
  if (params.item_id === undefined || !Number.isInteger(level) || Number(level) < 0)
    return visit.refuse('content', failed(40_001, '库存参数有误'));
  desk.wrote('stock', String(params.sku_id ?? params.item_id), { level: Number(level) });
  return done({ is_success: true });
}

/** Opens a Youzan shop on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new Desk(options, new Youzan()).open();
