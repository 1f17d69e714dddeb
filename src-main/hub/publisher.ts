import type { EventPayload } from '#shared/contract/index.ts';
import type { StockAlarm, StockLevel } from '#shared/stock.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Batch, ChangedOrder } from './batch.ts';
import type { EventStream } from './event-stream.ts';
import type { Metrics } from './metrics.ts';
import type { Timers } from './ports.ts';
import { isBeat, toBeat, toHeldOrder, toSummary } from './projection.ts';

/** Orders of one event: large enough to be cheap, small enough to paint at once. */
const ORDERS_PER_EVENT = 200;

/** Collects what batches changed for a moment and tells the consoles together, each order in its newest state. */
export class Publisher {
  readonly #stream: EventStream;
  readonly #metrics: Metrics;
  readonly #collectMs: number;
  readonly #timers: Timers;
  #orders = new Map<string, ChangedOrder>();
  #levels = new Map<string, StockLevel>();
  #alarms = new Map<string, StockAlarm>();
  #cleared = new Set<string>();
  #planned: (() => void) | null = null;

  constructor(stream: EventStream, metrics: Metrics, timers: Timers, collectMs: number) {
    this.#stream = stream;
    this.#metrics = metrics;
    this.#timers = timers;
    this.#collectMs = collectMs;
  }

  changed(batch: Batch): void {
    const { news } = batch;
    if (!this.#stream.wanted) {
      if (batch.changed.size > 0 || (news?.levels.length ?? 0) > 0) this.#stream.skip();
      return;
    }
    for (const [orderNo, change] of batch.changed) {
      const before = this.#orders.get(orderNo);
      this.#orders.set(orderNo, before ? { ...change, created: before.created || change.created, wasHeld: before.wasHeld } : change);
    }
    for (const level of news?.levels ?? []) this.#levels.set(`${level.sku}@${level.warehouse}`, level);
    for (const alarm of news?.alarms ?? []) {
      this.#alarms.set(alarm.id, alarm);
      this.#cleared.delete(alarm.id);
    }
    for (const id of news?.alarmsCleared ?? []) {
      this.#alarms.delete(id);
      this.#cleared.add(id);
    }
    for (const { orderNo, payload, key } of batch.notices) this.notice(key, batch.now, 'alarm', noticeText(payload), orderNo);
    this.#plan();
  }

  /** Something a person should notice, at once. */
  notice(id: string, at: number, level: EventPayload<'notice.raised'>['level'], text: LocalisedText, orderNo: string | null): void {
    this.send('notice.raised', { id, at, level, text, orderNo });
  }

  send<N extends Parameters<EventStream['publish']>[0]>(name: N, payload: EventPayload<N>): void {
    if (!this.#stream.wanted) return this.#stream.skip();
    this.#metrics.events.inc({ name });
    this.#stream.publish(name, payload);
  }

  /** Sends what was collected now. */
  flush(): void {
    this.#planned?.();
    this.#planned = null;
    const orders = [...this.#orders.values()];
    this.#orders = new Map();
    for (let from = 0; from < orders.length; from += ORDERS_PER_EVENT) this.#sendOrders(orders.slice(from, from + ORDERS_PER_EVENT));
    if (this.#levels.size > 0 || this.#cleared.size > 0) {
      this.send('stock.changed', {
        levels: [...this.#levels.values()],
        alarms: [...this.#alarms.values()],
        alarmsCleared: [...this.#cleared],
      });
    }
    this.#levels = new Map();
    this.#alarms = new Map();
    this.#cleared = new Set();
  }

  #sendOrders(orders: readonly ChangedOrder[]): void {
    const beats = orders.flatMap(({ record, created }) => (created && isBeat(record) ? [toBeat(record)] : []));
    if (beats.length > 0) this.send('orders.beat', { beats });
    this.send('orders.changed', { orders: orders.map(({ record }) => toSummary(record)) });
    const opened = orders.flatMap(({ record }) => (record.hold ? [toHeldOrder(record)] : []));
    const closed = orders.flatMap(({ record, wasHeld }) => (wasHeld && !record.hold ? [record.orderNo] : []));
    if (opened.length > 0 || closed.length > 0) this.send('holds.changed', { opened, closed });
  }

  #plan(): void {
    if (this.#planned) return;
    if (this.#orders.size === 0 && this.#levels.size === 0 && this.#cleared.size === 0) return;
    this.#planned = this.#timers.after(this.#collectMs, () => {
      this.#planned = null;
      this.flush();
    });
  }
}

/** The title of a notice and the sentence behind it, as the engine wrote them. */
function noticeText(payload: Record<string, unknown>): LocalisedText {
  const parts = [payload['title'], payload['sentence']].filter((part): part is LocalisedText => part !== null && typeof part === 'object');
  return { zh: parts.map(({ zh }) => zh).join('：'), en: parts.map(({ en }) => en).join(': ') };
}
