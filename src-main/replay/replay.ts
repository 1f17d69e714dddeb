import { MINUTE } from '#shared/time.ts';
import type { NumberedRow } from './order-file.ts';
import type { RefusalReason, Row } from './readers/row.ts';
import { incomingOf } from './readers/row.ts';
import type { ReplayHub, Taken } from './replay-hub.ts';
import { RecentBuyers } from './tally.ts';
import type { Tally } from './tally.ts';

/** Rows of one moment that are handed to the hub together, as messages that arrive together are. */
const LARGEST_BATCH = 500;
/** "Orders again within ten minutes": the window of the burst rules. */
const REPEAT_WINDOW = 10 * MINUTE;

type Timed = NumberedRow & { row: Exclude<Row, { kind: 'refused' }> };

/**
 * Drives a hub through the rows of a file: the clock moves to each row's time, rows of the same moment go in together,
 * and every row is counted in `tally` exactly once. A row older than the clock arrives late: now.
 */
export class Replay {
  readonly #hub: ReplayHub;
  readonly #tally: Tally;
  readonly #buyers = new RecentBuyers(REPEAT_WINDOW);
  #batch: Timed[] = [];
  #clock = Number.NEGATIVE_INFINITY;

  constructor(hub: ReplayHub, tally: Tally) {
    this.#hub = hub;
    this.#tally = tally;
  }

  /** Reads until the rows end, or pass `until` (epoch ms). */
  async run(rows: AsyncIterable<NumberedRow>, until: number | null = null): Promise<void> {
    for await (const { line, row } of rows) {
      if (row.kind === 'refused') {
        this.#tally.refused({ line, reason: row.reason, detail: row.detail });
        continue;
      }
      if (until !== null && row.at > until) break;
      if (row.at > this.#clock || row.kind === 'stock' || this.#batch.length >= LARGEST_BATCH) this.#flush();
      if (row.at > this.#clock) {
        this.#clock = row.at;
        this.#hub.advanceTo(row.at);
      }
      this.#tally.seenAt(this.#clock);
      if (row.kind === 'stock') this.#adjust(line, row);
      else this.#batch.push({ line, row });
    }
    this.#flush();
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    const messages = batch.map(({ row }) => incomingOf(row));
    const started = performance.now();
    const taken = this.#hub.ingest(messages.flat());
    // Messages of one batch are durable together, so each waited for all of it.
    const micros = (performance.now() - started) * 1_000;
    let next = 0;
    for (const [index, timed] of batch.entries()) {
      const answers = taken.slice(next, next + (messages[index]?.length ?? 0));
      next += answers.length;
      if (timed.row.kind === 'order') this.#tally.decisionMicros.add(micros);
      this.#count(timed, answers);
    }
  }

  #count({ line, row }: Timed, answers: Taken[]): void {
    const [first] = answers;
    if (row.kind === 'order' && first?.kind === 'created') {
      const { buyer, channelOrderId } = row.order;
      const repeat = this.#buyers.ordered(buyer.key, row.at);
      this.#tally.ended('orders');
      this.#tally.judged(channelOrderId, { hold: first.hold, healthScore: first.healthScore, hits: first.hits, repeat, at: row.at });
      return;
    }
    for (const answer of answers) if (answer.kind === 'changed') this.#tally.onHold(answer.channelOrderId, answer.hold);
    if (row.kind === 'refund') this.#tally.unattributedLines += row.unattributed;
    const useful = answers.some(({ kind }) => kind === 'changed' || kind === 'created' || kind === 'waiting');
    if (useful) this.#tally.ended(row.kind === 'order' ? 'updates' : 'refunds');
    else this.#tally.refused({ line, ...refusalOf(first) });
  }

  #adjust(line: number, row: Extract<Row, { kind: 'stock' }>): void {
    const refusals: string[] = [];
    for (const adjustment of row.adjustments) {
      const { refusal, judgedAgain } = this.#hub.adjustStock(adjustment);
      for (const { channelOrderId, hold } of judgedAgain) this.#tally.onHold(channelOrderId, hold);
      if (refusal !== null) refusals.push(`${adjustment.sku} ${adjustment.quantity}: ${refusal}`);
    }
    if (refusals.length === row.adjustments.length) this.#tally.refused({ line, reason: 'hub-refused', detail: refusals.join('; ') });
    else this.#tally.ended('stockMovements');
  }
}

function refusalOf(taken: Taken | undefined): { reason: RefusalReason; detail: string } {
  return taken?.kind === 'refused' ? { reason: 'hub-refused', detail: taken.detail } : { reason: 'already-known', detail: '' };
}
