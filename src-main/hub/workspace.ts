import { randomBytes, randomUUID } from 'node:crypto';
import { StoreCondition } from './condition.ts';
import { EventStream } from './event-stream.ts';
import { keyedHash } from './facts-reader.ts';
import { FeedFigures } from './feed-figures.ts';
import { HotState } from './hot-state.ts';
import type { HubParts } from './hub-parts.ts';
import { JobHealth } from './jobs/job-health.ts';
import { createMetrics } from './metrics.ts';
import { Monitor } from './monitor.ts';
import { createPartners } from './partner-services.ts';
import { Publisher } from './publisher.ts';
import { openRules } from './rules/shipped.ts';
import { readSettings } from './settings.ts';
import { openShops } from './shops.ts';
import type { StoreError } from './store-error.ts';
import { Vault } from './vault.ts';

const STORE_WORKS = { zh: '存储已恢复，积压的消息正在处理', en: 'The store works again; waiting messages are being worked' };

export type Workspace = ReturnType<typeof openWorkspace>;

/** What stands on the store and the configuration alone; everything that works on orders is built on it. Throws StoreError and ConfigError. */
export function openWorkspace(parts: HubParts) {
  const { store, config, resources, clock, timers, logger } = parts;
  const settings = readSettings(config.settings);
  const startedAt = clock.now();
  const metrics = createMetrics();
  const stream = new EventStream(randomUUID(), settings.eventsKept, () => clock.now());
  const jobs: JobHealth = new JobHealth({
    ...{ clock, logger, metrics },
    condition: { failed: (error): error is StoreError => condition.failed(error) },
    notice: (...told) => publisher.notice(...told),
  });
  const publisher = new Publisher(stream, metrics, jobs.timers('news', timers), settings.eventCollectMs);
  const condition: StoreCondition = new StoreCondition(clock, logger, (problem) => {
    if (problem) metrics.storeErrors.inc({ code: condition.problem?.code ?? 'unknown' });
    publisher.notice(`store:${clock.now()}`, clock.now(), problem ? 'alarm' : 'info', problem ?? STORE_WORKS, null);
  });
  const warehouses = config.warehouses.length > 0 ? config.warehouses : resources.warehouses;
  const vault = new Vault(parts.vaultKey);
  const { deliverersOf, partnerLinksOf: linksOf } = parts;
  const partners = createPartners({ config: config.partners, linksOf, deliverersOf, store, vault, clock });
  const shops = openShops(store, config.shops, vault);
  const rules = openRules(store, resources.rules, startedAt, logger);
  const hot = new HotState({ store, settings, rules, places: resources.places, warehouses });
  const monitor = new Monitor({ store, hot, shops, settings, condition, rules, warehouses });
  const figures = new FeedFigures();
  const keyOf = keyedHash(store.setting('workspace.key', () => randomBytes(32).toString('base64')));
  return {
    settings,
    startedAt,
    metrics,
    stream,
    publisher,
    condition,
    jobs,
    warehouses,
    vault,
    partners,
    shops,
    rules,
    hot,
    monitor,
    figures,
    keyOf,
  };
}
