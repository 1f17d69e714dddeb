import type { LocalisedText } from '#shared/text.ts';
import type { Normalised } from '#main/channels/channel.ts';
import { process } from '#main/engine/index.ts';
import type { Incoming, IncomingOrder, RefundEntry, Wanted } from '#main/model/incoming.ts';
import type { Command, EngineInput, Outcome } from '#main/model/outcome.ts';
import { Batch, ConflictError } from './batch.ts';
import type { BatchParts, ChangeSource } from './batch.ts';
import type { StoreCondition } from './condition.ts';
import type { FactsReader } from './facts-reader.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { ShopKey } from './feed-ports.ts';
import type { HotState } from './hot-state.ts';
import type { Metrics } from './metrics.ts';
import type { Monitor } from './monitor.ts';
import type { PartnerReader, PartnerReading, PartnerReport } from './partner-ports.ts';
import { meaningOf } from './partner-reports.ts';
import type { Clock, InboxMessage, Logger, Store, StoredOrder } from './ports.ts';
import type { HubSettings } from './settings.ts';
import type { Shops } from './shops.ts';
import { Tally } from './tally.ts';

export interface PipelineParts {
  store: Store;
  hot: HotState;
  facts: FactsReader;
  shops: Shops;
  settings: HubSettings;
  clock: Clock;
  condition: StoreCondition;
  metrics: Metrics;
  figures: FeedFigures;
  monitor: Monitor;
  logger: Logger;
  targetsOf: BatchParts['targetsOf'];
  partners: PartnerReader;
  /** What orders teach beside themselves. All are called inside the transaction of the order. */
  lessons: {
    listings(shop: ShopKey, listings: NonNullable<IncomingOrder['listings']>, at: number): void;
    unknownWords(channel: IncomingOrder['channel'], words: NonNullable<IncomingOrder['unknown']>, at: number): void;
    created(shop: ShopKey, channelOrderId: string, at: number): void;
    /** A transaction failed: nothing that was taught since the last one is in the store. */
    forget(): void;
  };
  /** Details of these shops were wished for, durably. */
  wished(shops: readonly ShopKey[]): void;
  /** Told every batch after it was durable. */
  publish(batch: Batch): void;
}

/** What one input did. `waiting`: a refund whose order is not here yet. */
export type Done =
  | { kind: 'created' | 'changed'; record: StoredOrder['record'] }
  | { kind: 'unchanged' | 'waiting' }
  | { kind: 'refused'; code: Extract<Outcome, { kind: 'refused' }>['code']; text: LocalisedText };

/** The engine or a reader threw: a fault of one message, not of the store. */
class InputFault extends Error {
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
/** Longest time a backlog takes from one turn of the intake. */
const BESIDE_INTAKE_MS = 100;

const UNREADABLE: LocalisedText = {
  zh: '处理此消息时程序出错，消息已保留；升级后可重试',
  en: 'The program failed on this message; it is kept and can be retried after an update',
};
const NO_ORDER: LocalisedText = { zh: '合作方提到的订单不存在', en: 'The partner speaks of an order that does not exist' };

/** What a kept message says: of a channel, or of a partner. */
type Said = Normalised | PartnerReading;

/**
 * The one writer path. Messages, commands, timers and re-judgements are decided by the pure engine against hot state and
 * written in one transaction per batch. When a transaction fails, hot state is rebuilt before the next one, and messages
 * stay in the inbox: nothing is lost, and what was decided is decided again.
 */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #tally = new Tally();
  /** Hot state may be ahead of the store. */
  #stale = false;
  /** Messages wait in the inbox that newer ones must not overtake. */
  #behind = true;
  /** Shops whose details were wished for since the last commit. */
  readonly #wished = new Map<string, ShopKey>();

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  get behind(): boolean {
    return this.#behind;
  }

