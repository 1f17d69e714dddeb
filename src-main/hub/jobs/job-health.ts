import type { LocalisedText } from '#shared/text.ts';
import { MINUTE } from '#shared/time.ts';
import type { StoreCondition } from '../condition.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock, Logger, Timers } from '../ports.ts';

/** What the hub does by itself, and what a person calls it. */
const JOBS = {
  tick: { zh: '每秒的例行工作', en: 'the work of every second' },
  scan: { zh: '滞留检查', en: 'the search for stuck orders' },
  sample: { zh: '每分钟的采样', en: 'the figures of every minute' },
  dwell: { zh: '停留时间的学习', en: 'learning dwell times' },
  news: { zh: '变化的通知', en: 'telling what changed' },
  feeds: { zh: '店铺读取', en: 'reading the shops' },
  checks: { zh: '交叉核验', en: 'the cross-checks' },
  forecasts: { zh: '预测', en: 'the forecasts' },
  slips: { zh: '误操作识别', en: 'telling slips of the keyboard' },
  outcomes: { zh: '结果跟踪', en: 'following outcomes' },
  reports: { zh: '报告', en: 'the reports' },
  suggestions: { zh: '规则建议', en: 'the suggestions' },
} satisfies Record<string, LocalisedText>;
export type JobName = keyof typeof JOBS;

/** A job that failed works again when a run comes to its end and none broke off for so long. */
const SETTLED_MS = MINUTE;

export interface JobHealthParts {
  clock: Clock;
  logger: Logger;
  condition: Pick<StoreCondition, 'failed'>;
  metrics: Pick<Metrics, 'jobFailures' | 'jobFailing'>;
  notice(id: string, at: number, level: 'warning' | 'info', text: LocalisedText, orderNo: null): void;
}

/**
 * Work of the hub nobody waits for. Whatever it throws ends nothing: neither the hub, nor other work, nor its own next run. A job that
 * fails is told once, in the log, to the consoles and in the health of the hub, until it works again. What the store
 * refused is not the job's fault and has an alarm of its own.
 */
export class JobHealth {
  readonly #parts: JobHealthParts;
  readonly #failing = new Map<JobName, { message: string; at: number }>();

  constructor(parts: JobHealthParts) {
    this.#parts = parts;
  }

  /** What does not work, in words; null: everything does. */
  get problem(): LocalisedText | null {
    const [job] = this.#failing.keys();
    return job === undefined ? null : problemOf(job);
  }

  /** One run of a job. Never throws. */
  run(job: JobName, work: () => void): void {
    try {
      work();
      this.#worked(job);
    } catch (error) {
      this.failed(job, error);
    }
  }

  /** One run that takes its time. Never rejects. */
  async follow(job: JobName, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      this.#worked(job);
    } catch (error) {
      this.failed(job, error);
    }
  }

  /** The same timers, whose every task is a run of a job. */
  timers(job: JobName, timers: Timers): Timers {
    return {
      every: (everyMs, task) => timers.every(everyMs, () => this.run(job, task)),
      after: (delayMs, task) => timers.after(delayMs, () => this.run(job, task)),
    };
  }

  /** A run of a job broke off. */
  failed(job: JobName, error: unknown): void {
    const { clock, logger, condition, metrics, notice } = this.#parts;
    if (condition.failed(error)) return;
    metrics.jobFailures.inc({ job });
    const before = this.#failing.get(job);
    const message = error instanceof Error ? error.message : String(error);
    const now = clock.now();
    this.#failing.set(job, { message, at: now });
    if (before?.message === message) return;
    logger.error({ err: error, job }, 'a job failed; it runs again at its next time');
    if (before) return;
    metrics.jobFailing.set({ job }, 1);
    notice(`job:${job}:${now}`, now, 'warning', problemOf(job), null);
  }

  #worked(job: JobName): void {
    const before = this.#failing.get(job);
    if (!before) return;
    const { clock, logger, metrics, notice } = this.#parts;
    const now = clock.now();
    // What fails and works in turns does not work.
    if (Math.abs(now - before.at) < SETTLED_MS) return;
    this.#failing.delete(job);
    metrics.jobFailing.set({ job }, 0);
    logger.info({ job }, 'a job works again');
    const { zh, en } = JOBS[job];
    notice(`job:${job}:${now}`, now, 'info', { zh: `${zh}已恢复`, en: `Works again: ${en}` }, null);
  }
}

function problemOf(job: JobName): LocalisedText {
  const { zh, en } = JOBS[job];
  return {
    zh: `${zh}出错，程序会继续重试；其他工作不受影响，详情已写入日志`,
    en: `Does not work and is tried again: ${en}. Everything else goes on; the log has the details`,
  };
}
