import type { Answer, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import { EVENT, REQUEST, SUBSCRIBE, TAKEN, UNSUBSCRIBE } from './ipc-channels.ts';
import type { PageLanguage } from './ipc-channels.ts';

/** All the page gets: two functions that carry the whole contract. */
export interface OrderPulseBridge {
  request(method: string, params: unknown): Promise<Answer<unknown>>;
  subscribe(position: StreamPosition, listener: (event: StreamEvent) => void): () => void;
}

/** The part of Electron's `ipcRenderer` the bridge needs. */
export interface RendererIpc {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  send(channel: string, ...args: unknown[]): void;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

/** The page's side of the contract over IPC. `language` is asked at each request, because the page may switch it. */
export function createBridge(ipc: RendererIpc, language: () => PageLanguage): OrderPulseBridge {
  const listeners = new Map<number, (event: StreamEvent) => void>();
  let lastId = 0;
  ipc.on(EVENT, (_event, id, text) => {
    const listener = listeners.get(id as number);
    ipc.send(TAKEN, id, (text as string).length);
    listener?.(JSON.parse(text as string) as StreamEvent);
  });
  return {
    request: (method, params) => ipc.invoke(REQUEST, method, params, language()) as Promise<Answer<unknown>>,
    subscribe(position, listener) {
      lastId += 1;
      const id = lastId;
      listeners.set(id, listener);
      ipc.send(SUBSCRIBE, id, position);
      return () => {
        if (listeners.delete(id)) ipc.send(UNSUBSCRIBE, id);
      };
    },
  };
}
