import { MINUTE, SECOND } from '#shared/time.ts';
import { createDutyTable, DEFAULT_ENGINE_SETTINGS } from '#main/engine/index.ts';
import type { Batch } from './batch.ts';
import { Checks } from './checks/checks.ts';
import type { HubContext } from './context.ts';
import { Decider } from './decider.ts';
import { FactsReader } from './facts-reader.ts';
import { Feeds } from './feeds/feeds.ts';
import { Forecasts } from './forecast/forecasts.ts';
import type { HubParts } from './hub-parts.ts';
import { Imports } from './imports/imports.ts';
import { InboxWorker } from './inbox-worker.ts';
import { Intake } from './intake.ts';
import { Clockwork } from './jobs/clockwork.ts';
import { OutboxJob } from './jobs/outbox.ts';
import { LearningLoop } from './learning/learning-loop.ts';
import { OrderNumbers } from './order-numbers.ts';
import { RadarModels } from './radar/radar-models.ts';
import { Radar } from './radar/radar.ts';
import { Rereading } from './rereading.ts';
import { createRuleWork } from './rules/rule-work.ts';
import { createServices, effectTargets } from './services.ts';
import { Slips } from './slips.ts';
import { Stockroom } from './stockroom.ts';
import { Trials } from './trial/trials.ts';
import { openWorkspace } from './workspace.ts';

const OUTBOX_DEAD = {
  zh: '有外发消息多次重试仍失败，请在设置中查看并重发',
  en: 'Outgoing messages were given up after all retries; see Settings and send them again',
};

export type Core = ReturnType<typeof createCore>;

/** Builds the working parts of the hub on its workspace and ties them to each other. Nothing runs yet. */
export function createCore(parts: HubParts) {
  const workspace = openWorkspace(parts);
  const { store, config, resources, clock, timers, chance, logger, defer, transportFor } = parts;
  const { settings, metrics, publisher, condition, jobs, warehouses, vault, partners, shops, rules, hot, monitor, figures, keyOf } =
    workspace;
  const { places, routing } = resources;
  const slips = new Slips({ store, condition, logger, defer });
  const models = new RadarModels({ store, book: rules, logger });
  const facts = new FactsReader({
    hot,
    numbers: new OrderNumbers(chance, store.orders.newestReceivedAt(), (orderNo) => store.orders.hasNumber(orderNo)),
    rules,
    messages: parts.messages,
    places,
    duties: createDutyTable([...config.dutyFree, ...resources.dutyFree], config.exchangeRates),
    warehouses,
    table: routing,
    engine: { ...DEFAULT_ENGINE_SETTINGS, holdMs: settings.holdMinutes * MINUTE, undoMs: settings.undoSeconds * SECOND },
    keyOf,
    foretell: (order, buyer, now) => forecasts.foretell(order, buyer, now),
    slips,
    radar: models,
    get fulfilment() {
      return partners.deliverers.some(({ topics }) => topics.includes('wms.ship'));
    },
    get checks() {
      return checks.world;
    },
  });
  /** What was committed stays committed: whoever cannot hear of it keeps the news from nobody else. */
  const publish = (batch: Batch) => {
    const records = Array.from(batch.changed.values(), ({ record }) => record);
    jobs.run('news', () => {
      monitor.changed(batch);
      publisher.changed(batch);
    });
    jobs.run('checks', () => checks.changed(batch));
    forecasts.changed(records);
    slips.changed(records);
    jobs.run('feeds', () => {
      services.stockPush.changed(batch.news?.levels ?? []);
      for (const { channel, shopId } of batch.wished.values()) feeds.wished(channel, shopId);
    });
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
    defer,
    work: (messages) => inboxWorker.work(messages),
  });
  const feedParts = { store, intake, shops, vault, settings, clock, timers, chance, publisher, monitor, condition, jobs, logger };
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
    ...{ store, settings, clock, timers, condition, jobs, logger, metrics, publisher, keyOf, defer, wakeOutbox },
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
  const { people } = parts;
  const ruleParts = { store, book: rules, hot, decider, publisher, settings, condition, clock, timers, logger, defer, wakeOutbox };
  const ruleWork = createRuleWork({ ...ruleParts, pack: resources.rules, people, checks: () => checks.world });
  const { startTrial, startFit } = parts;
  const trials = new Trials({ store, book: rules, radar: models, clock, publisher, condition, logger, startTrial });
  const limits = () => hot.open.limits;
  const forecasts: Forecasts = new Forecasts({ store, clock, timers, logger, condition, jobs, publisher, limits, startFit, defer });
  const learningParts = {
    ...{ store, book: rules, desk: ruleWork.desk, imports, publisher, settings },
    ...{ condition, jobs, clock, timers, logger, defer },
  };
  const learning = new LearningLoop(learningParts);
  const { startTraining } = parts;
  const radar = new Radar({ ...learningParts, desk: ruleWork.desk, models, learning, startTraining });
  const clockwork = new Clockwork({
    ...{ store, hot, decider, inboxWorker, monitor, publisher, figures },
    ...{ condition, jobs, settings, clock, timers, logger, wakeOutbox },
  });
  const context: HubContext = {
    ...workspace,
    config,
    demo: parts.demo,
    version: resources.version,
    clock,
    store,
    ruleWork,
    trials,
    forecasts,
    radar,
    learning,
    places,
    decider,
    inboxWorker,
    stockroom,
    feeds,
    dayAudits: services.dayAudits,
    mappings: services.mappings,
    rereading,
    imports,
    checks,
    transportFor,
    wakeOutbox,
    turn: () => new Promise((resolve) => defer(resolve)),
  };
  return {
    ...workspace,
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
    radar,
    slips,
    checks,
    learning,
    warehouseStock,
    context,
  };
}
