import type { MethodParams } from '#shared/contract/index.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { ImportFileError } from '#main/imports/index.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { ShopKey } from '../feed-ports.ts';
import type { Store, StoredOrder } from '../ports.ts';
import type { Shop, Shops } from '../shops.ts';

/** The refusal for something that is not there. */
export function notFound(subject: string): Refusal {
  return new Refusal('not_found', { zh: `没有找到 ${subject}`, en: `${subject} was not found` });
}

/** The order a request names, by internal or platform number. Throws the refusal `not_found`. */
export function findOrder(store: Store, key: MethodParams<'orders.get'>): StoredOrder {
  const stored =
    'orderNo' in key ? store.orders.byNumber(key.orderNo) : store.orders.byPlatform(key.channel, key.shopId, key.channelOrderId);
  if (!stored) throw notFound('orderNo' in key ? key.orderNo : key.channelOrderId);
  return stored;
}

/** The connected shop a request names. Throws the refusal `not_found`. */
export function findShop(shops: Shops, { channel, shopId }: ShopKey): Shop {
  const shop = shops.find(channel, shopId);
  if (!shop) throw notFound(`${channel}/${shopId}`);
  return shop;
}

/** Throws the refusal `stale_version` where an order moved since the operator saw it. */
export function checkVersion({ version }: OrderRecord, seen: number): void {
  if (version === seen) return;
  throw new Refusal('stale_version', {
    zh: `订单已有更新（版本 ${version}），请查看后再处理`,
    en: `The order changed meanwhile (version ${version}); look again before deciding`,
  });
}

/** What cannot be read of a file is the person's to know, in words. */
export async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ImportFileError) throw new Refusal('bad_request', error.text);
    throw error;
  }
}

/** Plain text of a field, or its mask where the platform gives no plain text. */
export function plainOf(field: OrderRecord['receiver']['name']): string {
  return field.plain ?? field.mask;
}
