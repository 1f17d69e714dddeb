import type { Warehouse } from '#shared/stock.ts';
import type { Places } from '#main/engine/index.ts';
import type { Transport } from '#main/channels/transport.ts';
import type { Checks } from './checks/checks.ts';
import type { HubConfig } from './config.ts';
import type { DayAudits } from './day-audit.ts';
import type { Decider } from './decider.ts';
import type { EventStream } from './event-stream.ts';
import type { FeedFigures } from './feed-figures.ts';
import type { Feeds } from './feeds/feeds.ts';
import type { HotState } from './hot-state.ts';
import type { Imports } from './imports/imports.ts';
import type { InboxWorker } from './inbox-worker.ts';
import type { LearningLoop } from './learning/learning-loop.ts';
import type { Mappings } from './mappings.ts';
import type { Monitor } from './monitor.ts';
import type { PartnerServices } from './partner-services.ts';
import type { Clock, Store } from './ports.ts';
import type { Publisher } from './publisher.ts';
import type { Radar } from './radar/radar.ts';
import type { Rereading } from './rereading.ts';
import type { RuleBook } from './rules/rule-book.ts';
import type { RuleWork } from './rules/rule-work.ts';
import type { HubSettings } from './settings.ts';
import type { Shop, Shops } from './shops.ts';
import type { Stockroom } from './stockroom.ts';
import type { Forecasts } from './forecast/forecasts.ts';
import type { Trials } from './trial/trials.ts';
import type { Vault } from './vault.ts';

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
  ruleWork: RuleWork;
  trials: Trials;
  forecasts: Forecasts;
  radar: Radar;
  places: Places;
  hot: HotState;
  decider: Decider;
  inboxWorker: InboxWorker;
  monitor: Monitor;
  figures: FeedFigures;
  stockroom: Stockroom;
  stream: EventStream;
  publisher: Publisher;
  vault: Vault;
  feeds: Feeds;
  dayAudits: DayAudits;
  mappings: Mappings;
  rereading: Rereading;
  imports: Imports;
  learning: LearningLoop;
  partners: PartnerServices;
  checks: Checks;
  /** A network of its own for a shop; close it. */
  transportFor(shop: Pick<Shop, 'channel' | 'shopId'>): Transport;
  /** The outbox has rows to send at once. */
  wakeOutbox(): void;
  /** Lets the event loop read its sockets before the next piece of a long answer. */
  turn(): Promise<void>;
}
