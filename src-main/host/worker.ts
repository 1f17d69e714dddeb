import { parentPort, workerData } from 'node:worker_threads';
import { ConfigError } from '#main/hub/config.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { hubLogger } from './logger.ts';
import type { FromHub, StartError, ToHub } from './messages.ts';
import { openHub } from './open-hub.ts';
import type { LocalHub } from './open-hub.ts';
import type { HubOptions } from './options.ts';

/** The hub's own thread: it owns the database; no window, socket or acknowledgement waits for a rule or a disk. */
const port = parentPort;
if (!port) throw new Error('The hub worker has to be started as a worker thread.');
const say = (message: FromHub): void => port.postMessage(message);

try {
  serve(await openHub(workerData as HubOptions));
  say({ kind: 'ready' });
} catch (error) {
  // A refusal in words is the host's to show, once and without a stack; the log keeps what nobody expected.
  if (!(error instanceof StoreError || error instanceof ConfigError)) hubLogger().error({ err: error }, 'the hub could not start');
  say({ kind: 'refused', error: startErrorOf(error) });
  port.close();
}

function serve(hub: LocalHub): void {
  let unsubscribe: (() => void) | null = null;
  port?.on('message', (message: ToHub) => {
    switch (message.kind) {
      case 'receive':
        // Straight from the commit to the port: the acknowledgement does not wait for the decisions that follow in the same turn.
        hub.hub.receive(message.delivery, (value) => say({ kind: 'answer', id: message.id, value }));
        return;
      case 'listen':
        unsubscribe?.();
        unsubscribe = message.on ? hub.subscribe((event) => say({ kind: 'event', event })) : null;
        return;
      default:
        call(hub, message)
          .then((value) => say({ kind: 'answer', id: message.id, value }))
          .catch((error: unknown) =>
            say({ kind: 'fault', id: message.id, message: error instanceof Error ? error.message : String(error) }),
          );
    }
  });
}

async function call(hub: LocalHub, message: Exclude<ToHub, { kind: 'receive' | 'listen' }>): Promise<unknown> {
  switch (message.kind) {
    case 'request':
      return hub.request(message.method, message.params, message.principal);
    case 'resume':
      return hub.resume(message.position);
    case 'health':
      return hub.health();
    case 'close':
      await hub.close();
      // The answer goes out before the port closes, and with the port the thread ends.
      setImmediate(() => port?.close());
      return null;
  }
}

function startErrorOf(error: unknown): StartError {
  if (error instanceof StoreError) return { name: error.name, message: error.message, code: error.code, text: error.text };
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return { name, message, code: null, text: null };
}
