import type { Answer, StreamEvent } from '#shared/contract/index.ts';
import type { HubHealth, HubLink, WebhookReceipt } from '#main/gateway/link.ts';
import { CRASHED, GONE } from './thread.ts';
import type { HubThread } from './thread.ts';

const PREPARED: HubHealth = { ok: false, problem: 'The workspace is still being prepared.', startedAt: 0, metrics: '' };

/** A hub that may not be open yet. */
export interface LateHub extends HubThread {
  /** Resolves when nobody waits any more: the hub is open, or will not be. */
  readonly ready: Promise<void>;
}

/**
 * A hub that is opened while the host's doors already listen. Whatever is asked or brought before waits for it; should it not open, `crashed`
 * tells why, and who waits is answered as by a hub that is gone, as when it is closed before.
 *
 * @param after what has to be there first; false: it was called off, and the hub is not opened, which is no crash
 */
export function lateHub(after: Promise<boolean>, open: () => Promise<HubThread>): LateHub {
  let opened: HubThread | null = null;
  let opening: Promise<HubThread> | null = null;
  let closing: Promise<void> | null = null;
  const settled = Promise.withResolvers<HubThread | null>();
  const crashed = Promise.withResolvers<Error>();
  const listeners = new Set<{ listener: (event: StreamEvent) => void; unsubscribe: (() => void) | null }>();

  async function begin(): Promise<void> {
    try {
      if (!(await after) || closing) return settled.resolve(null);
      opening = open();
      const hub = await opening;
      opened = hub;
      for (const waiting of listeners) waiting.unsubscribe = hub.subscribe(waiting.listener);
      settled.resolve(hub);
      crashed.resolve(hub.crashed);
    } catch (error) {
      settled.resolve(null);
      crashed.resolve(error instanceof Error ? error : new Error(String(error)));
    }
  }
  async function end(): Promise<void> {
    // What is being opened is closed when it is open; what is not yet begun is not begun any more.
    const hub = await (opening as Promise<HubThread> | null)?.catch(() => null);
    settled.resolve(null);
    await hub?.close();
  }
  const onceOpen = async <T>(use: (hub: HubThread) => Promise<T>, otherwise: () => T): Promise<T> => {
    const hub = opened ?? (await settled.promise);
    return hub ? use(hub) : otherwise();
  };
  void begin();

  return {
    ready: settled.promise.then(() => undefined),
    crashed: crashed.promise,
    request: (method, params, principal) =>
      onceOpen<Answer<unknown>>(
        (hub) => hub.request(method, params, principal),
        () => CRASHED,
      ),
    receive: (delivery) =>
      onceOpen<WebhookReceipt>(
        (hub) => hub.receive(delivery),
        () => GONE,
      ),
    subscribe(listener) {
      const waiting = { listener, unsubscribe: opened?.subscribe(listener) ?? null };
      listeners.add(waiting);
      return () => {
        listeners.delete(waiting);
        waiting.unsubscribe?.();
      };
    },
    resume: (position: Parameters<HubLink['resume']>[0]) =>
      onceOpen<StreamEvent[]>(
        (hub) => hub.resume(position),
        () => [],
      ),
    health: async () => (opened ? opened.health() : PREPARED),
    close: () => (closing ??= end()),
  };
}
