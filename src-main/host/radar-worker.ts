import { parentPort, workerData } from 'node:worker_threads';
import { createDutyTable } from '#main/engine/index.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { runTraining } from '#main/hub/radar/training.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { openTrialSource } from '#main/storage/trial-source.ts';
import { hubLogger } from './logger.ts';
import { messageModel } from './message-model.ts';
import type { FromRadar, RadarOrder } from './radar-messages.ts';
import { readResources } from './resources.ts';

/** The thread of a training: it reads the workspace beside the hub and writes nothing. */
const port = parentPort;
if (!port) throw new Error('A training has to be started as a worker thread.');
const say = (message: FromRadar): void => port.postMessage(message);
/** Told at least four times a second, and not so often that the hub would have to do with it. */
const TELL_EVERY_MS = 150;

try {
  const { order, place, exchangeRates, stop } = workerData as RadarOrder;
  const asked = new Int32Array(stop);
  let [toldAt, toldOf] = [-Infinity, ''];
  const { source, close } = openTrialSource(place);
  try {
    const { places, dutyFree } = readResources();
    const world = { places, duties: createDutyTable(dutyFree, exchangeRates), messages: messageModel(hubLogger()) };
    const result = runTraining(order, source, world, (stage, done, of) => {
      if (stage !== toldOf || performance.now() - toldAt >= TELL_EVERY_MS) {
        [toldAt, toldOf] = [performance.now(), stage];
        say({ kind: 'progress', stage, done, of });
      }
      return Atomics.load(asked, 0) === 0;
    });
    say(result ? { kind: 'done', result } : { kind: 'stopped' });
  } finally {
    close();
  }
} catch (error) {
  if (error instanceof Refusal) say({ kind: 'failed', message: null, text: error.text });
  else {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ kind: 'failed', message, text: error instanceof StoreError ? error.text : null });
  }
}
