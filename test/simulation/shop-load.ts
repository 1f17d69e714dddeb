import { setTimeout as wait } from 'node:timers/promises';
import { orderData, SECRET, SHOP } from '#test/support/hub.ts';
import { signStandard } from '#test/support/webhooks.ts';

/** One message a platform has to get through; the delivery id stays the same on every attempt. */
export interface PlannedMessage {
  deliveryId: string;
  type: string;
  data: Record<string, unknown>;
}

/** One order with its messages, and what has to stand in the hub when all of them were acknowledged. */
export interface PlannedOrder {
  id: string;
  messages: PlannedMessage[];
  status: string[];
  refundedMinor: number;
}

const WAYS = ['paid', 'paid', 'paid', 'paid-shipped', 'pending-paid', 'cancelled', 'refunded', 'refund-first'] as const;

/** An order on one of the ways orders go; SKUs are few, so that stock runs short in some. */
export function planOrder(id: string, now: number, chance: () => number): PlannedOrder {
  const way = WAYS[Math.floor(chance() * WAYS.length)] ?? 'paid';
  const sku = `SKU-${Math.floor(chance() * 12)}`;
  const quantity = 1 + Math.floor(chance() * 3);
  const sum = quantity * 2_000;
  const at = (step: number, more: Record<string, unknown>) =>
    orderData(id, now, {
      lines: [{ sku, name: sku, quantity, unitPriceMinor: 2_000 }],
      goodsMinor: sum,
      paidMinor: sum,
      updatedAt: now + step,
      ...more,
    });
  const message = (step: number, type: string, data: Record<string, unknown>): PlannedMessage => ({
    deliveryId: `${id}-${step}`,
    type,
    data,
  });
  const paid = message(1, 'order.paid', at(1, {}));
  const shipped = message(2, 'order.shipped', at(2, { status: 'shipped', trackingNumber: `T${id}` }));
  const unpaid = message(0, 'order.created', at(0, { status: 'pending_payment', paidAt: null, paidMinor: 0 }));
  const refund = message(3, 'refund.succeeded', {
    channelOrderId: id,
    refund: { id: `R${id}`, amountMinor: sum, at: now + 3, state: 'succeeded' },
    updatedAt: now + 3,
  });
  const planned = (messages: PlannedMessage[], status: string[], refundedMinor = 0) => ({ id, messages, status, refundedMinor });
  switch (way) {
    case 'paid':
      return planned([paid], ['paid', 'awaiting_shipment']);
    case 'paid-shipped':
      return planned([paid, shipped], ['shipped']);
    case 'pending-paid':
      return planned([unpaid, paid], ['paid', 'awaiting_shipment']);
    case 'cancelled':
      return planned([paid, message(2, 'order.cancelled', at(2, { status: 'cancelled' }))], ['cancelled']);
    case 'refunded':
      return planned([paid, refund], ['refunded'], sum);
    case 'refund-first':
      return planned([refund, paid], ['refunded'], sum);
  }
}

/** What the platform knows it delivered. */
export interface LoadBook {
  orders: PlannedOrder[];
  /** Delivery ids answered with 200. */
  acknowledged: Set<string>;
  /** Answers other than 200, by status. */
  refused: Map<number, number>;
}

/** Sends orders through `parallel` lines until told to end; each message again and again until it is acknowledged. */
export class ShopLoad {
  readonly book: LoadBook = { orders: [], acknowledged: new Set(), refused: new Map() };
  address: string | null = null;
  readonly #chance: () => number;
  #lines: Promise<void>[] = [];
  #ending = false;

  constructor(chance: () => number) {
    this.#chance = chance;
  }

  start(parallel: number): void {
    this.#lines = Array.from({ length: parallel }, (_, line) => this.#line(line));
  }

  /** No new orders; resolves when every message sent so far is acknowledged. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#lines);
  }

  async #line(line: number): Promise<void> {
    for (let count = 0; !this.#ending; count += 1) {
      if (this.address === null) {
        await wait(5);
        continue;
      }
      const order = planOrder(`C${line}-${count}`, Date.now(), this.#chance);
      this.book.orders.push(order);
      for (const message of order.messages) {
        await this.#deliver(message);
        // Platforms repeat themselves even when they were answered.
        if (this.#chance() < 0.1) await this.#attempt(message);
      }
    }
  }

  async #deliver(message: PlannedMessage): Promise<void> {
    while (!(await this.#attempt(message))) await wait(10);
  }

  async #attempt({ deliveryId, type, data }: PlannedMessage): Promise<boolean> {
    const { address } = this;
    if (address === null) return false;
    const now = Date.now();
    const { headers, body } = signStandard(SECRET, deliveryId, now, { type, timestamp: new Date(now).toISOString(), data });
    try {
      const response = await fetch(`${address}/hooks/${SHOP.channel}/${SHOP.shopId}`, {
        method: 'POST',
        headers,
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.status === 200) this.book.acknowledged.add(deliveryId);
      else this.book.refused.set(response.status, (this.book.refused.get(response.status) ?? 0) + 1);
      return response.status === 200;
    } catch {
      // Killed while it was asked: not acknowledged, so it is sent again.
      return false;
    }
  }
}
