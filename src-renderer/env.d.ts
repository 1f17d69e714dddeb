import type { Answer, StreamEvent, StreamPosition } from '#shared/contract/index.ts';

declare global {
  /** What the preload script of the Electron host exposes, and nothing more. */
  interface OrderPulseBridge {
    request(method: string, params: unknown): Promise<Answer<unknown>>;
    /** Events after `position` (null: from now on); returns the unsubscribe. */
    subscribe(position: StreamPosition, listener: (event: StreamEvent) => void): () => void;
  }
  interface Window {
    readonly orderpulse?: OrderPulseBridge;
  }
}
