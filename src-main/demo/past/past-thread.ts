import { Worker } from 'node:worker_threads';
import { SECOND } from '#shared/time.ts';
import type { PastCounts, PastTask } from './past.ts';

/** Run from source by Node the worker is `past-worker.ts`; bundled it lies beside the host as `demo-past-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./past-worker.ts', import.meta.url)
  : new URL('./demo-past-worker.js', import.meta.url);

const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 64 };

/** On a computer that is busy with other things the demo rather opens without its past than never. */
const PATIENCE = 40 * SECOND;

export interface PastThread {
  /** Null: it was stopped, and nothing was written. Rejects when the past could not be made. */
  readonly made: Promise<PastCounts | null>;
  stop(): Promise<void>;
}

/** Makes the demo's past beside the host; `made` rejects when it takes longer than `patience` ms. */
export function startPast(task: PastTask, patience = PATIENCE): PastThread {
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const thread = new Worker(WORKER, { workerData: { task, stop }, name: 'orderpulse-demo-past', resourceLimits: LIMITS });
  const exited = Promise.withResolvers<void>();
  const made = Promise.withResolvers<PastCounts | null>();
  let stopped = false;
  const end = () => void Atomics.store(new Int32Array(stop), 0, 1);
  const tooLong = setTimeout(() => {
    made.reject(new Error(`It takes longer than ${patience / SECOND} s.`));
    end();
  }, patience);
  thread.on('message', (counts: PastCounts) => made.resolve(stopped ? null : counts));
  thread.on('error', (error) => made.reject(error));
  thread.on('exit', (code) => {
    clearTimeout(tooLong);
    if (stopped) made.resolve(null);
    made.reject(new Error(`The thread of the demo's past ended with code ${code}.`));
    exited.resolve();
  });
  return {
    made: made.promise,
    async stop() {
      stopped = true;
      end();
      await exited.promise;
    },
  };
}
