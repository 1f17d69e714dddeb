import type { LocalisedText } from '#shared/text.ts';
import type { PushMessage, Verification } from '#main/channels/channel.ts';
import type { WebhookDelivery, WebhookReceipt } from '#main/gateway/link.ts';
import type { StoreCondition } from './condition.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { Metrics } from './metrics.ts';
import type { Clock, InboxMessage, Logger, NewMessage, Store } from './ports.ts';
import type { HubSettings } from './settings.ts';
import type { Shops } from './shops.ts';

/** Called once per delivery, as soon as its fate is on disk: a callback, because the inbox worker runs on in the same turn. */
export type Acknowledge = (receipt: WebhookReceipt) => void;

/** A door that belongs to no shop: a warehouse or carrier that calls us. Null: there is no such partner. */
export interface PartnerDoors {
  verify(id: string, delivery: WebhookDelivery, now: number): Verification | null;
}

export interface IntakeParts {
  store: Store;
  shops: Shops;
  partners: PartnerDoors;
  settings: HubSettings;
  clock: Clock;
  condition: StoreCondition;
  metrics: Metrics;
  figures: FeedFigures;
  logger: Logger;
  /** Works the messages just committed; called in the same turn. */
  work(messages: readonly InboxMessage[]): void;
  /** Runs a task in a later turn, after the sockets were read. */
  defer(task: () => void): void;
}

/** Messages that go to disk together with what has to be written beside them. */
interface Waiting {
  messages: readonly NewMessage[];
  alongside: (() => void) | null;
  /** Ids of the messages, null for those that were there already. */
  kept(ids: (number | null)[]): void;
  refused(error: unknown): void;
}

const ANSWERS = {
  unknownShop: { zh: '没有这个店铺，请检查推送地址', en: 'No such shop; check the address of the webhook' },
  tooLarge: { zh: '消息超过大小上限', en: 'The message is larger than the limit' },
  busy: { zh: '接收队列已满，请稍后重发', en: 'The hub is over its limits; send again later' },
  stopping: { zh: '程序正在停止，请稍后重发', en: 'The hub is stopping; send again later' },
  unverified: { zh: '消息暂时无法核对，请稍后重发', en: 'The message cannot be verified for now; send again later' },
} satisfies Record<string, LocalisedText>;

/**
 * Takes messages in (A2): webhooks, verified at once on their raw bytes, and what was polled, streamed or imported. All that
 * wait are committed in one transaction and only then acknowledged: a 2xx means on disk. Nothing waits for a timer; the group is
 * whatever arrived meanwhile.
 */
export class Intake {
  readonly #parts: IntakeParts;
  #waiting: Waiting[] = [];
  #queued = 0;
  #scheduled = false;
  #open = true;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  receive(delivery: WebhookDelivery, acknowledge: Acknowledge): void {
    const { metrics, shops } = this.#parts;
    const answered: Acknowledge = (receipt) => {
      const known = delivery.channel === 'partner' ? 'partner' : shops.find(delivery.channel, delivery.shopId)?.channel;
      metrics.webhooks.inc({ channel: known ?? 'unknown', status: receipt.status });
      acknowledge(receipt);
    };
    const verified = this.#admitted(delivery, answered);
    if (!verified) return;
    const { status, contentType, body } = verified.acknowledge;
    const receipt: WebhookReceipt = { status, contentType, body };
    if (verified.messages.length === 0) return answered(receipt);
    this.#wait({
      messages: verified.messages.map((message) => pushed(delivery, message)),
      alongside: null,
      kept: () => {
        answered(receipt);
        metrics.acknowledge.observe(Math.max(0, this.#parts.clock.now() - delivery.receivedAt) / 1_000);
      },
      refused: (error) => refused(answered, 503, this.#parts.condition.failed(error) ? error.text : ANSWERS.busy),
    });
  }

  /**
   * Keeps messages and whatever `alongside` writes in one transaction, at once, and works them. One answer per message: its id,
   * null where its delivery id was there already. Throws StoreError when nothing was kept.
   */
  take(messages: readonly NewMessage[], alongside: (() => void) | null = null): (number | null)[] {
    let ids: (number | null)[] = [];
    let failure: { error: unknown } | null = null;
    this.#commitGroup([{ messages, alongside, kept: (kept) => (ids = kept), refused: (error) => (failure = { error }) }]);
    if (failure) throw (failure as { error: unknown }).error;
    return ids;
  }

