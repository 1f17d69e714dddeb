import { DAY } from '#shared/time.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import { FadingSum } from './fading.ts';
import { FadingShare } from './share.ts';
import { RunningSpread } from './spread.ts';
import { Waiting } from './waiting.ts';

/** An order with a promised moment, as the forecast sees it. */
export interface PromisedOrder {
  id: string;
  /** When it was placed, epoch ms; null: unknown. */
  placedAt: number | null;
  /** When it must have arrived (or been shipped, whichever is forecast), epoch ms; after it the order is overdue. */
  dueAt: number;
  /**
   * What orders are compared by: facet name -> word; null: unknown. A word of two joined facets is a facet of its own
   * ("carrier|province"), so is the batch an order belongs to.
   */
  facets: Readonly<Record<string, string | null>>;
}

/** What became of it. */
export interface Arrival {
  id: string;
  /** When it became known, epoch ms. */
  at: number;
  arrivedAt: number;
}

export interface DeliveryLimits {
  /** Words remembered of each facet. */
  wordsOfFacet: number;
  /** Orders under way; beyond it the oldest is forgotten without an outcome. */
  ordersUnderWay: number;
}

/** Some 1.5 kB a word: ten facets full to the brim are about 75 MB. */
export const DEFAULT_DELIVERY_LIMITS: DeliveryLimits = { wordsOfFacet: 5_000, ordersUnderWay: 200_000 };

/** Days early or late beyond which a single arrival says no more. */
const MOST_EARLY = -30;
const MOST_LATE = 60;

/** What is remembered of the orders that share a word of a facet. */
export class DeliveryPast {
  /** Shares of late arrivals: over about two years, and lately. */
  readonly late = new FadingShare(365 * DAY);
  readonly lateRecently = new FadingShare(60 * DAY);
  readonly early = new FadingShare(120 * DAY);
  readonly daysLate = new FadingSum(365 * DAY);
  /** Orders taken on lately. */
  readonly taken = new FadingSum(30 * DAY);
  /** Orders past their promise with nothing heard: late already, though no outcome says so. */
  overdue = 0;
  lastLateAt: number | null = null;
  /** Natural logarithm of the days promised from placing to due. */
  readonly promisedDays = new RunningSpread();
  /** Orders due on the day of the order taken on last. */
  dueTogether = { dueAt: 0, orders: 0 };
}

/** Natural logarithm of the days an order was given, at least one; null where it is not known when it was placed. */
export function promisedDays({ placedAt, dueAt }: PromisedOrder): number | null {
  return placedAt === null ? null : Math.log(Math.max(1, (dueAt - placedAt) / DAY));
}

interface UnderWay {
  order: PromisedOrder;
  overdue: boolean;
}

/**
 * The running memory of promises and arrivals (pure, bounded). Feed it in the order things became known; it never learns of an
 * arrival that was not observed, and knows what is overdue without being told. Reading: delivery-features.ts.
 */
export class DeliveryHistory {
  /** Over everything. */
  readonly all = new DeliveryPast();
  readonly #facets = new Map<string, BoundedMap<string, DeliveryPast>>();
  readonly #underWay: BoundedMap<string, UnderWay>;
  readonly #waiting = new Waiting();
  readonly #limits: DeliveryLimits;
  readonly #names: readonly string[];

  /** `facets`: the names compared by; orders may carry more, which are not remembered. */
  constructor(facets: readonly string[], limits: Partial<DeliveryLimits> = {}) {
    this.#names = facets;
    this.#limits = { ...DEFAULT_DELIVERY_LIMITS, ...limits };
    this.#underWay = new BoundedMap(this.#limits.ordersUnderWay);
    for (const facet of facets) this.#facets.set(facet, new BoundedMap(this.#limits.wordsOfFacet));
  }

  get facets(): readonly string[] {
    return this.#names;
  }

  /** Null where nothing like it was seen. */
  pastOf(facet: string, word: string | null): DeliveryPast | null {
    return word === null ? null : (this.#facets.get(facet)?.peek(word) ?? null);
  }

  /** An order was taken on. */
  observeOrder(order: PromisedOrder, at: number): void {
    this.passTime(at);
    if (this.#underWay.peek(order.id)) return;
    if (this.#underWay.size >= this.#limits.ordersUnderWay) this.#dropped(this.#underWay.takeOldest());
    this.#underWay.use(order.id, () => ({ order, overdue: false }));
    this.#waiting.add(order.dueAt, order.id);
    const promised = promisedDays(order);
    this.#each(order, (past) => {
      past.taken.add(1, at);
      if (promised !== null) past.promisedDays.add(promised);
      if (past.dueTogether.dueAt === order.dueAt) past.dueTogether.orders += 1;
      else past.dueTogether = { dueAt: order.dueAt, orders: 1 };
    });
  }

  /** An order arrived. One never taken on, or told of before, is passed over. */
  observeArrival({ id, at, arrivedAt }: Arrival): void {
    this.passTime(at);
    const underWay = this.#underWay.peek(id);
    if (!underWay) return;
    const { order } = underWay;
    const daysLate = Math.max(MOST_EARLY, Math.min(MOST_LATE, Math.ceil((arrivedAt - order.dueAt) / DAY)));
    this.#each(order, (past) => {
      // Weighed by the age of the promise, so that a word learnt late does not make an old promise new.
      past.late.add(daysLate > 0, order.dueAt);
      past.lateRecently.add(daysLate > 0, order.dueAt);
      past.early.add(daysLate < 0, order.dueAt);
      past.daysLate.add(daysLate, order.dueAt);
      if (daysLate > 0) past.lastLateAt = at;
    });
    this.#forget(id);
  }

  /** An order will not arrive any more (cancelled, refunded): it says nothing about lateness. */
  observeCancelled(id: string, at: number): void {
    this.passTime(at);
    this.#forget(id);
  }

  /** Lets promises pass. Call before reading features at a moment. */
  passTime(at: number): void {
    for (let id = this.#waiting.takeBefore(at); id !== null; id = this.#waiting.takeBefore(at)) {
      const underWay = this.#underWay.peek(id);
      if (!underWay || underWay.overdue || underWay.order.dueAt >= at) continue;
      underWay.overdue = true;
      this.#each(underWay.order, (past) => (past.overdue += 1));
    }
  }

  #forget(id: string): void {
    this.#dropped(this.#underWay.peek(id));
    this.#underWay.delete(id);
  }

  #dropped(underWay: UnderWay | undefined): void {
    if (underWay?.overdue) this.#each(underWay.order, (past) => (past.overdue = Math.max(0, past.overdue - 1)));
  }

  #each({ facets }: PromisedOrder, change: (past: DeliveryPast) => void): void {
    change(this.all);
    for (const [facet, words] of this.#facets) {
      const word = facets[facet];
      if (word != null) change(words.use(word, () => new DeliveryPast()));
    }
  }
}
