import { HOUR } from '#shared/time.ts';
import { stageOf } from '#shared/pulse.ts';
import type { Stage } from '#shared/pulse.ts';
import type { FeatureRow, FeatureSpec } from '#main/learning/boosting/table.ts';
import type { Prediction } from '#main/learning/boosting/model.ts';
import { DeliveryHistory } from '#main/learning/history/deliveries.ts';
import type { PromisedOrder } from '#main/learning/history/deliveries.ts';
import { Waiting } from '#main/learning/history/waiting.ts';
import type { StageLimits } from '#main/pulse/limits.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { delayFeatures, delayRow, facetNames, promisedOrder } from './delay-plan.ts';
import type { DelayPlan } from './delay-plan.ts';
import type { ModelKeeper } from './model-keeper.ts';
import { wordOf } from './order-view.ts';
import type { ForecastOrder } from './order-view.ts';
import { FairSample } from './fair-sample.ts';
import { arrivalOf, FORGOTTEN_AFTER, promiseOf } from './promise.ts';
import type { Promised } from './promise.ts';

/** What is needed of an order; a stored or an incoming one. */
export type DelayOrder = ForecastOrder & Pick<OrderRecord, 'paidAt' | 'currency'> & { route?: OrderRecord['route'] };

/** An order on its way, with what was said when it entered its stage. Of the order itself only what lists show: there are many. */
export interface OnItsWay extends Promised {
  orderNo: string;
  channel: OrderRecord['channel'];
  shopId: string;
  currency: string;
  warehouse: string | null;
  carrier: string | null;
  promised: PromisedOrder;
  stage: Stage;
  /** Its stages so far: each was read once. */
  stages: Stage[];
  row: FeatureRow;
  prediction: Prediction | null;
  overdue: boolean;
  told: boolean;
  /** One of the fair share the forecast learns from; the others are followed to be listed. */
  learns: boolean;
}

/** What an order reads at a stage beside what it reads at any. */
const AT_STAGE: readonly FeatureSpec[] = [
  { name: 'leg', kind: 'category' },
  { name: 'hours-since-paid', kind: 'number' },
  { name: 'hours-left', kind: 'number' },
];

/** What of the way lies ahead. Stored orders tell no finer steps of their past. */
function legOf(stage: Stage): 'preparing' | 'on-the-way' {
  return stage === 'shipped' ? 'on-the-way' : 'preparing';
}

/** The features of an order at a stage, in the order of its rows. */
export function liveFeatures(plan: DelayPlan): FeatureSpec[] {
  return [...delayFeatures(plan), ...AT_STAGE];
}

/** A shop that told this many arrivals does tell them: silence beyond the promise then means late. */
const TELLS_ARRIVALS = 5;

/** Orders followed at once, some 3 kB each with their rows: bounded on the busiest day. */
const MOST_FOLLOWED: FollowLimits = { learntFrom: 50_000, listed: 20_000 };
/** Of too many the least likely share is let go at once, so that it happens seldom. */
const LET_GO = 1 / 4;

/** How many orders are followed at once. */
export interface FollowLimits {
  /** To learn from what becomes of them. */
  learntFrom: number;
  /** Beyond those, because they will probably be late. */
  listed: number;
}

type Keeper = Pick<ModelKeeper, 'model' | 'read' | 'learn' | 'forget'>;

/**
 * The delay forecast over the orders of the hub. Fed with every order as it changes, in the order of time; asks the model of the
 * keeper when an order enters a stage, and teaches it when an order arrives or its promise passes. Of more orders than can be followed a
 * fair share is learnt from and the likeliest of the others are kept for the list; what is remembered of shops, carriers and places comes
 * from all of them.
 */
export class LiveDelays {
  readonly #plan: DelayPlan;
  readonly #history: DeliveryHistory;
  readonly #keeper: Keeper;
  readonly #limits: () => StageLimits;
  readonly #open = new Map<string, OnItsWay>();
  readonly #sample: FairSample;
  readonly #mostListed: number;
  #learning = 0;
  /** The last promise of those that were let go unlisted. */
  #unlistedUntil = -Infinity;
  /** Promises that will pass, and then the ends of the patience with those that heard nothing. */
  readonly #waiting = new Waiting();

  constructor(plan: DelayPlan, keeper: Keeper, limits: () => StageLimits, most: FollowLimits = MOST_FOLLOWED) {
    this.#sample = new FairSample(most.learntFrom);
    this.#mostListed = most.listed;
    this.#plan = plan;
    this.#history = new DeliveryHistory(facetNames(plan));
    this.#keeper = keeper;
    this.#limits = limits;
  }

  get open(): ReadonlyMap<string, OnItsWay> {
    return this.#open;
  }

  /** True: there are so many orders on their way that of those not learnt from only the likeliest are followed. */
  partialAt(at: number): boolean {
    return at <= this.#unlistedUntil;
  }

  observe(record: OrderRecord, at: number): void {
    this.passTime(at);
    const stage = stageOf(record.status, record.hold !== null);
    if (stage === 'delivered' || record.status === 'completed') this.arrived(record.orderNo, arrivalOf(record), at);
    else if (stage === null) this.#gone(record.orderNo, at);
    else if (stage !== 'pending_payment' && record.paidAt !== null) this.entered(record.orderNo, record, stage, at);
  }

