import { SECOND } from '#shared/time.ts';
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
  StockRequest,
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, jsonPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { count, fields, flag, list, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { grantOf } from '../kit/grants.ts';
import { writeJson } from '../kit/json.ts';
import { bareEntry, cursorOf } from '../kit/pages.ts';
import { carrierCode, shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { errorOf } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';

const PAGE_SIZE = 100;
/** `status` of an order that is on its way whole. */
const SHIPPED = '30';
/** Stock: 1 adds, 2 subtracts, 3 sets. Only setting can be repeated. */
const SET_STOCK = 3;

export function connect(access: ChannelAccess): ChannelClient {
  return new WechatStoreClient(access);
}

/** Calls of one WeChat Store. */
class WechatStoreClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** Orders by change time, after-sales by creation time alone; both lists give numbers only. */
  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    const page =
      scope === 'orders'
        ? await this.#orderIds('update_time_range', window, mark)
        : await this.#page('/channels/ec/aftersale/getaftersalelist', 'after_sale_order_id_list', {
            begin_create_time: Math.floor(window.from / SECOND),
            end_create_time: Math.ceil(window.to / SECOND),
            next_key: cursorOf(mark),
          });
    const kind = scope === 'orders' ? 'order' : 'refund';
    return { entries: page.ids.map((id) => bareEntry(kind, id, null)), total: null, next: page.next };
  }

  #orderIds(range: 'create_time_range' | 'update_time_range', window: Window, mark: PageMark | null) {
    return this.#page('/channels/ec/order/list/get', 'order_id_list', {
      [range]: { start_time: Math.floor(window.from / SECOND), end_time: Math.ceil(window.to / SECOND) },
      page_size: PAGE_SIZE,
      next_key: cursorOf(mark),
    });
  }

  async #page(path: string, name: string, params: Record<string, unknown>): Promise<{ ids: string[]; next: string | null }> {
    const { answer } = await this.#call('list', path, params);
    const ids = list(answer[name]).map((entry) => text(fields(entry).after_sale_order_id) || text(entry));
    return { ids: ids.filter((id) => id !== ''), next: flag(answer.has_more) ? optional(answer.next_key) : null };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    return eachDetail(this.#access, ids, async (id) => {
      const { response } =
        kind === 'order'
          ? await this.#call('detail', '/channels/ec/order/get', { order_id: id })
          : await this.#call('detail', '/channels/ec/aftersale/getaftersaleorder', { after_sale_order_id: id });
      return { payload: { topic: kind, body: response.body }, sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { ids, next } = await this.#orderIds('create_time_range', { from: day.from, to: day.to - SECOND }, mark);
    return { ids, total: null, next };
  }

  async identify(): Promise<ShopIdentity> {
    const { answer } = await this.#call('detail', '/channels/ec/basics/info/get', {});
    const info = fields(answer.info);
    return { identity: text(info.username) || (this.#access.keys.fields.appid ?? ''), name: optional(info.nickname) };
  }

  /** A new token ends the old one soon; the hub asks once and shares it. */
  async refresh(): Promise<TokenGrant> {
    const { appid = '', secret = '' } = this.#access.keys.fields;
    const { value, response } = await callJson(this.#access, 'token', () => {
      const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
      return { method: 'GET', url: this.#address(`/cgi-bin/token?${query.toString()}`), headers: {} };
    });
    const answer = fields(value);
    if (text(answer.access_token) === '' && answer.errcode !== undefined) {
      throw errorOf(answer, { group: 'token', app: appid, permission: 'token', response });
    }
    return grantOf(answer, response.sentAt, { expiresAt: response.sentAt + Math.max(60, count(answer.expires_in)) * SECOND });
  }

  /** A parcel names what is in it: everything the order holds. */
  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const deliveryId = carrierCode(codeOf, carrier);
    await shipOnce(
      request,
      async () => parcelsOf(await this.#order(channelOrderId)),
      async () => {
        const products = list(fields((await this.#order(channelOrderId)).order_detail).product_infos).map(fields);
        const contents = products.map((product) => ({
          product_id: text(product.product_id),
          sku_id: text(product.sku_id),
          product_cnt: count(product.sku_cnt),
        }));
        await this.#call('write', '/channels/ec/order/delivery/send', {
          order_id: channelOrderId,
          delivery_list: [{ deliver_type: 1, delivery_id: deliveryId, waybill_id: trackingNumber, product_infos: contents }],
        });
      },
    );
  }

  async #order(orderId: string): Promise<Fields> {
    const { answer } = await this.#call('detail', '/channels/ec/order/get', { order_id: orderId });
    return fields(answer.order);
  }

  /** Sets the note; the same again changes nothing. WeChat has no flag. */
  async memo({ channelOrderId, memo }: MemoRequest): Promise<void> {
    await this.#call('write', '/channels/ec/order/merchantnotes/update', { order_id: channelOrderId, merchant_notes: memo });
  }

  async setStock({ itemId, skuId, available }: StockRequest): Promise<void> {
    await this.#call('write', '/channels/ec/product/stock/update', {
      product_id: itemId,
      sku_id: skuId ?? '',
      diff_type: SET_STOCK,
      num: Math.max(0, Math.trunc(available)),
    });
  }

  #address(path: string): string {
    return addressOf(this.#access.endpoint, manifest.origin, path);
  }

  async #call(group: CallGroup, path: string, params: Record<string, unknown>): Promise<{ answer: Fields; response: HttpResponse }> {
    const { value, response } = await callJson(this.#access, group, async () => {
      const token = encodeURIComponent(await this.#access.token());
      return jsonPost(this.#address(`${path}?access_token=${token}`), writeJson(params));
    });
    const answer = fields(value);
    if (answer.errcode === undefined) throw new ChannelError('bad-answer', { detail: path });
    if (text(answer.errcode) !== '0')
      throw errorOf(answer, { group, app: this.#access.keys.fields.appid ?? '', permission: path, response });
    return { answer, response };
  }
}

function parcelsOf(order: Fields): Parcels {
  const parcels = list(fields(fields(order.order_detail).delivery_info).delivery_product_info);
  const numbers = parcels.map((parcel) => text(fields(parcel).waybill_id));
  return { numbers, complete: text(order.status) === SHIPPED };
}
