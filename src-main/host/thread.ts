import { Worker } from 'node:worker_threads';
import type { Answer, StreamEvent } from '#shared/contract/index.ts';
import type { HubHealth, HubLink, WebhookDelivery, WebhookReceipt } from '#main/gateway/link.ts';
import { ConfigError } from '#main/hub/config.ts';
import { StoreError } from '#main/hub/store-error.ts';
import type { StoreErrorCode } from '#main/hub/store-error.ts';
import { hubLogger } from './logger.ts';
import type { FromHub, StartError, ToHub } from './messages.ts';
import type { HubOptions } from './options.ts';

/** The hub in a thread of its own. */
export interface HubThread extends HubLink {
  /** Resolves with the cause when the thread ended without being asked to; what was acknowledged is on disk. */
  readonly crashed: Promise<Error>;
}

/** Run from source by Node the worker is `worker.ts`; bundled it lies beside the host as `hub-worker.js`. */
const WORKER = import.meta.url.endsWith('.ts') ? new URL('./worker.ts', import.meta.url) : new URL('./hub-worker.js', import.meta.url);

/** Room for what lives as long as one batch: with the default, every order of a busy minute would be copied twice before it dies. */
const YOUNG_MB = 96;

/** What who waits is answered when the hub is not there any more. */
export const CRASHED: Answer<never> = {
  ok: false,
  error: {
    code: 'internal',
    message: '订单中枢意外停止；已确认的订单都在磁盘上 / The hub stopped unexpectedly; everything acknowledged is on disk',
  },
};
const UNCARRIED: Answer<never> = {
  ok: false,
  error: { code: 'bad_request', message: '请求的内容嵌套过深，未处理 / The request is nested too deeply and was not taken' },
};
export const GONE: WebhookReceipt = {
  status: 503,
  contentType: 'application/json',
  body: '{"error":"The hub is not running; send again later"}',
};
const DEAD: HubHealth = { ok: false, problem: 'The hub thread is not running.', startedAt: 0, metrics: '' };

/**
 * Opens the hub of a workspace in a worker thread. Rejects with StoreError, ConfigError or the thread's own error when it
 * cannot start.
 */
export async function startHubThread(options: HubOptions, worker: URL = WORKER): Promise<HubThread> {
  const thread = new Thread(
    new Worker(worker, { workerData: options, name: 'orderpulse-hub', resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } }),
  );
  await thread.ready;
  return thread;
}

/** A message that does not go from thread to thread: copying it exhausts the stack. The hub has not seen it. */
class NotCarried extends Error {}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

class Thread implements HubThread {
  readonly ready: Promise<void>;
  readonly crashed: Promise<Error>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(event: StreamEvent) => void>();
  #nextId = 1;
  #state: 'starting' | 'running' | 'closing' | 'ended' = 'starting';
  #closed: Promise<void> | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    const ready = Promise.withResolvers<void>();
    const crashed = Promise.withResolvers<Error>();
    const exited = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.crashed = crashed.promise;
    this.#exited = exited.promise;
    let cause: Error | null = null;
    worker.on('error', (error) => (cause = error));
    worker.on('message', (message: FromHub) => {
      if (message.kind === 'ready') this.#state = 'running';
      if (message.kind === 'ready') ready.resolve();
      else if (message.kind === 'refused') ready.reject(errorOf(message.error));
      else this.#hear(message);
    });
    worker.on('exit', (code) => {
      const asked = this.#state === 'closing';
      const error = cause ?? new Error(`The hub thread ended with code ${code}.`);
      ready.reject(error);
      if (this.#state === 'running') {
        hubLogger().error({ err: error, pending: this.#pending.size }, 'the hub thread ended unexpectedly');
        crashed.resolve(error);
      }
      this.#state = 'ended';
      for (const { reject } of this.#pending.values()) reject(asked ? new Error('The hub was closed.') : error);
      this.#pending.clear();
      exited.resolve();
    });
  }

  readonly #exited: Promise<void>;

  async request(method: string, params: unknown, principal: Parameters<HubLink['request']>[2]): Promise<Answer<unknown>> {
    const call = (id: number): ToHub => ({ kind: 'request', id, method, params, principal });
    return this.#call<Answer<unknown>>(call).catch((error: unknown) => (error instanceof NotCarried ? UNCARRIED : CRASHED));
  }

  async receive(delivery: WebhookDelivery): Promise<WebhookReceipt> {
    const { body } = delivery;
    // A body that fills its own memory is handed over; a piece of a shared pool has to be copied out first.
    const whole = body.buffer instanceof ArrayBuffer && body.byteOffset === 0 && body.byteLength === body.buffer.byteLength;
    const bytes = whole ? body : new Uint8Array(body);
    const call = (id: number): ToHub => ({ kind: 'receive', id, delivery: { ...delivery, body: bytes } });
    return this.#call<WebhookReceipt>(call, [bytes.buffer as ArrayBuffer]).catch(() => GONE);
  }

  subscribe(listener: (event: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#say({ kind: 'listen', on: true });
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#say({ kind: 'listen', on: false });
    };
  }

  resume(position: Parameters<HubLink['resume']>[0]): Promise<StreamEvent[]> {
    return this.#call<StreamEvent[]>((id) => ({ kind: 'resume', id, position }));
  }

  health(): Promise<HubHealth> {
    return this.#call<HubHealth>((id) => ({ kind: 'health', id })).catch(() => DEAD);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    if (this.#state === 'ended') return;
    const done = this.#call((id) => ({ kind: 'close', id }));
    this.#state = 'closing';
    try {
      await done;
    } catch (error) {
      hubLogger().error({ err: error }, 'the hub could not be closed in good order');
      await this.#worker.terminate();
    }
    await this.#exited;
  }

  #call<T>(message: (id: number) => ToHub, transfer: ArrayBuffer[] = []): Promise<T> {
    if (this.#state === 'ended' || this.#state === 'closing') return Promise.reject(new Error('The hub is not running.'));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
      try {
        this.#say(message(id), transfer);
      } catch (error) {
        this.#pending.delete(id);
        reject(new NotCarried('The message cannot be carried to the hub.', { cause: error }));
      }
    });
  }

  #say(message: ToHub, transfer: ArrayBuffer[] = []): void {
    if (this.#state !== 'ended') this.#worker.postMessage(message, transfer);
  }

  #hear(message: Exclude<FromHub, { kind: 'ready' | 'refused' }>): void {
    if (message.kind === 'event') {
      for (const listener of this.#listeners) listener(message.event);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'answer') pending?.resolve(message.value);
    else pending?.reject(new Error(message.message));
  }
}

/** The error as the hub's own thread threw it, so that a host can tell a locked store from a wrong configuration. */
function errorOf(error: StartError): Error {
  if (error.name === 'StoreError' && error.code) return new StoreError(error.code as StoreErrorCode);
  return Object.assign(error.name === 'ConfigError' ? new ConfigError(error.message) : new Error(error.message), { name: error.name });
}
