import type { OrderRecord } from '#main/model/record.ts';

/** True for an order that waits for pieces: it is judged again when one of its SKUs arrives. */
export function missesStock(record: OrderRecord): boolean {
  if (record.status !== 'paid' && record.status !== 'awaiting_shipment' && record.status !== 'pending_payment') return false;
  return record.executable.some((check) => check.id === 'stock' && !check.passed);
}

/** SKUs of an order that are not allocated in full. */
export function missingSkus(record: OrderRecord): string[] {
  const open = new Map<string, number>();
  for (const line of record.lines) open.set(line.sku, (open.get(line.sku) ?? 0) + line.quantity);
  for (const { sku, quantity } of record.allocations) open.set(sku, (open.get(sku) ?? 0) - quantity);
  return [...open].flatMap(([sku, pieces]) => (pieces > 0 ? [sku] : []));
}

/** Orders that wait for a SKU, oldest first. */
export class ShortOrders {
  readonly #bySku = new Map<string, Set<string>>();
  readonly #skusOf = new Map<string, string[]>();

  clear(): void {
    this.#bySku.clear();
    this.#skusOf.clear();
  }

  /** Takes an order in, or out once it misses nothing. */
  put(record: OrderRecord): void {
    for (const sku of this.#skusOf.get(record.orderNo) ?? []) this.#bySku.get(sku)?.delete(record.orderNo);
    this.#skusOf.delete(record.orderNo);
    if (!missesStock(record)) return;
    const skus = missingSkus(record);
    this.#skusOf.set(record.orderNo, skus);
    for (const sku of skus) {
      let orders = this.#bySku.get(sku);
      if (!orders) this.#bySku.set(sku, (orders = new Set()));
      orders.add(record.orderNo);
    }
  }

  waitingFor(sku: string): string[] {
    return [...(this.#bySku.get(sku) ?? [])];
  }
}
