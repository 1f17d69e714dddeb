import type { LocalisedText } from '#shared/text.ts';
import type { Normalised } from '#main/channels/channel.ts';
import type { Batch } from './batch.ts';
import type { StoreCondition } from './condition.ts';
import { InputFault } from './decider.ts';
import type { Arrival, Decider } from './decider.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { Metrics } from './metrics.ts';
import type { Monitor } from './monitor.ts';
import type { PartnerReader, PartnerReading } from './partner-ports.ts';
import type { Clock, InboxMessage, Logger, Store } from './ports.ts';
import type { HubSettings } from './settings.ts';
import type { Shops } from './shops.ts';

export interface InboxWorkerParts {
  store: Store;
  decider: Decider;
  shops: Shops;
  partners: Pick<PartnerReader, 'read'>;
  settings: HubSettings;
  clock: Clock;
  condition: StoreCondition;
  metrics: Metrics;
  figures: FeedFigures;
  monitor: Monitor;
  logger: Logger;
}

/** Longest time a backlog takes from one turn of the intake. */
const BESIDE_INTAKE_MS = 100;

const UNREADABLE: LocalisedText = {
  zh: '处理此消息时程序出错，消息已保留；升级后可重试',
  en: 'The program failed on this message; it is kept and can be retried after an update',
};

/** What a kept message says: of a channel, or of a partner. */
type Said = Normalised | PartnerReading;

/**
 * Works the inbox in the order it was written: a group of messages is read, then decided in one transaction that also notes
 * how far the inbox has been worked. A group that fails is worked one by one; a message that fails alone is put on the list
 * of failures. When the store is in trouble, messages stay where they are and are worked later: nothing is lost.
 */
export class InboxWorker {
  readonly #parts: InboxWorkerParts;
  /** Messages wait in the inbox that newer ones must not overtake. */
  #behind = true;

  constructor(parts: InboxWorkerParts) {
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

  /** Reads one message again that had failed; false when it fails again. */
  retry(message: InboxMessage): boolean {
    const { store, decider } = this.#parts;
    return decider.run((batch) => {
      const worked = this.#workMessage(batch, message, this.#read(message));
      if (worked) store.inbox.clearFailure(message.id);
      return worked;
    });
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
    const { store, decider, metrics, clock, monitor } = this.#parts;
    const said = messages.map((message) => this.#read(message));
    decider.run((batch) => {
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
    const { decider, shops, figures, metrics, logger } = this.#parts;
    let reason: LocalisedText = UNREADABLE;
    if (!said.ok) reason = said.reason;
    else {
      try {
        if ('items' in said) {
          const arrival: Arrival = { receivedAt: message.receivedAt, inboxId: message.id, words: shops.wordsOf(message) };
          for (const item of said.items) decider.take(batch, item, arrival);
          if (said.wanted && message.channel !== 'partner') batch.wish({ channel: message.channel, shopId: message.shopId }, said.wanted);
        } else for (const report of said.reports) decider.report(batch, message, report);
        batch.tally.add(metrics.messages, { outcome: 'done' });
        return true;
      } catch (error) {
        if (!(error instanceof InputFault)) throw error;
        if (error.reason) reason = error.reason;
        else logger.error({ err: error.cause, inbox: message.id }, 'a message could not be decided');
      }
    }
    this.#parts.store.inbox.fail(message.id, batch.now, reason);
    figures.count('failed', message.channel, message.shopId, batch.now);
    batch.tally.add(metrics.messages, { outcome: 'failed' });
    return false;
  }
}
