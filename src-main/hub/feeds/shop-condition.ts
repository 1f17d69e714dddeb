import type { FeedState } from '#shared/contract/feeds.ts';
import type { Problem } from '#shared/contract/connections.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { ChannelError } from '#main/channels/errors.ts';
import type { StoreCondition } from '../condition.ts';
import type { Clock, Store } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { Shop } from '../shops.ts';

/** What a shop is asked for; each fails and recovers on its own. */
export type Source = 'identity' | 'orders' | 'refunds' | 'backlog' | 'details' | 'stream';

export interface ConditionParts {
  store: Store;
  clock: Clock;
  publisher: Publisher;
  condition: Pick<StoreCondition, 'failed'>;
  /** The shop can be read again. */
  onRecovery(): void;
  /** Something a console shows has moved. */
  onChange(): void;
}

/** A single failure is the weather; from this many in a row on it is shown. */
const SHOWN_AFTER = 3;

interface Trouble {
  error: ChannelError;
  since: number;
  times: number;
}

/**
 * What is wrong with one shop, in words for the person who has to act. A fatal error raises a task and an alarm, once; the first
 * success of the same source settles them. A store that cannot be written keeps nobody from reading on: the task follows.
 */
export class ShopCondition {
  readonly #shop: Shop;
  readonly #parts: ConditionParts;
  readonly #troubles = new Map<Source, Trouble>();
  /** A task of an earlier run, or of credentials since replaced, may still be open: the first orders read close it. */
  #taskMayBeOpen = true;
  /** What the store has not taken yet. */
  #owed: (() => void) | null = null;

  constructor(shop: Shop, parts: ConditionParts) {
    this.#shop = shop;
    this.#parts = parts;
  }

  get stopped(): boolean {
    return this.#fatal() !== null;
  }

  /** What only a person can mend; null: nothing is. */
  get fatal(): ChannelError | null {
    return this.#fatal()?.error ?? null;
  }

  get problem(): Problem | null {
    const trouble = this.#fatal() ?? [...this.#troubles.values()].find(({ times }) => times >= SHOWN_AFTER) ?? null;
    if (!trouble) return null;
    const { error, since } = trouble;
    const { platformCode, platformMessage } = error.details;
    const platform =
      platformCode === undefined && platformMessage === undefined ? null : { code: platformCode ?? '', message: platformMessage ?? '' };
    return { code: error.code, text: error.text, since, platform };
  }

  get state(): Extract<FeedState['state'], 'stopped' | 'failing'> | null {
    if (this.stopped) return 'stopped';
    return this.problem ? 'failing' : null;
  }

  failed(source: Source, error: ChannelError): void {
    if (this.#owed) this.#write(this.#owed);
    const before = this.#troubles.get(source);
    // A platform that asks to slow down, or knows no such order, is in order itself.
    if (error.code === 'rate-limited' || error.code === 'not-found') return;
    const wasStopped = this.stopped;
    const shown = JSON.stringify(this.problem);
    // Whatever it says each time, it does not work: errors that take turns are no better than one.
    this.#troubles.set(source, { error, since: before?.since ?? this.#parts.clock.now(), times: (before?.times ?? 0) + 1 });
    if (error.fatal && !wasStopped) this.#alarm(error.text);
    if (JSON.stringify(this.problem) !== shown) this.#parts.onChange();
  }

  worked(source: Source): void {
    if (this.#owed) this.#write(this.#owed);
    if (!this.#troubles.has(source)) {
      if (source === 'orders' && this.#taskMayBeOpen && !this.stopped) this.#settleTask();
      return;
    }
    const wasStopped = this.stopped;
    const wasShown = this.problem !== null;
    this.#troubles.delete(source);
    if (wasStopped && !this.stopped) this.#recover();
    if (wasShown) this.#parts.onChange();
  }

  #fatal(): Trouble | null {
    return [...this.#troubles.values()].find(({ error }) => error.fatal) ?? null;
  }

  get #taskKey(): string {
    return `connection:${this.#shop.channel}/${this.#shop.shopId}`;
  }

  #alarm(text: LocalisedText): void {
    const { store, clock, publisher } = this.#parts;
    const { name } = this.#shop;
    const title = { zh: `${name}：${text.zh}`, en: `${name}: ${text.en}` };
    this.#taskMayBeOpen = true;
    const task = { key: this.#taskKey, kind: 'connection', severity: 'high', role: 'operations', title, dueAt: null } as const;
    this.#write(() => void store.tasks.open(task, null, clock.now()));
    publisher.notice(`${this.#taskKey}:${clock.now()}`, clock.now(), 'alarm', title, null);
  }

  #settleTask(): void {
    const { store, clock } = this.#parts;
    this.#taskMayBeOpen = false;
    this.#write(() => void store.tasks.settle(this.#taskKey, clock.now(), 'hub'));
  }

  #write(work: () => void): void {
    const { store, condition } = this.#parts;
    try {
      store.transaction(work);
      this.#owed = null;
    } catch (error) {
      if (!condition.failed(error)) throw error;
      this.#owed = work;
    }
  }

  #recover(): void {
    const { clock, publisher, onRecovery } = this.#parts;
    const { name } = this.#shop;
    this.#settleTask();
    const text = {
      zh: `${name}：已恢复读取，期间的订单正在补齐`,
      en: `${name} is read again; the orders of the time between are being caught up`,
    };
    publisher.notice(`${this.#taskKey}:${clock.now()}`, clock.now(), 'info', text, null);
    onRecovery();
  }
}
