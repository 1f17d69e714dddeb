import type { Counter } from 'prom-client';

/** Counts of one batch, told to the metrics together once it is durable: labels are looked up once per batch instead of once per order. */
export class Tally {
  readonly #counts = new Map<Counter, Map<string, { labels: Record<string, string>; by: number }>>();

  add<L extends string>(counter: Counter<L>, labels: { [label in NoInfer<L>]: string }): void {
    let counts = this.#counts.get(counter);
    if (!counts) this.#counts.set(counter, (counts = new Map()));
    const key = Object.values(labels).join('\n');
    const known = counts.get(key);
    if (known) known.by += 1;
    else counts.set(key, { labels, by: 1 });
  }

  flush(): void {
    for (const [counter, counts] of this.#counts) for (const { labels, by } of counts.values()) counter.inc(labels, by);
    this.#counts.clear();
  }
}
