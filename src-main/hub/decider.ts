import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import { process } from '#main/engine/index.ts';
import type { Incoming, IncomingOrder, RefundEntry, UnknownWord } from '#main/model/incoming.ts';
import type { Command, EngineInput, Outcome } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { Batch, ConflictError } from './batch.ts';
import type { BatchParts, ChangeSource } from './batch.ts';
import type { StoreCondition } from './condition.ts';
import type { FactsReader } from './facts-reader.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { ShopKey } from './feed-ports.ts';
import type { HotState } from './hot-state.ts';
import type { Metrics } from './metrics.ts';
import type { PartnerReader, PartnerReport } from './partner-ports.ts';
import { meaningOf } from './partner-reports.ts';
import type { Clock, InboxMessage, Store, StoredOrder } from './ports.ts';

export interface DeciderParts {
  store: Store;
  hot: HotState;
  facts: FactsReader;
  clock: Clock;
  condition: StoreCondition;
  metrics: Metrics;
  figures: FeedFigures;
  targetsOf: BatchParts['targetsOf'];
  partners: Pick<PartnerReader, 'noted'>;
  /** What orders teach beside themselves. All are called inside the transaction of the order. */
  lessons: {
    listings(shop: ShopKey, listings: NonNullable<IncomingOrder['listings']>, at: number): void;
    unknownWords(channel: ChannelId, words: readonly UnknownWord[], at: number): void;
    created(shop: ShopKey, channelOrderId: string, at: number): void;
    /** A transaction failed: nothing that was taught since the last one is in the store. */
    forget(): void;
  };
  /** Told every batch after it was durable. */
  publish(batch: Batch): void;
}

/** What one input did. `waiting`: a refund whose order is not here yet. */
export type Done =
  | { kind: 'created' | 'changed'; record: StoredOrder['record'] }
  | { kind: 'unchanged' | 'waiting' }
  | { kind: 'refused'; code: Extract<Outcome, { kind: 'refused' }>['code']; text: LocalisedText };

/** Where an incoming order or refund comes from. */
export interface Arrival {
  /** Our clock, epoch ms. */
  receivedAt: number;
  /** Inbox row of the message; null for replays. */
  inboxId: number | null;
  /** The channel in whose words it is; null: it was read before, and its unknown words are noted already. */
  words: ChannelId | null;
}

/** The engine threw, or a message cannot be true: a fault of one message, not of the store. */
export class InputFault extends Error {
  override name = 'InputFault';
  /** Why, where it is the message's own fault. */
  readonly reason: LocalisedText | null;

