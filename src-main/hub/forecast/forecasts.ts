import { HOUR } from '#shared/time.ts';
import type { ForecastModel, LateOrder, ReturnOrder } from '#shared/contract/forecast.ts';
import type { MethodOutput, MethodParams } from '#shared/contract/index.ts';
import { PURCHASE_FEATURES } from '#main/learning/history/purchase-features.ts';
import type { StageLimits } from '#main/pulse/limits.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { StoreCondition } from '../condition.ts';
import type { JobHealth } from '../jobs/job-health.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { StartFit, StoredModel } from './forecast-ports.ts';
import { planOf } from './delay-plan.ts';
import { LiveDelays, liveFeatures } from './live-delays.ts';
import type { OnItsWay } from './live-delays.ts';
import { LiveReturns } from './live-returns.ts';
import { ModelKeeper } from './model-keeper.ts';
import { readPast } from './past.ts';
import type { PastOrder } from './past.ts';
import { DELAY_REFIT, RETURN_REFIT } from './recipes.ts';
import type { RefitPlan } from './rolling.ts';
import { ReturnWatch } from './return-watch.ts';
import type { WatchedOrder } from './return-watch.ts';
import { returnAdvice, returnReason } from './return-words.ts';
import { adviceFor, missingText, reasonText } from './words.ts';
import { OWN_WORDS } from './order-view.ts';

export interface ForecastsParts {
  store: Store;
  clock: Clock;
  timers: Timers;
  logger: Logger;
  condition: StoreCondition;
  jobs: JobHealth;
  publisher: Pick<Publisher, 'notice'>;
  limits(): StageLimits;
  startFit: StartFit;
  defer(task: () => void): void;
}

/** Orders of the past the memory is rebuilt from, the latest, and how many are read in one turn. */
const PAST_ORDERS = 30_000;
const IN_ONE_TURN = 250;
/**
 * Changed orders are looked at a few at a time with a pause between: a millisecond or two each, 1,250 orders a second. A burst waits in
 * line; only a line so long that it weighs on memory is worked off by a share of it at once.
 */
const IN_ONE_PIECE = 25;
const BETWEEN_PIECES_MS = 20;
/** Looked at at once before somebody is answered: what a group of messages brings. */
const BEFORE_AN_ANSWER = 500;
const LONGEST_LINE = 20_000;
const SHARE_OF_LONG_LINE = 1 / 8;
/** Of what sources tell beyond the common fields: how a parcel travels. */
const TOLD = { words: ['shipping-mode'], numbers: [] };
const REFIT_CHECK = HOUR;
const FITS_SHOWN = 10;
const REASONS_SHOWN = 5;

/** What a forecast says as an order comes in, percent; null: unknown. */
export interface Foretold {
  late: number | null;
  returned: number | null;
}

/**
 * The forecasts of the hub (G5). Rebuilt from stored orders in pieces when the hub starts; from then on fed with every order soon after
 * its commit, and before an answer where few wait. What it knows is never ahead of the store, and nothing here is on the way of an order
 * unless a rule asks for it.
 */