  /** The same together with everything else that waits for the disk, so that many readers share one commit. */
  hand(messages: readonly NewMessage[], alongside: (() => void) | null = null): Promise<(number | null)[]> {
    return new Promise((kept, refuse) => {
      if (!this.#open) return refuse(new Error('The hub is stopping.'));
      this.#wait({ messages, alongside, kept, refused: refuse });
    });
  }

  /** Refuses everything new, commits what waits. */
  stop(): void {
    this.#open = false;
    while (this.#waiting.length > 0) this.#commit();
  }

  /** Whatever a stranger sends, and whatever keeps a door from verifying it, is answered: nothing of it reaches further. */
  #admitted(delivery: WebhookDelivery, answer: Acknowledge): Extract<Verification, { ok: true }> | null {
    try {
      return this.#admit(delivery, answer);
    } catch (error) {
      const { condition, logger } = this.#parts;
      if (condition.failed(error)) return refused(answer, 503, error.text);
      logger.error({ err: error, channel: delivery.channel, shop: delivery.shopId }, 'a delivery could not be verified');
      return refused(answer, 503, ANSWERS.unverified);
    }
  }

  #admit(delivery: WebhookDelivery, answer: Acknowledge): Extract<Verification, { ok: true }> | null {
    const { settings } = this.#parts;
    if (delivery.channel !== 'partner' && !this.#parts.shops.find(delivery.channel, delivery.shopId)) {
      return refused(answer, 404, ANSWERS.unknownShop);
    }
    if (delivery.body.byteLength > settings.bodyLimitBytes) return refused(answer, 413, ANSWERS.tooLarge);
    if (!this.#open) return refused(answer, 503, ANSWERS.stopping);
    if (this.#queued >= settings.queueMessages) return refused(answer, 503, ANSWERS.busy);
    return delivery.channel === 'partner' ? this.#verifyPartner(delivery, answer) : this.#verifyShop(delivery, answer);
  }

  #verifyPartner(delivery: WebhookDelivery, answer: Acknowledge): Extract<Verification, { ok: true }> | null {
    const { partners, clock } = this.#parts;
    const verified = partners.verify(delivery.shopId, delivery, clock.now());
    if (!verified) return refused(answer, 404, ANSWERS.unknownShop);
    return verified.ok ? verified : refused(answer, verified.status, verified.reason);
  }

  #verifyShop(delivery: WebhookDelivery, answer: Acknowledge): Extract<Verification, { ok: true }> | null {
    const { shops, clock, figures } = this.#parts;
    const shop = shops.find(delivery.channel, delivery.shopId);
    if (!shop?.on) return refused(answer, 404, ANSWERS.unknownShop);
    if (!shop.choice.door) return refused(answer, 400, shop.choice.reason);
    const now = clock.now();
    const verified = shop.choice.door.verify(delivery, shop.keys, now);
    if (verified.ok) return verified;
    figures.count('refused', shop.channel, shop.shopId, now);
    return refused(answer, verified.status, verified.reason);
  }

  #wait(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#queued += waiting.messages.length;
    this.#parts.metrics.queue.set(this.#queued);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#parts.defer(() => {
      this.#scheduled = false;
      this.#commit();
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  #commit(): void {
    const { settings, metrics } = this.#parts;
    let [count, messages] = [0, 0];
    while (count < this.#waiting.length && messages < settings.batchMessages) {
      messages += this.#waiting[count]?.messages.length ?? 0;
      count += 1;
    }
    const group = this.#waiting.splice(0, count);
    this.#queued -= messages;
    metrics.queue.set(this.#queued);
    if (group.length > 0) this.#commitGroup(group);
  }

  #commitGroup(group: readonly Waiting[]): void {
    const { store, condition } = this.#parts;
    const started = performance.now();
    let ids: (number | null)[][];
    try {
      ids = store.transaction(() =>
        group.map(({ messages, alongside }) => {
          const kept = messages.map((message) => store.inbox.add(message));
          alongside?.();
          return kept;
        }),
      );
    } catch (error) {
      this.#refuseAll(group, error);
      return;
    }
    condition.worked();
    condition.busy(performance.now() - started);
    this.#parts.work(this.#tell(group, ids));
  }

  /** Tells everybody who waits, and answers the messages that are new. */
  #tell(group: readonly Waiting[], ids: readonly (number | null)[][]): InboxMessage[] {
    const { metrics, figures } = this.#parts;
    const added: InboxMessage[] = [];
    for (const [index, { messages, kept }] of group.entries()) {
      const own = ids[index] ?? [];
      for (const [place, message] of messages.entries()) {
        const id = own[place] ?? null;
        const { channel, shopId, receivedAt, origin } = message;
        if (id === null) metrics.duplicates.inc({ channel });
        else {
          figures.count('received', channel, shopId, receivedAt);
          if (origin === 'poll') figures.count('polled', channel, shopId, receivedAt);
          added.push({ ...message, id });
        }
      }
      kept(own);
    }
    return added;
  }

  /** Nothing of the group is on disk: the platforms are told to send again. */
  #refuseAll(group: readonly Waiting[], error: unknown): void {
    if (!this.#parts.condition.failed(error)) this.#parts.logger.error({ err: error }, 'the inbox refused a group of messages');
    for (const waiting of group) waiting.refused(error);
  }
}

function pushed(delivery: WebhookDelivery, { deliveryId, topic, body }: PushMessage): NewMessage {
  const { channel, shopId, receivedAt } = delivery;
  return { channel: channel as NewMessage['channel'], shopId, deliveryId, topic, origin: 'push', receivedAt, observedAt: null, body };
}

function refused(answer: Acknowledge, status: Exclude<WebhookReceipt['status'], 200>, reason: LocalisedText): null {
  answer({ status, contentType: 'application/json', body: JSON.stringify({ error: reason.en, reason }) });
  return null;
}
