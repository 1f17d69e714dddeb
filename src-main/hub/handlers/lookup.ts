import type { MethodParams } from '#shared/contract/index.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { ImportFileError } from '#main/imports/index.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { Store, StoredOrder } from '../ports.ts';

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
