import { randomBytes, randomUUID } from 'node:crypto';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { Answer, Principal, Role, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import type { Warehouse } from '#shared/stock.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import { createDutyTable, DEFAULT_ENGINE_SETTINGS } from '#main/engine/index.ts';
import type { DutyFreeRow, Places } from '#main/engine/index.ts';
import { createDispatcher, Refusal } from '#main/gateway/dispatch.ts';
import type { HubHealth, WebhookDelivery } from '#main/gateway/link.ts';
import type { RoutingTable } from '#main/routing/route.ts';
import type { Batch } from './batch.ts';
import { StoreCondition } from './condition.ts';
import type { Transport } from '#main/channels/transport.ts';
import { Checks } from './checks/checks.ts';
import type { HubConfig } from './config.ts';
import type { HubContext } from './context.ts';
import type { DayAudits } from './day-audit.ts';
import { EventStream } from './event-stream.ts';
import { Decider } from './decider.ts';
import { FactsReader, keyedHash } from './facts-reader.ts';
import { FeedFigures } from './feed-figures.ts';
import { Feeds } from './feeds/feeds.ts';
import { createHandlers } from './handlers/index.ts';
import { gauge } from './gauges.ts';
import { HotState } from './hot-state.ts';
import { Imports } from './imports/imports.ts';
import { InboxWorker } from './inbox-worker.ts';
import { Intake } from './intake.ts';
import type { Acknowledge } from './intake.ts';
import { Clockwork } from './jobs/clockwork.ts';
import { OutboxJob } from './jobs/outbox.ts';
import type { WarehouseStockJob } from './jobs/warehouse-stock.ts';
import { asksForReadings } from './message-readings.ts';
import type { MessageReadings } from './message-readings.ts';
import { LearningLoop } from './learning/learning-loop.ts';
import { createMetrics } from './metrics.ts';
import { Monitor } from './monitor.ts';
import { OrderNumbers } from './order-numbers.ts';
import type { PartnerLinks } from './partner-ports.ts';
import { createPartners } from './partner-services.ts';
import type { Chance, Clock, Deliverer, Logger, Store, Timers } from './ports.ts';
import { Publisher } from './publisher.ts';
import { Rereading } from './rereading.ts';
import { createRuleWork } from './rules/rule-work.ts';
import type { RuleWork } from './rules/rule-work.ts';
import { openRules } from './rules/shipped.ts';
import { createServices, effectTargets } from './services.ts';
import { readSettings } from './settings.ts';
import { openShops } from './shops.ts';
import type { Shop } from './shops.ts';
import { Stockroom } from './stockroom.ts';
import { Forecasts } from './forecast/forecasts.ts';
import type { StartFit } from './forecast/forecast-ports.ts';
import { Trials } from './trial/trials.ts';
import type { StartTrial } from './trial/trial-ports.ts';
import { Vault } from './vault.ts';

/** What the program ships beside its code, already read. */
export interface HubResources {
  /** Content of resources/rules.json. */
  rules: unknown;
  routing: RoutingTable;
  /** Used where the configuration names none. */
  warehouses: readonly Warehouse[];
  places: Places;
  /** Duty-free limits by destination and day (resources/duty-free.json). */
  dutyFree: readonly DutyFreeRow[];
  version: string;
}

export interface HubParts {
  store: Store;
  config: HubConfig;
  demo: boolean;
  /** Roles of all who may log in, one each; the hosts know who they are. */
  roles: readonly Role[];
  resources: HubResources;
  /** Reads what buyers write. */
  messages: MessageReadings;
  /** The targets a configuration of partners names. */
  deliverersOf(partners: HubConfig['partners']): readonly Deliverer[];
  /** The calls it makes possible. */
  partnerLinksOf(partners: HubConfig['partners']): PartnerLinks;
  startTrial: StartTrial;
  startFit: StartFit;
  /** Opens and seals credentials: 32 bytes, kept outside the database. */
  vaultKey: Uint8Array;
  /** The way out to a shop's platform, of its own. */
  transportFor(shop: Pick<Shop, 'channel' | 'shopId'>): Transport;
  /** Folder of uploaded files; empty: a temporary one. */
  importDirectory: string;
  clock: Clock;
  timers: Timers;
  chance: Chance;
  logger: Logger;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
  /** Checks every answer against its schema; for tests and development. */
  checkOutputs: boolean;
  /** False: nothing runs by itself; whoever opened the hub moves time on. */
  runJobs: boolean;
}

/** The hub behind its ports: no Electron, no HTTP, no SQLite. */
export interface Hub {
  readonly decider: Decider;
  readonly inboxWorker: InboxWorker;
  readonly stockroom: Stockroom;
  readonly clockwork: Clockwork;
  readonly monitor: Monitor;
  readonly hot: HotState;
  /** Without `runJobs` its `start` is the test's to call. */
  readonly feeds: Feeds;
  readonly dayAudits: DayAudits;
  /** Without `runJobs` it delivers when told. */
  readonly outbox: OutboxJob;
  readonly imports: Imports;
  readonly rereading: Rereading;
  readonly ruleWork: RuleWork;
  readonly trials: Trials;
  /** Without `runJobs` its `start` is the test's to call. */
  readonly forecasts: Forecasts;
  /** Without `runJobs` its reports are made when told. */
  readonly learning: LearningLoop;
  /** Null where no warehouse tells its stock. Without `runJobs` its `start` is the test's to call. */
  readonly warehouseStock: WarehouseStockJob | null;
  /** Cross-checks. Without `runJobs` its `start` is the test's to call. */
  readonly checks: Checks;
  receive(delivery: WebhookDelivery, acknowledge: Acknowledge): void;
  request(method: string, params: unknown, principal: Principal): Promise<Answer<unknown>>;
  subscribe(listener: (event: StreamEvent) => void): () => void;
  resume(position: StreamPosition): StreamEvent[];
  health(): Promise<HubHealth>;
  /** Commits and works what is in flight, ends jobs and deliveries under way. Does not close the store. */
  close(): Promise<void>;
}

/** Rebuilds the state from the store, works what an earlier run left in the inbox, and starts. Throws StoreError and ConfigError. */
export function createHub(parts: HubParts): Hub {
  const core = createCore(parts);
  const { condition, metrics, stream, publisher, clockwork, outbox, intake, monitor, hot, decider, stockroom, context, figures } = core;
  const { inboxWorker, feeds, services, imports, rereading, ruleWork, trials, forecasts, learning } = core;
  const dispatch = createDispatcher(createHandlers(context), {
    checkOutputs: parts.checkOutputs,
    explain: (error) => (condition.failed(error) ? new Refusal('store_unavailable', error.text) : null),
    onUnexpected: (error, method) => parts.logger.error({ err: error, method }, 'a request failed'),
  });
  start(parts, core);
  return {
    decider,
    inboxWorker,
    stockroom,
    clockwork,
    monitor,
    hot,
    feeds,
    dayAudits: services.dayAudits,
    outbox,
    imports,
    rereading,
    ruleWork,
    trials,
    forecasts,
    checks: core.checks,
    learning,
    get warehouseStock() {
      return core.warehouseStock.job;
    },
    receive: (delivery, acknowledge) => intake.receive(delivery, acknowledge),
    async request(method, params, principal) {
      const answer = await dispatch(method, params, principal);
      metrics.requests.inc({
        method: answer.ok || answer.error.code !== 'unknown_method' ? method : 'unknown',
        code: answer.ok ? 'ok' : answer.error.code,
      });
      return answer;
    },
    subscribe: (listener) => stream.subscribe(listener),
    resume: (position) => {
      publisher.flush();
      return stream.resume(position);
    },
    async health() {
      gauge({ store: parts.store, clock: parts.clock, metrics, monitor, condition, checks: core.checks });
      const problem = condition.problem;
      return { ok: !problem, problem: problem?.text.en ?? null, startedAt: context.startedAt, metrics: await metrics.registry.metrics() };
    },
    async close() {
      feeds.stop();
      rereading.stop();
      const working = [services, imports, core.warehouseStock, ruleWork, trials, forecasts, core.checks, learning];
      await Promise.all(working.map((part) => part.stop()));
      intake.stop();
      clockwork.stop();
      await outbox.stop();
      publisher.flush();
      try {
        parts.store.transaction(() => figures.save(parts.store.samples, parts.clock.now()));
      } catch (error) {
        if (!condition.failed(error)) throw error;
      }
    },
  };
}

type Core = ReturnType<typeof createCore>;

function createCore(parts: HubParts) {
  const { store, config, resources, clock, timers, chance, logger } = parts;
  const settings = readSettings(config.settings);
  const startedAt = clock.now();
  const metrics = createMetrics();
  const stream = new EventStream(randomUUID(), settings.eventsKept, () => clock.now());
  const publisher = new Publisher(stream, metrics, timers, settings.eventCollectMs);
  const condition = new StoreCondition(clock, logger, (problem) => {
    if (problem) metrics.storeErrors.inc({ code: condition.problem?.code ?? 'unknown' });
    const text = problem ?? { zh: '存储已恢复，积压的消息正在处理', en: 'The store works again; waiting messages are being worked' };
    publisher.notice(`store:${clock.now()}`, clock.now(), problem ? 'alarm' : 'info', text, null);
  });
  const warehouses = config.warehouses.length > 0 ? config.warehouses : resources.warehouses;
  const vault = new Vault(parts.vaultKey);
  const { deliverersOf, partnerLinksOf: linksOf } = parts;
  const partners = createPartners({ config: config.partners, linksOf, deliverersOf, store, vault, clock });
  const shops = openShops(store, config.shops, vault);
  const rules = openRules(store, resources.rules, startedAt, logger);
  const { places, routing } = resources;
  const hot = new HotState({ store, settings, rules, places, warehouses });
  const figures = new FeedFigures();
  const keyOf = keyedHash(store.setting('workspace.key', () => randomBytes(32).toString('base64')));
  const facts = new FactsReader({
    hot,
    numbers: new OrderNumbers(chance, store.orders.newestReceivedAt(), (orderNo) => store.orders.hasNumber(orderNo)),
    rules,
    messages: parts.messages,
    places,
    duties: createDutyTable(resources.dutyFree, config.exchangeRates),
    warehouses,
    table: routing,
    engine: { ...DEFAULT_ENGINE_SETTINGS, holdMs: settings.holdMinutes * MINUTE, undoMs: settings.undoSeconds * SECOND },
    keyOf,
    foretell: (order, buyer, now) => forecasts.foretell(order, buyer, now),
    get fulfilment() {
      return partners.deliverers.some(({ topics }) => topics.includes('wms.ship'));
    },
    get checks() {
      return checks.world;
    },
  });
  const monitor = new Monitor({ store, hot, shops, settings, condition, rules, warehouses });
  const publish = (batch: Batch) => {
    monitor.changed(batch);
    publisher.changed(batch);
    checks.changed(batch);
    forecasts.changed(Array.from(batch.changed.values(), ({ record }) => record));
    services.stockPush.changed(batch.news?.levels ?? []);
    for (const { channel, shopId } of batch.wished.values()) feeds.wished(channel, shopId);
  };
  const wakeOutbox = () => void (parts.runJobs && outbox.run());
  const intake = new Intake({
    store,
    shops,
    partners: partners.doors,
    settings,
    clock,
    condition,
    metrics,
    figures,
    logger,
    defer: parts.defer,
    work: (messages) => inboxWorker.work(messages),
  });
  const { defer, transportFor } = parts;
  const feedParts = { store, intake, shops, vault, settings, clock, timers, chance, publisher, monitor, condition, logger };
  const feeds = new Feeds({ ...feedParts, defer, transportFor });
  const outbox = new OutboxJob({
    store,
    deliverers: partners.deliverers,
    settings,
    clock,
    timers,
    chance,
    condition,
    metrics,
    logger,
    work: (messages) => inboxWorker.work(messages),
    onDead: () => publisher.notice(`outbox:${clock.now()}`, clock.now(), 'warning', OUTBOX_DEAD, null),
  });
  partners.follow(outbox);
  const services = createServices({ ...feedParts, hot, feeds, outbox, wakeOutbox });
  const { lessons } = services;
  const targetsOf = effectTargets(() => partners.deliverers, shops);
  const decided = { store, clock, condition, metrics, figures, partners: partners.doors };
  const decider = new Decider({ ...decided, hot, facts, targetsOf, lessons, publish });
  const inboxWorker = new InboxWorker({ ...decided, decider, shops, settings, monitor, logger });
  const stockroom = new Stockroom(store, hot, decider);
  const shelfParts = { store, hot, stockroom, warehouses, clock, logger, wakeOutbox, timers, chance, defer };
  const warehouseStock = partners.stock(shelfParts);
  const checks: Checks = new Checks({
    ...{ store, settings, clock, timers, condition, logger, metrics, publisher, keyOf, defer, wakeOutbox },
    desk: partners.desk,
    links: () => partners.links.checks,
    fields: () => rules.current.fields,
    decider: () => decider,
  });
  partners.book.onChange(() => checks.connected());
  const imports = new Imports({
    store,
    clock,
    logger,
    directory: parts.importDirectory,
    ordersPerTurn: settings.importRowsPerTurn,
    take: (messages, alongside) => intake.take(messages, alongside),
    defer,
    after: (delayMs, task) => timers.after(delayMs, task),
    tell: (moved) => publisher.send('imports.changed', { imports: moved }),
  });
  const rereading = new Rereading({
    ...{ store, decider, shops, clock, condition, logger, defer },
    after: (delayMs, task) => timers.after(delayMs, task),
    tell: (reread) => publisher.send('mapping.reread', { reread }),
  });
  const { roles } = parts;
  const ruleParts = { store, book: rules, hot, decider, publisher, settings, condition, clock, timers, logger, defer, wakeOutbox };
  const ruleWork = createRuleWork({ ...ruleParts, pack: resources.rules, roles, checks: () => checks.world });
  const { startTrial, startFit } = parts;
  const trials = new Trials({ store, book: rules, clock, publisher, condition, logger, startTrial });
  const limits = () => hot.open.limits;
  const forecasts: Forecasts = new Forecasts({ store, clock, timers, logger, condition, publisher, limits, startFit, defer });
  const learningParts = { store, book: rules, desk: ruleWork.desk, imports, publisher, condition, clock, timers, logger, defer };
  const learning = new LearningLoop(learningParts);
  const clockwork = new Clockwork({
    ...{ store, hot, decider, inboxWorker, monitor, publisher, figures },
    ...{ condition, settings, clock, timers, logger, wakeOutbox },
  });
  const context: HubContext = {
    config,
    demo: parts.demo,
    version: resources.version,
    startedAt,
    settings,
    clock,
    store,
    shops,
    warehouses,
    rules,
    ruleWork,
    trials,
    forecasts,
    learning,
    places,
    hot,
    decider,
    inboxWorker,
    monitor,
    figures,
    stockroom,
    stream,
    publisher,
    vault,
    feeds,
    dayAudits: services.dayAudits,
    mappings: services.mappings,
    rereading,
    imports,
    partners,
    checks,
    transportFor,
    wakeOutbox,
  };
  return {
    settings,
    metrics,
    stream,
    publisher,
    condition,
    hot,
    figures,
    monitor,
    decider,
    inboxWorker,
    stockroom,
    outbox,
    clockwork,
    intake,
    feeds,
    services,
    imports,
    rereading,
    ruleWork,
    trials,
    forecasts,
    checks,
    learning,
    warehouseStock,
    context,
  };
}

const OUTBOX_DEAD = {
  zh: '有外发消息多次重试仍失败，请在设置中查看并重发',
  en: 'Outgoing messages were given up after all retries; see Settings and send them again',
};

function start({ store, config, clock, runJobs, logger, defer, messages }: HubParts, core: Core): void {
  const { hot, monitor, figures, inboxWorker, stockroom, outbox, clockwork, context } = core;
  const now = context.startedAt;
  const opened = stockroom.openShelves(config.openingStock, now);
  hot.load(now);
  figures.load(store.samples.feed(Math.floor(now / (60 * MINUTE)) - 48), store.samples.feedSince());
  monitor.load(now);
  store.samples.addMark({ at: now, kind: 'restart', text: { zh: '程序启动', en: 'Hub started' } });
  inboxWorker.catchUp();
  core.imports.resume();
  core.rereading.resume(CHANNEL_IDS);
  core.ruleWork.runs.resume();
  core.trials.resume();
  if (runJobs) {
    if (asksForReadings(context.rules.current)) defer(() => messages.prepare());
    clockwork.start();
    clockwork.sample();
    outbox.start();
    core.services.start();
    core.feeds.start();
    void core.forecasts.start();
    core.warehouseStock.start();
    core.checks.start();
    core.learning.start();
  }
  const { version, shops } = context;
  logger.info({ version, shops: shops.all.length, shelves: opened, open: hot.open.size, ms: clock.now() - now }, 'hub started');
}
