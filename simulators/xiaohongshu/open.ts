import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { renderDetail, renderRow } from './render.ts';
import { arkSign } from './sign.ts';

const PATH = '/ark/open_api/v3/common_controller';
const APP_ID = '21d6simulated';
const TOKEN = 'token-xhs-simulated';
const TOLERANCE_S = 600;
const DAY_S = 86_400;
const HALF_HOUR_S = 1_800;
const CREATED = 1;
const UPDATED = 2;

type Body = Readonly<Record<string, unknown>>;

function failed(code: number, words: string): SimulatorAnswer {
  return jsonAnswer(exactJson({ success: false, error_code: code, error_msg: words, data: null }));
}
function done(data: unknown): SimulatorAnswer {
  return jsonAnswer(exactJson({ success: true, error_code: 0, data }));
}

function bodyOf(request: ReceivedRequest): Body {
  try {
    const value = JSON.parse(request.body.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
  } catch {
    return {};
  }
}

/** Xiaohongshu as far as its facts are known: one address, the method in the body, nothing pushed, nothing written. */
class Xiaohongshu implements PlatformRules {
  readonly state = { secret: 'xhs-simulated-secret', revoked: false, permitted: true, identity: 'seller-1', clockOffMs: 0 };
  /** None is published; these are what integrations keep to. */
  readonly allowances = { list: { calls: 5, perMs: 1_000 }, detail: { calls: 10, perMs: 1_000 } };
  readonly courier = { retryAfterMs: [], accepted: () => true };

  credentials(): Record<string, string> {
    return { appId: APP_ID, secret: this.state.secret, access_token: TOKEN };
  }

  classify(request: ReceivedRequest): CallClass {
    return bodyOf(request).method === 'order.getOrderList' ? { kind: 'list', group: 'list' } : { kind: 'detail', group: 'detail' };
  }

  tooFast(): SimulatorAnswer {
    return failed(-9001, '接口调用频率超限');
  }
  unavailable(): SimulatorAnswer {
    return { status: 503, body: 'upstream connect error' };
  }
  announce(): void {
    // No way is known in which Xiaohongshu tells of a change.
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { request } = visit;
    if (request.method !== 'POST' || request.path !== PATH || request.rawQuery !== '')
      return visit.refuse('path', { status: 404, body: 'not found' });
    const body = bodyOf(request);
    const refused = this.#check(body, visit);
    if (refused) return refused;
    if (body.method === 'order.getOrderList') return list(body, visit, desk);
    if (body.method === 'order.getOrderDetail') return detail(body, visit, desk);
    return visit.refuse('method', failed(-9002, '方法不支持'));
  }

  #check(body: Body, visit: Visit): SimulatorAnswer | null {
    const { method, appId, timestamp, version, sign, accessToken } = body;
    if (appId !== APP_ID) return visit.refuse('app', failed(-9003, '应用不存在 appId'));
    if (typeof timestamp !== 'string' || !/^\d{10}$/.test(timestamp)) return visit.refuse('timestamp', failed(-9004, 'timestamp 格式错误'));
    const expected = arkSign({ method: String(method), appId: APP_ID, timestamp, version: '2.0' }, this.state.secret);
    if (version !== '2.0' || sign !== expected) return visit.refuse('signature', failed(-9005, '签名错误'));
    if (Math.abs(Number(timestamp) - visit.now / 1_000) > TOLERANCE_S) return visit.refuse('timestamp', failed(-9004, 'timestamp 已过期'));
    if (accessToken !== TOKEN || this.state.revoked) return visit.refuse('token', failed(-9006, 'accessToken 无效'));
    if (!this.state.permitted) return visit.refuse('permission', failed(-9007, '应用没有该接口权限'));
    return null;
  }
}

/** A window by change may span half an hour, one by creation a day; newest first. */
function list(body: Body, visit: Visit, desk: Desk): SimulatorAnswer {
  const { startTime, endTime, timeType, pageNo = 1, pageSize = 50 } = body;
  const [from, to, page, size] = [Number(startTime), Number(endTime), Number(pageNo), Number(pageSize)];
  if (![from, to, page, size].every(Number.isInteger)) return visit.refuse('content', failed(-9008, '参数错误'));
  if (timeType !== CREATED && timeType !== UPDATED) return visit.refuse('content', failed(-9008, '参数 timeType 错误'));
  if (from > to || to - from > (timeType === UPDATED ? HALF_HOUR_S : DAY_S)) return visit.refuse('span', failed(-9009, '时间跨度超出范围'));
  if (page < 1 || page > 100 || size < 1 || size > 100) return visit.refuse('page-size', failed(-9010, '分页参数超出范围'));
  const rows = desk.listed(visit, timeType === CREATED ? 'created' : 'updated', from * 1_000, to * 1_000, 'desc');
  const orderList = desk.page(visit, rows, (page - 1) * size, size).map(renderRow);
  return done({ total: rows.length, pageNo: page, pageSize: size, maxPageNo: Math.max(1, Math.ceil(rows.length / size)), orderList });
}

function detail(body: Body, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = desk.books.get(String(body.orderId));
  return order ? done(renderDetail(order)) : visit.refuse('not-found', failed(-9011, '订单不存在'));
}

/** After-sales are not told at all: a refunded order is a cancelled one, and no sum is known. */
class XiaohongshuDesk extends Desk {
  override truth(id: string): TruthOrder | null {
    const order = super.truth(id);
    return order && { ...order, refunds: order.refunds.map((refund) => ({ ...refund, amountMinor: 0 })) };
  }
}

/** Opens a Xiaohongshu shop on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new XiaohongshuDesk(options, new Xiaohongshu()).open();
