import { MINUTE } from '#shared/time.ts';

/** The p-th percentile (0 to 1, nearest rank) of some figures; null of none. */
export function percentile(figures: readonly number[], p: number): number | null {
  if (figures.length === 0) return null;
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? null;
}

/**
 * Which bucket of a ring a moment falls into. Time moves forward only: a moment older than the ring is refused, one
 * within it still finds its bucket. `clear` is told every bucket that starts anew.
 */
class Ring {
  readonly bucketMs: number;
  readonly buckets: number;
  #newest = -1;
  readonly #clear: (bucket: number) => void;

  constructor(windowMs: number, buckets: number, clear: (bucket: number) => void) {
    this.bucketMs = windowMs / buckets;
    this.buckets = buckets;
    this.#clear = clear;
  }

  /** Bucket of a moment, or -1 when it lies before the window. */
  at(moment: number): number {
    const step = Math.floor(moment / this.bucketMs);
    this.#forward(step);
    return step <= this.#newest - this.buckets ? -1 : step % this.buckets;
  }

  #forward(step: number): void {
    if (step <= this.#newest) return;
    const stale = Math.min(this.buckets, this.#newest < 0 ? this.buckets : step - this.#newest);
    for (let back = 0; back < stale; back += 1) this.#clear((((step - back) % this.buckets) + this.buckets) % this.buckets);
    this.#newest = step;
  }
}

/** Counts happenings over a sliding window; costs the same whether there were ten or ten million. */
export class RateCounter {
  readonly #windowMs: number;
  readonly #counts: Float64Array;
  readonly #ring: Ring;
  #total = 0;
  #first: number | null = null;

  constructor(windowMs: number, buckets = 60) {
    this.#windowMs = windowMs;
    this.#counts = new Float64Array(buckets);
    this.#ring = new Ring(windowMs, buckets, (bucket) => {
      this.#total -= this.#counts[bucket] ?? 0;
      this.#counts[bucket] = 0;
    });
  }

  add(at: number, count = 1): void {
    this.#first ??= at;
    const bucket = this.#ring.at(at);
    if (bucket < 0) return;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + count;
    this.#total += count;
  }

  /** Happenings in the window that ends at `now`. */
  sum(now: number): number {
    this.#ring.at(now);
    return this.#total;
  }

  /** Happenings per minute. A counter younger than its window is averaged over its own life, at least a minute. */
  perMinute(now: number): number {
    const life = this.#first === null ? this.#windowMs : now - this.#first;
    const span = Math.min(this.#windowMs, Math.max(Math.min(MINUTE, this.#windowMs), life));
    return (this.sum(now) * MINUTE) / span;
  }
}

/** Each step of the histogram is 5 % wider than the one before, so a percentile read from it is within 2.5 %. */
const GROWTH = 1.05;
const LOG_GROWTH = Math.log(GROWTH);
/** Reaches 40 days in milliseconds. */
const STEPS = 452;

function stepOf(value: number): number {
  return value < 1 ? 0 : Math.min(STEPS - 1, 1 + Math.floor(Math.log(value) / LOG_GROWTH));
}

/** Middle of a step, geometrically; step 0 holds everything below 1. */
function valueOf(step: number): number {
  return step === 0 ? 0 : GROWTH ** (step - 0.5);
}

function percentileOf(steps: Uint32Array, total: number, p: number): number | null {
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(p * total));
  let seen = 0;
  for (let step = 0; step < STEPS; step += 1) {
    seen += steps[step] ?? 0;
    if (seen >= rank) return valueOf(step);
  }
  return valueOf(STEPS - 1);
}

/** Percentiles of durations (milliseconds) over a sliding window, within 2.5 %. */
export class PercentileWindow {
  readonly #parts: Uint32Array[];
  readonly #sum = new Uint32Array(STEPS);
  readonly #ring: Ring;
  #total = 0;

  constructor(windowMs: number, buckets = 12) {
    this.#parts = Array.from({ length: buckets }, () => new Uint32Array(STEPS));
    this.#ring = new Ring(windowMs, buckets, (bucket) => this.#drop(bucket));
  }

  add(at: number, value: number): void {
    const part = this.#parts[this.#ring.at(at)];
    if (!part) return;
    const step = stepOf(value);
    part[step] = (part[step] ?? 0) + 1;
    this.#sum[step] = (this.#sum[step] ?? 0) + 1;
    this.#total += 1;
  }

  /** The p-th percentile (0 to 1) of the window that ends at `now`; null without any. */
  at(p: number, now: number): number | null {
    this.#ring.at(now);
    return percentileOf(this.#sum, this.#total, p);
  }

  #drop(bucket: number): void {
    const part = this.#parts[bucket];
    if (!part) return;
    for (let step = 0; step < STEPS; step += 1) {
      const count = part[step] ?? 0;
      if (count === 0) continue;
      this.#sum[step] = (this.#sum[step] ?? 0) - count;
      this.#total -= count;
    }
    part.fill(0);
  }
}

/** What is normal, learned from what was seen: old observations fade as new ones come, so that habits may change. */
export class LearnedDuration {
  readonly #steps = new Uint32Array(STEPS);
  #total = 0;

  readonly #needed: number;
  readonly #memory: number;

  /** Below `needed` observations nothing is known; past `memory` of them the old ones lose half their weight. */
  constructor(needed = 50, memory = 20_000) {
    this.#needed = needed;
    this.#memory = memory;
  }

  observe(durationMs: number): void {
    if (!(durationMs >= 0)) return;
    const step = stepOf(durationMs);
    this.#steps[step] = (this.#steps[step] ?? 0) + 1;
    this.#total += 1;
    if (this.#total > this.#memory) this.#fade();
  }

  /** The p-th percentile (0 to 1) of what was seen; null while too little was. */
  at(p: number): number | null {
    return this.#total < this.#needed ? null : percentileOf(this.#steps, this.#total, p);
  }

  /** Observations that count; half of the old ones are gone where there were many. */
  get observations(): number {
    return this.#total;
  }

  /** Takes over what another one has seen. */
  add(other: LearnedDuration): void {
    for (let step = 0; step < STEPS; step += 1) this.#put(step, other.#steps[step] ?? 0);
  }

  /** What was seen, to be kept: how many of each length, those of no length at all left out. */
  toJSON(): [step: number, count: number][] {
    return [...this.#steps].flatMap((count, step): [number, number][] => (count > 0 ? [[step, count]] : []));
  }

  /** Adds what was kept; whatever is none of it is passed over. */
  restore(kept: unknown): void {
    for (const entry of Array.isArray(kept) ? (kept as unknown[]) : []) {
      const [step, count] = Array.isArray(entry) ? (entry as unknown[]) : [];
      if (Number.isInteger(step) && Number.isInteger(count) && Number(step) >= 0 && Number(step) < STEPS && Number(count) > 0) {
        this.#put(Number(step), Number(count));
      }
    }
  }

  #put(step: number, count: number): void {
    this.#steps[step] = (this.#steps[step] ?? 0) + count;
    this.#total += count;
  }

  #fade(): void {
    this.#total = 0;
    for (let step = 0; step < STEPS; step += 1) {
      this.#steps[step] = (this.#steps[step] ?? 0) >>> 1;
      this.#total += this.#steps[step] ?? 0;
    }
  }
}
