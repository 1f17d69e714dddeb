import type { ChannelId } from '#shared/channels.ts';
import { CHANNELS } from '#shared/channels.ts';
import { STAGES } from '#shared/pulse.ts';
import type { Lane, PulseSnapshot, StageLimitRow, Vitals } from '#shared/pulse.ts';
import type { Warehouse } from '#shared/stock.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, MINUTE } from '#shared/time.ts';
import { HealthWindow } from '#main/health/window.ts';
import { LEAST_ORDERS } from '#main/pulse/dwell.ts';
import { Lanes } from '#main/pulse/lanes.ts';
import { PercentileWindow } from '#main/pulse/vitals.ts';
import { stuckTask, stuckTaskKey, Ward } from '#main/pulse/ward.ts';
import type { WardUpdate } from '#main/pulse/ward.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { Batch } from './batch.ts';
import type { StoreCondition } from './condition.ts';
import type { HotState } from './hot-state.ts';
import type { HealthSample, Store } from './ports.ts';
import { isBeat, toBeat } from './projection.ts';
import type { RuleBook } from './rules/rule-book.ts';
import type { HubSettings } from './settings.ts';
import type { Shop, Shops } from './shops.ts';

export interface MonitorParts {
  store: Store;
  hot: HotState;
  shops: Shops;
  settings: HubSettings;
  condition: StoreCondition;
  rules: Pick<RuleBook, 'rule'>;
  warehouses: readonly Warehouse[];
}

const TRACE = 5 * MINUTE;

/**
 * The pulse and the health index over what was committed. Fed after each commit, so a transaction that failed leaves no
 * trace here; asked by the jobs and the consoles.
 */
export class Monitor {
  readonly health: HealthWindow;
  readonly #lanes = new Lanes();
  readonly #ward: Ward;
  readonly #decided = new PercentileWindow(MINUTE);
  readonly #parts: MonitorParts;
  #ohi: number | null = null;
  readonly #silent = new Set<string>();

