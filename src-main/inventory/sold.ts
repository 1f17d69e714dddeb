import { DAY, HOUR } from '#shared/time.ts';

const HOURS = DAY / HOUR;

/** Pieces reserved in the last 24 hours, counted by the hour. Hours that were never written cost nothing. */
export class SoldToday {
  #buckets: Int32Array | null = null;
  #newestHour = 0;

  /** Counts pieces at a moment; moments older than the window are ignored. */
  add(quantity: number, at: number): void {
    const hour = Math.floor(at / HOUR);
    this.#buckets ??= new Int32Array(HOURS);
    this.#forward(hour);
    if (hour <= this.#newestHour - HOURS) return;
    const slot = hour % HOURS;
    this.#buckets[slot] = (this.#buckets[slot] ?? 0) + quantity;
  }

  /** Pieces of the 24 hours that end with the hour of `now`. */
  sum(now: number): number {
    if (!this.#buckets) return 0;
    this.#forward(Math.floor(now / HOUR));
    let total = 0;
    for (const pieces of this.#buckets) total += pieces;
    return total;
  }

  #forward(hour: number): void {
    if (!this.#buckets || hour <= this.#newestHour) return;
    const steps = Math.min(HOURS, hour - this.#newestHour);
    for (let step = 0; step < steps; step += 1) this.#buckets[(hour - step) % HOURS] = 0;
    this.#newestHour = hour;
  }
}
