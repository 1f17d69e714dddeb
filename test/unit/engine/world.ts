import { readFileSync } from 'node:fs';
import type { OrderLine } from '#shared/order.ts';
import { warehouseSchema } from '#shared/stock.ts';
import {
  AssociationIndex,
  createPlaces,
  DEFAULT_ENGINE_SETTINGS,
  foldProfile,
  matchKeys,
  process,
  SlidingWindows,
  type Facts,
} from '#main/engine/index.ts';
import type { CustomerProfile, StockView } from '#main/model/facts.ts';
import type { IncomingOrder, Receiver, RefundEntry, Sensitive } from '#main/model/incoming.ts';
import type { Applied, Command, EngineInput, Outcome, StockChange } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { parseRoutingTable } from '#main/routing/table.ts';
import { pack } from '../rules/pack.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../../../resources/${name}`, import.meta.url), 'utf8'));

export const places = createPlaces(read('places.json') as Parameters<typeof createPlaces>[0]);
export const warehouses = warehouseSchema.array().parse(read('warehouses.json'));
const table = parseRoutingTable(read('routing.json'));

export const hash = (text: string): string => `#${text}`;
export const plain = (text: string): Sensitive => ({ plain: text, mask: text.replace(/.$/, '*'), index: null });

/** 14:00 in Shanghai. */
export const NOON = Date.UTC(2026, 5, 18, 6);

export const HANGZHOU: Receiver = {
  name: plain('林小姐'),
  phone: plain('13800138000'),
  country: 'CN',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  address: plain('文三路 12 号 3 幢 501 室'),
  postcode: null,
  position: null,
};

export const BOTTLE: OrderLine = { sku: 'bottle', name: '玻璃奶瓶 240ml', quantity: 2, unitPriceMinor: 9_900 };

/** A bottle alone, and what makes an order a second one of the same buyer. */
export const ONE = { ...BOTTLE, quantity: 1 };
export const other = (changes: Partial<IncomingOrder> = {}): Partial<IncomingOrder> => ({
  channelOrderId: '4002',
  lines: [ONE],
  goodsMinor: 9_900,
  paidMinor: 9_900,
  ...changes,
});
/** The same order under another number. */
export const again = (changes: Partial<IncomingOrder> = {}): Partial<IncomingOrder> => ({ channelOrderId: '4002', ...changes });

/** A paid order in good health. */
export function incoming(changes: Partial<IncomingOrder> = {}): IncomingOrder {
  const at = changes.createdAt ?? NOON;
  return {
    channel: 'taobao',
    shopId: 'flagship',
    channelOrderId: '4001',
    status: 'paid',
    rawStatus: 'PAID',
    partiallyShipped: false,
    currency: 'CNY',
    goodsMinor: 19_800,
    freightMinor: 0,
    discountMinor: 0,
    paidMinor: 19_800,
    createdAt: at,
    paidAt: at,
    updatedAt: at,
    buyer: { key: 'lin', name: plain('lin'), tags: [] },
    receiver: HANGZHOU,
    buyerMessage: '',
    sellerMemo: '',
    presale: null,
    lines: [BOTTLE],
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: 0,
    trackingNumber: null,
    sourceTags: [],
    ...changes,
  };
}

export function refund(changes: Partial<RefundEntry> = {}): RefundEntry {
  return { id: 'r1', amountMinor: 5_000, at: NOON + 1_000, state: 'succeeded', lines: [], reason: '', ...changes };
}

type Pool = Map<string, { spot: number; reserved: number; presale: number; presaleReserved: number }>;

/** Stock of every warehouse, moved exactly as the outcome says; throws where the store would refuse. */
export class MemoryPool implements StockView {
  readonly #cells: Pool = new Map();

  constructor(pieces: Record<string, number>, presale: Record<string, number> = {}) {
    for (const sku of new Set([...Object.keys(pieces), ...Object.keys(presale)])) {
      for (const { id } of warehouses) {
        this.#cells.set(`${sku} ${id}`, { spot: pieces[sku] ?? 0, reserved: 0, presale: presale[sku] ?? 0, presaleReserved: 0 });
      }
    }
  }

  managed(sku: string): boolean {
    return this.#cells.has(`${sku} ${warehouses[0]?.id}`);
  }

  available(sku: string, warehouse: string, pool: 'spot' | 'presale'): number {
    const cell = this.#cells.get(`${sku} ${warehouse}`);
    if (!cell) return 0;
    return pool === 'spot' ? cell.spot - cell.reserved : cell.presale - cell.presaleReserved;
  }

  safety(): number {
    return 0;
  }

  replenish(sku: string, warehouse: string, pieces: number): void {
    const cell = this.#cells.get(`${sku} ${warehouse}`);
    if (cell) cell.spot += pieces;
  }

