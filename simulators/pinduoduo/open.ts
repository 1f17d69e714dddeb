import { Desk } from '../kit/desk.ts';
import type { CallClass, PlatformRules, Visit } from '../kit/desk.ts';
import { formOf, jsonAnswer } from '../kit/http.ts';
import type { ReceivedRequest, SimulatorAnswer } from '../kit/http.ts';
import type { OpenSimulator, SimulatorOptions, TruthOrder } from '../kit/types.ts';
import { exactJson } from '../kit/words.ts';
import { MessageConnections, messageOf } from './messages.ts';
import { confirmStatus, renderOrder, renderRefund } from './render.ts';
import { popSign } from './sign.ts';

const CLIENT_ID = 'pdd-simulated-client';
const TOLERANCE_S = 600;
const HALF_HOUR_S = 1_800;
const DAY_S = 86_400;
const TOKEN_LIFE_S = DAY_S;

type Form = Readonly<Record<string, string>>;

function failed(code: number, words: string, subCode = ''): SimulatorAnswer {
  return jsonAnswer(
    exactJson({ error_response: { error_code: code, error_msg: words, sub_code: subCode || null, sub_msg: words, request_id: '1500' } }),
  );
}
function done(wrapper: string, content: Record<string, unknown>): SimulatorAnswer {
  return jsonAnswer(exactJson({ [`${wrapper}_response`]: { ...content, request_id: '1501' } }));
}

/** Pinduoduo as its gateway answers, with the message connection beside it on the same port. */
class Pinduoduo implements PlatformRules {
  readonly state = { secret: 'pdd-simulated-secret', revoked: false, permitted: true, identity: '171500001', clockOffMs: 0 };
  /** None is published; these are what integrations keep to. */
  readonly allowances = {
    list: { calls: 5, perMs: 1_000 },
    detail: { calls: 10, perMs: 1_000 },
    write: { calls: 2, perMs: 1_000 },
    token: { calls: 6, perMs: 60_000 },
  };
  readonly courier = { retryAfterMs: [], accepted: () => true };
  messages: MessageConnections | null = null;
  #issued = 1;
  #accessUntil: number;

  constructor({ now }: SimulatorOptions) {
    this.#accessUntil = Math.floor(now() / 1_000) + TOKEN_LIFE_S;
  }

