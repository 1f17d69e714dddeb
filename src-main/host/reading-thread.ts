import { Worker } from 'node:worker_threads';
import type { ResourceLimits } from 'node:worker_threads';
import type { LocalisedText } from '#shared/text.ts';
import type { DutyFreeRow, ExchangeRate } from '#main/engine/index.ts';

/** Where a workspace is read beside its hub. Structured-clone safe. */
export interface ReadingPlace {
  /** The workspace: its file, or its bytes where it lies in memory only. */
  place: { path: string } | { image: Uint8Array };
  /** The rates and duty-free limits of the configuration: declared values are measured by them. */
  exchangeRates: readonly ExchangeRate[];
  dutyFree?: readonly DutyFreeRow[];
}

/** What a reading thread is given. */
export interface ReadingOrder<Task> extends ReadingPlace {
  task: Task;
  /** One number: anything but 0 asks it to end. */
  stop: SharedArrayBuffer;
}

/** What a reading thread says. */
export type FromReading<Progress extends unknown[], Result> =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'done'; result: Result }
  /** It was told to end. */
  | { kind: 'stopped' }
  /** `message` is for the log; null: nothing failed, there was nothing to be had. */
  | { kind: 'failed'; message: string | null; text: LocalisedText | null };

/** What tells one kind of reading thread from another. */
export interface ReadingKind {
  worker: URL;
  name: string;
  limits: ResourceLimits;
  /** What a person is told when it ended without a word of its own, and when its memory did not suffice. */
  unexpected: LocalisedText;
  tooLarge: LocalisedText;
}

/** Told as the work goes on; `end` once, and nothing after it. */
export interface ReadingListener<Progress extends unknown[], Result> {
  progress(...progress: Progress): void;
  end(outcome: { result: Result } | { problem: LocalisedText; error: unknown }): void;
}

/** Between two pieces a thread sees at once that it shall end; within one it is cut off. */
const PATIENCE_MS = 2_000;

/**
 * Work on stored orders in a worker thread of its own, beside the hub: started once for each task, told of its progress, and ended when
 * asked. @param place where the workspace lies, asked when one starts
 */
export function readingThreads<Task, Progress extends unknown[], Result>(kind: ReadingKind, place: () => ReadingPlace) {
  return (task: Task, listener: ReadingListener<Progress, Result>): { stop(): Promise<void> } => {
    const { worker, name, limits, unexpected, tooLarge } = kind;
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const workerData: ReadingOrder<Task> = { task, ...place(), stop };
    const thread = new Worker(worker, { workerData, name, resourceLimits: limits });
    const exited = Promise.withResolvers<void>();
    let ended = false;
    const end: typeof listener.end = (outcome) => {
      if (ended) return;
      ended = true;
      try {
        listener.end(outcome);
      } catch (error) {
        // What was found cannot be taken: that, too, is an end somebody waits for.
        listener.end({ problem: unexpected, error });
      }
    };
    thread.on('message', (message: FromReading<Progress, Result>) => {
      if (ended) return;
      if (message.kind === 'progress') listener.progress(...message.progress);
      else if (message.kind === 'done') end({ result: message.result });
      else if (message.kind === 'failed') end({ problem: message.text ?? unexpected, error: message.message });
    });
    thread.on('error', (error: NodeJS.ErrnoException) => {
      end({ problem: error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge : unexpected, error });
    });
    thread.on('exit', (code) => {
      end({ problem: unexpected, error: new Error(`${name} ended with code ${code}.`) });
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