  /** Works messages just committed to the inbox. After trouble the older ones come first, from the store. */
  work(messages: readonly InboxMessage[]): void {
    if (this.#behind) this.catchUp(BESIDE_INTAKE_MS);
    else this.#workGroup(messages);
  }

  /**
   * Works whatever waits in the inbox, oldest first; at the start and after trouble. Stops after about `budgetMs`, so that a
   * long backlog does not keep webhooks waiting; the rest is worked by the next call.
   */
  catchUp(budgetMs = Infinity): void {
    this.#behind = true;
    const { store, settings } = this.#parts;
    const started = performance.now();
    do {
      const messages = this.#guarded(() => store.inbox.waiting(settings.batchMessages));
      if (!messages) return;
      if (messages.length === 0) {
        this.#behind = false;
        return;
      }
      if (!this.#workGroup(messages)) return;
    } while (performance.now() - started < budgetMs);
  }

  /** Normalised inputs from elsewhere (replay, import), in one transaction. */
  ingest(items: readonly { incoming: Incoming; receivedAt: number }[]): Done[] {
    return this.run((batch) => items.map(({ incoming, receivedAt }) => this.#incoming(batch, incoming, receivedAt, null)));
  }

  /** A person's decision about one order, in a transaction of its own. */
  command(orderNo: string, command: Command): Done | null {
    return this.run((batch) => this.onOrder(batch, orderNo, { kind: 'command', command }));
  }

  /** One input for an order by its number; null when there is no such order. */
  onOrder(batch: Batch, orderNo: string, input: EngineInput): Done | null {
    const stored = batch.orderByNumber(orderNo) ?? this.#parts.store.orders.byNumber(orderNo);
    return stored ? this.#decide(batch, { input, inboxId: null }, stored) : null;
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
      this.#tally.clear();
      this.#wished.clear();
      this.#parts.lessons.forget();
      condition.failed(error);
      throw error;
    }
    const ms = performance.now() - started;
    condition.worked();
    condition.busy(ms);
    metrics.commit.observe(ms / 1_000);
    this.#tally.flush();
    this.#parts.publish(batch);
    this.#tellWished();
    return value;
  }

  #tellWished(): void {
    if (this.#wished.size === 0) return;
    const shops = [...this.#wished.values()];
    this.#wished.clear();
    this.#parts.wished(shops);
  }

  /** False when the store is in trouble: the messages stay where they are. */
  #workGroup(messages: readonly InboxMessage[]): boolean {
    if (messages.length === 0) return true;
    try {
      this.#workTogether(messages);
      return true;
    } catch (error) {
      if (this.#parts.condition.failed(error)) {
        this.#behind = true;
        return false;
      }
      this.#parts.logger.error({ err: error, messages: messages.length }, 'a batch failed; its messages are worked one by one');
    }
    return messages.every((message) => this.#workAlone(message));
  }

  #workTogether(messages: readonly InboxMessage[]): void {
    const { store, metrics, clock, monitor } = this.#parts;
    const said = messages.map((message) => this.#read(message));
    this.run((batch) => {
      for (const [index, message] of messages.entries()) this.#workMessage(batch, message, said[index] as Said);
      store.inbox.workedThrough((messages.at(-1) as InboxMessage).id);
    });
    metrics.batch.observe(messages.length);
    const now = clock.now();
    for (const { channel, shopId, receivedAt, origin } of messages) {
      metrics.decide.observe(Math.max(0, now - receivedAt) / 1_000);
      // A file says nothing about the line to the platform.
      if (channel !== 'partner' && origin !== 'import') monitor.heard(channel, shopId, receivedAt);
    }
  }

  #workAlone(message: InboxMessage): boolean {
    try {
      this.#workTogether([message]);
      return true;
    } catch (error) {
      if (!this.#parts.condition.failed(error)) {
        this.#parts.logger.error({ err: error, inbox: message.id }, 'a message could not be worked and is kept as failed');
        if (this.#keepAsFailed(message, UNREADABLE)) return true;
      }
      this.#behind = true;
      return false;
    }
  }

  #keepAsFailed(message: InboxMessage, reason: LocalisedText): boolean {
    const { store, clock, figures } = this.#parts;
    const kept = this.#guarded(() => {
      store.transaction(() => {
        store.inbox.fail(message.id, clock.now(), reason);
        store.inbox.workedThrough(message.id);
      });
      return true;
    });
    if (kept) figures.count('failed', message.channel, message.shopId, clock.now());
    return kept ?? false;
  }

  #guarded<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!this.#parts.condition.failed(error)) this.#parts.logger.error({ err: error }, 'the inbox could not be read');
      return null;
    }
  }

  /** Reads one message again that had failed; false when it fails again. */
  retry(message: InboxMessage): boolean {
    const { store } = this.#parts;
    return this.run((batch) => {
      const worked = this.#workMessage(batch, message, this.#read(message));
      if (worked) store.inbox.clearFailure(message.id);
      return worked;
    });
  }

  /** What a message says. Read for a whole group before anything is decided, so that the reader's code stays warm. */
  #read(message: InboxMessage): Said {
    const { shops, partners } = this.#parts;
    try {
      return message.channel === 'partner' ? partners.read(message) : shops.read(message);
    } catch (error) {
      this.#parts.logger.error({ err: error, inbox: message.id }, 'a message could not be read');
      return { ok: false, reason: UNREADABLE };
    }
  }

  /** Decides every item of a message. False when it was put on the list of failures. */
  #workMessage(batch: Batch, message: InboxMessage, said: Said): boolean {
    const { figures, metrics, logger } = this.#parts;
    let reason: LocalisedText = UNREADABLE;
    if (!said.ok) reason = said.reason;
    else {
      try {
        if ('items' in said) {
          for (const item of said.items) this.#incoming(batch, item, message.receivedAt, message.id);
          if (said.wanted && said.wanted.length > 0) this.#wish(message, said.wanted, batch.now);
        } else for (const report of said.reports) this.#reported(batch, message, report);
        this.#tally.add(metrics.messages, { outcome: 'done' });
        return true;
      } catch (error) {
        if (!(error instanceof InputFault)) throw error;
        if (error.reason) reason = error.reason;
        else logger.error({ err: error.cause, inbox: message.id }, 'a message could not be decided');
      }
    }
    this.#parts.store.inbox.fail(message.id, batch.now, reason);
    figures.count('failed', message.channel, message.shopId, batch.now);
    this.#tally.add(metrics.messages, { outcome: 'failed' });
    return false;
  }

  /** Has details fetched that the message only hinted at; in the same transaction, so that no hint is lost. */
  #wish({ channel, shopId }: InboxMessage, wanted: readonly Wanted[], at: number): void {
    if (channel === 'partner') return;
    for (const { kind, id, because, afterMs = 0 } of wanted) {
      this.#parts.store.wishes.put({ channel, shopId, kind, id, because, wantedAt: at, notBefore: at + afterMs });
    }
    this.#wished.set(`${channel}/${shopId}`, { channel, shopId });
  }

  /** What a warehouse or carrier told of one order. */
  #reported(batch: Batch, message: InboxMessage, report: PartnerReport): void {
    const stored = this.#orderOf(batch, report.order);
    if (!stored) throw new InputFault('no such order', { reason: NO_ORDER });
    if (!this.#parts.partners.noted(report, stored.record.orderNo, batch.now)) return;
    const meaning = meaningOf(report, message.shopId);
    if (meaning.kind === 'entry') batch.addTimeline(stored.id, message.id, [meaning.entry]);
    else this.#decide(batch, { input: meaning, inboxId: message.id }, stored);
  }

  #orderOf(batch: Batch, order: PartnerReport['order']): StoredOrder | null {
    const { store } = this.#parts;
    if ('channelOrderId' in order) return this.#find(batch, order.channel, order.shopId, order.channelOrderId);
    const orderNo = 'orderNo' in order ? order.orderNo : store.parcels.get(order.carrier, order.number)?.orderNo;
    return orderNo === undefined ? null : (batch.orderByNumber(orderNo) ?? store.orders.byNumber(orderNo));
  }

  #incoming(batch: Batch, incoming: Incoming, receivedAt: number, inboxId: number | null): Done {
    const { store, hot, figures, metrics } = this.#parts;
    if (incoming.kind === 'refund') {
      const { refund } = incoming;
      const stored = this.#find(batch, refund.channel, refund.shopId, refund.channelOrderId);
      if (stored) return this.#decide(batch, { input: { kind: 'refund', refund, receivedAt }, inboxId }, stored);
      store.refunds.add(refund, receivedAt, inboxId);
      hot.refundWaits(1);
      return { kind: 'waiting' };
    }
    const { order } = incoming;
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
      this.#tally.add(metrics.orders, { channel: order.channel });
    }
    this.#learn(order, done.kind === 'created', batch.now);
    return done;
  }

  #learn(order: IncomingOrder, created: boolean, at: number): void {
    const { lessons } = this.#parts;
    if (order.listings && order.listings.length > 0) lessons.listings(order, order.listings, at);
    if (order.unknown && order.unknown.length > 0) lessons.unknownWords(order.channel, order.unknown, at);
    if (created) lessons.created(order, order.channelOrderId, at);
  }

  #find(batch: Batch, channel: string, shopId: string, channelOrderId: string): StoredOrder | null {
    return batch.order(channel, shopId, channelOrderId) ?? this.#parts.store.orders.byPlatform(channel, shopId, channelOrderId);
  }

  #decide(batch: Batch, source: ChangeSource, stored: StoredOrder | null, waiting: readonly RefundEntry[] = []): Done {
    const { facts, hot, metrics, store } = this.#parts;
    const { input } = source;
    let outcome: Outcome;
    try {
      outcome = process(input, facts.read(input, stored?.record ?? null, waiting, batch.now));
    } catch (error) {
      throw new InputFault('the engine threw', { cause: error });
    }
    this.#tally.add(metrics.changes, { input: input.kind, outcome: outcome.kind });
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
    if (outcome.verdict) this.#tally.add(metrics.grades, { grade: outcome.verdict.grade });
    return { kind: outcome.created ? 'created' : 'changed', record: outcome.record };
  }
}
