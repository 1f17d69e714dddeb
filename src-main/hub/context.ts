import type { Warehouse } from '#shared/stock.ts';
import type { HubConfig } from './config.ts';
import type { EventStream } from './event-stream.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { HotState } from './hot-state.ts';
import type { Monitor } from './monitor.ts';
import type { Pipeline } from './pipeline.ts';
import type { Clock, Store } from './ports.ts';
import type { Publisher } from './publisher.ts';
import type { RuleBook } from './rule-book.ts';
import type { HubSettings } from './settings.ts';
import type { Shops } from './shops.ts';
import type { Stockroom } from './stockroom.ts';

/** What the handlers of the contract work with. */
export interface HubContext {
  config: HubConfig;
  demo: boolean;
  version: string;
  startedAt: number;
  settings: HubSettings;
  clock: Clock;
  store: Store;
  shops: Shops;
  warehouses: readonly Warehouse[];
  rules: RuleBook;
  hot: HotState;
  pipeline: Pipeline;
  monitor: Monitor;
  figures: FeedFigures;
  stockroom: Stockroom;
  stream: EventStream;
  publisher: Publisher;
  /** The outbox has rows to send at once. */
  wakeOutbox(): void;
}
