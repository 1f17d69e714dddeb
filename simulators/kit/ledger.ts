/** At most `calls` in any `perMs`. */
export interface CallAllowance {
  calls: number;
  perMs: number;
}

/** Counts calls per group over a sliding window, by the platform's clock. */
export class Ledger {
  readonly #allowances: Readonly<Record<string, CallAllowance>>;
  readonly #times = new Map<string, number[]>();
  #violations = 0;

  constructor(allowances: Readonly<Record<string, CallAllowance>>) {
    this.#allowances = allowances;
  }

  get violations(): number {
    return this.#violations;
  }

  /** Books a call; false when it was one too many. A group without an allowance is unlimited. */
  take(group: string, now: number): boolean {
    const allowance = this.#allowances[group];
    if (!allowance) return true;
    const recent = (this.#times.get(group) ?? []).filter((at) => at > now - allowance.perMs);
    recent.push(now);
    this.#times.set(group, recent);
    if (recent.length <= allowance.calls) return true;
    this.#violations += 1;
    return false;
  }
}
