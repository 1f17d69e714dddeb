import type { StartTrial } from '#main/hub/trial/trial-ports.ts';
import { readingThreads } from './reading-thread.ts';
import type { ReadingKind, ReadingPlace } from './reading-thread.ts';

/** Run from source by Node the worker is `trial-worker.ts`; bundled it lies beside the hub's as `trial-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./trial-worker.ts', import.meta.url)
  : new URL('./trial-worker.js', import.meta.url);

const TRIAL: ReadingKind = {
  worker: WORKER,
  name: 'orderpulse-trial',
  /** A trial takes little and must not take what the hub needs: the rest of its bound is the store's cache. */
  limits: { maxOldGenerationSizeMb: 224, maxYoungGenerationSizeMb: 32 },
  unexpected: {
    zh: '试算意外中断，没有结果，请重新试算；详情已写入日志',
    en: 'The trial ended unexpectedly and has no result; start it again. The log has the details',
  },
  tooLarge: {
    zh: '试算需要的内存超出上限，请缩短试算的天数',
    en: 'The trial needs more memory than it may have; try fewer days',
  },
};

/** Runs each trial in a worker thread of its own. @param place where the workspace lies, asked when one starts */
export const trialThreads = (place: () => ReadingPlace): StartTrial => readingThreads(TRIAL, place);