  get #access(): string {
    return `pdd-access-${this.#issued}`;
  }

  credentials(): Record<string, string> {
    return { client_id: CLIENT_ID, secret: this.state.secret, access_token: this.#access, refresh_token: 'pdd-refresh' };
  }

  classify(request: ReceivedRequest): CallClass {
    const { type = '' } = formOf(request);
    if (type.startsWith('pdd.pop.auth.')) return { kind: 'token', group: 'token' };
    if (/\.list\./.test(type)) return { kind: 'list', group: 'list' };
    return /\.(?:information|info)\.get$/.test(type) ? { kind: 'detail', group: 'detail' } : { kind: 'write', group: 'write' };
  }

  tooFast(): SimulatorAnswer {
    return failed(70031, '调用过于频繁，请调整调用频率');
  }
  unavailable(): SimulatorAnswer {
    return { ...failed(50000, '系统内部错误，请稍后重试'), status: 502 };
  }

  announce(...[order, happened, desk]: Parameters<PlatformRules['announce']>): void {
    const told = messageOf(order, happened, desk.state.identity);
    if (told) this.messages?.announce(told.type, told.content, desk.now);
  }

  answer(visit: Visit, desk: Desk): SimulatorAnswer {
    const { request } = visit;
    if (request.method !== 'POST' || request.path !== '/api/router') return visit.refuse('path', { status: 404, body: 'not found' });
    const form = formOf(request);
    const refused = this.#check(form, visit);
    if (refused) return refused;
    if (form.type === 'pdd.pop.auth.token.refresh') return this.#refresh(form, visit);
    const denied = this.#checkToken(form, visit);
    return denied ?? this.#serve(form, visit, desk);
  }

  #check(form: Form, visit: Visit): SimulatorAnswer | null {
    if (form.client_id !== CLIENT_ID) return visit.refuse('app', failed(10016, 'client_id 无效'));
    if (form.sign !== popSign(form, this.state.secret)) return visit.refuse('signature', failed(20004, '签名 sign 校验失败'));
    if (form.data_type !== 'JSON' || (form.version ?? 'V1') !== 'V1')
      return visit.refuse('content', failed(10001, '公共参数错误: data_type, version'));
    const at = form.timestamp ?? '';
    if (!/^\d{10}$/.test(at) || Math.abs(Number(at) - visit.now / 1_000) > TOLERANCE_S) {
      return visit.refuse('timestamp', failed(10003, '公共参数错误: timestamp'));
    }
    return null;
  }

  #checkToken(form: Form, visit: Visit): SimulatorAnswer | null {
    if (this.state.revoked) return visit.refuse('token', failed(30001, '商家授权已取消'));
    if (form.access_token !== this.#access || visit.now / 1_000 > this.#accessUntil) {
      return visit.refuse('token', failed(10019, 'access_token 已过期'));
    }
    return this.state.permitted ? null : visit.refuse('permission', failed(30000, '没有调用此 API 的权限'));
  }

  /** The refresh token stays; the old access token ends. */
  #refresh(form: Form, visit: Visit): SimulatorAnswer {
    if (form.refresh_token !== 'pdd-refresh' || this.state.revoked) return visit.refuse('token', failed(30001, 'refresh_token 授权已失效'));
    this.#issued += 1;
    this.#accessUntil = Math.floor(visit.now / 1_000) + TOKEN_LIFE_S;
    return done('pop_auth_token_refresh', {
      access_token: this.#access,
      refresh_token: 'pdd-refresh',
      expires_in: TOKEN_LIFE_S,
      refresh_token_expires_in: 30 * DAY_S,
      owner_id: this.state.identity,
      owner_name: '示例店',
    });
  }

  #serve(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
    switch (form.type) {
      case 'pdd.order.number.list.increment.get':
        return changedOrders(form, visit, desk);
      case 'pdd.order.list.get':
        return dealtOrders(form, visit, desk);
      case 'pdd.order.information.get':
        return orderDetail(form, visit, desk);
      case 'pdd.refund.list.increment.get':
        return changedRefunds(form, visit, desk);
      case 'pdd.refund.information.get':
        return refundDetail(form, visit, desk);
      case 'pdd.mall.info.get':
        return done('mall_info_get', { mall_id: BigInt(desk.state.identity), mall_name: '示例店' });
      case 'pdd.pmc.user.permit':
        if (this.messages) this.messages.permitted = true;
        return done('pmc_user_permit', { is_success: true });
      case 'pdd.logistics.online.send':
        return ship(form, visit, desk);
      case 'pdd.order.note.update':
        return note(form, visit, desk);
      default:
        return visit.refuse('method', failed(10000, '参数错误: type'));
    }
  }
}

function invalid(visit: Visit, reason: string, name: string): SimulatorAnswer {
  return visit.refuse(reason, failed(50001, `业务参数错误: ${name}`));
}

interface Range {
  from: number;
  to: number;
  page: number;
  size: number;
}
/** Bounds in seconds, both inclusive; null when the platform would not accept them. */
function rangeOf(form: Form, start: string, end: string, widestS: number, visit: Visit): Range | SimulatorAnswer {
  const [from, to, page, size] = [form[start], form[end], form.page ?? '1', form.page_size ?? '100'].map(Number);
  if (from === undefined || to === undefined || page === undefined || size === undefined) return invalid(visit, 'span', start);
  if (!Number.isInteger(from) || !Number.isInteger(to) || from > to || to - from > widestS)
    return invalid(visit, 'span', `${start}, ${end}`);
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > 100)
    return invalid(visit, 'page-size', 'page, page_size');
  return { from: from * 1_000, to: to * 1_000, page, size };
}

function isRange(value: Range | SimulatorAnswer): value is Range {
  return 'from' in value;
}

function changedOrders(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const range = rangeOf(form, 'start_updated_at', 'end_updated_at', HALF_HOUR_S, visit);
  if (!isRange(range)) return range;
  if (form.order_status !== '5' || form.refund_status !== '5' || form.is_lucky_flag !== '0') {
    return invalid(visit, 'content', 'order_status, refund_status, is_lucky_flag');
  }
  const rows = desk.listed(visit, 'updated', range.from, range.to, 'desc');
  const order_sn_list = desk.page(visit, rows, (range.page - 1) * range.size, range.size).map((order) => ({ order_sn: order.id }));
  return done('order_sn_increment_get', { ...counted(form, range, rows.length), order_sn_list });
}

