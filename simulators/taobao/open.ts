import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { formOf, jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, TruthOrder } from '../kit/types.ts';
import { exactJson, fromBeijing } from '../kit/words.ts';
import { MessageQueue } from './messages.ts';
import { renderTrade } from './render.ts';
import { METHODS, topSign } from './sign.ts';

const APP_KEY = '30001122';
const SESSION = '6100abc-simulated-session';
const TOLERANCE_MS = 600_000;
const DAY_MS = 86_400_000;
const FURTHEST_BACK_MS = 92 * DAY_MS;

type Form = Readonly<Record<string, string>>;
type Refusal = [reason: string, code: number, subCode: string, message: string];

function failed(code: number, subCode: string, message: string): SimulatorAnswer {
  return jsonAnswer(exactJson({ error_response: { code, msg: message, sub_code: subCode, sub_msg: message, request_id: '15ra1' } }));
}

function done(method: string, content: Record<string, unknown>): SimulatorAnswer {
  const wrapper = `${method.replace(/^taobao\./, '').replaceAll('.', '_')}_response`;
  return jsonAnswer(exactJson({ [wrapper]: { ...content, request_id: '15ra2' } }));
}

/** Taobao as its gateway answers: one address, signed forms, the changed list newest first, messages that are asked for. */
class Taobao implements PlatformRules {
  readonly state = { secret: 'tb-simulated-secret', revoked: false, permitted: true, identity: '2481000000', clockOffMs: 0 };
  /** None is published; these are what integrations keep to. */
  readonly allowances = { list: { calls: 5, perMs: 1_000 }, detail: { calls: 10, perMs: 1_000 }, write: { calls: 2, perMs: 1_000 } };
  readonly courier = { retryAfterMs: [], accepted: () => true };
  readonly #queue = new MessageQueue();

  credentials(): Record<string, string> {
    return { app_key: APP_KEY, secret: this.state.secret, access_token: SESSION };
  }

  classify(request: ReceivedRequest): CallClass {
    const { method = '' } = formOf(request);
    if (/\.sold\.|consume$/.test(method)) return { kind: 'list', group: 'list' };
    return /fullinfo|user\.seller/.test(method) ? { kind: 'detail', group: 'detail' } : { kind: 'write', group: 'write' };
  }

  tooFast(): SimulatorAnswer {
    return failed(7, 'accesscontrol.limited-by-api-access-count', 'This ban will last for 1 more seconds');
  }
  unavailable(): SimulatorAnswer {
    return { ...failed(10, 'isp.http-read-timeout', '服务暂不可用'), status: 503 };
  }

  announce(...[order, happened, desk]: Parameters<PlatformRules['announce']>): void {
    this.#queue.announce(order, happened, desk);
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { request } = visit;
    if (request.method !== 'POST' || request.path !== '/router/rest') return visit.refuse('path', { status: 404, body: 'not found' });
    const form = formOf(request);
    const refusal = this.#check(form, visit.now);
    if (refusal) {
      const [reason, code, subCode, message] = refusal;
      return visit.refuse(reason, failed(code, subCode, message));
    }
    return this.#serve(form, visit, desk);
  }

