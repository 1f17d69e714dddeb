import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { StockAlarm } from '#shared/stock.ts';
import type { StockNews } from '#main/inventory/pool.ts';
import type { Applied, EngineInput } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { FigureChanges, HotState } from './hot-state.ts';
import type { RegionRow, ShopDay, Store, StoredOrder } from './ports.ts';

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

export interface BatchParts {
  store: Store;
  hot: HotState;
  now: number;
  /** Configured targets of a topic. */
  targetsOf(topic: Applied['effects'][number]['topic']): readonly string[];
}

/**
 * Everything one transaction writes for the orders it changes. Sums that many orders touch (buyers, days, regions,
 * replenishment) are written once, by `finish`.
 */
export class Batch {
  readonly changed = new Map<string, ChangedOrder>();
  readonly notices: { orderNo: string; payload: Record<string, unknown>; key: string }[] = [];
  news: StockNews | null = null;
  readonly now: number;
  readonly #parts: BatchParts;
  readonly #profiles = new Map<string, NonNullable<FigureChanges['profile']>>();
  readonly #days = new Map<string, ShopDay>();
  readonly #regions = new Map<string, RegionRow>();

  constructor(parts: BatchParts) {
    this.#parts = parts;
    this.now = parts.now;
  }

  /** Writes one applied outcome and takes it into hot state. Throws ConflictError when the store knows better. */
  apply(before: StoredOrder | null, outcome: Applied, source: ChangeSource): void {
    const { store, hot } = this.#parts;
    const { record } = outcome;
    const id = this.#putOrder(before, record);
    for (const change of outcome.stock) {
      if (!store.stock.apply(change, this.now, record.orderNo)) throw new ConflictError(`stock of ${change.sku} in ${change.warehouse}`);
    }
    if (outcome.verdict) store.orders.addVerdict(id, outcome.verdict);
    if (outcome.timeline.length > 0) this.#addTimeline(id, source.inboxId, outcome.timeline);
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

  /** Writes the sums and opens or settles replenishment tasks (D4). Call once, last, inside the transaction. */
  finish(): void {
    const { store, hot } = this.#parts;
    for (const { profile, channel, shopId } of this.#profiles.values()) store.profiles.put(profile, channel, shopId);
    for (const day of this.#days.values()) store.figures.addDay(day);
    for (const region of this.#regions.values()) store.figures.addRegion(region);
    this.news = hot.pool.takeNews();
    for (const alarm of this.news.alarms) store.tasks.open(replenishTask(alarm), null, this.now);
    for (const id of this.news.alarmsCleared) store.tasks.settle(`replenish:${id}`, this.now, 'hub');
  }

  #putOrder(before: StoredOrder | null, record: OrderRecord): number {
    const { store } = this.#parts;
    if (!before) return store.orders.insert(record);
    if (!store.orders.update(before.id, record, before.record.version)) throw new ConflictError(`version of ${record.orderNo}`);
    return before.id;
  }

  #addTimeline(id: number, inboxId: number | null, entries: Omit<TimelineEntry, 'at'>[]): void {
    this.#parts.store.orders.addTimeline(id, this.now, inboxId, entries);
  }

  #addEffects({ effects, record }: Applied): void {
    for (const effect of effects) {
      if (effect.topic === 'desktop') this.notices.push({ orderNo: record.orderNo, payload: effect.payload, key: effect.key });
      for (const target of this.#parts.targetsOf(effect.topic)) this.#parts.store.outbox.add(effect, target, record.orderNo, this.now);
    }
  }

  /** Which rules stopped it, and how that ended: the material for similar cases and for each rule's false kills. */
  #addHistory(id: number, before: OrderRecord | null, { verdict, record }: Applied, input: EngineInput): void {
    const { orders } = this.#parts.store;
    for (const hit of verdict?.hits ?? []) orders.openCase(id, hit.ruleId, hit.ruleVersion, this.now);
    const decided = decisionOf(input, before, record);
    if (!decided) return;
    const { ended, actor, action } = decided;
    orders.endCases(id, ended, ended === 'open' ? null : this.now, ended === 'open' ? null : actor);
    const openedAt = before?.hold?.openedAt;
    if (action) orders.addDecision(id, this.now, actor, action, openedAt === undefined ? null : this.now - openedAt);
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
