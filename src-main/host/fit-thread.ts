import { Worker } from 'node:worker_threads';
import type { StartFit } from '#main/hub/forecast/forecast-ports.ts';

/** Run from source by Node the worker is `fit-worker.ts`; bundled it lies beside the hub's as `fit-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts') ? new URL('./fit-worker.ts', import.meta.url) : new URL('./fit-worker.js', import.meta.url);

/** Twenty thousand samples and what a fit makes of them; a fit must not take what the hub needs. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 };

/** Fits each forecast in a worker thread of its own. */
export const fitThreads: StartFit = (task) => {
  const thread = new Worker(WORKER, { workerData: task, name: 'orderpulse-fit', resourceLimits: LIMITS });
  let stopped = false;
  const result = new Promise<unknown>((resolve, reject) => {
    thread.on('message', resolve);
    thread.on('error', reject);
    // Told to end it has nothing to say: that is no failure.
    thread.on('exit', (code) => (stopped ? resolve(null) : reject(new Error(`The thread of a fit ended with code ${code}.`))));
  });
  return {
    result,
    async stop() {
      stopped = true;
      await thread.terminate();
    },
  };
};
