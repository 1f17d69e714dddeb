import type { StoreCondition } from './condition.ts';
import { DayAudits } from './day-audit.ts';
import type { DeciderParts } from './decider.ts';
import type { Feeds } from './feeds/feeds.ts';
import type { HotState } from './hot-state.ts';
import type { OutboxJob } from './jobs/outbox.ts';
import { Mappings } from './mappings.ts';
import type { Clock, Deliverer, Logger, Store, Timers } from './ports.ts';
import type { Publisher } from './publisher.ts';
import type { HubSettings } from './settings.ts';
import type { Shop, Shops } from './shops.ts';
import { channelDeliverer, targetOf } from './write-back/channel-deliverer.ts';
import { Listings } from './write-back/listings.ts';
import { canWriteBack, isWriteTopic, WRITE_TOPICS } from './write-back/offers.ts';
import { StockPush } from './write-back/stock-push.ts';

export interface ServiceParts {
  store: Store;
  shops: Shops;
  hot: HotState;
  feeds: Feeds;
  outbox: OutboxJob;
  settings: HubSettings;
  clock: Clock;
  timers: Timers;
  publisher: Publisher;
  condition: StoreCondition;
  logger: Logger;
  wakeOutbox(): void;
}

export type Services = ReturnType<typeof createServices>;

/** What stands around the decider where channels are concerned: their words, what is missing, and what is written back. */
export function createServices(parts: ServiceParts) {
  const { store, shops, hot, feeds, outbox, settings, clock, timers, publisher, condition, logger, wakeOutbox } = parts;
  const mappings = new Mappings(store.mappings, shops);
  const listings = new Listings(store.listings);
  const levelsOf = (sku: string) => hot.pool.levelsOf(sku);
  const stockPush = new StockPush({ store, listings, shops, levelsOf, clock, timers, condition, logger, wakeOutbox });
  const dayAudits = new DayAudits({ store, shops, settings, clock, timers, publisher, condition, logger, feeds });
  const lessons: DeciderParts['lessons'] = {
    listings: (shop, found, at) => listings.learn(shop, found, at),
    unknownWords: (channel, words, at) => mappings.sawUnknown(channel, words, at),
    created: (shop, channelOrderId, at) => dayAudits.arrived(shop, channelOrderId, at),
    forget: () => listings.forget(),
  };
  const deliverTo = (shop: Shop) => {
    const { channel, shopId } = shop;
    const topics = WRITE_TOPICS.filter((topic) => canWriteBack(shop, topic));
    if (topics.length === 0) return outbox.remove(targetOf(channel, shopId));
    const client = () => feeds.clientOf(channel, shopId);
    const available = (sku: string) => stockPush.available({ channel, shopId }, sku);
    // A write reads the platform's state first where it was tried before: two answers, and a wait for its turn.
    const timeoutMs = 4 * settings.channelTimeoutMs;
    outbox.add(channelDeliverer({ channel, shopId, topics, timeoutMs, client, available }));
  };
  for (const shop of shops.all) deliverTo(shop);
  shops.onChange((channel, shopId) => {
    const shop = shops.find(channel, shopId);
    if (shop) deliverTo(shop);
    else outbox.remove(targetOf(channel, shopId));
    stockPush.shopChanged({ channel, shopId });
  });
  return {
    mappings,
    dayAudits,
    stockPush,
    lessons,
    resume: () => stockPush.resume(),
    start: () => dayAudits.start(),
    async stop(): Promise<void> {
      stockPush.stop();
      await dayAudits.stop();
    },
  };
}

/** Where an effect goes: the configured targets of its topic; what is written back, to the order's own shop. */
export function effectTargets(deliverers: () => readonly Deliverer[], shops: Shops): DeciderParts['targetsOf'] {
  return (topic, { channel, shopId }) => {
    if (!isWriteTopic(topic))
      return deliverers()
        .filter(({ topics }) => topics.includes(topic))
        .map(({ target }) => target);
    const shop = shops.find(channel, shopId);
    return shop && canWriteBack(shop, topic) ? [targetOf(channel, shopId)] : [];
  };
}
