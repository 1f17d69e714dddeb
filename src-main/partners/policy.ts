import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';

/** Consecutive failures after which a partner is left alone, and for how long. */
const BREAK_AFTER = 5;
const BREAK_MS = 15_000;

/** A partner that could not be asked: in time, at all, or because it rests after too many failures. Never holds a secret. */
export class PartnerError extends Error {
  override name = 'PartnerError';
  readonly resting: boolean;

  constructor(message: string, resting = false) {
    super(message);
    this.resting = resting;
  }
}

/** Calls of one partner: each cut off after `timeoutMs`, all of them left out for a while after five failures in a row (B3). */
export function partnerPolicy(timeoutMs: number): <T>(call: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal) => Promise<T> {
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: BREAK_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) });
  const policy = wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
  return async (call, outer) => {
    try {
      return await policy.execute(({ signal }) => call(signal), outer);
    } catch (error) {
      if (error instanceof PartnerError) throw error;
      if (error instanceof BrokenCircuitError)
        throw new PartnerError('The partner failed several times and is left alone for a moment.', true);
      throw new PartnerError(
        error instanceof TaskCancelledError ? `The partner did not answer within ${timeoutMs} ms.` : 'The call failed.',
      );
    }
  };
}
