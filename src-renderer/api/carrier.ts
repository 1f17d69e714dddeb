import type { Answer, ContractError, StreamEvent, StreamPosition } from '#shared/contract/index.ts';

/** Refusals of the contract, and the two that happen before it is reached. */
export type FailureCode = ContractError['code'] | 'unreachable';

/** How the event stream stands. `refused`: the hub answers but wants a login. */
export type StreamState = 'open' | 'broken' | 'refused';

export interface StreamListener {
  event(event: StreamEvent): void;
  state(state: StreamState): void;
}

/** One way to reach the hub. It knows no method by name; it carries them all. */
export interface Carrier {
  readonly kind: 'ipc' | 'http' | 'fake';
  /** Rejects only with `CarrierFailure`, when no answer came. */
  request(method: string, params: unknown, locale: string): Promise<Answer<unknown>>;
  /** Events after `position`; keeps itself alive, resumes where it stood. Returns the unsubscribe. */
  subscribe(position: StreamPosition, listener: StreamListener): () => void;
  /** Browser host only: exchanges an access token for a login cookie. */
  login?(token: string): Promise<Answer<unknown>>;
}

/** No answer came: the hub is away, or the way to it is. */
export class CarrierFailure extends Error {
  override name = 'CarrierFailure';
}
