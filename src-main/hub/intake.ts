import type { LocalisedText } from '#shared/text.ts';
import type { WebhookDelivery, WebhookReceipt } from '#main/gateway/link.ts';
import type { StoreCondition } from './condition.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { Metrics } from './metrics.ts';
import type { Clock, InboxMessage, Logger, NewMessage, Store } from './ports.ts';
import type { HubSettings } from './settings.ts';
import type { Shops } from './shops.ts';

/** Called once per delivery, as soon as its fate is on disk: a callback, because the pipeline runs on in the same turn. */
export type Acknowledge = (receipt: WebhookReceipt) => void;

export interface IntakeParts {
  store: Store;
  shops: Shops;
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

interface Waiting {
  message: NewMessage;
  acknowledge: Acknowledge;
}

const ANSWERS = {
  unknownShop: { zh: '没有这个店铺，请检查推送地址', en: 'No such shop; check the address of the webhook' },
  tooLarge: { zh: '消息超过大小上限', en: 'The message is larger than the limit' },
  busy: { zh: '接收队列已满，请稍后重发', en: 'The hub is over its limits; send again later' },
  stopping: { zh: '程序正在停止，请稍后重发', en: 'The hub is stopping; send again later' },
} satisfies Record<string, LocalisedText>;

/**
 * Takes webhooks in (A2). Verifies each on its raw bytes at once, then commits all that wait in one transaction and only
 * then acknowledges each: a 2xx means on disk. Nothing waits for a timer; the group is whatever arrived meanwhile.
 */
export class Intake {
  readonly #parts: IntakeParts;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #open = true;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  receive(delivery: WebhookDelivery, acknowledge: Acknowledge): void {
    const { metrics } = this.#parts;
    const answered: Acknowledge = (receipt) => {
      metrics.webhooks.inc({
        channel: this.#parts.shops.find(delivery.channel, delivery.shopId)?.channel ?? 'unknown',
        status: receipt.status,
      });
      acknowledge(receipt);
    };
    const message = this.#admit(delivery, answered);
    if (!message) return;
    this.#waiting.push({ message, acknowledge: answered });
    metrics.queue.set(this.#waiting.length);
    this.#schedule();
  }

  /** Refuses everything new, commits what waits. */
  stop(): void {
    this.#open = false;
    while (this.#waiting.length > 0) this.#commit();
  }

  #admit(delivery: WebhookDelivery, answer: Acknowledge): NewMessage | null {
    const { shops, settings, clock, figures } = this.#parts;
    const shop = shops.find(delivery.channel, delivery.shopId);
    if (!shop) return refused(answer, 404, ANSWERS.unknownShop);
    if (delivery.body.byteLength > settings.bodyLimitBytes) return refused(answer, 413, ANSWERS.tooLarge);
    if (!this.#open) return refused(answer, 503, ANSWERS.stopping);
    if (this.#waiting.length >= settings.queueMessages) return refused(answer, 503, ANSWERS.busy);
    if (!shop.choice.door) return refused(answer, 400, shop.choice.reason);
    const verified = shop.choice.door.verify(delivery, shop.secrets, clock.now());
    if (!verified.ok) {
      figures.count('refused', shop.channel, shop.shopId, clock.now());
      return refused(answer, verified.status, verified.reason);
    }
    return {
      channel: shop.channel,
      shopId: shop.shopId,
      deliveryId: verified.deliveryId,
      topic: verified.topic,
      origin: 'push',
      receivedAt: delivery.receivedAt,
      observedAt: null,
      body: delivery.body,
    };
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
    const group = this.#waiting.splice(0, this.#parts.settings.batchMessages);
    this.#parts.metrics.queue.set(this.#waiting.length);
    if (group.length === 0) return;
    const started = performance.now();
    let ids: (number | null)[];
    try {
      const { store } = this.#parts;
      ids = store.transaction(() => group.map(({ message }) => store.inbox.add(message)));
    } catch (error) {
      this.#refuseAll(group, error);
      return;
    }
    this.#parts.condition.worked();
    this.#parts.condition.busy(performance.now() - started);
    this.#parts.work(this.#acknowledge(group, ids));
  }

  #acknowledge(group: readonly Waiting[], ids: readonly (number | null)[]): InboxMessage[] {
    const { metrics, figures, clock } = this.#parts;
    const added: InboxMessage[] = [];
    const now = clock.now();
    for (const [index, { message, acknowledge }] of group.entries()) {
      const id = ids[index] ?? null;
      acknowledge({ status: 200, contentType: 'application/json', body: id === null ? '{"duplicate":true}' : '{"accepted":true}' });
      metrics.acknowledge.observe(Math.max(0, now - message.receivedAt) / 1_000);
      if (id === null) metrics.duplicates.inc({ channel: message.channel });
      else {
        figures.count('received', message.channel, message.shopId, message.receivedAt);
        added.push({ ...message, id });
      }
    }
    return added;
  }

  /** Nothing of the group is on disk: the platforms are told to send again. */
  #refuseAll(group: readonly Waiting[], error: unknown): void {
    const known = this.#parts.condition.failed(error);
    for (const { acknowledge } of group) refused(acknowledge, 503, known ? error.text : ANSWERS.busy);
    if (!known) this.#parts.logger.error({ err: error }, 'the inbox refused a group of messages');
  }
}

function refused(answer: Acknowledge, status: Exclude<WebhookReceipt['status'], 200>, reason: LocalisedText): null {
  answer({ status, contentType: 'application/json', body: JSON.stringify({ error: reason.en, reason }) });
  return null;
}