/** By the time of the deal: what nobody has paid, and groups that are still forming, are not here. */
function dealtOrders(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const range = rangeOf(form, 'start_confirm_at', 'end_confirm_at', DAY_S, visit);
  if (!isRange(range)) return range;
  const rows = desk.listed(visit, 'paid', range.from, range.to, 'desc').filter((order) => confirmStatus(order) !== 0);
  const order_list = desk.page(visit, rows, (range.page - 1) * range.size, range.size).map(renderOrder);
  return done('order_list_get', { ...counted(form, range, rows.length), order_list });
}

function changedRefunds(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const range = rangeOf(form, 'start_updated_at', 'end_updated_at', HALF_HOUR_S, visit);
  if (!isRange(range)) return range;
  const rows = desk.refundsListed(visit, 'updated', range.from, range.to);
  const page = desk.page(visit, rows, (range.page - 1) * range.size, range.size);
  return done('refund_increment_get', {
    total_count: rows.length,
    refund_list: page.map(({ order, refund }) => renderRefund(order, refund)),
  });
}

/** With `use_has_next` the platform does not count. */
function counted(form: Form, { page, size }: Range, total: number): object {
  return form.use_has_next === 'true' ? { has_next: page * size < total } : { total_count: total };
}

function orderOf(form: Form, visit: Visit, desk: Desk): TruthOrder | SimulatorAnswer {
  return desk.books.get(form.order_sn ?? '') ?? visit.refuse('not-found', failed(50001, '订单不存在', '40001'));
}

function orderDetail(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = orderOf(form, visit, desk);
  return 'lines' in order ? done('order_info_get', { order_info: renderOrder(order) }) : order;
}

function refundDetail(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const found = desk.books.refund(form.after_sales_id ?? '');
  if (!found) return visit.refuse('not-found', failed(50001, '售后单不存在'));
  return done('refund_information_get', renderRefund(found.order, found.refund) as Record<string, unknown>);
}

function ship(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = orderOf(form, visit, desk);
  if (!('lines' in order)) return order;
  const { tracking_number: number = '', logistics_id: carrier = '' } = form;
  if (number === '' || !/^\d+$/.test(carrier)) return invalid(visit, 'content', 'tracking_number, logistics_id');
  const seen = desk.wrote('ship', order.id, { number, carrier });
  if (order.tracking !== null) return failed(50001, '订单已发货，不能重复发货');
  if (order.stage !== 'to-ship') return visit.refuse('stage', failed(50001, '订单状态不允许发货'));
  if (!seen.repeated) desk.change(order.id, (before) => ({ ...before, stage: 'shipped', tracking: { number, carrier } }));
  return done('logistics_online_send', { is_success: true });
}

function note(form: Form, visit: Visit, desk: Desk): SimulatorAnswer {
  const order = orderOf(form, visit, desk);
  if (!('lines' in order)) return order;
  const sellerMemo = form.note ?? '';
  const flag = form.tag === undefined ? order.flag : Number(form.tag);
  if (sellerMemo.length > 300 || !Number.isInteger(flag) || flag < 0 || flag > 5) return invalid(visit, 'content', 'note, tag');
  if (!desk.wrote('memo', order.id, { memo: sellerMemo, flag }).repeated)
    desk.change(order.id, (before) => ({ ...before, sellerMemo, flag }));
  return done('order_note_update', { success: true });
}

class PinduoduoDesk extends Desk {
  readonly #platform: Pinduoduo;

  constructor(options: SimulatorOptions, platform: Pinduoduo) {
    super(options, platform);
    this.#platform = platform;
  }

  override async settled(): Promise<void> {
    await super.settled();
    await this.#platform.messages?.settled();
  }
}

/** Opens a Pinduoduo shop on a free port of the loopback interface: calls and message connection together. */
export const open: OpenSimulator = async (options) => {
  const platform = new Pinduoduo(options);
  const desk = await new PinduoduoDesk(options, platform).open();
  platform.messages = new MessageConnections(desk, CLIENT_ID);
  return desk;
};
