import type { ChannelId } from '#shared/channels.ts';
import type { Warehouse } from '#shared/stock.ts';
import { businessDayStart, DAY, HOUR } from '#shared/time.ts';
import { AssociationIndex, foldProfile, RegionFigures, ShopFigures, SlidingWindows } from '#main/engine/index.ts';
import type { Places } from '#main/engine/index.ts';
import { StockPool } from '#main/inventory/pool.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { MatchKeys, OrderRecord } from '#main/model/record.ts';
import { stageOf } from '#shared/pulse.ts';
import { OpenOrders, openOrderOf, type OpenOrder } from '#main/pulse/open-orders.ts';
import { RateCounter } from '#main/pulse/vitals.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import { Deadlines } from './deadlines.ts';
import { Flows } from './flows.ts';
import type { OpenOrderRow, RegionRow, ShopDay, Store } from './ports.ts';
import type { HubSettings } from './settings.ts';
import type { RuleBook } from './rules/rule-book.ts';
import { ShortOrders } from './shortage.ts';

export interface HotParts {
  store: Store;
  settings: HubSettings;
  rules: Pick<RuleBook, 'current'>;
  places: Places;
  warehouses: readonly Warehouse[];
}

/** What one change of an order added to the running figures; written with the same transaction. */
export interface FigureChanges {
  profile: { profile: CustomerProfile; channel: ChannelId; shopId: string } | null;
  day: ShopDay | null;
  region: RegionRow | null;
}

/**
 * Everything a decision needs at hand: windows, buyers in use, figures, stock, open orders, deadlines. All of it can be
 * rebuilt from the store, and is after a transaction failed, because then memory may be ahead of the disk.
 */
export class HotState {
  windows: SlidingWindows;
  association = new AssociationIndex();
  regions = new RegionFigures();
  readonly pool: StockPool;
  readonly open = new OpenOrders();
  readonly releases = new Deadlines();
  readonly short = new ShortOrders();
  readonly flows = new Flows();
  /** Null: the store knows no such buyer either. */
  readonly #profiles: BoundedMap<string, CustomerProfile | null>;
  #shops = new Map<string, ShopFigures>();
  #routed = new Map<string, RateCounter>();
  #waitingRefunds = 0;
  readonly #parts: HotParts;

  constructor(parts: HotParts) {
    this.#parts = parts;
    const { settings, rules, warehouses } = parts;
    this.windows = new SlidingWindows(rules.current.windows);
    this.#profiles = new BoundedMap(settings.profilesInMemory);
    const names = new Map(warehouses.map((warehouse) => [warehouse.id, warehouse.name]));
    this.pool = new StockPool({
      settings: { lowPieces: settings.stockLowPieces, shortShare: settings.stockShortShare },
      warehouseName: (id) => names.get(id) ?? { zh: id, en: id },
    });
  }

  /** Rebuilds everything from the store: open orders, and what the windows and running figures span. */
  load(now: number): void {
    const { store, rules } = this.#parts;
    const { windows } = rules.current;
    const reach = Math.max(SlidingWindows.reachOf(windows), AssociationIndex.reach, HOUR);
    this.windows = new SlidingWindows(windows, now - reach);
    this.association = new AssociationIndex();
    this.#profiles.clear();
    this.flows.clear();
    this.short.clear();
    this.releases.clear();
    this.#waitingRefunds = store.refunds.count();
    this.#loadStock(now);
    this.#loadFigures(now);
    const open = store.orders.open();
    this.open.load(open.flatMap(openOrderOfRow));
    for (const row of open) this.releases.set(row.orderNo, row.releaseAt);
    for (const { record } of store.orders.short()) this.short.put(record);
    for (const record of store.orders.openDeposits()) this.association.put(record, now);
    for (const record of store.orders.createdSince(now - reach)) {
      this.windows.add(record, now);
      this.association.put(record, now);
      const province = this.#parts.places.province(record.receiver.province);
      if (province !== null && record.receivedAt > now - HOUR) {
        this.flows.addDemand(province, record.receivedAt);
        if (record.stock !== 'none') this.flows.addAllocations(record, province, record.receivedAt);
      }
    }
  }

  profile(key: string | null): CustomerProfile | null {
    if (key === null) return null;
    const known = this.#profiles.get(key);
    if (known !== undefined) return known;
    const stored = this.#parts.store.profiles.get(key);
    this.#profiles.set(key, stored);
    return stored;
  }

  shop(channel: ChannelId, shopId: string): ShopFigures {
    const key = `${channel}/${shopId}`;
    let figures = this.#shops.get(key);
    if (!figures) this.#shops.set(key, (figures = new ShopFigures()));
    return figures;
  }