  #check(form: Form, now: number): Refusal | null {
    if (form.app_key !== APP_KEY) return ['app', 29, 'isv.appkey-not-exists', 'Invalid app Key'];
    if (!METHODS.includes(form.sign_method as (typeof METHODS)[number]))
      return ['signature', 25, 'isv.invalid-signature', 'Invalid signature method'];
    if (form.sign === undefined) return ['signature', 24, 'isv.missing-signature', 'Missing signature'];
    if (form.sign !== topSign(form, this.state.secret)) return ['signature', 25, 'isv.invalid-signature', 'Invalid signature'];
    const at = fromBeijing(form.timestamp ?? '');
    if (at === null || Math.abs(at - now) > TOLERANCE_MS) return ['timestamp', 31, 'isv.invalid-timestamp', 'Invalid timestamp'];
    if (form.v !== '2.0' || form.format !== 'json') return ['version', 43, 'isv.invalid-parameter', 'Invalid version or format'];
    if (form.session !== SESSION || this.state.revoked) return ['token', 27, 'invalid-sessionkey', 'Invalid session'];
    if (!this.state.permitted) return ['permission', 11, 'isv.permission-api-package-limit', 'Insufficient isv permissions'];
    return null;
  }

  #serve(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
    const method = form.method ?? '';
    switch (method) {
      case 'taobao.trades.sold.increment.get':
        return list(form, visit, desk, 'updated', ['start_modified', 'end_modified'], DAY_MS);
      case 'taobao.trades.sold.get':
        return list(form, visit, desk, 'created', ['start_created', 'end_created'], FURTHEST_BACK_MS);
      case 'taobao.trade.fullinfo.get':
        return fullInfo(form, visit, desk);
      case 'taobao.user.seller.get':
        return done(method, { user: { user_id: BigInt(desk.state.identity), nick: '示例店' } });
      case 'taobao.tmc.user.permit':
        this.#queue.permitted = true;
        return done(method, { is_success: true });
      case 'taobao.tmc.messages.consume':
        return this.#consume(form, visit);
      case 'taobao.tmc.messages.confirm':
        return this.#confirm(form, visit);
      case 'taobao.logistics.offline.send':
      case 'taobao.logistics.online.send':
        return ship(form, visit, desk);
      case 'taobao.trade.memo.update':
        return memo(form, visit, desk);
      case 'taobao.skus.quantity.update':
        return stock(form, visit, desk);
      default:
        return visit.refuse('method', failed(22, 'isv.invalid-method', 'Invalid method'));
    }
  }

  #consume(form: Form, visit: Visit): SimulatorAnswer {
    const most = Number(form.quantity ?? '100');
    if (!this.#queue.permitted) return visit.refuse('permit', failed(11, 'isv.user-not-permitted', '用户未开通消息服务'));
    if (!Number.isInteger(most) || most < 10 || most > 200) return invalid(visit, 'page-size', 'quantity');
    const messages = this.#queue.consume(most, visit.now);
    const body = `{"tmc_messages_consume_response":{"messages":{"tmc_message":[${messages.join(',')}]},"request_id":"15ra3"}}`;
    return jsonAnswer(messages.length > 0 ? body : '{"tmc_messages_consume_response":{"request_id":"15ra3"}}');
  }

  #confirm(form: Form, visit: Visit): SimulatorAnswer {
    const ids = (form.s_message_ids ?? '').split(',');
    if (ids.length > 200 || !ids.every((id) => /^\d+$/.test(id))) return invalid(visit, 'page-size', 's_message_ids');
    this.#queue.confirm(ids.map(BigInt));
    return done('taobao.tmc.messages.confirm', { is_success: true });
  }
}

function invalid(visit: Visit, reason: string, parameter: string): SimulatorAnswer {
  return visit.refuse(reason, failed(41, 'isv.invalid-parameter', `Invalid arguments: ${parameter}`));
}

type Bounds = readonly [start: string, end: string];

