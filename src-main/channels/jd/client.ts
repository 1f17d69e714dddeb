import type { CarrierId } from '#shared/carriers.ts';
import { businessDateTime, SECOND } from '#shared/time.ts';
import type {
  ChannelAccess,
  ChannelClient,
  DayPage,
  Fetched,
  MemoRequest,
  OrderPage,
  PageMark,
  ShipRequest,
  ShopIdentity,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { addressOf } from '../kit/address.ts';
import { callJson } from '../kit/caller.ts';
import { count, fields, list, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { errorOf } from './answers.ts';
import { LOGISTICS_IDS } from './carriers.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { signRequest } from './sign.ts';
import { unwrap } from './wrapper.ts';

const PAGE_SIZE = 100;
/** Only what is named here comes back. */
const ORDER_FIELDS = [
  'orderId,parentOrderId,directParentOrderId,venderId,orderState,orderStateRemark,orderStartTime,paymentConfirmTime,orderEndTime,modified',
  'orderTotalPrice,orderSellerPrice,orderPayment,sellerDiscount,freightPrice,balanceUsed,couponDetailList,payType,orderRemark,venderRemark',
  'pin,deliveryType,logisticsId,waybill,consigneeInfo,itemInfoList',
].join(',');
/** The list gives only states it is asked for. */
const EVERY_STATE = Object.keys(mapping.statuses).join(',');

interface Answer {
  body: Fields;
  response: HttpResponse;
}

/** Calls of one JD shop. */
export class JdClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope !== 'orders') throw new ChannelError('unsupported');
    const { rows, total } = await this.#search(window, mark, 'changedDateType', ORDER_FIELDS);
    const entries = rows.map((order) => ({
      id: text(order.orderId),
      kind: 'order' as const,
      updatedAt: time(order.modified),
      payload: { topic: 'order', body: Buffer.from(writeJson(order), 'utf8') },
    }));
    return { entries, total, next: null };
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { rows, total } = await this.#search({ from: day.from, to: day.to - SECOND }, mark, 'createdDateType', 'orderId');
    return { ids: rows.map((order) => text(order.orderId)), total, next: null };
  }

  async #search(window: Window, mark: PageMark | null, dateType: string, wanted: string): Promise<{ rows: Fields[]; total: number }> {
    const { body } = await this.#call('list', 'jingdong.pop.order.search', {
      date_type: this.#option(dateType),
      end_date: businessDateTime(window.to),
      optional_fields: wanted,
      order_state: EVERY_STATE,
      page: String(mark !== null && 'page' in mark ? mark.page : 1),
      page_size: String(PAGE_SIZE),
      start_date: businessDateTime(window.from),
    });
    const result = holderOf(body, 'orderTotal');
    if (result === null) throw new ChannelError('bad-answer', { detail: 'orderTotal' });
    return { rows: list(result.orderInfoList).map(fields), total: count(result.orderTotal) };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    const fetched: Fetched[] = [];
    for (const id of ids) fetched.push(await this.#detail(id, ORDER_FIELDS));
    return fetched;
  }

  async #detail(id: string, wanted: string): Promise<Fetched & { order: Fields }> {
    try {
      const { body, response } = await this.#call('detail', 'jingdong.pop.order.get', {
        optional_fields: wanted,
        order_id: id,
        order_state: EVERY_STATE,
      });
      const order = fields(holderOf(body, 'orderInfo')?.orderInfo);
      if (text(order.orderId) === '') throw new ChannelError('bad-answer', { detail: 'orderInfo' });
      const payload = { topic: 'order', body: Buffer.from(writeJson(order), 'utf8') };
      return { id, payload, observedAt: response.sentAt, order };
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'not-found') throw error;
      return { id, payload: null, observedAt: this.#access.now(), order: {} };
    }
  }

  /** The shop a token belongs to is told by its merchant number (?), which every order carries as well. */
  async identify(): Promise<ShopIdentity> {
    const { body } = await this.#call('detail', 'jingdong.seller.vender.info.get', {});
    const vender = holderOf(body, 'vender_id') ?? holderOf(body, 'venderId') ?? {};
    const identity = text(vender.vender_id) || text(vender.venderId);
    if (identity === '') throw new ChannelError('bad-answer', { detail: 'vender_id' });
    return { identity, name: text(vender.shop_name) || text(vender.shopName) || null };
  }

  async ship({ channelOrderId, trackingNumber, carrier, attempt }: ShipRequest): Promise<void> {
    const waybill = async () => text((await this.#detail(channelOrderId, 'orderId,orderState,waybill')).order.waybill);
    if (attempt > 1 && (await waybill()) === trackingNumber) return;
    try {
      await this.#call('write', this.#option('shipMethod'), {
        logi_copr_id: LOGISTICS_IDS[carrier as CarrierId] ?? LOGISTICS_IDS.other,
        logi_no: trackingNumber,
        order_id: channelOrderId,
      });
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'already-done') throw error;
      const found = await waybill();
      if (found !== trackingNumber) throw new ChannelError('refused', { ...error.details, found });
    }
  }

  /** Setting the same memo again changes nothing, so it needs no reading back. */
  async memo({ channelOrderId, memo, flag }: MemoRequest): Promise<void> {
    await this.#call('write', this.#option('memoMethod'), {
      ...(flag === null ? {} : { flag: String(flag) }),
      order_id: channelOrderId,
      remark: memo,
    });
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
  }

  #timestamp(): string {
    const now = this.#access.now();
    const plain = businessDateTime(now);
    return this.#option('timestampForm') === 'plain' ? plain : `${plain}.${String(now % SECOND).padStart(3, '0')}+0800`;
  }

  /** The JSON is written once: the text that is signed is the text that is sent. */
  async #call(group: CallGroup, method: string, params: Record<string, string>): Promise<Answer> {
    const { endpoint, keys } = this.#access;
    const app = keys.fields.app_key ?? '';
    const { value, response } = await callJson(this.#access, group, async () => {
      const signed: Record<string, string> = {
        method,
        access_token: await this.#access.token(),
        app_key: app,
        timestamp: this.#timestamp(),
        v: '2.0',
        '360buy_param_json': writeJson(params, { sortKeys: true }),
      };
      signed.sign = signRequest(signed, keys.fields.secret ?? '');
      return {
        method: 'POST',
        url: addressOf(endpoint, manifest.origin, '/routerjson'),
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
        body: new URLSearchParams(signed).toString(),
      };
    });
    const outer = fields(value);
    if ('error_response' in outer) throw errorOf(outer.error_response, { group, app, permission: method, response });
    const body = unwrap(value);
    if (body === outer) throw new ChannelError('bad-answer', { detail: method });
    const result = holderOf(body, 'success');
    if (result !== null && text(result.success) === 'false') throw errorOf(result, { group, app, permission: method, response });
    return { body, response };
  }
}

/** The object, at most three levels down, that has this field: what JD puts between wrapper and content differs from call to call. */
function holderOf(value: unknown, name: string, depth = 3): Fields | null {
  const holder = fields(value);
  if (name in holder) return holder;
  if (depth === 0) return null;
  for (const inner of Object.values(holder)) {
    const found = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? holderOf(inner, name, depth - 1) : null;
    if (found !== null) return found;
  }
  return null;
}
