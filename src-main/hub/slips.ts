import { SLIP_FIELDS, SlipHistory } from '#main/learning/history/slips.ts';
import type { SlipReading } from '#main/learning/history/slips.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { StoreCondition } from './condition.ts';
import { readPast } from './forecast/past.ts';
import { purchaseOf } from './forecast/order-view.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import type { Logger, Store } from './ports.ts';

export interface SlipsParts {
  store: Store;
  condition: StoreCondition;
  logger: Logger;
  defer(task: () => void): void;
}

/** Orders of the past the memory is rebuilt from, the latest, and how many are read in one turn. */
const PAST_ORDERS = 30_000;
const IN_ONE_TURN = 250;
/** Orders whose refunds are told apart, the latest. */
const ORDERS_FOLLOWED = 50_000;

/** Only a rule that reads one of them makes an order pay for it. */
export function asksForSlips(fields: readonly string[]): boolean {
  return SLIP_FIELDS.some((field) => fields.includes(field));
}

/**
 * Signs of a slip of the keyboard over the orders of the hub, told after each commit. Rebuilt from stored orders in pieces where the hub
 * runs its jobs; until that is done nothing is said.
 */
export class Slips {
  readonly #parts: SlipsParts;
  readonly #history = new SlipHistory();
  /** Refunds of an order that were told already. */
  readonly #followed = new BoundedMap<string, Set<string>>(ORDERS_FOLLOWED);
  #queue: OrderRecord[] | null = null;
  #stopped = false;

  constructor(parts: SlipsParts) {
    this.#parts = parts;
  }

  /** Reads the past; resolves when it is read. What changes meanwhile waits. */
  async start(): Promise<void> {
    const { store, defer, condition, logger } = this.#parts;
    const turn = (): Promise<void> => new Promise((resolve) => defer(resolve));
    this.#queue = [];
    try {
      const past = await readPast(store, { most: PAST_ORDERS, inOneTurn: IN_ONE_TURN, turn, stopped: () => this.#stopped });
      for (const [index, { record, what }] of past.entries()) {
        if (this.#stopped) return;
        if (what === 'paid') this.#observe({ ...record, refunds: [] });
        if (what === 'refunded') this.#observe(record);
        if (index % IN_ONE_TURN === 0) await turn();
      }
    } catch (error) {
      if (!condition.failed(error))
        logger.error({ err: error }, 'the past could not be read for signs of slips; they are learnt from now on');
    }
    const missed = this.#queue;
    this.#queue = null;
    for (const record of missed) this.#observe(record);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Told of every order after its commit. */
  changed(records: Iterable<OrderRecord>): void {
    for (const record of records) {
      if (this.#queue) this.#queue.push(record);
      else this.#observe(record);
    }
  }

  /** What is known of an order as it comes in; null while the past is read. */
  reading(order: IncomingOrder | OrderRecord, buyer: string | null): SlipReading | null {
    return this.#queue ? null : this.#history.read({ ...purchaseOf(order, ''), buyer });
  }

  /** An order nothing can be learnt from keeps nothing from the others. */
  #observe(record: OrderRecord): void {
    try {
      this.#learn(record);
    } catch (error) {
      this.#parts.logger.error({ err: error, orderNo: record.orderNo }, 'signs of slips could not be learnt from an order');
    }
  }

  #learn(record: OrderRecord): void {
    const { orderNo, keys, paidAt, refunds, lines } = record;
    if (paidAt === null) return;
    let told = this.#followed.get(orderNo);
    if (!told) {
      this.#history.observeOrder({ ...purchaseOf(record, orderNo), buyer: keys.buyer });
      this.#followed.set(orderNo, (told = new Set()));
    }
    for (const { id, state, at, amountMinor, lines: back } of refunds) {
      if (keys.buyer === null || state !== 'succeeded' || told.has(id)) continue;
      told.add(id);
      // A refund that names no goods is of all of them; parts of one refund are told with one id and moment.
      const goods = back.length > 0 ? back : lines;
      this.#history.observeRefund({ at, buyer: keys.buyer, refundId: `${id}@${at}`, orderId: orderNo, amountMinor, lines: goods });
    }
  }
}
