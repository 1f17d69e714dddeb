import { beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#shared/time.ts';
import { JobHealth } from '#main/hub/jobs/job-health.ts';
import { createMetrics } from '#main/hub/metrics.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';

let time: ManualTime;
let logged: string[];
let notices: string[];
let jobs: JobHealth;
let metrics: ReturnType<typeof createMetrics>;
beforeEach(() => {
  time = new ManualTime(Date.UTC(2026, 5, 18));
  logged = [];
  notices = [];
  metrics = createMetrics();
  const note = (_fields: object, message: string) => logged.push(message);
  jobs = new JobHealth({
    clock: time,
    logger: { info: note, warn: note, error: note },
    condition: { failed: (error): error is StoreError => error instanceof StoreError },
    metrics,
    notice: (_id, _at, level) => notices.push(level),
  });
});
const broken = (): never => {
  throw new TypeError('no such thing');
};

describe('a job that fails', () => {
  test('ends neither itself nor another, and is told once, by its name, until it works again', async () => {
    const cancel = jobs.timers('scan', time).every(MINUTE, broken);
    time.advanceBy(3 * MINUTE);
    await jobs.follow('reports', () => Promise.resolve());
    expect([logged.length, notices]).toEqual([1, ['warning']]);
    expect(jobs.problem).toMatchObject({
      zh: expect.stringContaining('滞留检查') as string,
      en: expect.stringContaining('stuck orders') as string,
    });
    expect(await metrics.registry.metrics()).toMatch(
      /orderpulse_job_failures_total\{job="scan"\} 3\n[^]*orderpulse_job_failing\{job="scan"\} 1/,
    );
    cancel();
    time.advanceBy(MINUTE);
    jobs.run('scan', () => undefined);
    expect([logged.length, notices, jobs.problem]).toEqual([2, ['warning', 'info'], null]);
    expect(await metrics.registry.metrics()).toContain('orderpulse_job_failing{job="scan"} 0');
  });

  test('and works in turns does not work', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await jobs.follow('feeds', () => Promise.reject(new TypeError('again')));
      jobs.run('feeds', () => undefined);
      time.advanceBy(1_000);
    }
    expect([notices, jobs.problem]).toEqual([['warning'], { zh: expect.any(String) as string, en: expect.any(String) as string }]);
  });

  test('for a store that refuses is not to blame: that has an alarm of its own', async () => {
    jobs.run('tick', () => {
      throw new StoreError('full');
    });
    await jobs.follow('forecasts', () => Promise.reject(new StoreError('io')));
    expect([logged, notices, jobs.problem]).toEqual([[], [], null]);
  });
});