/** Newest first. With `use_has_next` the platform does not count. */
function list(form: Form, visit: Visit, desk: Desk, by: 'updated' | 'created', [start, end]: Bounds, widestMs: number): SimulatorAnswer {
  const [from, to] = [fromBeijing(form[start] ?? ''), fromBeijing(form[end] ?? '')];
  const asked = (form.fields ?? '').split(',').filter((name) => name !== '');
  const [page, size] = [Number(form.page_no ?? '1'), Number(form.page_size ?? '40')];
  if (asked.length === 0) return visit.refuse('fields', failed(40, 'isv.missing-parameter', 'Missing required arguments: fields'));
  if (from === null || to === null || from > to || to - from > widestMs) return invalid(visit, 'span', `${start}, ${end}`);
  if (from < visit.now - FURTHEST_BACK_MS) return invalid(visit, 'span', start);
  if (!Number.isInteger(size) || size < 1 || size > 100 || !Number.isInteger(page) || page < 1)
    return invalid(visit, 'page-size', 'page_no, page_size');
  // The books hold whole seconds, as the platform's times do.
  const rows = desk.listed(visit, by, from, to, 'desc');
  const trade = desk.page(visit, rows, (page - 1) * size, size).map((order) => renderTrade(order, asked, null));
  const counted = form.use_has_next === 'true' ? { has_next: page * size < rows.length } : { total_results: rows.length };
  return done(form.method ?? '', { ...counted, ...(trade.length > 0 ? { trades: { trade } } : {}) });
}

function known(form: Form, visit: Visit, desk: Desk): TruthOrder | SimulatorAnswer {
  const order = desk.books.get(form.tid ?? '');
  return order ?? visit.refuse('not-found', failed(15, 'isv.trade-not-exist', '交易订单不存在'));
}

function fullInfo(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = known(form, visit, desk);
  if (!('lines' in order)) return order;
  const asked = (form.fields ?? '').split(',').filter((name) => name !== '');
  if (asked.length === 0) return visit.refuse('fields', failed(40, 'isv.missing-parameter', 'Missing required arguments: fields'));
  return done('taobao.trade.fullinfo.get', { trade: renderTrade(order, asked, { withOaid: form.include_oaid === 'true' }) });
}

function ship(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = known(form, visit, desk);
  if (!('lines' in order)) return order;
  const { out_sid: number = '', company_code: carrier = '' } = form;
  if (number === '' || carrier === '') return invalid(visit, 'content', 'out_sid, company_code');
  const seen = desk.wrote('ship', order.id, { number, carrier });
  if (order.tracking !== null) return failed(15, 'isv.logistics-offline-service-error:B150-already-sent', '订单已发货，不能重复发货');
  if (order.stage !== 'to-ship') return visit.refuse('stage', failed(15, 'isv.logistics-offline-service-error:B04', '订单状态不允许发货'));
  if (!seen.repeated)
    desk.change(order.id, (before) => ({ ...before, stage: 'shipped', tracking: { number, carrier: carrier.toLowerCase() } }));
  return done(form.method ?? '', { shipping: { is_success: true } });
}

function memo(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = known(form, visit, desk);
  if (!('lines' in order)) return order;
  const flag = form.flag === undefined ? order.flag : Number(form.flag);
  if (!Number.isInteger(flag) || flag < 0 || flag > 5) return invalid(visit, 'content', 'flag');
  const sellerMemo = form.memo ?? '';
  if (!desk.wrote('memo', order.id, { memo: sellerMemo, flag }).repeated)
    desk.change(order.id, (before) => ({ ...before, sellerMemo, flag }));
  return done(form.method ?? '', { trade: { tid: BigInt(order.id) } });
}

/** Type 1 sets a level, type 2 changes it; a difference is written down as such, so that a test sees it was not a level. */
function stock(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const pairs = (form.skuid_quantities ?? form.outerid_quantities ?? '').split(';').map((pair) => pair.split(':'));
  const { type = '1', num_iid: item = '' } = form;
  const whole = pairs.every(([id = '', level = '']) => id !== '' && /^-?\d+$/.test(level));
  if (item === '' || !whole || pairs.length > 20 || !['1', '2'].includes(type)) return invalid(visit, 'content', 'skuid_quantities');
  for (const [id = '', level] of pairs) desk.wrote('stock', id, type === '1' ? { level: Number(level) } : { change: Number(level) });
  return done(form.method ?? '', { item: { num_iid: BigInt(item) } });
}

/** Opens a Taobao shop on a free port of the loopback interface. */
export const open: OpenSimulator = (options) => new Desk(options, new Taobao()).open();
