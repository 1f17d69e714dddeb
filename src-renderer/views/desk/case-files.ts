import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { Order } from '#shared/order.ts';
import type { Explanation } from '#shared/rule.ts';
import type { StockLevel } from '#shared/stock.ts';
import { request } from '../../api/client.ts';

/** What the middle pane shows of one case. */
export interface CaseFile {
  /** Version of the queue row it was read for. */
  version: number;
  order: Order;
  explanation: Explanation;
  timeline: TimelineEntry[];
}
/** What stands beside it. A part that could not be read is the failure itself, so that the others still show. */
export interface CaseContext {
  version: number;
  buyer: MethodOutput<'orders.buyer'> | Error;
  similar: MethodOutput<'orders.similar'> | Error;
  stock: StockLevel[] | Error;
}
interface Key {
  orderNo: string;
  version: number;
}

/** Enough to go back and forth; older ones are read again. */
const KEPT = 60;
/** SKUs of one order whose stock is looked up; larger baskets are rare and their head tells enough. */
const SKUS = 8;

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

async function readFile({ orderNo, version }: Key): Promise<CaseFile> {
  const key = { orderNo };
  const [order, explanation, timeline] = await Promise.all([
    request('orders.get', key),
    request('orders.explain', key),
    request('orders.timeline', key),
  ]);
  return { version: Math.max(version, order.version), order, explanation, timeline: timeline.items };
}

async function readContext({ orderNo, version }: Key, order: Order): Promise<CaseContext> {
  const key = { orderNo };
  const skus = [...new Set(order.lines.map(({ sku }) => sku))].slice(0, SKUS);
  const levels = Promise.all(skus.map((sku) => request('stock.list', { sku })));
  const [buyer, similar, stock] = await Promise.all([
    request('orders.buyer', key).catch(asError),
    request('orders.similar', key).catch(asError),
    levels.then((pages) => pages.flatMap(({ items }) => items)).catch(asError),
  ]);
  return { version, buyer, similar, stock };
}

/**
 * Case files, read ahead of the person: the next case is here before its turn comes. A file that is out of date stays on screen
 * until the newer one has come.
 */
export const useCaseFiles = defineStore('desk-case-files', () => {
  const files = shallowReactive(new Map<string, CaseFile>());
  const contexts = shallowReactive(new Map<string, CaseContext>());
  const failures = shallowReactive(new Map<string, Error>());
  const underWay = new Map<string, Promise<void>>();

  function keep<T>(cache: Map<string, T>, orderNo: string, value: T): void {
    cache.delete(orderNo);
    cache.set(orderNo, value);
    for (const oldest of cache.keys()) {
      if (cache.size <= KEPT) break;
      cache.delete(oldest);
    }
  }

  async function read(key: Key): Promise<void> {
    try {
      const file = await readFile(key);
      failures.delete(key.orderNo);
      keep(files, key.orderNo, file);
      keep(contexts, key.orderNo, await readContext(key, file.order));
    } catch (error) {
      failures.set(key.orderNo, asError(error));
    }
  }

  /** Reads a case unless it is here in this version already. Never rejects: a failure is told by `failures`. */
  function fetch(key: Key): Promise<void> {
    const known = files.get(key.orderNo);
    if (known && known.version >= key.version && !failures.has(key.orderNo)) return Promise.resolve();
    const name = `${key.orderNo}/${key.version}`;
    const running = underWay.get(name);
    if (running) return running;
    const reading = read(key).finally(() => underWay.delete(name));
    underWay.set(name, reading);
    return reading;
  }

  /** Reads what happened again, after something that is recorded without changing the order. */
  async function refreshTimeline(orderNo: string): Promise<void> {
    const { items } = await request('orders.timeline', { orderNo });
    const file = files.get(orderNo);
    if (file) files.set(orderNo, { ...file, timeline: items });
  }

  return { files, contexts, failures, fetch, refreshTimeline };
});
