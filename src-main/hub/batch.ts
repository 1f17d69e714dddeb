import type { StockAlarm } from '#shared/stock.ts';
import type { StockNews } from '#main/inventory/pool.ts';
import { OPERATOR_REASON } from '#main/engine/index.ts';
import type { Wanted } from '#main/model/incoming.ts';
import type { Applied, EngineInput } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';
import type { ShopKey } from './feed-ports.ts';
import type { FigureChanges, HotState } from './hot-state.ts';
import type { RegionRow, ShopDay, StockBooking, Store, StoredOrder, TimelineRow } from './ports.ts';
import { Tally } from './tally.ts';

/** A conditional update found other values than hot state promised: nothing was written, facts must be read again. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

/** One order as it left a batch, for the consoles. */
export interface ChangedOrder {
  record: OrderRecord;
  created: boolean;
  wasHeld: boolean;
}

/** The source of a change, for its history. */
export interface ChangeSource {
  input: EngineInput;
  /** Inbox row of the message; null for commands, timers and replays. */
  inboxId: number | null;
}

/** An order to write; `expected` is the version the store has, null when it has none. */
interface OrderWrite {
  stored: StoredOrder;
  expected: number | null;
}

export interface BatchParts {
  store: Store;
  hot: HotState;
  now: number;
  /** Where an effect of an order goes: the configured targets of its topic, or the order's own shop. */
  targetsOf(topic: Applied['effects'][number]['topic'], order: Pick<OrderRecord, 'channel' | 'shopId'>): readonly string[];
}

/**
 * Everything one transaction writes for the orders it changes: decided one after the other, written together by `finish`.
 * What comes later in the batch sees what came before through `order`.
 */
export class Batch {
  readonly changed = new Map<string, ChangedOrder>();
  readonly notices: { orderNo: string; payload: Record<string, unknown>; key: string }[] = [];
  /** Shops whose details were wished for, by address. */
  readonly wished = new Map<string, ShopKey>();
  /** What is counted once the batch is durable. */
  readonly tally = new Tally();
  news: StockNews | null = null;
  readonly now: number;
  readonly #parts: BatchParts;
  readonly #orders = new Map<string, OrderWrite>();
  readonly #byPlatform = new Map<string, OrderWrite>();
  readonly #stock: StockBooking[] = [];
  readonly #verdicts: { orderId: number; verdict: VerdictRecord }[] = [];
  readonly #timeline: TimelineRow[] = [];
  readonly #history: (() => void)[] = [];
  #nextId: number | null = null;
  readonly #profiles = new Map<string, NonNullable<FigureChanges['profile']>>();
  readonly #days = new Map<string, ShopDay>();
  readonly #regions = new Map<string, RegionRow>();

  constructor(parts: BatchParts) {
    this.#parts = parts;
    this.now = parts.now;
  }

  /** An order as this batch leaves it; null when the batch has not touched it. */
  order(channel: string, shopId: string, channelOrderId: string): StoredOrder | null {
    return this.#byPlatform.get(`${channel}/${shopId}/${channelOrderId}`)?.stored ?? null;
  }

  orderByNumber(orderNo: string): StoredOrder | null {
    return this.#orders.get(orderNo)?.stored ?? null;
  }

  /** Takes one applied outcome into hot state and keeps what it writes for `finish`. */
  apply(before: StoredOrder | null, outcome: Applied, source: ChangeSource): void {
    const { store, hot } = this.#parts;
    const { record } = outcome;
    const id = this.#keepOrder(before, record);
    for (const change of outcome.stock) this.#stock.push({ change, orderNo: record.orderNo });
    if (outcome.verdict) this.#verdicts.push({ orderId: id, verdict: outcome.verdict });
    // A message with a word nobody knows may have nothing to tell, and must be found when the word has a meaning.
    const unread = source.inboxId !== null && (record.unknown?.length ?? 0) > 0;
    if (outcome.timeline.length > 0 || unread) this.addTimeline(id, source.inboxId, outcome.timeline);
    for (const draft of outcome.audit) store.audit.append(draft, this.now);
    for (const draft of outcome.tasks) store.tasks.open(draft, record.orderNo, this.now);
    for (const key of outcome.tasksDone) store.tasks.settle(key, this.now, 'hub');
    this.#addEffects(outcome);
    this.#addHistory(id, before?.record ?? null, outcome, source.input);
    this.#sum(hot.apply(before?.record ?? null, record, this.now));
    const seen = this.changed.get(record.orderNo);
    this.changed.set(record.orderNo, {
      record,
      created: before === null || (seen?.created ?? false),
      wasHeld: seen ? seen.wasHeld : before !== null && before.record.hold !== null,
    });
  }

  addTimeline(orderId: number, inboxId: number | null, entries: TimelineRow['entries']): void {
    this.#timeline.push({ orderId, inboxId, entries });
  }

  /** Has details of a shop fetched; in the transaction of what hinted at them, so that no hint is lost. */
  wish({ channel, shopId }: ShopKey, wanted: readonly Wanted[]): void {
    if (wanted.length === 0) return;
    for (const { kind, id, because, afterMs = 0 } of wanted) {
      this.#parts.store.wishes.put({ channel, shopId, kind, id, because, wantedAt: this.now, notBefore: this.now + afterMs });
    }
    this.wished.set(`${channel}/${shopId}`, { channel, shopId });
  }

