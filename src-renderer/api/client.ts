import type { ContractError, MethodInput, MethodName, MethodOutput, StreamPosition } from '#shared/contract/index.ts';
import { CarrierFailure, type Carrier, type FailureCode, type StreamListener } from './carrier.ts';

/** An expected refusal, with the hub's own words for the person in front of the screen. */
export class ContractFailure extends Error {
  override name = 'ContractFailure';
  readonly code: FailureCode;
  readonly details: unknown;
  constructor(code: FailureCode, message: string, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
  }
  static of(error: ContractError): ContractFailure {
    return new ContractFailure(error.code, error.message, error.details);
  }
}

let carrier: Carrier | null = null;
let locale = 'zh';

/** Sets the way to the hub; once, at start. */
export function connect(next: Carrier): void {
  carrier = next;
}
/** The language the hub answers in. */
export function speak(next: string): void {
  locale = next;
}

function way(): Carrier {
  if (!carrier) throw new Error('connect() must be called before the first request');
  return carrier;
}

/** Whether this host takes an access token (the browser host does, the desktop host proves its window instead). */
export function canLogIn(): boolean {
  return way().login !== undefined;
}

/**
 * Asks the hub. Input and output have the types of the contract.
 * Throws ContractFailure for every refusal; `unreachable` when no answer came.
 */
export async function request<N extends MethodName>(name: N, input: MethodInput<N>): Promise<MethodOutput<N>> {
  const answer = await answered(() => way().request(name, input, locale));
  return answer as MethodOutput<N>;
}

/** Exchanges an access token for a login. Throws ContractFailure when it is refused. */
export async function login(token: string): Promise<void> {
  const { login: exchange } = way();
  if (!exchange) throw new ContractFailure('unknown_method', 'This host has no login.');
  await answered(() => exchange(token));
}

/** Events after `position`, in order, as the carrier delivers them; returns the unsubscribe. */
export function subscribe(position: StreamPosition, listener: StreamListener): () => void {
  return way().subscribe(position, listener);
}

async function answered(ask: () => ReturnType<Carrier['request']>): Promise<unknown> {
  try {
    const answer = await ask();
    if (answer.ok) return answer.value;
    throw ContractFailure.of(answer.error);
  } catch (error) {
    if (error instanceof CarrierFailure) throw new ContractFailure('unreachable', error.message);
    throw error;
  }
}
