import { CHANNELS } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, HOUR } from '#shared/time.ts';
import type { SilencedPush } from '#main/channels/client.ts';
import { webhookPathOf } from '../webhook-path.ts';
import { Sleeper } from './activity.ts';
import { troubleOf } from './failure.ts';
import { PRIORITY } from './pacing.ts';
import type { ShopParts } from './shop-parts.ts';

const LOOK_EVERY_MS = HOUR;
/** The task stays until nothing was given up for so long. */
const QUIET_MS = DAY;

/**
 * Looks every hour whether a platform has given up pushing, has it push again, and says so: deliveries failed, and only a person can
 * find out why. Orders of the time between are polled as ever, so nothing stops and nothing is lost.
 */
export class PushWatch {
  readonly #parts: ShopParts;
  readonly #sleeper: Sleeper;
  #quietSince: number;

  constructor(parts: ShopParts) {
    this.#parts = parts;
    this.#sleeper = new Sleeper(parts.timers);
    this.#quietSince = parts.clock.now();
  }

  run(): void {
    this.#parts.keep(() => this.#loop());
  }

  wake(): void {
    this.#sleeper.wake();
  }

  async #loop(): Promise<void> {
    const { line, shop, logger } = this.#parts;
    const { client } = line.lane(PRIORITY.backlog);
    if (!client.revivePushes) return;
    while (await this.#parts.ready()) {
      try {
        const silenced = await client.revivePushes(webhookPathOf(shop));
        if (this.#parts.ended) return;
        this.#note(silenced);
      } catch (error) {
        if (this.#parts.ended) return;
        // What ails the platform or its credentials is met, and told, by whatever reads orders.
        const code = troubleOf(error, this.#parts, shop)?.code;
        logger.info({ channel: shop.channel, shop: shop.shopId, code }, 'whether the platform still pushes could not be seen');
      }
      await this.#sleeper.sleep(LOOK_EVERY_MS);
      if (this.#parts.ended) return;
    }
  }

  #note(silenced: readonly SilencedPush[]): void {
    const { store, clock, publisher, shop } = this.#parts;
    const now = clock.now();
    const subject = `${shop.channel}/${shop.shopId}`;
    const key = `pushes:${subject}`;
    if (silenced.length === 0) {
      if (now - this.#quietSince >= QUIET_MS) store.transaction(() => store.tasks.settle(key, now, 'hub'));
      return;
    }
    this.#quietSince = now;
    const title = textOf(shop.name, CHANNELS[shop.channel], silenced);
    const revived = silenced.filter(({ error }) => error === null).map(({ topic }) => topic);
    const isNew = store.transaction(() => {
      if (revived.length > 0) store.audit.append({ actor: 'hub', action: 'push.revived', subject, detail: { topics: revived } }, now);
      return store.tasks.open({ key, kind: 'connection', severity: 'medium', role: 'operations', title, dueAt: null }, null, now);
    });
    if (isNew) publisher.notice(`${key}:${now}`, now, 'alarm', title, null);
  }
}

function textOf(shop: string, platform: LocalisedText, silenced: readonly SilencedPush[]): LocalisedText {
  const topics = silenced.map(({ topic }) => topic).join(', ');
  const refusal = silenced.find(({ error }) => error !== null)?.error?.text;
  const before = {
    zh: `${shop}：推送多次投递失败，${platform.zh} 已将其停用（${topics}）`,
    en: `${shop}: ${platform.en} stopped pushing after failed deliveries (${topics})`,
  };
  if (refusal) {
    return {
      zh: `${before.zh}，自动启用未成功：${refusal.zh}。请在平台后台启用；期间的订单由轮询取得`,
      en: `${before.en} and could not be made to again: ${refusal.en}. Switch it on at the platform; meanwhile orders are polled`,
    };
  }
  return {
    zh: `${before.zh}，现已重新启用。请检查推送地址能否从外网访问；期间的订单由轮询取得`,
    en: `${before.en}; it was switched on again. Check that the webhook address can be reached from outside; meanwhile orders are polled`,
  };
}