  /** An order stands in a stage. */
  entered(orderNo: string, order: DelayOrder, stage: Stage, at: number): void {
    let way = this.#open.get(orderNo);
    if (way?.stages.includes(stage)) {
      way.stage = stage;
      return;
    }
    if (!way) {
      const promise = promiseOf(order, this.#limits());
      // Nothing can be foretold of an order that is late when it is first seen.
      if (promise.dueAt <= at) return;
      const promised = promisedOrder(this.#plan, order, orderNo, order.paidAt ?? order.createdAt, promise.dueAt);
      const { channel, shopId, currency } = order;
      way = {
        ...{ ...promise, orderNo, channel, shopId, currency, warehouse: null, carrier: null, promised, stage },
        ...{ stages: [], row: [], prediction: null, overdue: false, told: false, learns: this.#sample.takes(orderNo) },
      };
    }
    way.warehouse = wordOf(order, 'warehouse');
    way.carrier = wordOf(order, 'carrier');
    way.stage = stage;
    way.row = this.#row(order, way, stage, at);
    way.prediction = this.#keeper.model?.explain(way.row) ?? null;
    if (way.learns) this.#keeper.read(`${orderNo}:${stage}`, way.row, at);
    way.stages.push(stage);
    if (way.stages.length === 1) this.#follow(way, at);
  }

  /** It arrived; null: nobody knows when, which says nothing about lateness. */
  arrived(orderNo: string, arrivedAt: number | null, at: number): void {
    if (arrivedAt === null) return this.#gone(orderNo, at);
    this.#history.observeArrival({ id: orderNo, at, arrivedAt });
    const way = this.#open.get(orderNo);
    if (!way) return;
    this.#teach(way, arrivedAt > way.dueAt, at);
    this.#drop(way);
  }

  /**
   * Lets promises pass: what is late now and did not arrive at a shop that tells arrivals is known to be late. Of what was promised long
   * ago without any word since nothing more is expected.
   */
  passTime(at: number): void {
    for (let id = this.#waiting.takeBefore(at); id !== null; id = this.#waiting.takeBefore(at)) {
      const way = this.#open.get(id);
      if (!way) continue;
      if (way.overdue) {
        this.#gone(id, at);
        continue;
      }
      way.overdue = true;
      this.#waiting.add(way.dueAt + FORGOTTEN_AFTER, id);
      const shop = this.#history.pastOf('shop', way.promised.facets['shop'] ?? null);
      if (shop && shop.late.casesAt(at) >= TELLS_ARRIVALS) this.#teach(way, true, at);
    }
  }

  /** What the model says of an order as it comes in; null without a model, or where its promise has passed. */
  foretell(order: DelayOrder, at: number): number | null {
    const { model } = this.#keeper;
    if (!model) return null;
    const promise = promiseOf(order, this.#limits());
    if (promise.dueAt <= at) return null;
    const promised = promisedOrder(this.#plan, order, '', order.paidAt ?? order.createdAt, promise.dueAt);
    return model.probability(this.#row(order, { ...promise, promised }, 'paid', at));
  }

  /** A new model is in service: everything open is asked again, as it was read when it entered its stage. */
  askAgain(): void {
    const { model } = this.#keeper;
    for (const way of this.#open.values()) way.prediction = model?.explain(way.row) ?? null;
  }

  #row(order: DelayOrder, { promised, dueAt }: Pick<OnItsWay, 'promised' | 'dueAt'>, stage: Stage, at: number): FeatureRow {
    const paidAt = order.paidAt ?? order.createdAt;
    return [...delayRow(this.#plan, this.#history, order, promised, at), legOf(stage), (at - paidAt) / HOUR, (dueAt - at) / HOUR];
  }

  #teach(way: OnItsWay, late: boolean, at: number): void {
    if (way.learns && !way.told) for (const stage of way.stages) this.#keeper.learn(`${way.orderNo}:${stage}`, late, at);
    way.told = true;
  }

  #gone(orderNo: string, at: number): void {
    this.#history.observeCancelled(orderNo, at);
    const way = this.#open.get(orderNo);
    if (!way) return;
    this.#unlearn(way);
    this.#drop(way);
  }

  #follow(way: OnItsWay, at: number): void {
    this.#open.set(way.orderNo, way);
    this.#waiting.add(way.dueAt, way.orderNo);
    this.#history.observeOrder(way.promised, at);
    if (way.learns) {
      this.#learning += 1;
      if (this.#sample.holds(this.#learning)) this.#learnFromFewer();
    }
    if (this.#open.size - this.#learning > this.#mostListed) this.#letGo();
  }

  /** The fair share became smaller. */
  #learnFromFewer(): void {
    for (const way of this.#open.values()) if (!this.#sample.takes(way.orderNo)) this.#unlearn(way);
  }

  #letGo(): void {
    const listed = [...this.#open.values()].filter(({ learns }) => !learns);
    const likelihood = ({ overdue, prediction }: OnItsWay): number => (overdue || prediction === null ? -1 : prediction.probability);
    listed.sort((a, b) => likelihood(b) - likelihood(a));
    for (const way of listed.slice(Math.floor(this.#mostListed * (1 - LET_GO)))) {
      this.#unlistedUntil = Math.max(this.#unlistedUntil, way.dueAt);
      this.#drop(way);
    }
  }

  #unlearn(way: OnItsWay): void {
    if (!way.learns) return;
    for (const stage of way.stages) this.#keeper.forget(`${way.orderNo}:${stage}`);
    way.learns = false;
    this.#learning -= 1;
  }

  #drop(way: OnItsWay): void {
    if (way.learns) this.#learning -= 1;
    this.#open.delete(way.orderNo);
  }
}