  apply(changes: readonly StockChange[]): void {
    for (const { kind, sku, warehouse, pool, quantity } of changes) {
      const cell = this.#cells.get(`${sku} ${warehouse}`);
      if (!cell || quantity <= 0) throw new Error(`Nothing to move: ${sku} ${warehouse} ${quantity}`);
      const reserved = pool === 'spot' ? 'reserved' : 'presaleReserved';
      const shelf = pool === 'spot' ? 'spot' : 'presale';
      if (kind === 'reserve') cell[reserved] += quantity;
      if (kind === 'release' || kind === 'ship') cell[reserved] -= quantity;
      if (kind === 'ship') cell[shelf] -= quantity;
      if (kind === 'return') cell[shelf] += quantity;
      if (cell[reserved] < 0 || cell[shelf] < cell[reserved])
        throw new Error(`Stock broken: ${JSON.stringify({ kind, sku, warehouse, cell })}`);
    }
  }

  /** Pieces reserved over all warehouses and pools. */
  reserved(): number {
    return [...this.#cells.values()].reduce((sum, cell) => sum + cell.reserved + cell.presaleReserved, 0);
  }
}

/** The least a hub does around the engine: facts in, outcome applied to records, stock, windows, profiles. */
export class Bench {
  readonly records = new Map<string, OrderRecord>();
  readonly profiles = new Map<string, CustomerProfile>();
  readonly windows = new SlidingWindows(pack.windows);
  /** The rules that judge; the shipped ones unless a test puts others. */
  compiled = pack;
  readonly association = new AssociationIndex();
  readonly pool: MemoryPool;
  /** Facts every call gets, e.g. `{ fulfilment: true }`. */
  readonly fixed: Partial<Facts>;
  now = NOON;
  /** Everything that was applied, linked orders included. */
  readonly seen: Applied[] = [];

  constructor(fixed: Partial<Facts> = {}, pool = new MemoryPool({ bottle: 100 })) {
    this.fixed = fixed;
    this.pool = pool;
  }

  facts(record: OrderRecord | null, order: IncomingOrder | null, id: string): Facts {
    const keys = order ? matchKeys(order, hash) : (record?.keys ?? matchKeys(incoming(), hash));
    return {
      now: this.now,
      settings: DEFAULT_ENGINE_SETTINGS,
      compiled: this.compiled,
      record,
      orderNo: `TB-${id}`,
      keys,
      windows: this.windows,
      profile: keys.buyer === null ? null : (this.profiles.get(keys.buyer) ?? null),
      shop: { averageMinor: null, topTenthAverageMinor: null },
      region: null,
      places,
      candidates: order ? this.association.candidates(order, keys) : [],
      waitingRefunds: [],
      world: { warehouses, table, stock: this.pool, load: () => 0 },
      fulfilment: false,
      ...this.fixed,
    };
  }

  run(id: string, input: EngineInput): Outcome {
    const before = this.records.get(id) ?? null;
    const link = input.kind === 'command' && input.command.kind === 'link' ? input.command.with.slice(3) : '';
    const facts = { ...this.facts(before, input.kind === 'order' ? input.order : null, id), peer: this.records.get(link) ?? null };
    const outcome = process(input, facts);
    if (outcome.kind !== 'applied') return outcome;
    this.#apply(id, before, outcome);
    this.seen.push(outcome);
    for (const peer of outcome.peers) this.run(peer.orderNo.slice(3), peer.input);
    return outcome;
  }

  order(changes: Partial<IncomingOrder> = {}): Outcome {
    const order = incoming({ createdAt: this.now, ...changes });
    return this.run(order.channelOrderId, { kind: 'order', order, receivedAt: this.now });
  }

  command(id: string, command: Command): Outcome {
    return this.run(id, { kind: 'command', command });
  }

  /** The outcome of something that must be applied. */
  must(outcome: Outcome): Applied {
    if (outcome.kind !== 'applied') throw new Error(`Expected a change, got ${JSON.stringify(outcome)}`);
    return outcome;
  }

  record(id: string): OrderRecord {
    const record = this.records.get(id);
    if (!record) throw new Error(`No order ${id}`);
    return record;
  }

  #apply(id: string, before: OrderRecord | null, outcome: Applied): void {
    const { record } = outcome;
    this.pool.apply(outcome.stock);
    this.records.set(id, record);
    this.windows.add(record, this.now);
    this.association.put(record, this.now);
    const { buyer } = record.keys;
    const profile = foldProfile(buyer === null ? null : (this.profiles.get(buyer) ?? null), before, record, places);
    if (profile) this.profiles.set(profile.key, profile);
  }
}
