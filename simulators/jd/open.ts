import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { formOf, jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, TruthOrder } from '../kit/types.ts';
import { exactJson, fromBeijing } from '../kit/words.ts';
import { locks, renderOrder, stateOf } from './render.ts';
import { josSign } from './sign.ts';

const APP_KEY = 'jd-simulated-app';
const TOKEN = 'jd-simulated-token';
const TOLERANCE_MS = 360_000;
const MONTH_MS = 31 * 86_400_000;
const LARGEST_PAGE = 200;
const STATES = new Set([
  'WAIT_SELLER_STOCK_OUT',
  'WAIT_SELLER_DELIVERY',
  'WAIT_GOODS_RECEIVE_CONFIRM',
  'FINISHED_L',
  'TRADE_CANCELED',
  'LOCKED',
  'PAUSE',
  'POP_ORDER_PAUSE',
  'WAIT_SEND_CODE',
  'SEND_TO_DISTRIBUTION_CENER',
  'DISTRIBUTION_CENTER_RECEIVED',
  'RECEIPTS_CONFIRM',
]);

type Form = Readonly<Record<string, string>>;
type Params = Readonly<Record<string, string | undefined>>;

function failed(code: string, words: string, english: string): SimulatorAnswer {
  return jsonAnswer(exactJson({ error_response: { code, zh_desc: words, en_desc: english } }));
}

let answers = 0;
/** Both spellings of the wrapper occur. */
function done(method: string, content: Record<string, unknown>): SimulatorAnswer {
  answers += 1;
  const wrapper = `${method.replaceAll('.', '_')}_${answers % 2 === 0 ? 'responce' : 'response'}`;
  return jsonAnswer(exactJson({ [wrapper]: { ...content, code: '0' } }));
}

const SUCCESS = { success: true, chineseErrCode: '', englishErrCode: '', numberCode: 0 };

/** JD as a merchant sees it: one address, business parameters as signed JSON text, nothing before the payment. */
class Jd implements PlatformRules {
  readonly state = { secret: 'jd-simulated-secret', revoked: false, permitted: true, identity: '60001', clockOffMs: 0 };
  /** None is published; these are what integrations keep to. */
  readonly allowances = { list: { calls: 5, perMs: 1_000 }, detail: { calls: 10, perMs: 1_000 }, write: { calls: 2, perMs: 1_000 } };
  readonly courier = { retryAfterMs: [], accepted: () => true };

  credentials(): Record<string, string> {
    return { app_key: APP_KEY, secret: this.state.secret, access_token: TOKEN };
  }

  classify(request: ReceivedRequest): CallClass {
    const { method = '' } = formOf(request);
    if (method.endsWith('order.search')) return { kind: 'list', group: 'list' };
    return method.endsWith('.get') ? { kind: 'detail', group: 'detail' } : { kind: 'write', group: 'write' };
  }

  tooFast(): SimulatorAnswer {
    return failed('2', '调用频率超限，请稍后再试', 'invoke too frequently');
  }
  unavailable(): SimulatorAnswer {
    return { ...failed('67', '平台连接后端服务不可用', 'service unavailable'), status: 500 };
  }
  announce(): void {
    // JD tells a plain application nothing by itself.
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { request } = visit;
    if (request.method !== 'POST' || request.path !== '/routerjson') return visit.refuse('path', { status: 404, body: 'not found' });
    const form = formOf(request);
    const refused = this.#check(form, visit);
    if (refused) return refused;
    const params = paramsOf(form);
    if (!params) return visit.refuse('content', failed('24', '360buy_param_json 不是有效的 JSON', 'invalid param json'));
    switch (form.method) {
      case 'jingdong.pop.order.search':
        return search(params, visit, desk);
      case 'jingdong.pop.order.get':
        return detail(params, visit, desk);
      case 'jingdong.seller.vender.info.get':
        return done(form.method, { vender_info_result: { vender_id: BigInt(desk.state.identity), shop_id: 1, shop_name: '示例店' } });
      case 'jingdong.pop.order.shipment':
        return ship(params, visit, desk);
      case 'jingdong.pop.order.modifyVenderRemark':
        return remark(params, visit, desk);
      default:
        return visit.refuse('method', failed('9', '不存在的方法名', 'invalid method'));
    }
  }

  #check(form: Form, visit: Visit): SimulatorAnswer | null {
    if (form.app_key !== APP_KEY) return visit.refuse('app', failed('11', '无效 app_key', 'invalid app_key'));
    if (form.sign !== josSign(form, this.state.secret)) return visit.refuse('signature', failed('12', '无效签名', 'invalid signature'));
    const at = timeOf(form.timestamp ?? '');
    if (at === null || Math.abs(at - visit.now) > TOLERANCE_MS) {
      return visit.refuse('timestamp', failed('22', '无效时间戳', 'invalid timestamp'));
    }
    if (form.v !== '2.0') return visit.refuse('version', failed('26', '无效版本号', 'invalid version'));
    if (form.access_token !== TOKEN || this.state.revoked)
      return visit.refuse('token', failed('19', '无效的 access_token', 'invalid access_token'));
    if (!this.state.permitted) return visit.refuse('permission', failed('13', '应用权限不足', 'insufficient permission'));
    return null;
  }
}

