/**
 * A draft tried on ninety days of stored orders, in the trial's own thread on a workspace on disk: how long a million orders take,
 * how often it tells how far it is, how soon it ends when it is stopped, and what memory it takes. `ORDERPULSE_BENCH_ORDERS` for
 * another number of orders. The workspace is made for it and deleted.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { DAY } from '#shared/time.ts';
import { trialThreads } from '#main/host/trial-thread.ts';
import type { TrialResult, TrialTask } from '#main/trial/run.ts';
import { ProcessorWait } from './processor-wait.ts';
import { shippedPack, WORKSPACE_END } from './trial-workspace.ts';

const ORDERS = Number(process.env['ORDERPULSE_BENCH_ORDERS'] ?? 1_000_000);
const DAYS = 90;

/** The pack with other thresholds in two rules, one rule less and one more: everything it reads was looked at then. */
function otherLimits(pack: RuleSet): RuleSet {
  const [first, ...rest] = pack.rules;
  const large: Rule = {
    ...(first as Rule),
    ...{ id: 'large-first-order', relax: [] },
    when: {
      all: [
        { field: 'order-amount', op: '>', value: 60_000 },
        { field: 'first-order', op: '==', value: true },
      ],
    },
    sentence: { zh: '首单金额 {order-amount}', en: 'First order of {order-amount}' },
  };
  return { ...pack, rules: [...rest, large] };
}

/** And one that counts what nobody counted then, and looks at a place nobody looked at. */
function otherFields(pack: RuleSet): RuleSet {
  const large = otherLimits(pack).rules.at(-1) as Rule;
  const fresh: Rule = {
    ...large,
    id: 'many-to-one-address',
    when: {
      all: [
        { field: 'window', window: { count: 'orders', by: 'address', minutes: 77 }, op: '>', value: 2 },
        { field: 'city', op: '!=', value: '拉萨市' },
      ],
    },
  };
  return { ...pack, rules: [...pack.rules, fresh] };
}

interface Measured {
  result: TrialResult;
  seconds: number;
  /** Of this process: on a busy machine it tells more than the clock. */
  processorSeconds: number;
  /** Its threads were ready and others had the processors. */
  waitedSeconds: number;
  /** Of the machine before it began. */
  load: number;
  longestSilenceMs: number;
  memoryMb: number;
}

function measure(path: string, task: TrialTask): Promise<Measured> {
  const before = process.memoryUsage().rss;
  let most = before;
  const wait = new ProcessorWait();
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss);
    wait.look();
  };
  const watch = setInterval(look, 50);
  const load = loadavg()[0] ?? 0;
  const used = process.cpuUsage();
  const start = performance.now();
  let toldAt = start;
  let longestSilenceMs = 0;
  return new Promise<Measured>((resolve, reject) => {
    const thread = trialThreads(() => ({ place: { path }, exchangeRates: [] }))(task, {
      progress() {
        longestSilenceMs = Math.max(longestSilenceMs, performance.now() - toldAt);
        toldAt = performance.now();
      },
      end(outcome) {
        const seconds = (performance.now() - start) / 1_000;
        longestSilenceMs = Math.max(longestSilenceMs, performance.now() - toldAt);
        look();
        clearInterval(watch);
        const { user, system } = process.cpuUsage(used);
        void thread.stop().then(() => {
          if ('problem' in outcome) reject(new Error(outcome.problem.en, { cause: outcome.error }));
          else
            resolve({
              result: outcome.result,
              seconds,
              processorSeconds: (user + system) / 1e6,
              waitedSeconds: wait.seconds,
              load,
              longestSilenceMs,
              memoryMb: (most - before) / 2 ** 20,
            });
        });
      },
    });
  });
}

/** From being told to end to the end of the thread, a second into the trial. */
async function measureStop(path: string, task: TrialTask): Promise<number> {
  const thread = trialThreads(() => ({ place: { path }, exchangeRates: [] }))(task, { progress() {}, end() {} });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const start = performance.now();
  await thread.stop();
  return performance.now() - start;
}

export async function benchTrial(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-trial-'));
  try {
    const path = join(folder, 'orderpulse.db');
    const made = performance.now();
    const maker = fileURLToPath(new URL('./trial-workspace.ts', import.meta.url));
    execFileSync(process.execPath, [maker, path, String(ORDERS), String(DAYS)], { stdio: 'inherit' });
    const [pack, to] = [shippedPack(), WORKSPACE_END];
    console.log(`  ${ORDERS.toLocaleString('en')} orders of ${DAYS} days made in ${Math.round((performance.now() - made) / 1_000)} s`);
    const task: TrialTask = { current: pack, draft: otherLimits(pack), from: to - DAYS * DAY, to };
    const stored = await measure(path, task);
    const derived = await measure(path, { ...task, draft: otherFields(pack) });
    return {
      trialOrders: stored.result.judged,
      trialSeconds: stored.seconds,
      trialProcessorSeconds: stored.processorSeconds,
      trialWaitedForProcessorSeconds: stored.waitedSeconds,
      trialLoadBefore: stored.load,
      trialOrdersPerSecond: stored.result.judged / stored.seconds,
      trialMemoryMb: stored.memoryMb,
      trialLongestSilenceMs: stored.longestSilenceMs,
      trialStopMs: await measureStop(path, task),
      trialHitSharePercent: (100 * (stored.result.before.held + stored.result.before.frozen)) / stored.result.judged,
      trialDerivedSeconds: derived.seconds,
      trialDerivedProcessorSeconds: derived.processorSeconds,
      trialDerivedWaitedForProcessorSeconds: derived.waitedSeconds,
      trialDerivedLoadBefore: derived.load,
      trialDerivedMemoryMb: derived.memoryMb,
      trialDerivedLongestSilenceMs: derived.longestSilenceMs,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
