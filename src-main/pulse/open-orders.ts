import type { ChannelId } from '#shared/channels.ts';
import { stageOf, STAGES, type PulseLevel, type Stage, type StageLoad } from '#shared/pulse.ts';
import { MINUTE } from '#shared/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { AgeHeap, type SlotColumns } from './age-heap.ts';
import { DwellTimes, type LearntLimit, type LearntLimits } from './dwell.ts';
import { stageLimits, type StageLimits } from './limits.ts';
import { RateCounter, type LearnedDuration } from './vitals.ts';

/** An open order as the pulse sees it. */
export interface OpenOrder {
  orderNo: string;
  stage: Stage;
  /** When it entered the stage (epoch ms). */
  since: number;
  channel: ChannelId;
  shopId: string;
  /** Warehouse it is routed to; null before routing. Counts while the order waits for it or is on its way from it. */
  warehouse: string | null;
  /** In review: the gravest rule that stopped it; null when a person did. */
  ruleId: string | null;
  /** In review: frozen orders are never released by themselves. */
  frozen: boolean;
}

/** Open orders of one stage that share channel, shop, warehouse and rule, as far as they are late. */
export interface LateGroup {
  /** For `oldestOf`. */
  id: number;
  stage: Stage;
  channel: ChannelId;
  shopId: string;
  warehouse: string | null;
  ruleId: string | null;
  frozen: boolean;
  amber: number;
  red: number;
  /** Since when its oldest order is in the stage. */
  oldestAt: number;
}

/** What one scan of all open orders found (G1). */
export interface PulseScan {
  at: number;
  open: number;
  /** Orders that became amber, and the numbers of those that became red, since the scan before. */
  newlyAmber: number;
  newlyRed: string[];
  groups: LateGroup[];
}

interface Cell extends Omit<OpenOrder, 'orderNo' | 'since'> {
  /** Orders by level: green, amber, red. */
  heaps: [AgeHeap, AgeHeap, AgeHeap];
}

const GREEN = 0;
const AMBER = 1;
const RED = 2;
type LevelIndex = typeof GREEN | typeof AMBER | typeof RED;

const FLOW_WINDOW = 5 * MINUTE;
/** Stages in which the warehouse can be what holds an order back; in the others it tells no orders apart. */
const AT_WAREHOUSE: ReadonlySet<Stage> = new Set<Stage>(['paid', 'awaiting_shipment', 'shipped']);

/**
 * The index of open orders. Orders of the same stage, shop, warehouse and rule share three heaps by age: green, amber,
 * red. A scan looks at the tops only, so it costs what has become due, not what is open; counts and oldest are
 * always at hand. Set and remove are O(log n). Built for a million open orders: 21 bytes of columns per order beside
 * its number and the map that finds it.
 */
export class OpenOrders {
  #limits: StageLimits;
  #slots = new Map<string, number>();
  #orderNos: string[] = [];
  #free: number[] = [];
  #cells: Cell[] = [];
  /** Where the dwell time of each cell is counted. */
  #dwellOf: LearnedDuration[] = [];
  #cellIds = new Map<string, number>();
  #cellOf = new Int32Array(1024);
  #levelOf = new Uint8Array(1024);
  #columns: SlotColumns = { since: new Float64Array(1024), position: new Int32Array(1024) };
  #inflow = byStage(() => new RateCounter(FLOW_WINDOW));
  #outflow = byStage(() => new RateCounter(FLOW_WINDOW));
  #learnt: LearntLimits = new Map();
  /** How long orders stayed, by channel and stage. */
  readonly dwell = new DwellTimes();

