import type { Answer, StreamEvent } from '#shared/contract/index.ts';
import type { HubHealth, HubLink, WebhookReceipt } from '#main/gateway/link.ts';
import { CRASHED, GONE } from './thread.ts';
import type { HubThread } from './thread.ts';

const PREPARED: HubHealth = { ok: false, problem: 'The workspace is still being prepared.', startedAt: 0, metrics: '' };

/**
 * A hub that is opened while the host's doors already listen. Whatever is asked or brought before waits for it; should it not open, `crashed`
 * tells why, and who waits is answered as by a hub that is gone.
 */
export function lateHub(opening: Promise<HubThread>): HubThread {
  let opened: HubThread | null = null;
  const listeners = new Set<{ listener: (event: StreamEvent) => void; unsubscribe: (() => void) | null }>();
  const settled = opening.then(
    (hub) => {
      opened = hub;
      for (const waiting of listeners) waiting.unsubscribe = hub.subscribe(waiting.listener);
      return hub;
    },
    () => null,
  );
  const onceOpen = async <T>(use: (hub: HubThread) => Promise<T>, otherwise: () => T): Promise<T> => {
    const hub = opened ?? (await settled);
    return hub ? use(hub) : otherwise();
  };
  return {
    crashed: opening.then(
      (hub) => hub.crashed,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    ),
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
    close: () =>
      onceOpen<void>(
        (hub) => hub.close(),
        () => undefined,
      ),
  };
}
