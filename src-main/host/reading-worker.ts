import { parentPort, workerData } from 'node:worker_threads';
import { createDutyTable } from '#main/engine/index.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { openTrialSource } from '#main/storage/trial-source.ts';
import type { TrialSource, TrialWorld } from '#main/trial/source.ts';
import { hubLogger } from './logger.ts';
import { messageModel } from './message-model.ts';
import type { FromReading, ReadingOrder } from './reading-thread.ts';
import { readResources } from './resources.ts';

/** Told at least four times a second, and not so often that the hub would have to do with it. */
const TELL_EVERY_MS = 150;

/**
 * The inside of a reading thread: opens the workspace for reading, does the work, and says how it ended. The work tells its progress after
 * each piece and ends where the answer is false; null: it was told to end. A new stage, the first word of the progress, is told at once.
 */
export function serveReading<Task, Progress extends unknown[], Result>(
  work: (task: Task, source: TrialSource, world: TrialWorld, tell: (...progress: Progress) => boolean) => Result | null,
): void {
  const port = parentPort;
  if (!port) throw new Error('A reading thread has to be started as a worker thread.');
  const say = (message: FromReading<Progress, Result>): void => port.postMessage(message);
  try {
    const { task, place, exchangeRates, dutyFree: own = [], stop } = workerData as ReadingOrder<Task>;
    const asked = new Int32Array(stop);
    let toldAt = -Infinity;
    let toldOf: unknown = null;
    const tell = (...progress: Progress): boolean => {
      const stage = typeof progress[0] === 'string' ? progress[0] : null;
      if (stage !== toldOf || performance.now() - toldAt >= TELL_EVERY_MS) {
        [toldAt, toldOf] = [performance.now(), stage];
        say({ kind: 'progress', progress });
      }
      return Atomics.load(asked, 0) === 0;
    };
    const { source, close } = openTrialSource(place);
    try {
      const { places, dutyFree } = readResources();
      const world = { places, duties: createDutyTable([...own, ...dutyFree], exchangeRates), messages: messageModel(hubLogger()) };
      const result = work(task, source, world, tell);
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
}
