import type { ChannelId } from '#shared/channels.ts';
import { rereadStateSchema } from '#shared/contract/mapping.ts';
import type { RereadState } from '#shared/contract/mapping.ts';
import { SECOND } from '#shared/time.ts';
import { z } from 'zod';
import type { ChannelMapping } from '#main/channels/channel.ts';
import type { Incoming, RefundEntry, UnknownWord } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { Batch } from './batch.ts';
import type { StoreCondition } from './condition.ts';
import { InputFault } from './decider.ts';
import type { Arrival, Decider, Done } from './decider.ts';
import { deliveryPrefix } from './feeds/taking.ts';
import { knows } from './mappings.ts';
import type { Clock, InboxMessage, Logger, Store, StoredOrder } from './ports.ts';
import { missingForCalls } from './shops.ts';
import type { Shops } from './shops.ts';

export interface RereadingParts {
  store: Store;
  decider: Decider;
  shops: Shops;
  clock: Clock;
  condition: StoreCondition;
  logger: Logger;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
  /** Calls `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): () => void;
  tell(state: RereadState): void;
}

/** A run as it is kept: a restart goes on after row `afterId` of the orders, up to the newest one when the run began. */
const runSchema = rereadStateSchema.extend({ afterId: z.number(), throughId: z.number() });
type Run = z.infer<typeof runSchema>;

/** Orders of one transaction, and rows looked through in one turn of the event loop. */
const TOGETHER = 25;
const LOOKED_THROUGH = 2_000;
const TELL_EVERY_MS = SECOND / 4;
/** Until the store is tried again. */
const PAUSE_MS = SECOND;

/**
 * Heals orders once their platform's unknown words have a meaning (A4). Every order that speaks one of the words is found, and
 * what is kept of it in the inbox is read again and decided as if it had just come; what was understood before changes nothing.
 * Where nothing kept tells it any more, the platform is asked for the detail. Runs beside the live messages, a few orders at a
 * time, and goes on after a restart.
 */
export class Rereading {
  readonly #parts: RereadingParts;
  readonly #runs = new Map<ChannelId, Run>();
  #scheduled = false;
  #stopped = false;
  #toldAt = 0;
  #idle: (() => void)[] = [];

  constructor(parts: RereadingParts) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier run of the program began. */
  resume(channels: readonly ChannelId[]): void {
    for (const channel of channels) {
      const text = this.#parts.store.setting(settingOf(channel), () => '');
      const kept = text === '' ? null : runSchema.safeParse(JSON.parse(text));
      // One of another form, from a later version, is no reason not to start.
      if (kept?.success) this.#runs.set(channel, kept.data);
    }
    this.wake();
  }

  /** How the last run of a channel went or goes; null: there was none. */
  stateOf(channel: ChannelId): RereadState | null {
    const run = this.#runs.get(channel);
    return run ? rereadStateSchema.parse(run) : null;
  }

  /** Begins anew with these words and those not yet done. Call inside a transaction, and `wake` after it. */
  begin(channel: ChannelId, words: readonly UnknownWord[]): void {
    if (words.length === 0) return;
    const { store, clock } = this.#parts;
    const former = this.#runs.get(channel);
    const open = former?.finishedAt === null ? former.words : [];
    const run: Run = {
      channel,
      words: [...open.filter((word) => !has(words, word)), ...words],
      startedAt: clock.now(),
      finishedAt: null,
      progress: 0,
      orders: 0,
      changed: 0,
      asked: 0,
      afterId: 0,
      throughId: store.orders.nextId() - 1,
    };
    this.#keep(run);
    this.#runs.set(channel, run);
  }

  /** There may be something to do: it is committed. */
  wake(): void {
    if (this.#scheduled || this.#stopped) return;
    if (!this.#next()) return this.#rest();
    this.#scheduled = true;
    this.#parts.defer(() => this.#turn());
  }

  /** Resolves when nothing is left to read again. */
  settled(): Promise<void> {
    return this.#next() && !this.#stopped ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
  }

  #rest(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #next(): Run | null {
    return [...this.#runs.values()].find(({ finishedAt }) => finishedAt === null) ?? null;
  }

  #turn(): void {
    this.#scheduled = false;
    const run = this.#stopped ? null : this.#next();
    if (!run) return;
    try {
      this.#tell(this.#step(run));
    } catch (error) {
      if (!this.#parts.condition.failed(error)) {
        this.#parts.logger.error({ err: error, channel: run.channel }, 'orders could not be read again; they are tried once more');
      }
      this.#scheduled = true;
      this.#parts.after(PAUSE_MS, () => this.#turn());
      return;
    }
    this.wake();
  }

  /** The next few orders, with how far it came, in one transaction. */
  #step(run: Run): Run {
    const { store, decider, clock } = this.#parts;
    const through = Math.min(run.throughId, run.afterId + LOOKED_THROUGH);
    // Messages of the own-store convention come for shops of every channel.
    const channel = run.channel === 'standard-webhooks' ? null : run.channel;
    const words = run.words.map(({ word }) => word);
    const orders = store.orders.speaking(words, { channel, after: run.afterId, through, limit: TOGETHER });
    const afterId = orders.length === TOGETHER ? (orders.at(-1) as StoredOrder).id : through;
    const next = decider.run((batch) => {
      const moved: Run = { ...run, afterId, progress: run.throughId === 0 ? 1 : afterId / run.throughId };
      for (const stored of orders) this.#heal(batch, stored, moved);
      if (afterId >= run.throughId) Object.assign(moved, { progress: 1, finishedAt: clock.now() });
      this.#keep(moved);
      return moved;
    });
    this.#runs.set(run.channel, next);
    return next;
  }

