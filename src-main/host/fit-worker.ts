import { parentPort, workerData } from 'node:worker_threads';
import { fitTask } from '#main/hub/forecast/fit.ts';
import type { FitTask } from '#main/hub/forecast/forecast-ports.ts';

/** A fit's own thread: it is given everything and knows no store. */
parentPort?.postMessage(fitTask(workerData as FitTask));
