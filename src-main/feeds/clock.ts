const REMEMBERED = 9;

/** How far a platform's clock is from ours, from the `Date` headers of its answers (whole seconds; the median evens them out). */
export class PlatformClock {
  #offsets: number[] = [];

  /** `sentAt`, `receivedAt`: our clock around one answer; `date`: its header, all epoch ms. */
  seen(date: number, sentAt: number, receivedAt: number): void {
    this.#offsets = [...this.#offsets.slice(1 - REMEMBERED), date + 500 - (sentAt + receivedAt) / 2];
  }

  /** Ours was set: what is remembered compared another clock. */
  forget(): void {
    this.#offsets = [];
  }

  /** The platform's clock minus ours, ms; 0 until something was seen. Below one and a half seconds it is the header's own coarseness. */
  get offset(): number {
    const sorted = [...this.#offsets].sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return Math.abs(median) < 1_500 ? 0 : Math.round(median);
  }

  at(now: number): number {
    return now + this.offset;
  }
}
