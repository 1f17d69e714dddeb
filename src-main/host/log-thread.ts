import { Worker } from 'node:worker_threads';
import type { Logger } from '#main/hub/ports.ts';

/** Run from source by Node the worker is `log-worker.ts`; bundled it lies beside the hub's as `log-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts') ? new URL('./log-worker.ts', import.meta.url) : new URL('./log-worker.js', import.meta.url);

const LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 };

export interface LogPlace {
  path: string;
}

export type ToLog = 'copy' | 'end';

/**
 * Has the log of a workspace copied back in a thread of its own, which is started when there is something to copy for the first time.
 * Should the thread fail, the hub's own commits still copy the log when it has grown long.
 */
export class LogThread {
  readonly #place: LogPlace;
  readonly #logger: Logger;
  #thread: Worker | null = null;
  #copying = false;
  #stopped = false;

  constructor(path: string, logger: Logger) {
    this.#place = { path };
    this.#logger = logger;
  }

  /** The log has grown. Asked again while a copy is under way it does nothing. */
  copy(): void {
    if (this.#stopped || this.#copying) return;
    this.#copying = true;
    this.#thread ??= this.#start();
    this.#thread.postMessage('copy' satisfies ToLog);
  }

  /** Ends the thread after the copy under way; the workspace may be closed then. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const thread = this.#thread;
    if (!thread) return;
    thread.ref();
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('end' satisfies ToLog);
    await ended;
  }

  #start(): Worker {
    const thread = new Worker(WORKER, { workerData: this.#place, name: 'orderpulse-log', resourceLimits: LIMITS });
    thread.unref();
    thread.on('message', () => (this.#copying = false));
    thread.on('error', (error) => this.#logger.warn({ err: error }, 'the log could not be copied beside the hub; it is copied on commit'));
    thread.on('exit', () => {
      this.#thread = null;
      this.#copying = false;
    });
    return thread;
  }
}
