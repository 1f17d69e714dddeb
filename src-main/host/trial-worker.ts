import { parentPort, workerData } from 'node:worker_threads';
import { createDutyTable } from '#main/engine/index.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { openTrialSource } from '#main/storage/trial-source.ts';
import { runTrial } from '#main/trial/run.ts';
import { hubLogger } from './logger.ts';
import { messageModel } from './message-model.ts';
import { readResources } from './resources.ts';
import type { FromTrial, TrialOrder } from './trial-messages.ts';

/** A trial's own thread: it reads the workspace beside the hub and writes nothing. */
const port = parentPort;
if (!port) throw new Error('The trial has to be started as a worker thread.');
const say = (message: FromTrial): void => port.postMessage(message);
/** Told at least four times a second, and not so often that the hub would have to do with it. */
const TELL_EVERY_MS = 150;

try {
  const { task, place, exchangeRates, stop } = workerData as TrialOrder;
  const asked = new Int32Array(stop);
  let toldAt = -Infinity;
  const { source, close } = openTrialSource(place);
  try {
    const { places, dutyFree } = readResources();
    const world = { places, duties: createDutyTable(dutyFree, exchangeRates), messages: messageModel(hubLogger()) };
    const result = runTrial(task, source, world, (judged, orders) => {
      if (performance.now() - toldAt >= TELL_EVERY_MS) {
        toldAt = performance.now();
        say({ kind: 'progress', judged, orders });
      }
      return Atomics.load(asked, 0) === 0;
    });
    say(result ? { kind: 'done', result } : { kind: 'stopped' });
  } finally {
    close();
  }
} catch (error) {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say({ kind: 'failed', message, text: error instanceof StoreError ? error.text : null });
}
