import { Worker } from 'node:worker_threads';
import type { LocalisedText } from '#shared/text.ts';
import type { StartTraining, TrainingEnd } from '#main/hub/radar/radar-ports.ts';
import type { FromRadar, RadarOrder } from './radar-messages.ts';
import type { TrialPlace } from './trial-messages.ts';

/** Run from source by Node the worker is `radar-worker.ts`; bundled it lies beside the hub's as `radar-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./radar-worker.ts', import.meta.url)
  : new URL('./radar-worker.js', import.meta.url);

/** Sixty thousand orders of forty values, and the regression over them. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };
/** Between two pieces a thread sees at once that it shall end; within one it is cut off. */
const PATIENCE_MS = 2_000;

const UNEXPECTED: LocalisedText = {
  zh: '训练意外中断，没有模型，请重新训练；详情已写入日志',
  en: 'The training ended unexpectedly without a model; train again. The log has the details',
};
const TOO_LARGE: LocalisedText = {
  zh: '训练需要的内存超出上限，请减少样本',
  en: 'The training needs more memory than it may have; take fewer samples',
};

/** Runs each training in a worker thread of its own. @param place where the workspace lies, asked when one starts */
export function radarThreads(place: () => TrialPlace): StartTraining {
  return (order, listener) => {
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const workerData: RadarOrder = { order, ...place(), stop };
    const thread = new Worker(WORKER, { workerData, name: 'orderpulse-radar', resourceLimits: LIMITS });
    const exited = Promise.withResolvers<void>();
    let ended = false;
    const end = (outcome: TrainingEnd): void => {
      if (ended) return;
      ended = true;
      listener.end(outcome);
    };
    thread.on('message', (message: FromRadar) => {
      if (ended) return;
      if (message.kind === 'progress') listener.progress(message.stage, message.done, message.of);
      else if (message.kind === 'done') end({ result: message.result });
      else if (message.kind === 'failed') end({ problem: message.text ?? UNEXPECTED, error: message.message });
    });
    thread.on('error', (error: NodeJS.ErrnoException) => {
      end({ problem: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? TOO_LARGE : UNEXPECTED, error });
    });
    thread.on('exit', (code) => {
      end({ problem: UNEXPECTED, error: new Error(`The thread of a training ended with code ${code}.`) });
      exited.resolve();
    });
    return {
      async stop() {
        ended = true;
        Atomics.store(new Int32Array(stop), 0, 1);
        const cut = setTimeout(() => void thread.terminate(), PATIENCE_MS);
        await exited.promise;
        clearTimeout(cut);
      },
    };
  };
}