  constructor(limits: StageLimits = stageLimits()) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#slots.size;
  }

  get limits(): StageLimits {
    return this.#limits;
  }

  has(orderNo: string): boolean {
    return this.#slots.has(orderNo);
  }

  /** Orders that stand in one of some stages. */
  numbers(stages: ReadonlySet<Stage>): string[] {
    const found: string[] = [];
    for (const [orderNo, slot] of this.#slots) if (stages.has(this.#cellAt(slot).stage)) found.push(orderNo);
    return found;
  }

  /** Replaces everything by the store's open orders; nothing of it counts as flow. */
  load(orders: Iterable<OpenOrder>): void {
    this.#slots = new Map();
    this.#orderNos = [];
    this.#free = [];
    for (const cell of this.#cells) for (const heap of cell.heaps) heap.clear();
    for (const order of orders) {
      const slot = this.#slots.get(order.orderNo);
      if (slot === undefined) this.#insert(order);
      else this.#move(slot, order, GREEN);
    }
  }

  /** Puts an order in, or where it now belongs. `at` is the moment of the change, for the flows and the usual dwell time. */
  set(order: OpenOrder, at: number): void {
    const slot = this.#slots.get(order.orderNo);
    if (slot === undefined) {
      this.#insert(order);
      this.#inflow[order.stage].add(at);
      return;
    }
    const before = this.#cellAt(slot);
    const since = this.#columns.since[slot] as number;
    if (before.stage === order.stage) {
      // Same stage, same clock: a change of warehouse or rule does not make a late order punctual again.
      this.#move(slot, order, since === order.since ? (this.#levelOf[slot] as LevelIndex) : GREEN);
      return;
    }
    this.#leave(slot, before.stage, since, at);
    this.#inflow[order.stage].add(at);
    this.#move(slot, order, GREEN);
  }

  /** Takes an order off the stage line. False when it was not on it. */
  remove(orderNo: string, at: number): boolean {
    const slot = this.#slots.get(orderNo);
    if (slot === undefined) return false;
    const cell = this.#cellAt(slot);
    this.#leave(slot, cell.stage, this.#columns.since[slot] as number, at);
    this.#heapAt(slot).remove(slot);
    this.#slots.delete(orderNo);
    this.#orderNos[slot] = '';
    this.#free.push(slot);
    return true;
  }

  /** New limits. Every order is judged anew by the next scan: O(n log n), for the rare change of a setting. */
  setLimits(limits: StageLimits): void {
    this.#limits = limits;
    for (const cell of this.#cells) {
      const [green, amber, red] = cell.heaps;
      for (const late of [amber, red]) {
        const slots = [...late];
        late.clear();
        for (const slot of slots) {
          this.#levelOf[slot] = GREEN;
          green.push(slot);
        }
      }
    }
  }

  /** What was learnt of channels and their stages: it moves where amber begins, never where red does. */
  setLearnt(learnt: LearntLimits): void {
    this.#learnt = learnt;
    for (const { heaps } of this.#cells) {
      const [green, amber] = heaps;
      const slots = [...amber];
      amber.clear();
      for (const slot of slots) {
        this.#levelOf[slot] = GREEN;
        green.push(slot);
      }
    }
  }

  /** Finds what became late by `now`, and sums up all that is late. */
  scan(now: number): PulseScan {
    const scan: PulseScan = { at: now, open: this.size, newlyAmber: 0, newlyRed: [], groups: [] };
    for (const [id, cell] of this.#cells.entries()) {
      const { redAfterMs } = this.#limits[cell.stage];
      const amberAfterMs = this.#amberAfter(cell);
      const [green, amber, red] = cell.heaps;
      scan.newlyAmber += this.#promote(green, amber, AMBER, now - amberAfterMs, null);
      this.#promote(amber, red, RED, now - redAfterMs, scan.newlyRed);
      if (amber.size + red.size > 0) scan.groups.push(this.#groupOf(cell, id));
    }
    return scan;
  }

  /** Up to `count` late orders of a group, oldest first. */
  oldestOf(groupId: number, count: number): { orderNo: string; since: number }[] {
    const [, amber, red] = this.#cells[groupId]?.heaps ?? [];
    if (!amber || !red) return [];
    const slots = red.oldest(count);
    if (slots.length < count) slots.push(...amber.oldest(count - slots.length));
    return slots.map((slot) => ({ orderNo: this.#orderNos[slot] as string, since: this.#columns.since[slot] as number }));
  }

  /** Backlog, oldest order, flows and level of every stage. */
  stageLoads(now: number): StageLoad[] {
    const backlog = byStage(() => 0);
    const oldest = byStage(() => Infinity);
    const levels = byStage((): PulseLevel => 'green');
    for (const cell of this.#cells) {
      for (const heap of cell.heaps) {
        if (heap.size === 0) continue;
        const since = this.#columns.since[heap.peek()] as number;
        backlog[cell.stage] += heap.size;
        oldest[cell.stage] = Math.min(oldest[cell.stage], since);
        const level = this.#levelFor(cell, now - since);
        if (level === 'red' || levels[cell.stage] === 'green') levels[cell.stage] = level;
      }
    }
    return STAGES.map((stage) => ({
      stage,
      backlog: backlog[stage],
      oldestAt: backlog[stage] > 0 ? oldest[stage] : null,
      inflowPerMinute: this.#inflow[stage].perMinute(now),
      outflowPerMinute: this.#outflow[stage].perMinute(now),
      level: levels[stage],
      ...this.#limits[stage],
    }));
  }

  /** Held and frozen orders, and since when the oldest held one waits. */
  holds(): { held: number; frozen: number; oldestHeldAt: number | null } {
    const holds = { held: 0, frozen: 0, oldestHeldAt: null as number | null };
    for (const cell of this.#cells) {
      if (cell.stage !== 'review') continue;
      for (const heap of cell.heaps) {
        if (heap.size === 0) continue;
        holds[cell.frozen ? 'frozen' : 'held'] += heap.size;
        const since = this.#columns.since[heap.peek()] as number;
        if (!cell.frozen) holds.oldestHeldAt = Math.min(holds.oldestHeldAt ?? Infinity, since);
      }
    }
    return holds;
  }

  /**
   * Longest an order normally stays in a stage, and from how many orders that was learnt: those of the channel where they are enough,
   * else those of all channels. Null: too few have left it; then it is the amber limit.
   */
  expected(stage: Stage, channel: ChannelId | null): { ms: number; learntFrom: number | null } {
    const own = channel === null ? undefined : this.learntOf(stage, channel);
    if (own) return { ms: own.expectedMs, learntFrom: own.orders };
    const everywhere = this.dwell.everywhere(stage);
    const usual = everywhere.at(0.95);
    return usual === null ? { ms: this.#limits[stage].amberAfterMs, learntFrom: null } : { ms: usual, learntFrom: everywhere.observations };
  }

  /** What was last learnt of a stage of a channel; undefined while it has too little history. */
  learntOf(stage: Stage, channel: ChannelId): LearntLimit | undefined {
    return this.#learnt.get(channel)?.[stage];
  }

  #insert(order: OpenOrder): void {
    const slot = this.#free.pop() ?? this.#orderNos.length;
    if (slot >= this.#cellOf.length) this.#grow();
    this.#orderNos[slot] = order.orderNo;
    this.#slots.set(order.orderNo, slot);
    this.#place(slot, order, GREEN);
  }

  #move(slot: number, order: OpenOrder, level: LevelIndex): void {
    this.#heapAt(slot).remove(slot);
    this.#place(slot, order, level);
  }

  #place(slot: number, order: OpenOrder, level: LevelIndex): void {
    this.#columns.since[slot] = order.since;
    this.#levelOf[slot] = level;
    this.#cellOf[slot] = this.#cellFor(order);
    this.#heapAt(slot).push(slot);
  }

  #promote(from: AgeHeap, to: AgeHeap, level: LevelIndex, limit: number, orderNos: string[] | null): number {
    let promoted = 0;
    const { since } = this.#columns;
    for (let slot = from.peek(); slot >= 0 && (since[slot] as number) <= limit; slot = from.peek()) {
      from.pop();
      this.#levelOf[slot] = level;
      to.push(slot);
      orderNos?.push(this.#orderNos[slot] as string);
      promoted += 1;
    }
    return promoted;
  }

  #groupOf(cell: Cell, id: number): LateGroup {
    const { heaps, ...cause } = cell;
    const [, amber, red] = heaps;
    // Within one cell every red order is older than every amber one.
    const oldest = red.size > 0 ? red.peek() : amber.peek();
    return { id, ...cause, amber: amber.size, red: red.size, oldestAt: this.#columns.since[oldest] as number };
  }

  #amberAfter({ stage, channel }: Pick<Cell, 'stage' | 'channel'>): number {
    return this.learntOf(stage, channel)?.amberAfterMs ?? this.#limits[stage].amberAfterMs;
  }

  #levelFor(cell: Cell, age: number): PulseLevel {
    if (age >= this.#limits[cell.stage].redAfterMs) return 'red';
    return age >= this.#amberAfter(cell) ? 'amber' : 'green';
  }

  #leave(slot: number, stage: Stage, since: number, at: number): void {
    this.#outflow[stage].add(at);
    this.#dwellOf[this.#cellOf[slot] as number]?.observe(at - since);
  }

  #cellAt(slot: number): Cell {
    return this.#cells[this.#cellOf[slot] as number] as Cell;
  }

  #heapAt(slot: number): AgeHeap {
    return this.#cellAt(slot).heaps[this.#levelOf[slot] as LevelIndex];
  }

  #cellFor(order: OpenOrder): number {
    const { stage, channel, shopId, ruleId, frozen } = order;
    const warehouse = AT_WAREHOUSE.has(stage) ? order.warehouse : null;
    const key = `${stage}\n${channel}\n${shopId}\n${warehouse ?? ''}\n${ruleId ?? ''}\n${frozen ? 1 : 0}`;
    let id = this.#cellIds.get(key);
    if (id === undefined) {
      id = this.#cells.length;
      const heaps: Cell['heaps'] = [new AgeHeap(this.#columns), new AgeHeap(this.#columns), new AgeHeap(this.#columns)];
      this.#cells.push({ stage, channel, shopId, warehouse, ruleId, frozen, heaps });
      this.#dwellOf.push(this.dwell.of(channel, stage));
      this.#cellIds.set(key, id);
    }
    return id;
  }

  #grow(): void {
    const length = this.#cellOf.length * 2;
    this.#cellOf = widen(this.#cellOf, new Int32Array(length));
    this.#levelOf = widen(this.#levelOf, new Uint8Array(length));
    this.#columns.since = widen(this.#columns.since, new Float64Array(length));
    this.#columns.position = widen(this.#columns.position, new Int32Array(length));
  }
}

/** The order as the pulse sees it; null once it has left the stage line. */
export function openOrderOf(record: OrderRecord): OpenOrder | null {
  const { hold } = record;
  const stage = stageOf(record.status, hold !== null);
  if (stage === null) return null;
  return {
    orderNo: record.orderNo,
    stage,
    since: hold ? hold.openedAt : record.statusSince,
    channel: record.channel,
    shopId: record.shopId,
    warehouse: record.route?.warehouse ?? null,
    ruleId: hold?.openedBy === 'rule' ? (hold.reasons[0]?.ruleId ?? null) : null,
    frozen: hold?.kind === 'frozen',
  };
}

function byStage<T>(make: () => T): Record<Stage, T> {
  return Object.fromEntries(STAGES.map((stage) => [stage, make()])) as Record<Stage, T>;
}

function widen<T extends { set(source: T): void }>(narrow: T, wide: T): T {
  wide.set(narrow);
  return wide;
}
