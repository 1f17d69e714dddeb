import { Worker } from 'node:worker_threads';
import type { LocalisedText } from '#shared/text.ts';
import type { RunningTrial, StartTrial } from '#main/hub/trial/trial-ports.ts';
import type { FromTrial, TrialOrder, TrialPlace } from './trial-messages.ts';

/** Run from source by Node the worker is `trial-worker.ts`; bundled it lies beside the hub's as `trial-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./trial-worker.ts', import.meta.url)
  : new URL('./trial-worker.js', import.meta.url);

/** A trial takes little and must not take what the hub needs: the rest of its bound is the store's cache. */
const LIMITS = { maxOldGenerationSizeMb: 224, maxYoungGenerationSizeMb: 32 };
/** A thread between two pieces sees at once that it shall end; one in a long read is cut off. */
const PATIENCE_MS = 2_000;

const UNEXPECTED: LocalisedText = {
  zh: '试算意外中断，没有结果，请重新试算；详情已写入日志',
  en: 'The trial ended unexpectedly and has no result; start it again. The log has the details',
};
const TOO_LARGE: LocalisedText = {
  zh: '试算需要的内存超出上限，请缩短试算的天数',
  en: 'The trial needs more memory than it may have; try fewer days',
};

/** Runs each trial in a worker thread of its own. */
export function trialThreads(place: () => TrialPlace, worker: URL = WORKER): StartTrial {
  return (task, listener): RunningTrial => {
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const workerData: TrialOrder = { task, ...place(), stop };
    const thread = new Worker(worker, { workerData, name: 'orderpulse-trial', resourceLimits: LIMITS });
    const exited = Promise.withResolvers<void>();
    let ended = false;
    const end: typeof listener.end = (outcome) => {
      if (ended) return;
      ended = true;
      listener.end(outcome);
    };
    thread.on('message', (message: FromTrial) => {
      if (ended) return;
      if (message.kind === 'progress') listener.progress(message.judged, message.orders);
      else if (message.kind === 'done') end({ result: message.result });
      else if (message.kind === 'failed') end({ problem: message.text ?? UNEXPECTED, error: message.message });
    });
    thread.on('error', (error: NodeJS.ErrnoException) => {
      end({ problem: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? TOO_LARGE : UNEXPECTED, error });
    });
    thread.on('exit', (code) => {
      end({ problem: UNEXPECTED, error: new Error(`The trial's thread ended with code ${code}.`) });
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