export class Forecasts {
  readonly #parts: ForecastsParts;
  readonly #late: ModelKeeper;
  readonly #return: ModelKeeper;
  readonly #delays: LiveDelays;
  readonly #returns: LiveReturns;
  readonly #watch: ReturnWatch;
  /** `idle` until it is started; orders that change while the past is read wait for its end. */
  #state: 'idle' | 'loading' | 'live' = 'idle';
  /** Orders that changed and were not looked at yet, with when they changed. */
  #waiting: { record: OrderRecord; at: number }[] = [];
  #cancelPiece: (() => void) | null = null;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(parts: ForecastsParts) {
    this.#parts = parts;
    const { store, clock, logger, startFit } = parts;
    const plan = planOf(OWN_WORDS, TOLD);
    const onModel = (stored: StoredModel, text: { zh: string; en: string }): void => this.#told(stored, text);
    const common = { store: store.forecasts, clock, logger, startFit, onModel };
    this.#late = new ModelKeeper({ ...common, kind: 'late', features: liveFeatures(plan), plan: DELAY_REFIT });
    this.#return = new ModelKeeper({ ...common, kind: 'return', features: PURCHASE_FEATURES, plan: RETURN_REFIT });
    this.#delays = new LiveDelays(plan, this.#late, parts.limits);
    this.#watch = new ReturnWatch(this.#return);
    this.#returns = new LiveReturns(this.#return, undefined, this.#watch);
  }

  /** Reads the past; resolves when it is read. Then models are learnt again whenever it is due. */
  async start(): Promise<void> {
    const { store, timers, defer, condition, logger, jobs } = this.#parts;
    const turn = (): Promise<void> => new Promise((resolve) => defer(resolve));
    this.#state = 'loading';
    try {
      const past = await readPast(store, { most: PAST_ORDERS, inOneTurn: IN_ONE_TURN, turn, stopped: () => this.#stopped });
      let inTurn = 0;
      for (const order of past) {
        if (this.#stopped) return;
        this.#relive(order);
        inTurn += 1;
        if (inTurn % IN_ONE_TURN === 0) await turn();
      }
    } catch (error) {
      if (!condition.failed(error)) logger.error({ err: error }, 'the past could not be read for the forecasts; they learn from now on');
    }
    if (this.#stopped) return;
    this.#state = 'live';
    const refit = (): Promise<void> => jobs.follow('forecasts', () => this.refit());
    this.#cancel = timers.every(REFIT_CHECK, () => void refit());
    this.#lookAt(this.#waiting.length);
    this.#delays.askAgain();
    await refit();
  }

  /** Learns again what is due, in the background. */
  async refit(): Promise<void> {
    const now = this.#parts.clock.now();
    this.#catchUp();
    this.#delays.passTime(now);
    this.#returns.passTime(now);
    await this.#late.refit();
    await this.#return.refit();
  }

  /** Told of every order after its commit; looks at it later. */
  changed(records: Iterable<OrderRecord>): void {
    if (this.#state === 'idle') return;
    const at = this.#parts.clock.now();
    for (const record of records) this.#waiting.push({ record, at });
    if (this.#state === 'live') this.#workLater();
  }

  /** For rules: what is said of an order at this moment. */
  foretell(order: IncomingOrder | OrderRecord, buyer: string | null, now: number): Foretold {
    this.#catchUp();
    const late = this.#delays.foretell(order, now);
    const returned = this.#returns.foretell(order, buyer);
    return { late: late === null ? null : late * 100, returned: returned === null ? null : returned * 100 };
  }

  current(): MethodOutput<'forecast.current'> {
    return { items: [this.#about(this.#late, 'late', DELAY_REFIT), this.#about(this.#return, 'return', RETURN_REFIT)] };
  }

  late({ channel, warehouse, carrier, limit }: MethodParams<'forecast.late'>): MethodOutput<'forecast.late'> {
    const at = this.#parts.clock.now();
    this.#catchUp();
    this.#delays.passTime(at);
    const all = [...this.#delays.open.values()];
    const items = all
      .filter((way) => !way.overdue && way.prediction !== null)
      .filter((way) => channel === undefined || way.channel === channel)
      .filter((way) => warehouse === undefined || way.warehouse === warehouse)
      .filter((way) => carrier === undefined || way.carrier === carrier)
      .sort((a, b) => (b.prediction?.probability ?? 0) - (a.prediction?.probability ?? 0) || a.dueAt - b.dueAt);
    const named = (name: 'warehouse' | 'carrier'): string[] => [...new Set(all.flatMap((way) => way[name] ?? []))].sort();
    return {
      at,
      ready: this.#late.model !== null,
      open: all.length,
      overdue: all.filter(({ overdue }) => overdue).length,
      partial: this.#delays.partialAt(at),
      items: items.slice(0, limit).map(lateOrder),
      channels: [...new Set(all.map((way) => way.channel))].sort(),
      warehouses: named('warehouse'),
      carriers: named('carrier'),
    };
  }

  returns({ channel, from, limit }: MethodParams<'forecast.returns'>): MethodOutput<'forecast.returns'> {
    this.#catchUp();
    const all = this.#watch.likeliest();
    const items = all.filter((order) => (channel === undefined || order.channel === channel) && (order.probability ?? 0) >= from);
    return {
      at: this.#parts.clock.now(),
      ready: this.#return.model !== null,
      open: this.#watch.size,
      items: items.slice(0, limit).map((order) => this.#returnOrder(order)),
      channels: [...new Set(all.map((order) => order.channel))].sort(),
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancelPiece?.();
    await Promise.all([this.#late.stop(), this.#return.stop()]);
  }

  #returnOrder({ row, paidAt, probability, ...order }: WatchedOrder): ReturnOrder {
    const { reasons } = this.#return.model?.explain(row, REASONS_SHOWN) ?? { reasons: [] };
    return {
      ...order,
      ...{ paidAt, probability: probability ?? 0, advice: returnAdvice(order.stage) },
      reasons: reasons.map((reason) => ({ text: returnReason(reason, order.currency), effect: reason.effect })),
    };
  }

  #workLater(): void {
    if (this.#cancelPiece || this.#stopped || this.#waiting.length === 0) return;
    this.#cancelPiece = this.#parts.timers.after(BETWEEN_PIECES_MS, () => {
      this.#cancelPiece = null;
      const { length } = this.#waiting;
      this.#lookAt(length > LONGEST_LINE ? Math.ceil(length * SHARE_OF_LONG_LINE) : IN_ONE_PIECE);
      this.#workLater();
    });
  }

  #catchUp(): void {
    if (this.#state === 'live' && this.#waiting.length > 0) this.#lookAt(BEFORE_AN_ANSWER);
  }

  /** An order nothing can be learnt from keeps nothing from the others, nor from whoever asks meanwhile. */
  #lookAt(most: number): void {
    for (const { record, at } of this.#waiting.splice(0, most)) {
      try {
        this.#observe(record, at);
      } catch (error) {
        this.#parts.logger.error({ err: error, orderNo: record.orderNo }, 'the forecasts could not learn from an order');
      }
    }
  }

  #observe(record: OrderRecord, at: number): void {
    this.#delays.observe(record, at);
    this.#returns.observe(record, at);
  }

  #relive({ at, record, what }: PastOrder): void {
    if (what === 'paid' || what === 'shipped') {
      this.#delays.passTime(at);
      this.#delays.entered(record.orderNo, record, what, at);
    }
    if (what === 'arrived') {
      this.#delays.passTime(at);
      this.#delays.arrived(record.orderNo, record.arrivedAt ?? at, at);
    }
    if (what === 'paid') this.#returns.observe({ ...record, refunds: [] }, at);
    if (what === 'refunded') this.#returns.observe(record, at);
    if (what === 'now') this.#observe(record, at);
  }

  #about(keeper: ModelKeeper, kind: ForecastModel['kind'], plan: RefitPlan): ForecastModel {
    const needed = { known: plan.leastKnown, ofEach: plan.leastOfEach };
    const missing = keeper.model ? null : missingText(kind, keeper.known, needed);
    const { current } = keeper;
    return {
      kind,
      state: keeper.model ? 'ready' : this.#state === 'live' ? 'waiting' : 'loading',
      training: keeper.training,
      known: keeper.known,
      needed,
      missing,
      model: current && fittedOf(current),
      fits: this.#parts.store.forecasts.list(kind, FITS_SHOWN).map(fittedOf),
    };
  }

  #told({ kind, trainedAt, state }: StoredModel, text: { zh: string; en: string }): void {
    if (state === 'in-service') (kind === 'late' ? this.#delays : this.#watch).askAgain();
    this.#parts.publisher.notice(`forecast:${kind}:${trainedAt}`, trainedAt, state === 'in-service' ? 'info' : 'warning', text, null);
  }
}

function fittedOf({ trainedAt, samples, outcomes, evaluation, state }: Omit<StoredModel, 'document'>): ForecastModel['fits'][number] {
  return { trainedAt, samples, outcomes, evaluation, state };
}

function lateOrder(way: OnItsWay): LateOrder {
  const { orderNo, channel, shopId, stage, warehouse, carrier, dueAt, basis, prediction } = way;
  return {
    orderNo,
    channel,
    shopId,
    stage,
    warehouse,
    carrier,
    dueAt,
    basis,
    probability: prediction?.probability ?? 0,
    reasons: (prediction?.reasons ?? [])
      .slice(0, REASONS_SHOWN)
      .map((reason) => ({ text: reasonText(reason, way), effect: reason.effect })),
    advice: adviceFor(stage),
  };
}