  constructor(message: string, { cause, reason = null }: { cause?: unknown; reason?: LocalisedText | null } = {}) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Times a batch is decided before a conflict counts as a fault. */
const ATTEMPTS = 3;

const NO_ORDER: LocalisedText = { zh: '合作方提到的订单不存在', en: 'The partner speaks of an order that does not exist' };

/**
 * The one writer path. Messages, commands, timers and re-judgements are decided by the pure engine against hot state and
 * written in one transaction per batch: `run` opens one, and `take`, `report` and `onOrder` decide inside it. When a
 * transaction fails, hot state is rebuilt before the next one.
 */
export class Decider {
  readonly #parts: DeciderParts;
  /** Hot state may be ahead of the store. */
  #stale = false;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /**
   * One transaction: `work` decides, the batch writes, consoles are told. When the store knows better than hot state (a
   * conditional update failed), facts are read again and `work` is called again. Throws what the store or the work threw;
   * hot state is rebuilt before anything else is decided.
   */
  run<T>(work: (batch: Batch) => T): T {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.#attempt(work);
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
        this.#parts.metrics.conflicts.inc();
      }
    }
  }

  /** Normalised inputs from elsewhere (replay), in one transaction. */
  ingest(items: readonly { incoming: Incoming; receivedAt: number }[]): Done[] {
    return this.run((batch) =>
      items.map(({ incoming, receivedAt }) => {
        const { channel } = incoming.kind === 'order' ? incoming.order : incoming.refund;
        return this.take(batch, incoming, { receivedAt, inboxId: null, words: channel });
      }),
    );
  }

  /** A person's decision about one order, in a transaction of its own. */
  command(orderNo: string, command: Command): Done | null {
    return this.run((batch) => this.onOrder(batch, orderNo, { kind: 'command', command }));
  }

  /** One input for an order by its number; null when there is no such order. */
  onOrder(batch: Batch, orderNo: string, input: EngineInput): Done | null {
    const stored = this.#byNumber(batch, orderNo);
    return stored ? this.#decide(batch, { input, inboxId: null }, stored) : null;
  }

  /** What an input would make of an order at this moment; nothing is written. Null when there is no such order. Throws InputFault. */
  foresee(orderNo: string, input: EngineInput): { before: OrderRecord; outcome: Outcome } | null {
    const { store, hot, facts, clock } = this.#parts;
    const now = clock.now();
    if (this.#stale) {
      hot.load(now);
      this.#stale = false;
    }
    const stored = store.orders.byNumber(orderNo);
    if (!stored) return null;
    try {
      return { before: stored.record, outcome: process(input, facts.read(input, stored.record, [], now)) };
    } catch (error) {
      throw new InputFault('the engine threw', { cause: error });
    }
  }

  /** An order or refund a message tells of. A refund whose order is not here yet is kept until it comes. Throws InputFault. */
  take(batch: Batch, incoming: Incoming, arrival: Arrival): Done {
    if (incoming.kind === 'order') return this.#takeOrder(batch, incoming.order, arrival);
    const { store, hot } = this.#parts;
    const { receivedAt, inboxId } = arrival;
    const { refund } = incoming;
    this.#note(refund.unknown, arrival, batch.now);
    const stored = this.#find(batch, refund.channel, refund.shopId, refund.channelOrderId);
    if (stored) return this.#decide(batch, { input: { kind: 'refund', refund, receivedAt }, inboxId }, stored);
    store.refunds.add(refund, receivedAt, inboxId);
    hot.refundWaits(1);
    return { kind: 'waiting' };
  }

  /** What a warehouse or carrier told of one order. Throws InputFault. */
  report(batch: Batch, message: Pick<InboxMessage, 'id' | 'shopId'>, report: PartnerReport): void {
    const stored = this.#orderOf(batch, report.order);
    if (!stored) throw new InputFault('no such order', { reason: NO_ORDER });
    if (!this.#parts.partners.noted(report, stored.record.orderNo, batch.now)) return;
    const meaning = meaningOf(report, message.shopId);
    if (meaning.kind === 'entry') batch.addTimeline(stored.id, message.id, [meaning.entry]);
    else this.#decide(batch, { input: meaning, inboxId: message.id }, stored);
  }

  #attempt<T>(work: (batch: Batch) => T): T {
    const { store, hot, clock, condition, metrics } = this.#parts;
    const now = clock.now();
    if (this.#stale) {
      hot.load(now);
      this.#stale = false;
    }
    const started = performance.now();
    const batch = new Batch({ store, hot, now, targetsOf: this.#parts.targetsOf });
    let value: T;
    try {
      value = store.transaction(() => {
        const result = work(batch);
        batch.finish();
        return result;
      });
    } catch (error) {
      this.#stale = true;
      this.#parts.lessons.forget();
      condition.failed(error);
      throw error;
    }
    const ms = performance.now() - started;
    condition.worked();
    condition.busy(ms);
    metrics.commit.observe(ms / 1_000);
    batch.tally.flush();
    this.#parts.publish(batch);
    return value;
  }

  #takeOrder(batch: Batch, order: IncomingOrder, arrival: Arrival): Done {
    const { receivedAt, inboxId } = arrival;
    const { store, hot, figures, metrics } = this.#parts;
    const stored = this.#find(batch, order.channel, order.shopId, order.channelOrderId);
    const waiting = !stored && hot.refundsWait ? store.refunds.of(order.channel, order.shopId, order.channelOrderId) : [];
    const done = this.#decide(
      batch,
      { input: { kind: 'order', order, receivedAt }, inboxId },
      stored,
      waiting.map(({ refund }) => refund.refund),
    );
    for (const { id } of waiting) {
      store.refunds.remove(id);
      hot.refundWaits(-1);
    }
    if (done.kind === 'created') {
      figures.count('orders', order.channel, order.shopId, batch.now);
      batch.tally.add(metrics.orders, { channel: order.channel });
    }
    this.#note(order.unknown, arrival, batch.now);
    this.#learn(order, done.kind === 'created', batch.now);
    return done;
  }

  #note(unknown: readonly UnknownWord[] | undefined, { words }: Arrival, at: number): void {
    if (unknown && unknown.length > 0 && words !== null) this.#parts.lessons.unknownWords(words, unknown, at);
  }

  #learn(order: IncomingOrder, created: boolean, at: number): void {
    const { lessons } = this.#parts;
    if (order.listings && order.listings.length > 0) lessons.listings(order, order.listings, at);
    if (created) lessons.created(order, order.channelOrderId, at);
  }

  #orderOf(batch: Batch, order: PartnerReport['order']): StoredOrder | null {
    const { store } = this.#parts;
    if ('channelOrderId' in order) return this.#find(batch, order.channel, order.shopId, order.channelOrderId);
    const orderNo = 'orderNo' in order ? order.orderNo : store.parcels.get(order.carrier, order.number)?.orderNo;
    return orderNo === undefined ? null : this.#byNumber(batch, orderNo);
  }

  #byNumber(batch: Batch, orderNo: string): StoredOrder | null {
    return batch.orderByNumber(orderNo) ?? this.#parts.store.orders.byNumber(orderNo);
  }

  #find(batch: Batch, channel: string, shopId: string, channelOrderId: string): StoredOrder | null {
    return batch.order(channel, shopId, channelOrderId) ?? this.#parts.store.orders.byPlatform(channel, shopId, channelOrderId);
  }

  #decide(batch: Batch, source: ChangeSource, stored: StoredOrder | null, waiting: readonly RefundEntry[] = []): Done {
    const { facts, hot, metrics, store } = this.#parts;
    const { input } = source;
    let outcome: Outcome;
    try {
      const peer = input.kind === 'command' && input.command.kind === 'link' ? this.#byNumber(batch, input.command.with) : null;
      outcome = process(input, { ...facts.read(input, stored?.record ?? null, waiting, batch.now), ...(peer && { peer: peer.record }) });
    } catch (error) {
      throw new InputFault('the engine threw', { cause: error });
    }
    batch.tally.add(metrics.changes, { input: input.kind, outcome: outcome.kind });
    if (outcome.kind === 'unchanged') return { kind: 'unchanged' };
    if (outcome.kind === 'refused') {
      if (outcome.audit) store.audit.append(outcome.audit, batch.now);
      if (outcome.audit && stored) {
        batch.addTimeline(stored.id, source.inboxId, [{ kind: 'refused', actor: outcome.audit.actor, text: outcome.text }]);
      }
      return { kind: 'refused', code: outcome.code, text: outcome.text };
    }
    if (!hot.pool.applyAll(outcome.stock, batch.now)) throw new ConflictError(`stock of ${outcome.record.orderNo}`);
    batch.apply(stored, outcome, source);
    for (const { orderNo, input: news } of outcome.peers) this.onOrder(batch, orderNo, news);
    if (outcome.verdict) batch.tally.add(metrics.grades, { grade: outcome.verdict.grade });
    return { kind: outcome.created ? 'created' : 'changed', record: outcome.record };
  }
}
