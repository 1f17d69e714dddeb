import type { StockFlow } from '#shared/stock.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { OrderRecord } from '#main/model/record.ts';

const MINUTES = HOUR / MINUTE;

interface Bucket {
  minute: number;
  flows: Map<string, { orders: number; pieces: number }>;
  demand: Map<string, number>;
}

/** Where pieces went and where orders came from in the last hour, by the minute (D9). */
export class Flows {
  #buckets: Bucket[] = [];

  clear(): void {
    this.#buckets = [];
  }

  /** An order to a province (short Chinese name). */
  addDemand(province: string, at: number): void {
    const { demand } = this.#bucket(at);
    demand.set(province, (demand.get(province) ?? 0) + 1);
  }

  /** The pieces of an order that was allocated. */
  addAllocations(record: OrderRecord, province: string, at: number): void {
    const { flows } = this.#bucket(at);
    const pieces = new Map<string, number>();
    for (const { warehouse, quantity } of record.allocations) pieces.set(warehouse, (pieces.get(warehouse) ?? 0) + quantity);
    for (const [warehouse, quantity] of pieces) {
      const key = JSON.stringify([warehouse, province]);
      const flow = flows.get(key) ?? { orders: 0, pieces: 0 };
      flows.set(key, { orders: flow.orders + 1, pieces: flow.pieces + quantity });
    }
  }

  read(now: number): { flows: StockFlow[]; demand: { province: string; orders: number }[] } {
    const flows = new Map<string, { orders: number; pieces: number }>();
    const demand = new Map<string, number>();
    const oldest = Math.floor(now / MINUTE) - MINUTES;
    for (const bucket of this.#buckets) {
      if (bucket.minute <= oldest) continue;
      for (const [key, flow] of bucket.flows) {
        const sum = flows.get(key) ?? { orders: 0, pieces: 0 };
        flows.set(key, { orders: sum.orders + flow.orders, pieces: sum.pieces + flow.pieces });
      }
      for (const [province, orders] of bucket.demand) demand.set(province, (demand.get(province) ?? 0) + orders);
    }
    return {
      flows: [...flows].map(([key, flow]) => {
        const [warehouse, province] = JSON.parse(key) as [string, string];
        return { warehouse, province, ...flow };
      }),
      demand: [...demand].map(([province, orders]) => ({ province, orders })).sort((a, b) => b.orders - a.orders),
    };
  }

  /** The newest bucket takes whatever comes late: a minute more or less moves no line on a map. */
  #bucket(at: number): Bucket {
    const minute = Math.floor(at / MINUTE);
    const newest = this.#buckets.at(-1);
    if (newest && newest.minute >= minute) return newest;
    const bucket: Bucket = { minute, flows: new Map(), demand: new Map() };
    this.#buckets.push(bucket);
    if (this.#buckets.length > MINUTES + 1) this.#buckets.shift();
    return bucket;
  }
}
