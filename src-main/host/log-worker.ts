import { parentPort, workerData } from 'node:worker_threads';
import { openLogCopier } from '#main/storage/log-copier.ts';
import type { LogPlace, ToLog } from './log-thread.ts';

/** The thread that copies a workspace's log, once each time it is told to. */
const copier = openLogCopier((workerData as LogPlace).path);
parentPort?.on('message', (word: ToLog) => {
  if (word === 'copy') {
    copier.copy();
    parentPort?.postMessage('copied');
  } else {
    copier.close();
    parentPort?.close();
  }
});
