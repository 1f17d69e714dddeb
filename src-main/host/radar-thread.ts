import type { StartTraining } from '#main/hub/radar/radar-ports.ts';
import { readingThreads } from './reading-thread.ts';
import type { ReadingKind, ReadingPlace } from './reading-thread.ts';

/** Run from source by Node the worker is `radar-worker.ts`; bundled it lies beside the hub's as `radar-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./radar-worker.ts', import.meta.url)
  : new URL('./radar-worker.js', import.meta.url);

const TRAINING: ReadingKind = {
  worker: WORKER,
  name: 'orderpulse-radar',
  /** Sixty thousand orders of forty values, and the regression over them. */
  limits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 },
  unexpected: {
    zh: '训练意外中断，没有模型，请重新训练；详情已写入日志',
    en: 'The training ended unexpectedly without a model; train again. The log has the details',
  },
  tooLarge: {
    zh: '训练需要的内存超出上限，请减少样本',
    en: 'The training needs more memory than it may have; take fewer samples',
  },
};

/** Runs each training in a worker thread of its own. @param place where the workspace lies, asked when one starts */
export const radarThreads = (place: () => ReadingPlace): StartTraining => readingThreads(TRAINING, place);