  /** Reads one order again, adding to the counts of the run. */
  #heal(batch: Batch, stored: StoredOrder, run: Run): void {
    const { shops } = this.#parts;
    const mapping = shops.mappingOf(run.channel);
    if (!isUnread(stored.record, run.words, mapping)) return;
    const { channel, shopId, channelOrderId } = stored.record;
    const messages = this.#messagesOf(stored, run.channel);
    // The same word of another channel: that an order of this shop came in the words of the run is nowhere to be seen.
    if (messages.length === 0 && channel !== run.channel) return;
    let changed = false;
    const take = (incoming: Incoming, arrival: Arrival) => {
      if (this.#taken(batch, incoming, arrival)?.kind === 'changed') changed = true;
    };
    const now = () => (batch.order(channel, shopId, channelOrderId) ?? stored).record;
    for (const message of messages) {
      const { id, receivedAt } = message;
      for (const item of this.#itemsOf(message, stored.record)) take(item, { receivedAt, inboxId: id, words: null });
    }
    // A refund keeps its platform's word, which is enough where no message is left that tells it.
    for (const refund of unreadRefunds(now(), run.words, mapping)) {
      const incoming: Incoming = { kind: 'refund', refund: { channel, shopId, channelOrderId, refund, updatedAt: refund.at } };
      take(incoming, { receivedAt: batch.now, inboxId: null, words: null });
    }
    run.orders += 1;
    if (changed) run.changed += 1;
    if (isUnread(now(), run.words, mapping) && this.#ask(batch, stored.record)) run.asked += 1;
  }

  /** Null where the engine threw: that order stays as it is, the others go on. */
  #taken(batch: Batch, incoming: Incoming, arrival: Arrival): Done | null {
    try {
      return this.#parts.decider.take(batch, incoming, arrival);
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      this.#parts.logger.error({ err: error.cause, inbox: arrival.inboxId }, 'a message read again could not be decided');
      return null;
    }
  }

  /** What is kept of an order in the words of a channel, oldest first. */
  #messagesOf({ id, record }: StoredOrder, words: ChannelId): InboxMessage[] {
    const { store, shops } = this.#parts;
    const { channel, shopId, channelOrderId, refunds } = record;
    const reads = [deliveryPrefix('order', channelOrderId), ...refunds.map((refund) => deliveryPrefix('refund', refund.id))];
    return store.inbox.about(id, { channel, shopId }, reads).filter((message) => shops.wordsOf(message) === words);
  }

  /** What a message says of this very order. */
  #itemsOf(message: InboxMessage, { channelOrderId }: OrderRecord): Incoming[] {
    try {
      const said = this.#parts.shops.read(message);
      if (!said.ok) return [];
      return said.items.filter((item) => (item.kind === 'order' ? item.order : item.refund).channelOrderId === channelOrderId);
    } catch (error) {
      this.#parts.logger.error({ err: error, inbox: message.id }, 'a message could not be read again');
      return [];
    }
  }

  /** False where the shop cannot be read: its next message will tell. */
  #ask(batch: Batch, { channel, shopId, channelOrderId }: OrderRecord): boolean {
    const shop = this.#parts.shops.find(channel, shopId);
    if (!shop?.on || missingForCalls(shop).length > 0) return false;
    batch.wish({ channel, shopId }, [{ kind: 'order', id: channelOrderId, because: 'words' }]);
    return true;
  }

  #keep(run: Run): void {
    this.#parts.store.putSetting(settingOf(run.channel), JSON.stringify(run));
  }

  #tell(run: Run): void {
    const now = this.#parts.clock.now();
    if (run.finishedAt === null && now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#parts.tell(rereadStateSchema.parse(run));
  }
}

function settingOf(channel: ChannelId): string {
  return `rereading.${channel}`;
}

function has(words: readonly UnknownWord[], { kind, word }: UnknownWord): boolean {
  return words.some((one) => one.kind === kind && one.word === word);
}

/** Does an order still speak one of the words as an unknown one, although it has a meaning now? */
function isUnread(record: OrderRecord, words: readonly UnknownWord[], mapping: ChannelMapping): boolean {
  const flagged = record.unknown?.some((word) => has(words, word) && knows(mapping, word)) ?? false;
  return flagged || unreadRefunds(record, words, mapping).length > 0;
}

/** Refunds that were taken for open ones because nobody knew their word, as they are with its meaning. */
function unreadRefunds({ refunds }: OrderRecord, words: readonly UnknownWord[], { refunds: meanings }: ChannelMapping): RefundEntry[] {
  return refunds.flatMap((refund) => {
    const { rawState: word, state } = refund;
    if (word === undefined || state !== 'open' || !has(words, { kind: 'refund', word }) || !Object.hasOwn(meanings, word)) return [];
    const meaning = meanings[word] === 'none' ? 'withdrawn' : meanings[word];
    return meaning === undefined || meaning === 'open' ? [] : [{ ...refund, state: meaning }];
  });
}
