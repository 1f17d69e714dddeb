import type { Principal, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { WebhookDelivery } from '#main/gateway/link.ts';

/** From the host to the hub's thread. `id` pairs an answer with its call. */
export type ToHub =
  | { kind: 'request'; id: number; method: string; params: unknown; principal: Principal }
  | { kind: 'receive'; id: number; delivery: WebhookDelivery }
  | { kind: 'resume'; id: number; position: StreamPosition }
  | { kind: 'health'; id: number }
  | { kind: 'close'; id: number }
  | { kind: 'listen'; on: boolean };

/** From the hub's thread to the host. */
export type FromHub =
  | { kind: 'ready' }
  | { kind: 'refused'; error: StartError }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'fault'; id: number; message: string }
  | { kind: 'event'; event: StreamEvent };

/** Why the hub did not start, in a form that crosses threads. `code` and `text` are set for a StoreError. */
export interface StartError {
  name: string;
  message: string;
  code: string | null;
  text: LocalisedText | null;
}
