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
  StockRequest,
  TokenGrant,
  Window,
} from '../client.ts';
import { ChannelError } from '../errors.ts';
import { addressOf } from '../kit/address.ts';
import { callJson, jsonPost } from '../kit/caller.ts';
import { eachDetail } from '../kit/details.ts';
import { fields, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { grantOf } from '../kit/grants.ts';
import { exactId } from '../kit/ids.ts';
import { writeJson } from '../kit/json.ts';
import { optionText } from '../kit/options.ts';
import { fullEntry, pageOf, stated, totalOf } from '../kit/pages.ts';
import { carrierCode, shipOnce } from '../kit/shipping.ts';
import type { Parcels } from '../kit/shipping.ts';
import type { CallGroup, PollScope } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { errorOf, expiryOf, failureOf } from './answers.ts';
import { codeOf } from './carriers.ts';
import { manifest } from './manifest.ts';

const PAGE_SIZE = 100;
const LIST = 'youzan.trades.sold.get/4.0.4';
const DETAIL = 'youzan.trade.get/4.0.0';

export function connect(access: ChannelAccess): ChannelClient {
  return new YouzanClient(access);
}

/** Calls of one Youzan shop. */
class YouzanClient implements ChannelClient {
  readonly #access: ChannelAccess;

  constructor(access: ChannelAccess) {
    this.#access = access;
  }

  /** Both ends of a pair are always given: half a pair is ignored by the platform. */
  async changed(scope: PollScope, window: Window, mark: PageMark | null): Promise<OrderPage> {
    if (scope !== 'orders') throw new ChannelError('unsupported');
    const { data } = await this.#call('list', LIST, {
      start_update: businessDateTime(window.from),
      end_update: businessDateTime(window.to),
      ...pageParams(mark),
    });
    const rows = list(data.full_order_info_list).map(fields);
    const updatedAt = (row: Fields) => time(fields(fields(row.full_order_info).order_info).update_time);
    return { entries: rows.map((row) => fullEntry('order', tidOf(row), updatedAt(row), row)), ...counted(data) };
  }

  async details(kind: 'order' | 'refund', ids: readonly string[]): Promise<Fetched[]> {
    if (kind !== 'order') throw new ChannelError('unsupported');
    return eachDetail(this.#access, ids, async (tid) => {
      const { response } = await this.#call('detail', DETAIL, { tid });
      return { payload: { topic: 'order', body: response.body }, sentAt: response.sentAt };
    });
  }

  async dayIds(day: Window, mark: PageMark | null): Promise<DayPage> {
    const { data } = await this.#call('list', LIST, {
      start_created: businessDateTime(day.from),
      end_created: businessDateTime(day.to - SECOND),
      ...pageParams(mark),
    });
    return { ids: list(data.full_order_info_list).map((row) => tidOf(fields(row))), ...counted(data) };
  }

  async identify(): Promise<ShopIdentity> {
    const { data } = await this.#call('detail', 'youzan.shop.get/3.0.0', {});
    const identity = stated(text(data.kdt_id) || text(data.id) || data.sid, 'kdt_id');
    return { identity, name: optional(data.name) };
  }

  exchange(code: string, query: string): Promise<TokenGrant> {
    const redirect = new URLSearchParams(query).get('redirect_uri');
    return this.#token({ authorize_type: 'authorization_code', code, ...(redirect === null ? {} : { redirect_uri: redirect }) });
  }

  /** An application for own use asks with the shop's number; one for others renews what the shop granted. */
  refresh(grant: TokenGrant | null): Promise<TokenGrant> {
    const { refresh_token: configured, grant_id: shop } = this.#access.keys.fields;
    const refreshToken = configured === undefined ? undefined : (grant?.refreshToken ?? configured);
    if (refreshToken !== undefined) return this.#token({ authorize_type: 'refresh_token', refresh_token: refreshToken });
    return this.#token({ authorize_type: 'silent', grant_id: shop ?? '' });
  }

  async #token(params: Record<string, unknown>): Promise<TokenGrant> {
    const { client_id: clientId = '', client_secret: clientSecret = '' } = this.#access.keys.fields;
    const body = writeJson({ client_id: clientId, client_secret: clientSecret, ...params });
    const { value, response } = await callJson(this.#access, 'token', () => jsonPost(this.#address('/auth/token'), body));
    const answer = fields(value);
    this.#check(answer, response, 'token', 'auth/token');
    const data = fields(answer.data ?? answer);
    return grantOf(data, response.sentAt, {
      expiresAt: expiryOf(data.expires ?? data.expires_in, response.sentAt),
      refreshExpiresAt: null,
      identity: optional(data.authority_id),
    });
  }

  async ship(request: ShipRequest): Promise<void> {
    const { channelOrderId, trackingNumber, carrier } = request;
    const params = { tid: channelOrderId, out_sid: trackingNumber, out_stype: carrierCode(codeOf, carrier), is_no_express: 0 };
    await shipOnce(
      request,
      () => this.#parcels(channelOrderId),
      () => this.#call('write', this.#option('shipApi'), params),
    );
  }

  async #parcels(tid: string): Promise<Parcels> {
    const { data } = await this.#call('detail', DETAIL, { tid });
    const parcels = list(data.delivery_order ?? fields(data.full_order_info).delivery_order).flatMap((order) => list(fields(order).dists));
    const numbers = parcels.map((dist) => text(fields(fields(dist).express_info).express_no));
    return { numbers, complete: true };
  }

  /** Sets memo and star; the same again changes nothing. */
  async memo({ channelOrderId, memo, flag }: MemoRequest): Promise<void> {
    await this.#call('write', this.#option('memoApi'), { tid: channelOrderId, memo, ...(flag === null ? {} : { flag }) });
  }

  /** `type` 0 sets the level (field names not confirmed). */
  async setStock({ itemId, skuId, available }: StockRequest): Promise<void> {
    await this.#call('write', 'youzan.item.quantity.update/4.0.0', {
      item_id: exactId(itemId),
      ...(skuId === null ? {} : { sku_id: exactId(skuId) }),
      quantity: Math.max(0, Math.trunc(available)),
      type: 0,
    });
  }

  #option(name: string): string {
    return optionText(manifest, this.#access.options, name);
  }

  #address(path: string): string {
    return addressOf(this.#access.endpoint, manifest.origin, path);
  }

  #check(answer: Fields, response: HttpResponse, group: CallGroup, permission: string): void {
    const failure = failureOf(answer);
    if (failure) throw errorOf(failure, { group, app: this.#access.keys.fields.client_id ?? '', permission, response });
  }

  async #call(group: CallGroup, api: string, params: Record<string, unknown>): Promise<{ data: Fields; response: HttpResponse }> {
    const { value, response } = await callJson(this.#access, group, async () => {
      const token = encodeURIComponent(await this.#access.token());
      return jsonPost(this.#address(`/api/${api}?access_token=${token}`), writeJson(params));
    });
    const answer = fields(value);
    this.#check(answer, response, group, api);
    const data = answer.data ?? answer.response;
    if (data === undefined) throw new ChannelError('bad-answer', { detail: api });
    return { data: fields(data), response };
  }
}

function pageParams(mark: PageMark | null): { page_no: number; page_size: number } {
  return { page_no: pageOf(mark, 1), page_size: PAGE_SIZE };
}

function counted(data: Fields): { total: number; next: null } {
  return { total: totalOf(data.total_results, 'total_results'), next: null };
}

function tidOf(row: Fields): string {
  return text(fields(fields(row.full_order_info).order_info).tid);
}
