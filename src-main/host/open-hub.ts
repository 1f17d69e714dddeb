import { join } from 'node:path';
import type { StockLevel } from '#shared/stock.ts';
import { axiosTransport } from '#main/channels/http.ts';
import type { HubLink, WebhookReceipt } from '#main/gateway/link.ts';
import { createHub } from '#main/hub/hub.ts';
import type { Hub } from '#main/hub/hub.ts';
import type { HubParts, HubResources } from '#main/hub/hub-parts.ts';
import type { Done } from '#main/hub/decider.ts';
import type { Chance, Clock, Deliverer, Logger, Store, Timers } from '#main/hub/ports.ts';
import { readSettings } from '#main/hub/settings.ts';
import type { StockBooking } from '#main/hub/stockroom.ts';
import { systemClock, systemTimers } from '#main/hub/time.ts';
import type { Incoming } from '#main/model/incoming.ts';
import { deliverersOf } from '#main/partners/deliverers.ts';
import { partnerLinks } from '#main/partners/links.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import type { SqliteStore } from '#main/storage/sqlite-store.ts';
import type { Recorder } from '#main/storage/recording.ts';
import { hubLogger } from './logger.ts';
import type { HubOptions } from './options.ts';
import { messageModel } from './message-model.ts';
import { readResources } from './resources.ts';
import { fitThreads } from './fit-thread.ts';
import { LogThread } from './log-thread.ts';
import { radarThreads } from './radar-thread.ts';
import { trialThreads } from './trial-thread.ts';
import { readVaultKey } from './vault-key.ts';

/** What tests, replay and benchmarks put in the place of the real thing. */
export interface HubOverrides {
  /** Default `<dataDirectory>/orderpulse.db`; `:memory:` keeps everything in memory. */
  databasePath?: string;
  clock?: Clock;
  timers?: Timers;
  chance?: Chance;
  deliverers?: readonly Deliverer[];
  /** The network of a shop's platform. */
  transport?: HubParts['transportFor'];
  logger?: Logger;
  startTrial?: HubParts['startTrial'];
  startFit?: HubParts['startFit'];
  startTraining?: HubParts['startTraining'];
  resources?: Partial<HubResources>;
  messages?: HubParts['messages'];
  /** Default true. False: jobs run only through `advanceTo`. */
  runJobs?: boolean;
  /** Default: true under a test runner or with NODE_ENV=development. */
  checkOutputs?: boolean;
  /** Told every write to the store. */
  recorder?: Recorder;
  /** Default true. False: commits do not wait for the disk; for workspaces that are thrown away. */
  durable?: boolean;
}

/** A hub in the calling thread: the link of a host, and what replay, tests and benchmarks need besides. */
export interface LocalHub extends HubLink {
  readonly hub: Hub;
  readonly store: Store;
  /**
   * Feeds normalised orders and refunds through the same decider, in one durable transaction; one answer per item.
   * Throws StoreError when nothing was written.
   */
  ingest(items: readonly { incoming: Incoming; receivedAt: number }[]): Done[];
  /** Books pieces; null, and nothing booked, where the shelf would fall below what is reserved. */
  adjustStock(booking: StockBooking, actor?: string): StockLevel | null;
  /**
   * With a clock that can be set (`ManualTime`): moves time on, releasing held orders each at its own moment, and runs the
   * timers that were planned. Returns how many orders were released.
   */
  advanceTo(at: number, time: { advanceTo(at: number): void }): number;
  /** The bytes of the whole workspace, for one that lies in memory only. */
  image(): Uint8Array;
}

/** Opens the hub of a workspace in the calling thread. Throws StoreError, ConfigError or RoutingTableError when it cannot start. */
export async function openHub(options: HubOptions, overrides: HubOverrides = {}): Promise<LocalHub> {
  const path = overrides.databasePath ?? join(options.dataDirectory, 'orderpulse.db');
  const settings = readSettings(options.config.settings);
  const clock = overrides.clock ?? systemClock;
  const logger = overrides.logger ?? hubLogger();
  const log = new LogThread(path, logger);
  const ownFile = path !== ':memory:' && overrides.durable !== false;
  const store = openSqliteStore(path, { ...overrides, ...(ownFile && { onLogGrown: () => log.copy() }) });
  const place = () => ({
    place: path === ':memory:' ? { image: store.image() } : { path },
    exchangeRates: options.config.exchangeRates,
    dutyFree: options.config.dutyFree,
  });
  let hub: Hub;
  try {
    hub = createHub({
      store,
      config: options.config,
      demo: options.demo,
      people: options.people ?? [],
      resources: { ...readResources(), ...overrides.resources },
      messages: overrides.messages ?? messageModel(logger),
      vaultKey: readVaultKey(options, overrides.databasePath === ':memory:'),
      transportFor: overrides.transport ?? (() => axiosTransport({ timeoutMs: settings.channelTimeoutMs, now: () => clock.now() })),
      importDirectory: options.dataDirectory === '' ? '' : join(options.dataDirectory, 'imports'),
      deliverersOf: (partners) => overrides.deliverers ?? deliverersOf(partners, settings.outboxTimeoutMs, () => clock.now()),
      startFit: overrides.startFit ?? fitThreads,
      startTrial: overrides.startTrial ?? trialThreads(place),
      startTraining: overrides.startTraining ?? radarThreads(place),
      partnerLinksOf: (partners) => partnerLinks(partners, settings.outboxTimeoutMs, () => clock.now()),
      clock,
      timers: overrides.timers ?? systemTimers,
      chance: overrides.chance ?? Math.random,
      logger,
      defer: (task) => void setImmediate(task),
      checkOutputs: overrides.checkOutputs ?? (process.env['VITEST'] !== undefined || process.env['NODE_ENV'] === 'development'),
      runJobs: overrides.runJobs ?? true,
    });
  } catch (error) {
    await log.stop();
    store.close();
    throw error;
  }
  return localHub(hub, store, log);
}

function localHub(hub: Hub, store: SqliteStore, log: LogThread): LocalHub {
  let closing: Promise<void> | null = null;
  const closeInOrder = async (): Promise<void> => {
    try {
      await hub.close();
    } finally {
      await log.stop();
      store.close();
    }
  };
  return {
    hub,
    store,
    request: (method, params, principal) => hub.request(method, params, principal),
    receive: (delivery) => new Promise<WebhookReceipt>((resolve) => hub.receive(delivery, resolve)),
    subscribe: (listener) => hub.subscribe(listener),
    resume: async (position) => hub.resume(position),
    health: () => hub.health(),
    close: () => (closing ??= closeInOrder()),
    image: () => store.image(),
    ingest: (items) => hub.decider.ingest(items),
    adjustStock: (booking, actor = 'hub') =>
      hub.stockroom.adjust(booking, { actor, detail: { quantity: booking.quantity, note: booking.note } }),
    advanceTo(at, time) {
      let released = 0;
      for (let next = hub.hot.releases.next(); next !== null && next <= at; next = hub.hot.releases.next()) {
        time.advanceTo(next);
        released += hub.clockwork.releaseDue(next);
      }
      time.advanceTo(at);
      return released;
    },
  };
}
