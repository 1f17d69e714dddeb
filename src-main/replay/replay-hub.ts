import type { Incoming } from '#main/model/incoming.ts';
import type { Hit } from '#main/model/verdict.ts';
import type { StockAdjustment } from './readers/row.ts';

/** What the hub did with one message. */
export type Taken =
  | { kind: 'created'; healthScore: number; hits: readonly Hit[] }
  | { kind: 'changed' }
  /** A refund that came before its order and waits for it. */
  | { kind: 'waiting' }
  | { kind: 'unchanged'; why: 'stale' | 'same' }
  | { kind: 'refused'; detail: string };

/** What a replay asks of a hub: the whole pipeline, durable, in simulated time. */
export interface ReplayHub {
  /** Moves the clock, running everything that falls due on the way: release timers, pulse, samples. */
  advanceTo(at: number): Promise<void>;
  /** One answer for each message, in their order, when all are durable. */
  ingest(messages: readonly Incoming[]): Promise<Taken[]>;
  /** Null when booked; else why not. */
  adjustStock(adjustment: StockAdjustment): Promise<string | null>;
  figures(): { releasedByTimer: number; tasksByKind: Record<string, number> };
  close(): Promise<void>;
}
