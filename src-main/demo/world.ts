import { MINUTE, SECOND } from '#shared/time.ts';
import { createAgenda } from './agenda.ts';
import { begin, isOver, take } from './life.ts';
import type { LifeContext, Step } from './life.ts';
import type { Market } from './market.ts';
import { snapshot } from './order.ts';
import type { DemoOrder, Happening, Posting } from './order.ts';
import type { Random } from './random.ts';
import { SHOPS, shopKey } from './shops.ts';
import { DURATIONS, meanArrivalGap } from './timetable.ts';
import type { Duration } from './timetable.ts';
import { SERIES } from './trouble.ts';

/** An entry of the world's agenda. */
type Act =
  | { kind: 'step'; step: Step; key: string }
  | { kind: 'place'; order: DemoOrder }
  | { kind: 'arrival' }
  | { kind: 'presale' }
  | { kind: 'series'; name: string }
  | { kind: 'flash-begins' }
  | { kind: 'flash'; shop: string; sku: string; until: number }
  | { kind: 'silence-begins' }
  | { kind: 'silence-ends'; shop: string };

/** What outlives a run: open orders and what was planned for them. */
export interface WorldState {
  orders: DemoOrder[];
  steps: { at: number; step: Step; key: string }[];
}

export interface WorldParts {
  random: Random;
  market: Market;
  now: number;
  /** 2 lets everything happen twice as fast and twice as often; the timestamps stay true. */
  speed: number;
  /** Orders of the history or of an earlier run that are still open. */
  state: WorldState;
}

/** Orders whose life is followed; beyond it the oldest are let go, so that a demo left running stays small. */
const MOST_OPEN = 6_000;
const PRESALE_GAP = 40 * SECOND;
/** Orders a second during a flash sale. */
const FLASH_RATE = { min: 3, max: 5 };
/** After a longer break nothing is made up for: the computer slept, or the hub was away. */
const LONGEST_DELAY = 30 * SECOND;
/** Only shops below this share fall silent: a lane that stops should be noticed, not the whole merchant. */
const SILENT_BELOW_SHARE = 23;

/** `channel/shopId/channelOrderId`. */
export function keyOf(order: { shop: string; id: string }): string {
  return `${order.shop}/${order.id}`;
}

/**
 * The merchant's platforms, people and parcels as one machine without clock and network: it is told the time and
 * answers with what the platforms now have to say. The same seed and the same calls give the same answers.
 */
export class World {
  readonly #agenda = createAgenda<Act>();
  readonly #open = new Map<string, DemoOrder>();
  /** Orders the warehouse was told to stop; keyed like `#open`. */
  readonly #stopped = new Set<string>();
  /** What a silent shop has not said yet. */
  readonly #silent = new Map<string, Posting[]>();
  readonly #random: Random;
  readonly #market: Market;
  readonly #speed: number;
  #out: Posting[] = [];

  constructor({ random, market, now, speed, state }: WorldParts) {
    this.#random = random;
    this.#market = market;
    this.#speed = speed;
    for (const order of state.orders) this.#open.set(keyOf(order), order);
    for (const { at, step, key } of state.steps) {
      // What should have happened while nobody watched happens in the first minute.
      this.#agenda.add(Math.max(at, Math.round(now + random.between(1, MINUTE) / speed)), { kind: 'step', step, key });
    }
    this.#after(now, 0, { kind: 'arrival' });
    this.#after(now, random.exponential(PRESALE_GAP), { kind: 'presale' });
    this.#after(now, this.#within('firstFlash'), { kind: 'flash-begins' });
    this.#after(now, this.#within('firstSilence'), { kind: 'silence-begins' });
    for (const { name, firstAfterMs } of SERIES) this.#after(now, firstAfterMs, { kind: 'series', name });
  }

  get openOrders(): number {
    return this.#open.size;
  }

  /** When something happens next (epoch ms), null when nothing is planned. */
  nextAt(): number | null {
    return this.#agenda.nextAt();
  }

  /** Lets everything happen that is due; the messages in the order in which they happened. */
  advance(now: number): Posting[] {
    this.#out = [];
    for (let next = this.#agenda.takeDue(now); next; next = this.#agenda.takeDue(now)) {
      this.#happen(next.act, now - next.at > LONGEST_DELAY ? now : next.at);
    }
    return this.#out;
  }

  /** The warehouse took the order on. False when the platform knows no such open order. */
  shipmentAccepted(key: string, now: number): boolean {
    const order = this.#open.get(key);
    if (!order) return false;
    this.#stopped.delete(key);
    if (order.status === 'paid') this.#life(now).plan(order, 'ship', order.stuck ? 'findLostParcel' : 'pick');
    return true;
  }