  constructor(parts: MonitorParts) {
    this.#parts = parts;
    this.health = new HealthWindow({ hours: parts.settings.healthWindowHours });
    const warehouses = new Map(parts.warehouses.map((warehouse) => [warehouse.id, warehouse.name]));
    this.#ward = new Ward({
      shop: (channel, shopId) => ({
        zh: parts.shops.nameOf(channel, shopId),
        en: parts.shops.find(channel, shopId)?.name ?? CHANNELS[channel].en,
      }),
      warehouse: (id) => warehouses.get(id) ?? { zh: id, en: id },
      rule: (id) => parts.rules.rule(id),
    });
    for (const shop of parts.shops.all) this.#openLane(shop);
    parts.shops.onChange((channel, shopId) => this.#shopChanged(channel, shopId));
  }

  #shopChanged(channel: ChannelId, shopId: string): void {
    const shop = this.#parts.shops.find(channel, shopId);
    if (shop) this.#openLane(shop);
    else this.#lanes.close({ channel, shopId });
  }

  #openLane({ channel, shopId, name, on, push, poll }: Shop): void {
    this.#lanes.open({ channel, shopId, name, feed: on && (push || poll) });
  }

  /** Beats of the last minutes, orders of the health window and open tickets, from the store. */
  load(now: number): void {
    const { store } = this.#parts;
    this.health.clear();
    for (const record of store.orders.receivedBetween(now - this.health.hours * 60 * MINUTE, now)) {
      this.health.observe(record, record.receivedAt);
      if (record.receivedAt > now - TRACE) this.#appeared(record);
    }
    const prefix = stuckTaskKey('');
    this.#ward.restore(
      store.tasks.openWithPrefix(prefix).map(({ key, id }) => ({ stripId: key.slice(prefix.length), ticketId: String(id) })),
    );
    this.refreshIndex(now);
  }

  /** Takes in what one batch changed. */
  changed(batch: Batch): void {
    for (const { record, created } of batch.changed.values()) {
      this.health.observe(record, batch.now);
      if (!created) continue;
      this.#appeared(record);
      this.#decided.add(batch.now, Math.max(0, batch.now - record.receivedAt));
    }
  }

  #appeared(record: OrderRecord): void {
    if (isBeat(record)) this.#lanes.beat(toBeat(record), syncDelay(record));
    else this.#lanes.heard(record.channel, record.shopId, record.receivedAt);
  }

  /** A message of a shop that opened no order: its feed is alive all the same. */
  heard(channel: ChannelId, shopId: string, at: number): void {
    this.#lanes.heard(channel, shopId, at);
  }

  /** A poll of a shop worked, whether or not it brought anything. */
  polled(channel: ChannelId, shopId: string, at: number): void {
    this.#lanes.alive(channel, shopId, at);
  }

  /** G4: why a shop cannot be read; null: it can again. Its lane is silent at once, with the reason. */
  feedTrouble(channel: ChannelId, shopId: string, problem: LocalisedText | null): void {
    this.#lanes.trouble(channel, shopId, problem);
  }

  /** G1: finds what became late, opens a ticket per cause that turned red, closes those that are over. */
  scan(now: number): WardUpdate {
    const { hot, store } = this.#parts;
    const scan = hot.open.scan(now);
    for (const orderNo of scan.newlyRed) this.health.overdue(orderNo);
    const update = this.#ward.update(scan, hot.open);
    if (update.opened.length === 0 && update.closed.length === 0) return update;
    store.transaction(() => {
      for (const strip of update.opened) {
        const draft = stuckTask(strip);
        store.tasks.open(draft, strip.count === 1 ? (strip.orderNos[0] ?? null) : null, now);
        for (const { key, id } of store.tasks.openWithPrefix(draft.key)) if (key === draft.key) this.#ward.setTicket(strip.id, String(id));
        store.audit.append(
          { actor: 'hub', action: 'ticket.open', subject: draft.key, detail: { stage: strip.stage, count: strip.count } },
          now,
        );
      }
      for (const id of update.closed) store.tasks.settle(stuckTaskKey(id), now, 'hub');
    });
    return { ...update, strips: this.#ward.strips() };
  }

  /** One minute's figures for the trend and the time machine; `at` is a whole multiple of the sampling interval. */
  sample(at: number, now: number): HealthSample[] {
    const { store, settings } = this.#parts;
    this.health.advance(now);
    const samples: HealthSample[] = [{ ...this.health.sample(now), at, channel: null, shopId: null }];
    for (const { channel, shopId } of this.health.shops()) {
      samples.push({ ...this.health.sample(now, { channel, shopId }), at, channel, shopId });
    }
    store.samples.putHealth(samples);
    const { beats: _beats, ...snapshot } = this.snapshot(now);
    store.samples.putPulse(at, JSON.stringify(snapshot));
    store.samples.dropBefore(now - settings.healthKeepDays * DAY, now - settings.pulseKeepHours * 60 * MINUTE);
    return samples;
  }

  get ohi(): number | null {
    return this.#ohi;
  }

  /** Computes the index anew; true when it moved. */
  refreshIndex(now: number): boolean {
    const before = this.#ohi;
    this.#ohi = this.health.compute(now).ohi;
    return this.#ohi !== before;
  }

  /** Feeds that fell silent, or came back, since the last call (G4). */
  livenessChanges(lanes: readonly Lane[]): { lane: Lane; silent: boolean }[] {
    const changes: { lane: Lane; silent: boolean }[] = [];
    for (const lane of lanes) {
      const key = `${lane.channel}/${lane.shopId}`;
      const silent = lane.liveness === 'silent';
      if (silent === this.#silent.has(key)) continue;
      if (silent) this.#silent.add(key);
      else this.#silent.delete(key);
      changes.push({ lane, silent });
    }
    return changes;
  }

  vitals(now: number): Vitals {
    const { hot, store, condition } = this.#parts;
    const outbox = store.outbox.counts();
    const holds = hot.open.holds();
    return {
      at: now,
      ordersPerMinute: this.#lanes.ordersPerMinute(now),
      open: hot.open.size,
      held: holds.held,
      frozen: holds.frozen,
      oldestHeldAt: holds.oldestHeldAt,
      outboxPending: outbox.pending,
      outboxDead: outbox.dead,
      inboxFailed: store.inbox.failedCount(),
      storeLoad: condition.load(),
      decisionP95Ms: this.#decided.at(0.95, now),
      stockAlarms: hot.pool.alarms().length,
      ohi: this.#ohi,
    };
  }

  tick(now: number): Pick<PulseSnapshot, 'vitals' | 'lanes' | 'stages'> {
    return { vitals: this.vitals(now), lanes: this.#lanes.lanes(now), stages: this.#parts.hot.open.stageLoads(now) };
  }

  snapshot(now: number): PulseSnapshot {
    return { at: now, live: true, ...this.tick(now), beats: this.#lanes.beats(now), ward: this.#ward.strips() };
  }

  /** When each stage of the channels with a shop is late, and where that comes from (M11). */
  limits(): StageLimitRow[] {
    const { hot, shops } = this.#parts;
    const { limits, dwell } = hot.open;
    const channels = [...new Set(shops.all.map(({ channel }) => channel))];
    return channels.flatMap((channel) =>
      STAGES.map((stage): StageLimitRow => {
        const learnt = hot.open.learntOf(stage, channel);
        const { amberAfterMs, redAfterMs } = limits[stage];
        return {
          ...{ channel, stage, redAfterMs, amberAfterMs: learnt?.amberAfterMs ?? amberAfterMs, origin: learnt ? 'learnt' : 'set' },
          ...{
            orders: learnt?.orders ?? dwell.of(channel, stage).observations,
            needed: LEAST_ORDERS,
            expectedMs: learnt?.expectedMs ?? null,
          },
        };
      }),
    );
  }

  /** The ward as it was: the last sample at or before, with the beats of the five minutes before it. Null when nothing is kept. */
  snapshotAt(at: number): PulseSnapshot | null {
    const { store } = this.#parts;
    const document = store.samples.pulseAt(at);
    if (document === null) return null;
    const sample = JSON.parse(document) as Omit<PulseSnapshot, 'beats'>;
    const beats = [];
    for (const record of store.orders.receivedBetween(at - TRACE, at)) if (isBeat(record)) beats.push(toBeat(record));
    return { ...sample, at, live: false, beats };
  }
}

/** From the change at the platform until it was on disk here; null where the platform's clock is ahead of ours. */
function syncDelay(record: OrderRecord): number | null {
  const delay = record.receivedAt - record.updatedAt;
  return delay >= 0 ? delay : null;
}
