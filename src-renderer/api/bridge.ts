import type { Answer, StreamEvent, StreamPosition } from '#shared/contract/index.ts';

/** What the preload script of the Electron host exposes as `window.orderpulse`, and nothing more. */
export interface OrderPulseBridge {
  request(method: string, params: unknown): Promise<Answer<unknown>>;
  /** Events after `position` (null: from now on); returns the unsubscribe. */
  subscribe(position: StreamPosition, listener: (event: StreamEvent) => void): () => void;
}

declare global {
  interface Window {
    readonly orderpulse?: OrderPulseBridge;
  }
}
