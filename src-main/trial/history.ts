import { collectInputs, RegionFigures, ShopFigures, SlidingWindows } from '#main/engine/index.ts';
import type { CollectedFacts } from '#main/engine/collect.ts';
import type { RegionStatistics } from '#main/model/facts.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet } from '#main/rules/index.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { Averages } from './averages.ts';
import { Buyers } from './buyers.ts';
import type { HistoryNeeds } from './fields.ts';
import { Later } from './later.ts';
import { momentsOf } from './moments.ts';
import type { JudgedRow, TrialMessages, TrialSource, TrialWorld } from './source.ts';

/** Figures of a shop look 30 days back. */
const SHOP_REACH = 31 * DAY;
const WINDOW_LATENESS = HOUR;
/** Fields of the stock are never derived. */
const NO_STOCK = { spot: 0, presale: 0 };

/** The order's links as they were when it came: to orders that were there already, and nothing decided about them. */
function asThen(record: OrderRecord): OrderRecord {
  const { linked } = record;
  if (linked.length === 0) return record;
  return { ...record, linked: linked.filter(({ later }) => !later).map(({ orderNo, kind }) => ({ orderNo, kind })) };
}

/** The order with what the model reads in its message, where another one or none had read it. */
function asRead(record: OrderRecord, messages: TrialMessages): OrderRecord {
  const { buyerMessage, message } = record;
  if (buyerMessage === '' || (message && message.model === messages.model)) return record;
  return { ...record, message: messages.read(buyerMessage) ?? message ?? null };
}

/**
 * What the hub remembered when it decided an order, built up again by taking the stored orders in the order in which they came.
 * Values are collected by the engine's own collectors.
 */
export class History {
  readonly #windows: SlidingWindows;
  readonly #regions = new RegionFigures();
  readonly #shops = new Map<string, ShopFigures>();
  readonly #averages = new Averages();
  readonly #later = new Later();
  readonly #buyers: Buyers;
  readonly #needs: HistoryNeeds;
  readonly #world: TrialWorld;
  readonly #compiled: CollectedFacts['compiled'];

  /** @param fields what is to be collected, in this order */
  constructor(source: TrialSource, fields: readonly string[], needs: HistoryNeeds, world: TrialWorld) {
    this.#needs = needs;
    this.#world = world;
    this.#windows = new SlidingWindows(needs.windows);
    this.#buyers = new Buyers(source, world.places);
    // The collectors ask a compiled set only for the fields of its vector.
    this.#compiled = { ...compileRuleSet({ version: 1, rules: [], lists: {} }), fields: [...fields], windows: needs.windows };
  }

  /** How far before the span orders must be taken, ms; Infinity: from the first on. */
  static reachOf({ windows, shops, regions, topTenth }: HistoryNeeds): number {
    if (regions || topTenth) return Infinity;
    const spans = windows.map(({ minutes }) => minutes * MINUTE + WINDOW_LATENESS);
    return Math.max(0, ...spans, shops ? SHOP_REACH : 0);
  }

  /** The values of the fields for an order as it was decided first. Ask before it is taken. */
  valuesOf({ id }: JudgedRow, record: OrderRecord): FieldValue[] {
    const at = record.decidedAt;
    this.#later.runThrough(at);
    const { profiles, shops, messages } = this.#needs;
    const { places, duties } = this.#world;
    const facts: CollectedFacts = {
      compiled: this.#compiled,
      record: null,
      windows: this.#windows,
      profile: profiles ? this.#buyers.profile(record.keys.buyer, id, at) : null,
      shop: shops ? this.#shop(record).read(at) : { averageMinor: null, topTenthAverageMinor: null },
      region: this.#region(record),
      places,
      duties,
      candidates: [],
    };
    const then = asThen(record);
    return collectInputs(messages ? asRead(then, this.#world.messages) : then, facts, NO_STOCK);
  }

  /** Remembers an order, and what it became at the moments it became it. */
  take(record: OrderRecord): void {
    const at = record.decidedAt;
    this.#later.runThrough(at);
    const { shops, topTenth, regions } = this.#needs;
    const { paid, refunded, cancelled } = momentsOf(record, at);
    const when = (moment: number, task: () => void) => (moment <= at ? task() : this.#later.add(moment, task));
    if (this.#needs.windows.length > 0) this.#windows.add(record, at);
    if (shops && paid !== null && (cancelled === null || cancelled > paid)) {
      const figures = this.#shop(record);
      const { createdAt, paidMinor } = record;
      when(paid, () => figures.addOrder(createdAt, paidMinor));
      if (cancelled !== null) when(cancelled, () => figures.addOrder(createdAt, paidMinor, -1));
    }
    if (topTenth) this.#moveBuyer(record, paid, when);
    if (regions) this.#countRegion(record, refunded, when);
  }

  #region({ receiver }: OrderRecord): RegionStatistics | null {
    return this.#needs.regions ? this.#regions.read(this.#world.places.province(receiver.province)) : null;
  }

  #countRegion({ receiver }: OrderRecord, refunded: number | null, when: (moment: number, task: () => void) => void): void {
    const province = this.#world.places.province(receiver.province);
    if (province === null) return;
    this.#regions.addOrder(province);
    if (refunded !== null) when(refunded, () => this.#regions.addReturn(province));
  }

  #moveBuyer(record: OrderRecord, paid: number | null, when: (moment: number, task: () => void) => void): void {
    const { buyer } = record.keys;
    if (buyer === null) return;
    const { paidMinor } = record;
    const figures = this.#shop(record);
    const move = (orders: number, minor: number) => {
      const [before, after] = this.#averages.add(buyer, orders, minor);
      if (before !== after) figures.moveBuyer(before, after);
    };
    move(1, 0);
    if (paid !== null) when(paid, () => move(0, paidMinor));
  }

  #shop({ channel, shopId }: OrderRecord): ShopFigures {
    const key = `${channel}/${shopId}`;
    let figures = this.#shops.get(key);
    if (!figures) this.#shops.set(key, (figures = new ShopFigures()));
    return figures;
  }
}