/** `yyyy-MM-dd HH:mm:ss`, or with milliseconds and zone as the newer guide writes it. */
function timeOf(written: string): number | null {
  const zoned = /^(.{19})\.(\d{3})\+0800$/.exec(written);
  if (!zoned) return fromBeijing(written);
  const second = fromBeijing(zoned[1] ?? '');
  return second === null ? null : second + Number(zoned[2]);
}

function paramsOf(form: Form): Params | null {
  try {
    const value = JSON.parse(form['360buy_param_json'] ?? '{}') as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : null;
  } catch {
    return null;
  }
}

function invalid(visit: Visit, reason: string, name: string): SimulatorAnswer {
  return visit.refuse(reason, failed('24', `参数 ${name} 无效`, `invalid argument ${name}`));
}

function search(params: Params, visit: Visit, desk: Desk): SimulatorAnswer {
  const [from, to] = [fromBeijing(params.start_date ?? ''), fromBeijing(params.end_date ?? '')];
  const states = (params.order_state ?? '').split(',');
  const asked = new Set((params.optional_fields ?? '').split(','));
  const [page, size] = [Number(params.page), Number(params.page_size)];
  if (from === null || to === null || from > to || to - from > MONTH_MS) return invalid(visit, 'span', 'start_date, end_date');
  if (!states.every((state) => STATES.has(state))) return invalid(visit, 'content', 'order_state');
  if (typeof params.page !== 'string' || typeof params.page_size !== 'string') return invalid(visit, 'page-size', 'page, page_size');
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > LARGEST_PAGE)
    return invalid(visit, 'page-size', 'page_size');
  if (params.date_type !== '0' && params.date_type !== '1') return invalid(visit, 'content', 'date_type');
  const by = params.date_type === '1' ? 'created' : 'updated';
  const rows = desk.listed(visit, by, from, to, 'desc').filter((order) => isShown(order) && states.includes(stateOf(order)));
  const orderInfoList = desk.page(visit, rows, (page - 1) * size, size).map((order) => renderOrder(order, desk.state.identity, asked));
  return done('jingdong.pop.order.search', { searchorderinfo_result: { apiResult: SUCCESS, orderTotal: rows.length, orderInfoList } });
}

/** Nobody sees an order of JD before it is paid. */
function isShown(order: TruthOrder): boolean {
  return order.paidAt !== null;
}

function known(params: Params, visit: Visit, desk: Desk): TruthOrder | SimulatorAnswer {
  const order = desk.books.get(params.order_id ?? '');
  return order && isShown(order) ? order : visit.refuse('not-found', failed('64', '订单不存在', 'order not exist'));
}

function detail(params: Params, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = known(params, visit, desk);
  if (!('lines' in order)) return order;
  const orderInfo = renderOrder(order, desk.state.identity, new Set((params.optional_fields ?? '').split(',')));
  return done('jingdong.pop.order.get', { orderDetailInfo: { apiResult: SUCCESS, orderInfo } });
}

function refusedWrite(method: string, words: string, english: string): SimulatorAnswer {
  return done(method, { sopjosshipment_result: { success: false, errorCode: '10400001', chineseErrCode: words, englishErrCode: english } });
}

function ship(params: Params, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = known(params, visit, desk);
  if (!('lines' in order)) return order;
  const { logi_no: number = '', logi_copr_id: carrier = '' } = params;
  const method = 'jingdong.pop.order.shipment';
  if (number === '' || carrier === '') return invalid(visit, 'content', 'logi_no, logi_copr_id');
  const seen = desk.wrote('ship', order.id, { number, carrier });
  if (order.tracking !== null) return refusedWrite(method, '订单已出库', 'order already shipped');
  if (stateOf(order) !== 'WAIT_SELLER_STOCK_OUT') {
    desk.refuse('stage');
    return refusedWrite(method, '订单状态不允许出库', 'order state refuses shipment');
  }
  if (!seen.repeated) desk.change(order.id, (before) => ({ ...before, stage: 'shipped', tracking: { number, carrier } }));
  return done(method, { sopjosshipment_result: { success: true } });
}

function remark(params: Params, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = known(params, visit, desk);
  if (!('lines' in order)) return order;
  const { remark: sellerMemo = '' } = params;
  const flag = params.flag === undefined ? order.flag : Number(params.flag);
  if (sellerMemo.length > 500 || !Number.isInteger(flag) || flag < 0 || flag > 5) return invalid(visit, 'content', 'remark, flag');
  if (!desk.wrote('memo', order.id, { memo: sellerMemo, flag }).repeated)
    desk.change(order.id, (before) => ({ ...before, sellerMemo, flag }));
  return done('jingdong.pop.order.modifyVenderRemark', { modifyvenderremark_result: { success: true } });
}

/** A merchant can only be judged by what JD shows: orders that are paid, and of their refunds the one that locks the order; sums it does not tell are 0. */
class JdDesk extends Desk {
  override truth(id: string): TruthOrder | null {
    const order = super.truth(id);
    if (!order || !isShown(order)) return null;
    const told = (refund: TruthOrder['refunds'][number]) => stateOf(order) === 'LOCKED' && locks(order, refund);
    return { ...order, refunds: order.refunds.map((refund) => (told(refund) ? refund : { ...refund, amountMinor: 0 })) };
  }
}

/** Opens a JD shop on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new JdDesk(options, new Jd()).open();