  /**
   * Writes it all, table by table: an order that changed several times is written once, and each statement runs on pages
   * it has just used. Opens or settles replenishment tasks (D4). Call once, last, inside the transaction. Throws
   * ConflictError when the store knows better.
   */
  finish(): void {
    const { store, hot } = this.#parts;
    this.#putOrders();
    if (!store.stock.apply(this.#stock, this.now)) throw new ConflictError('stock');
    store.orders.addVerdicts(this.#verdicts);
    store.orders.addTimeline(this.#timeline, this.now);
    for (const write of this.#history) write();
    store.profiles.put([...this.#profiles.values()]);
    for (const day of this.#days.values()) store.figures.addDay(day);
    for (const region of this.#regions.values()) store.figures.addRegion(region);
    this.news = hot.pool.takeNews();
    for (const alarm of this.news.alarms) store.tasks.open(replenishTask(alarm), null, this.now);
    for (const id of this.news.alarmsCleared) store.tasks.settle(`replenish:${id}`, this.now, 'hub');
  }

  #keepOrder(before: StoredOrder | null, record: OrderRecord): number {
    const known = this.#orders.get(record.orderNo);
    if (known) {
      known.stored = { id: known.stored.id, record };
      return known.stored.id;
    }
    const id = before?.id ?? this.#newId();
    const write: OrderWrite = { stored: { id, record }, expected: before?.record.version ?? null };
    this.#orders.set(record.orderNo, write);
    this.#byPlatform.set(`${record.channel}/${record.shopId}/${record.channelOrderId}`, write);
    return id;
  }

  #newId(): number {
    const id = this.#nextId ?? this.#parts.store.orders.nextId();
    this.#nextId = id + 1;
    return id;
  }

  #putOrders(): void {
    const { orders } = this.#parts.store;
    const fresh: StoredOrder[] = [];
    for (const { stored, expected } of this.#orders.values()) {
      if (expected === null) fresh.push(stored);
      else if (!orders.update(stored.id, stored.record, expected)) throw new ConflictError(`version of ${stored.record.orderNo}`);
    }
    orders.insert(fresh);
  }

  #addEffects({ effects, record }: Applied): void {
    for (const effect of effects) {
      if (effect.topic === 'desktop') this.notices.push({ orderNo: record.orderNo, payload: effect.payload, key: effect.key });
      for (const target of this.#parts.targetsOf(effect.topic, record))
        this.#parts.store.outbox.add(effect, target, record.orderNo, this.now);
    }
  }

  /** Which rules stopped it, and how that ended: the material for similar cases and for each rule's false kills. */
  #addHistory(id: number, before: OrderRecord | null, { verdict, record }: Applied, input: EngineInput): void {
    const { orders } = this.#parts.store;
    for (const hit of verdict?.hits ?? []) this.#history.push(() => orders.openCase(id, hit.ruleId, hit.ruleVersion, this.now));
    if (input.kind === 'restore') return this.#restoreCases(id, before, record, input.restore.actor);
    const decided = decisionOf(input, before, record);
    if (!decided) return;
    const { ended, actor, action } = decided;
    const openedAt = before?.hold?.openedAt;
    this.#history.push(() => {
      orders.endCases(id, ended, ended === 'open' ? null : this.now, ended === 'open' ? null : actor);
      if (action) orders.addDecision(id, this.now, actor, action, openedAt === undefined ? null : this.now - openedAt);
    });
  }

  /** A run over open orders that is taken back says nothing about its rules: their cases are cancelled, those it ended are open again. */
  #restoreCases(id: number, before: OrderRecord | null, { hold }: OrderRecord, actor: string): void {
    const { orders } = this.#parts.store;
    const stands = new Map(hold?.reasons.map(({ ruleId, ruleVersion }) => [ruleId, ruleVersion]));
    stands.delete(OPERATOR_REASON);
    for (const { ruleId } of before?.hold?.reasons ?? []) {
      if (!stands.has(ruleId)) this.#history.push(() => orders.endCase(id, ruleId, 'cancelled', this.now, actor));
    }
    for (const [ruleId, version] of stands) this.#history.push(() => orders.openCase(id, ruleId, version, this.now));
  }

  #sum({ profile, day, region }: FigureChanges): void {
    if (profile) this.#profiles.set(profile.profile.key, profile);
    if (day) {
      const key = `${day.channel}/${day.shopId}/${day.day}`;
      const sum = this.#days.get(key);
      this.#days.set(key, sum ? { ...day, orders: sum.orders + day.orders, paidMinor: sum.paidMinor + day.paidMinor } : day);
    }
    if (region) {
      const sum = this.#regions.get(region.province);
      this.#regions.set(
        region.province,
        sum ? { ...region, orders: sum.orders + region.orders, returned: sum.returned + region.returned } : region,
      );
    }
  }
}

type Decided = {
  ended: 'open' | 'released' | 'frozen' | 'expired' | 'cancelled';
  actor: string;
  action: 'release' | 'freeze' | 'undo' | 'expire' | null;
};

function decisionOf(input: EngineInput, before: OrderRecord | null, after: OrderRecord): Decided | null {
  if (input.kind === 'command') {
    const { kind, actor } = input.command;
    if (kind === 'release') return { ended: 'released', actor, action: 'release' };
    if (kind === 'freeze') return { ended: 'frozen', actor, action: 'freeze' };
    if (kind === 'undo') return { ended: 'open', actor, action: 'undo' };
    return null;
  }
  if (!before?.hold || after.hold) return null;
  if (input.kind === 'hold-due') return { ended: 'expired', actor: 'hub', action: 'expire' };
  const over = after.status === 'cancelled' || after.status === 'refunded' || after.status === 'closed';
  return { ended: over ? 'cancelled' : 'released', actor: 'hub', action: null };
}

const SEVERITY = { low: 'low', short: 'medium', out: 'high' } as const;

function replenishTask(alarm: StockAlarm) {
  return {
    key: `replenish:${alarm.id}`,
    kind: 'replenish' as const,
    severity: SEVERITY[alarm.level],
    role: 'warehouse' as const,
    title: alarm.sentence,
    dueAt: null,
  };
}
