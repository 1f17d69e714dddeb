import { CHANNEL_IDS } from '#shared/channels.ts';
import type { Answer, Principal, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import { MINUTE } from '#shared/time.ts';
import { createDispatcher, Refusal } from '#main/gateway/dispatch.ts';
import type { HubHealth, WebhookDelivery } from '#main/gateway/link.ts';
import type { Checks } from './checks/checks.ts';
import { createCore } from './core.ts';
import type { Core } from './core.ts';
import type { DayAudits } from './day-audit.ts';
import type { Decider } from './decider.ts';
import type { Feeds } from './feeds/feeds.ts';
import type { Forecasts } from './forecast/forecasts.ts';
import { gauge } from './gauges.ts';
import { createHandlers } from './handlers/index.ts';
import type { HotState } from './hot-state.ts';
import type { HubParts } from './hub-parts.ts';
import type { Imports } from './imports/imports.ts';
import type { InboxWorker } from './inbox-worker.ts';
import type { Acknowledge } from './intake.ts';
import type { Clockwork } from './jobs/clockwork.ts';
import type { OutboxJob } from './jobs/outbox.ts';
import type { WarehouseStockJob } from './jobs/warehouse-stock.ts';
import type { LearningLoop } from './learning/learning-loop.ts';
import { asksForReadings } from './message-readings.ts';
import type { Monitor } from './monitor.ts';
import type { Rereading } from './rereading.ts';
import type { Radar } from './radar/radar.ts';
import type { RuleWork } from './rules/rule-work.ts';
import type { Stockroom } from './stockroom.ts';
import type { Trials } from './trial/trials.ts';

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
  readonly radar: Radar;
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
    radar: core.radar,
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
      const { problem } = condition;
      const words = problem?.text ?? core.jobs.problem;
      return { ok: !problem, problem: words?.en ?? null, startedAt: context.startedAt, metrics: await metrics.registry.metrics() };
    },
    async close() {
      feeds.stop();
      rereading.stop();
      core.slips.stop();
      const working = [services, imports, core.warehouseStock, ruleWork, trials, forecasts, core.radar, core.checks, learning];
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
  core.services.resume();
  core.ruleWork.runs.resume();
  core.trials.resume();
  core.radar.resume();
  if (runJobs) {
    if (asksForReadings(context.rules.current)) defer(() => messages.prepare());
    clockwork.start();
    clockwork.sample();
    outbox.start();
    core.services.start();
    core.feeds.start();
    void core.jobs.follow('forecasts', () => core.forecasts.start());
    void core.jobs.follow('slips', () => core.slips.start());
    core.warehouseStock.start();
    core.checks.start();
    core.learning.start();
  }
  const { version, shops } = context;
  logger.info({ version, shops: shops.all.length, shelves: opened, open: hot.open.size, ms: clock.now() - now }, 'hub started');
}
