import { BoundedMap } from '#shared/bounded-map.ts';

interface Read {
  updatedAt: number | null;
  fingerprint: string;
  settled: boolean;
  observedAt: number;
}

/** What was read lately, so that overlapping windows do not store the same order again. Bounded; forgetting costs one harmless repeat. */
export class SeenReads {
  readonly #reads: BoundedMap<string, Read>;

  constructor(most = 50_000) {
    this.#reads = new BoundedMap(most);
  }

  /** True when the very same version was read before, at a time when it could no longer change unseen. */
  knows(id: string, updatedAt: number | null, fingerprint: string | null): boolean {
    const read = this.#reads.peek(id);
    if (!read?.settled) return false;
    return fingerprint === null ? updatedAt !== null && updatedAt === read.updatedAt : fingerprint === read.fingerprint;
  }

  /**
   * True when it was read at least a step after `before`. A list names an order once, at its last change: one that stands in a
   * window ending at `before` has not changed since, and has nothing new to tell.
   */
  readAfter(id: string, before: number, granularityMs: number): boolean {
    const read = this.#reads.peek(id);
    return read !== undefined && read.observedAt - before >= granularityMs;
  }

  /** Notes a version; `observedAt` in platform time. True when it is settled: its change time lies a whole step before the read. */
  note(id: string, updatedAt: number | null, fingerprint: string, observedAt: number, granularityMs: number): boolean {
    const settled = updatedAt !== null && observedAt - updatedAt >= granularityMs;
    this.#reads.set(id, { updatedAt, fingerprint, settled, observedAt });
    return settled;
  }

  /** A push told something of it: the next read counts whatever it says. */
  forget(id: string): void {
    this.#reads.delete(id);
  }
}
