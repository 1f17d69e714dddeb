import { parentPort, workerData } from 'node:worker_threads';
import { livePast } from './past.ts';
import type { PastTask } from './past.ts';

/** The demo's past is made in a thread of its own: the host's doors listen meanwhile, and its memory is given back. */
const port = parentPort;
if (!port) throw new Error("The demo's past has to be made in a worker thread.");

const { task, stop } = workerData as { task: PastTask; stop: SharedArrayBuffer };
const flag = new Int32Array(stop);
port.postMessage(await livePast(task, () => Atomics.load(flag, 0) === 0));
