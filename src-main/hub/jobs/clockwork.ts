import type { Lane } from '#shared/pulse.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Batch } from '../batch.ts';
import type { StoreCondition } from '../condition.ts';
import { InputFault } from '../decider.ts';
import type { Decider } from '../decider.ts';
import type { FeedFigures } from '../feed-figures.ts';
import type { HotState } from '../hot-state.ts';
import type { InboxWorker } from '../inbox-worker.ts';
import type { Monitor } from '../monitor.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { HubSettings } from '../settings.ts';
import { DwellLearning } from './dwell-learning.ts';
import type { JobHealth } from './job-health.ts';

export interface ClockworkParts {
  store: Store;
  hot: HotState;
  decider: Decider;
  inboxWorker: InboxWorker;
  monitor: Monitor;
  publisher: Publisher;
  figures: FeedFigures;
  condition: StoreCondition;
  jobs: JobHealth;
  settings: HubSettings;
  clock: Clock;
  timers: Timers;
  logger: Logger;
  wakeOutbox(): void;
}

/** Orders released by their timer in one transaction. */
const RELEASED_TOGETHER = 200;
/** Share of each second a backlog may take. */
const CATCH_UP_MS = 500;

/** The hub's recurring work. A job that fails is told and runs again at its next time; none stops another. */
export class Clockwork {
  readonly #parts: ClockworkParts;
  readonly #dwell: DwellLearning;
  #cancels: (() => void)[] = [];

  constructor(parts: ClockworkParts) {
    this.#parts = parts;
    this.#dwell = new DwellLearning(parts);
  }

  start(): void {
    const { timers, settings, jobs } = this.#parts;
    this.#cancels = [
      timers.every(settings.pulseTickMs, () => jobs.run('tick', () => this.tick())),
      timers.every(settings.pulseScanMs, () => jobs.run('scan', () => this.scan())),
      timers.every(settings.sampleMs, () => jobs.run('sample', () => this.sample())),
    ];
    jobs.run('dwell', () => this.#dwell.start());
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
    this.#dwell.stop();
  }

  /** Every second: catch up after trouble, release what is due, show the pulse. */
  tick(): void {
    const { inboxWorker, monitor, publisher, clock } = this.#parts;
    if (inboxWorker.behind) inboxWorker.catchUp(CATCH_UP_MS);
    this.releaseDue(clock.now());
    const now = clock.now();
    // Until there is an index at all, its first value is not kept waiting for the next scan.
    if (monitor.ohi === null) this.#refreshIndex(now);
    const tick = monitor.tick(now);
    publisher.send('pulse.tick', tick);
    for (const { lane, silent } of monitor.livenessChanges(tick.lanes)) {
      const text = livenessText(lane, silent);
      publisher.notice(`feed:${lane.channel}/${lane.shopId}:${now}`, now, silent ? 'warning' : 'info', text, null);
    }
  }

  /** C4: held orders nobody handled go on, with a trace; frozen ones have no release time and never do. */
  releaseDue(now: number): number {
    const { hot, decider } = this.#parts;
    let released = 0;
    for (;;) {
      const due = hot.releases.takeDue(now, RELEASED_TOGETHER);
      if (due.length === 0) return released;
      decider.run((batch) => {
        for (const orderNo of due) if (this.#released(batch, orderNo)) released += 1;
      });
      this.#parts.wakeOutbox();
    }
  }

  /** An order that cannot be decided stays held and keeps no other from its release. */
  #released(batch: Batch, orderNo: string): boolean {
    try {
      return this.#parts.decider.onOrder(batch, orderNo, { kind: 'hold-due' })?.kind === 'changed';
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      this.#parts.logger.error({ err: error.cause, orderNo }, 'a held order could not be released');
      return false;
    }
  }

  /** G1, every ten seconds. */
  scan(): void {
    const { monitor, publisher, clock } = this.#parts;
    const now = clock.now();
    const update = monitor.scan(now);
    this.#refreshIndex(now);
    publisher.send('pulse.ward', { at: now, ward: update.strips });
    for (const strip of update.opened) {
      publisher.notice(`stuck:${strip.id}:${now}`, now, 'warning', strip.cause, strip.count === 1 ? (strip.orderNos[0] ?? null) : null);
    }
  }

  /** Every minute, on whole multiples of it: the trend of the index, the time machine, the feed figures. */
  sample(): void {
    const { store, monitor, figures, clock, settings } = this.#parts;
    const now = clock.now();
    const at = Math.floor(now / settings.sampleMs) * settings.sampleMs;
    store.transaction(() => {
      monitor.sample(at, now);
      figures.save(store.samples, now);
    });
    this.#refreshIndex(now);
  }

  #refreshIndex(now: number): void {
    const { monitor, publisher } = this.#parts;
    if (monitor.refreshIndex(now)) publisher.send('health.changed', { at: now, ohi: monitor.ohi });
  }
}

/** What a person should know of a feed that fell silent or came back. */
function livenessText({ name, problem }: Lane, silent: boolean): LocalisedText {
  if (!silent) return { zh: `${name}：恢复收到消息`, en: `${name} is heard again` };
  if (problem) return { zh: `${name}：${problem.zh}`, en: `${name}: ${problem.en}` };
  return { zh: `${name}：比平常安静得久，请检查推送或店铺授权`, en: `${name} has been silent for longer than usual; check its feed` };
}
