import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { BreakerState, CheckTrouble } from '#main/hub/partner-ports.ts';

/** Consecutive failures after which a partner is left alone, and for how long. */
const BREAK_AFTER = 5;
const BREAK_MS = 15_000;

/** A partner that could not be asked: in time, at all, or because it rests after too many failures. Never holds a secret. */
export class PartnerError extends Error {
  override name = 'PartnerError';
  readonly why: CheckTrouble;

  constructor(message: string, why: CheckTrouble = 'failed') {
    super(message);
    this.why = why;
  }

  get resting(): boolean {
    return this.why === 'resting';
  }
}

/** Runs one call of a partner; `state` is that of its circuit breaker. */
export interface PartnerPolicy {
  <T>(call: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T>;
  state(): BreakerState;
}

/**
 * Calls of one partner: each cut off after `timeoutMs`, all of them left out for a while after five failures in a row; then one
 * call tries whether the partner is there again (B3).
 */
export function partnerPolicy(timeoutMs: number): PartnerPolicy {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: BREAK_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) });
  const policy = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  const run = async <T>(call: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> => {
    try {
      return await policy.execute(({ signal }) => call(signal), outer);
    } catch (error) {
      if (error instanceof PartnerError) throw error;
      if (error instanceof BrokenCircuitError)
        throw new PartnerError('The partner failed several times and is left alone for a moment.', 'resting');
      if (error instanceof TaskCancelledError) throw new PartnerError(`The partner did not answer within ${timeoutMs} ms.`, 'timeout');
      throw new PartnerError('The call failed.');
    }
  };
  const state = (): BreakerState => {
    if (breaker.state === CircuitState.Closed) return 'closed';
    return breaker.state === CircuitState.HalfOpen ? 'half-open' : 'open';
  };
  return Object.assign(run, { state });
}
