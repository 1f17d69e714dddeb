import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { configSchema } from '#main/hub/config.ts';
import type { Done } from '#main/hub/decider.ts';
import type { Logger } from '#main/hub/ports.ts';
import { ManualTime } from '#main/hub/time.ts';
import type { Incoming } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { Warehouse } from '#shared/stock.ts';
import { DAY, MINUTE } from '#shared/time.ts';
import type { RowFormat, StockAdjustment } from './readers/row.ts';
import type { Booked, ReplayHub, RuleHold, Taken } from './replay-hub.ts';

export interface ReplayHubOptions {
  dataDirectory: string;
  /** The workspace is kept: every commit waits for the disk. */
  keep: boolean;
  format: RowFormat;
  /** Simulated time at the start, epoch ms. */
  startsAt: number;
  openingStock: readonly { sku: string; warehouse: string; spot: number }[];
}

/** G1 scans every ten seconds; with nothing arriving in between, the same orders are found by looking less often. */
const SCAN_EVERY = 10 * MINUTE;

const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields, message) => console.error(message, fields['err'] ?? ''),
};

/** One warehouse for a data set that names none, and can pack whatever comes. It stands nowhere on the map. */
function warehouseOf(format: RowFormat): Warehouse {
  const { shopId, name } = format;
  return { id: shopId, name, province: '', city: '', lon: 0, lat: 0, kind: 'own', dailyCapacity: 1_000_000, vip: false };
}

/** The real hub on a real file, in this thread, with a clock that only a replay moves. Throws StoreError. */
export async function openReplayHub(options: ReplayHubOptions): Promise<ReplayHub> {
  const { format } = options;
  const config = configSchema.parse({
    workspace: format.name.zh,
    shops: [{ channel: 'standard-webhooks', shopId: format.shopId, name: format.name.zh, push: false }],
    warehouses: format.adjustsStock ? [warehouseOf(format)] : [],
    openingStock: options.openingStock,
  });
  const time = new ManualTime(options.startsAt);
  const local = await openHub(
    { dataDirectory: options.dataDirectory, config, demo: false },
    { clock: time, timers: time, runJobs: false, checkOutputs: false, deliverers: [], logger: silent, durable: options.keep },
  );
  return new SimulatedHub(local, time);
}

class SimulatedHub implements ReplayHub {
  readonly #local: LocalHub;
  readonly #time: ManualTime;
  #releasedByTimer = 0;
  #nextScan: number;
  #nextSample: number;

  constructor(local: LocalHub, time: ManualTime) {
    this.#local = local;
    this.#time = time;
    this.#nextScan = time.now() + SCAN_EVERY;
    this.#nextSample = time.now() + DAY;
  }

  advanceTo(at: number): void {
    this.#releasedByTimer += this.#local.advanceTo(at, this.#time);
    const { clockwork } = this.#local.hub;
    if (at >= this.#nextScan) {
      clockwork.scan();
      this.#nextScan = at + SCAN_EVERY;
    }
    if (at >= this.#nextSample) {
      clockwork.sample();
      this.#nextSample = at + DAY;
    }
  }

  ingest(messages: readonly Incoming[]): Taken[] {
    const receivedAt = this.#time.now();
    const done = this.#local.ingest(messages.map((incoming) => ({ incoming, receivedAt })));
    return done.map((one) => this.#taken(one));
  }

  adjustStock({ sku, warehouse, quantity, note }: StockAdjustment): Booked {
    const waiting = this.#local.hub.hot.short.waitingFor(sku);
    if (!this.#local.adjustStock({ sku, warehouse, quantity, kind: 'adjust', note })) {
      return { refusal: 'the shelf would fall below what is reserved', judgedAgain: [] };
    }
    const judgedAgain = waiting.flatMap((orderNo) => {
      const stored = this.#local.store.orders.byNumber(orderNo);
      return stored ? [{ channelOrderId: stored.record.channelOrderId, hold: ruleHold(stored.record) }] : [];
    });
    return { refusal: null, judgedAgain };
  }

  figures(): { releasedByTimer: number; tasksByKind: Record<string, number> } {
    const counts = this.#local.store.queries.taskCounts();
    return { releasedByTimer: this.#releasedByTimer, tasksByKind: Object.fromEntries(counts.map(({ kind, opened }) => [kind, opened])) };
  }

  close(): Promise<void> {
    return this.#local.close();
  }

  #taken(done: Done): Taken {
    if (done.kind === 'refused') return { kind: 'refused', detail: done.text.en };
    if (!('record' in done)) return { kind: done.kind };
    const { record } = done;
    const now = { channelOrderId: record.channelOrderId, hold: ruleHold(record) };
    if (done.kind === 'changed') return { kind: 'changed', ...now };
    // Only an order that did not pass has hits to read.
    const hits = record.grade === 'pass' ? [] : (this.#local.store.queries.lastVerdict(record.orderNo)?.hits ?? []);
    return { kind: 'created', ...now, healthScore: record.healthScore, hits };
  }
}

function ruleHold({ hold }: OrderRecord): RuleHold {
  return hold?.openedBy === 'rule' ? hold.kind : 'none';
}
