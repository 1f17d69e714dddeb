import { businessDayStart, DAY } from '#shared/time.ts';
import type { RegionStatistics, ShopStatistics } from '#main/model/facts.ts';

const SPAN_DAYS = 30;
const FEWEST_ORDERS = 30;
const FEWEST_BUYERS = 100;
/** Buyers' averages are kept as a histogram with 1 % wide steps: bounded memory, exact to 1 %. */
const STEP = Math.log(1.01);

function bucketOf(minor: number): number {
  return Math.floor(Math.log(Math.max(1, minor)) / STEP);
}

/** Running figures of one shop. Feed it every paid order once and every change of a buyer's average. */
export class ShopFigures {
  readonly #days = new Map<number, { orders: number; sum: number }>();
  readonly #buckets = new Map<number, number>();
  #buyers = 0;
  #topTenth: number | null = null;
  #stale = 0;

  /** A paid order; `sign` -1 takes it out again when it is cancelled. */
  addOrder(at: number, paidMinor: number, sign: 1 | -1 = 1): void {
    this.addDay(at, sign, sign * paidMinor);
  }

  /** A day's stored sums at once, when the figures are rebuilt. */
  addDay(at: number, orders: number, paidMinor: number): void {
    const day = businessDayStart(at);
    const figures = this.#days.get(day) ?? { orders: 0, sum: 0 };
    figures.orders += orders;
    figures.sum += paidMinor;
    this.#days.set(day, figures);
  }

  /** A buyer's average order moved; null before the first paid order. */
  moveBuyer(before: number | null, after: number | null): void {
    if (before !== null) this.#shift(bucketOf(before), -1);
    if (after !== null) this.#shift(bucketOf(after), 1);
  }

  /** Figures at a moment: the 30 days up to it. */
  read(now: number): ShopStatistics {
    const oldest = businessDayStart(now) - (SPAN_DAYS - 1) * DAY;
    let orders = 0;
    let sum = 0;
    for (const [day, figures] of this.#days) {
      if (day < oldest) this.#days.delete(day);
      else if (day <= now) {
        orders += figures.orders;
        sum += figures.sum;
      }
    }
    return {
      averageMinor: orders < FEWEST_ORDERS ? null : sum / orders,
      topTenthAverageMinor: this.#buyers < FEWEST_BUYERS ? null : this.#topTenthAverage(),
    };
  }

  #shift(bucket: number, by: 1 | -1): void {
    const count = (this.#buckets.get(bucket) ?? 0) + by;
    if (count > 0) this.#buckets.set(bucket, count);
    else this.#buckets.delete(bucket);
    this.#buyers += by;
    this.#stale += 1;
  }

  /** Walked again only after one buyer in a hundred moved. */
  #topTenthAverage(): number {
    if (this.#topTenth !== null && this.#stale * 100 < this.#buyers) return this.#topTenth;
    let above = Math.ceil(this.#buyers / 10);
    let found = 0;
    for (const bucket of [...this.#buckets.keys()].sort((a, b) => b - a)) {
      found = bucket;
      above -= this.#buckets.get(bucket) ?? 0;
      if (above <= 0) break;
    }
    this.#topTenth = Math.exp(found * STEP);
    this.#stale = 0;
    return this.#topTenth;
  }
}

/** Orders and returns per province (short Chinese name). */
export class RegionFigures {
  readonly #regions = new Map<string, RegionStatistics>();

  /** An order to the province entered the hub. */
  addOrder(province: string): void {
    this.#of(province).orders += 1;
  }

  /** An order to the province came back: its first succeeded refund. */
  addReturn(province: string): void {
    this.#of(province).returned += 1;
  }

  /** A province's stored sums at once, when the figures are rebuilt. */
  add(province: string, { orders, returned }: RegionStatistics): void {
    const figures = this.#of(province);
    figures.orders += orders;
    figures.returned += returned;
  }

  read(province: string | null): RegionStatistics | null {
    return province === null ? null : (this.#regions.get(province) ?? null);
  }

  #of(province: string): RegionStatistics {
    let figures = this.#regions.get(province);
    if (!figures) this.#regions.set(province, (figures = { orders: 0, returned: 0 }));
    return figures;
  }
}