  /** The warehouse was told to stop; an order that has left cannot be stopped. */
  shipmentStopped(key: string): void {
    if (this.#open.get(key)?.status === 'paid') this.#stopped.add(key);
  }

  /** The shop wrote to the buyer; most correct their address or number. */
  buyerAsked(key: string, now: number): void {
    const order = this.#open.get(key);
    const answers = order?.trouble === 'vague-address' || order?.trouble === 'malformed-phone';
    if (order && answers && this.#random.chance(0.75)) this.#life(now).plan(order, 'correct', 'correct');
  }

  state(): WorldState {
    return {
      orders: [...this.#open.values()],
      steps: this.#agenda.entries().flatMap(({ at, act }) => (act.kind === 'step' ? [{ at, step: act.step, key: act.key }] : [])),
    };
  }

  #happen(act: Act, now: number): void {
    switch (act.kind) {
      case 'step':
        return this.#step(act.step, act.key, now);
      case 'place':
        return this.#place(act.order, now);
      case 'arrival':
        this.#place(this.#market.everyday(now), now);
        return this.#after(now, this.#random.exponential(meanArrivalGap(now)), act);
      case 'presale':
        return this.#presale(act, now);
      case 'series':
        return this.#series(act, now);
      case 'flash-begins':
        return this.#flashBegins(act, now);
      case 'flash':
        return this.#flash(act, now);
      case 'silence-begins':
        return this.#silenceBegins(act, now);
      case 'silence-ends':
        this.#out.push(...(this.#silent.get(act.shop) ?? []));
        this.#silent.delete(act.shop);
    }
  }

  #after(now: number, ms: number, act: Act): void {
    this.#agenda.add(Math.round(now + ms / this.#speed), act);
  }

  #within(duration: Duration): number {
    const { min, max } = DURATIONS[duration];
    return this.#random.between(min, max);
  }

  #announce(order: DemoOrder, happening: Happening, now: number): void {
    order.updatedAt = Math.max(now, order.updatedAt + 1);
    order.revision += 1;
    const posting: Posting = { happening, order: snapshot(order), at: order.updatedAt, history: false };
    (this.#silent.get(order.shop) ?? this.#out).push(posting);
  }

  #life(now: number): LifeContext {
    return {
      random: this.#random,
      now,
      plan: (order, step, duration, factor = 1) =>
        this.#after(now, this.#within(duration) * factor, { kind: 'step', step, key: keyOf(order) }),
      announce: (order, happening) => this.#announce(order, happening, now),
    };
  }

  #place(order: DemoOrder, now: number): void {
    order.createdAt = now;
    order.updatedAt = now - 1;
    this.#open.set(keyOf(order), order);
    begin(order, this.#life(now));
    for (const key of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(key);
    }
  }

  #step(step: Step, key: string, now: number): void {
    const order = this.#open.get(key);
    if (!order || (step === 'ship' && this.#stopped.delete(key))) return;
    take(step, order, this.#life(now));
    if (isOver(order)) this.#open.delete(key);
  }

  #presale(act: Act, now: number): void {
    const order = this.#market.presale(now);
    if (order) this.#place(order, now);
    this.#after(now, this.#random.exponential(PRESALE_GAP), act);
  }

  #series(act: Extract<Act, { kind: 'series' }>, now: number): void {
    const series = SERIES.find(({ name }) => name === act.name);
    if (!series) return;
    for (const { afterMs, order } of this.#market.series(now, series)) this.#after(now, afterMs, { kind: 'place', order });
    this.#after(now, series.everyMs * this.#random.between(0.8, 1.2), act);
  }

  #flashBegins(act: Act, now: number): void {
    const shop = this.#market.chooseShop(now);
    const { sku } = this.#market.flashArticle();
    const until = now + this.#within('flashLength') / this.#speed;
    if (!this.#silent.has(shop)) this.#after(now, 0, { kind: 'flash', shop, sku, until });
    this.#after(now, this.#within('flashGap'), act);
  }

  /** One order of a sale and the next behind it, until its time is over or its article gone. */
  #flash(act: Extract<Act, { kind: 'flash' }>, now: number): void {
    const order = now < act.until ? this.#market.flash(now, act.shop, act.sku) : null;
    if (!order) return;
    this.#place(order, now);
    this.#after(now, SECOND / this.#random.between(FLASH_RATE.min, FLASH_RATE.max), act);
  }

  #silenceBegins(act: Act, now: number): void {
    const shop = shopKey(this.#random.pick(SHOPS.filter(({ share }) => share < SILENT_BELOW_SHARE)));
    if (!this.#silent.has(shop)) {
      this.#silent.set(shop, []);
      this.#after(now, this.#within('silenceLength'), { kind: 'silence-ends', shop });
    }
    this.#after(now, this.#within('silenceGap'), act);
  }
}
