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
import { callJson, formPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { fullEntry, pageOf, payloadOf, stated, totalOf } from '../kit/pages.ts';
import { shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
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
    const entries = rows.map((order) => fullEntry('order', text(order.orderId), time(order.modified), order));
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
      page: String(pageOf(mark, 1)),
      page_size: String(PAGE_SIZE),
      start_date: businessDateTime(window.from),
    });
    const result = holderOf(body, 'orderTotal');
    return { rows: list(result?.orderInfoList).map(fields), total: totalOf(result?.orderTotal, 'orderTotal') };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    return eachDetail(this.#access, ids, async (id) => {
      const { order, response } = await this.#order(id, ORDER_FIELDS);
      return { payload: payloadOf('order', order), sentAt: response.sentAt };
    });
  }

  async #order(id: string, wanted: string): Promise<{ order: Fields; response: HttpResponse }> {
    const { body, response } = await this.#call('detail', 'jingdong.pop.order.get', {
      optional_fields: wanted,
      order_id: id,
      order_state: EVERY_STATE,
    });
    const order = fields(holderOf(body, 'orderInfo')?.orderInfo);
    stated(order.orderId, 'orderInfo');
    return { order, response };
  }

  /** The shop a token belongs to is told by its merchant number (?), which every order carries as well. */
  async identify(): Promise<ShopIdentity> {
    const { body } = await this.#call('detail', 'jingdong.seller.vender.info.get', {});
    const vender = holderOf(body, 'vender_id') ?? holderOf(body, 'venderId') ?? {};
    const identity = stated(text(vender.vender_id) || vender.venderId, 'vender_id');
    return { identity, name: optional(vender.shop_name) ?? optional(vender.shopName) };
  }

  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const params = {
      logi_copr_id: LOGISTICS_IDS[carrier as CarrierId] ?? LOGISTICS_IDS.other,
      logi_no: trackingNumber,
      order_id: channelOrderId,
    };
    await shipOnce(
      request,
      () => this.#parcels(channelOrderId),
      () => this.#call('write', this.#option('shipMethod'), params),
    );
  }

  async #parcels(orderId: string): Promise<Parcels> {
    const { order } = await this.#order(orderId, 'orderId,orderState,waybill');
    return { numbers: [text(order.waybill)], complete: false };
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
      return formPost(addressOf(endpoint, manifest.origin, '/routerjson'), signed);
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