  /** Orders routed to a warehouse in the last 24 hours against its daily capacity. */
  loadOf(warehouse: string, now: number): number {
    const capacity = this.#parts.warehouses.find(({ id }) => id === warehouse)?.dailyCapacity;
    return capacity ? (this.#routed.get(warehouse)?.sum(now) ?? 0) / capacity : 0;
  }

  /** True while refunds wait for their orders; saves asking the store for every new order. */
  get refundsWait(): boolean {
    return this.#waitingRefunds > 0;
  }
  refundWaits(by: 1 | -1): void {
    this.#waitingRefunds += by;
  }

  /** Takes in one applied change (stock apart: the pool took that already) and says what it adds to the stored figures. */
  apply(before: OrderRecord | null, after: OrderRecord, now: number): FigureChanges {
    const { places } = this.#parts;
    this.association.put(after, now);
    this.short.put(after);
    this.releases.set(after.orderNo, after.hold?.releaseAt ?? null);
    const open = openOrderOf(after);
    if (open) this.open.set(open, now);
    else this.open.remove(after.orderNo, now);
    const province = places.province(after.receiver.province);
    // An order that was told without its receiver counts as soon as he is known, and by the one it has now.
    if (before === null || !sameKeys(before.keys, after.keys)) this.windows.add(after, now);
    if (province !== null) this.#flow(before, after, province);
    const warehouse = after.route?.warehouse ?? null;
    if (warehouse !== null && before?.route?.warehouse !== warehouse) this.#routedCounter(warehouse).add(after.receivedAt);
    return {
      profile: this.#foldProfile(before, after),
      day: this.#shopDay(before, after),
      region: province === null ? null : this.#region(before, after, province),
    };
  }

  #loadStock(now: number): void {
    const { store } = this.#parts;
    this.pool.load(store.stock.levels(), now);
    for (const { sku, warehouse, pieces, at } of store.stock.soldSince(now - DAY)) this.pool.recordSold(sku, warehouse, pieces, at);
    this.#routed = new Map();
    for (const { warehouse, at, orders } of store.orders.routedSince(now - DAY)) this.#routedCounter(warehouse).add(at, orders);
  }

  #loadFigures(now: number): void {
    const { store } = this.#parts;
    this.#shops = new Map();
    this.regions = new RegionFigures();
    for (const { channel, shopId, day, orders, paidMinor } of store.figures.days(businessDayStart(now) - 31 * DAY)) {
      const figures = this.shop(channel, shopId);
      for (let index = 0; index < orders; index += 1) figures.addOrder(day, index === 0 ? paidMinor : 0);
    }
    for (const { channel, shopId, orders, paidMinor } of store.profiles.buyers())
      this.shop(channel, shopId).moveBuyer(null, paidMinor / orders);
    for (const { province, orders, returned } of store.figures.regions()) {
      for (let index = 0; index < orders; index += 1) this.regions.addOrder(province);
      for (let index = 0; index < returned; index += 1) this.regions.addReturn(province);
    }
  }

  #flow(before: OrderRecord | null, after: OrderRecord, province: string): void {
    if (before === null) this.flows.addDemand(province, after.receivedAt);
    if (after.stock === 'reserved' && (before === null || before.stock === 'none'))
      this.flows.addAllocations(after, province, after.receivedAt);
  }

  #foldProfile(before: OrderRecord | null, after: OrderRecord): FigureChanges['profile'] {
    const old = this.profile(after.keys.buyer);
    const profile = foldProfile(old, before, after, this.#parts.places);
    if (!profile) return null;
    this.#profiles.set(profile.key, profile);
    const averages = [averageOf(old), averageOf(profile)] as const;
    if (averages[0] !== averages[1]) this.shop(after.channel, after.shopId).moveBuyer(...averages);
    return { profile, channel: after.channel, shopId: after.shopId };
  }

  /** Paid orders of the day they were placed on; a cancelled one is taken out again. */
  #shopDay(before: OrderRecord | null, after: OrderRecord): ShopDay | null {
    const [was, is] = [countsAsPaid(before), countsAsPaid(after)];
    if (was === is) return null;
    const sign = is ? 1 : -1;
    const paidMinor = is ? after.paidMinor : (before?.paidMinor ?? 0);
    this.shop(after.channel, after.shopId).addOrder(after.createdAt, paidMinor, sign);
    return {
      channel: after.channel,
      shopId: after.shopId,
      day: businessDayStart(after.createdAt),
      orders: sign,
      paidMinor: sign * paidMinor,
    };
  }

  #region(before: OrderRecord | null, after: OrderRecord, province: string): RegionRow | null {
    const orders = before === null ? 1 : 0;
    const returned = after.refundedMinor > 0 && (before?.refundedMinor ?? 0) === 0 ? 1 : 0;
    if (orders) this.regions.addOrder(province);
    if (returned) this.regions.addReturn(province);
    return orders || returned ? { province, orders, returned } : null;
  }

  #routedCounter(warehouse: string): RateCounter {
    let counter = this.#routed.get(warehouse);
    if (!counter) this.#routed.set(warehouse, (counter = new RateCounter(DAY, 96)));
    return counter;
  }
}

function sameKeys(one: MatchKeys, other: MatchKeys): boolean {
  return (Object.keys(one) as (keyof MatchKeys)[]).every((key) => one[key] === other[key]);
}

function averageOf(profile: CustomerProfile | null): number | null {
  return profile && profile.orders > 0 && profile.paidMinor > 0 ? profile.paidMinor / profile.orders : null;
}

function countsAsPaid(record: OrderRecord | null): boolean {
  return record !== null && record.paidMinor > 0 && record.status !== 'cancelled' && record.status !== 'pending_payment';
}

function openOrderOfRow(row: OpenOrderRow): OpenOrder[] {
  const stage = stageOf(row.status, row.holdKind !== null);
  if (stage === null) return [];
  return [
    {
      orderNo: row.orderNo,
      stage,
      since: row.holdOpenedAt ?? row.statusSince,
      channel: row.channel,
      shopId: row.shopId,
      warehouse: row.warehouse,
      ruleId: row.holdRule,
      frozen: row.holdKind === 'frozen',
    },
  ];
}
