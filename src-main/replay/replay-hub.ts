import type { Incoming } from '#main/model/incoming.ts';
import type { Hit } from '#main/model/verdict.ts';
import type { StockAdjustment } from './readers/row.ts';

/** A hold that a rule, not a person, has on an order now. */
export type RuleHold = 'none' | 'held' | 'frozen';

/** What the hub did with one message. */
export type Taken =
  | { kind: 'created'; channelOrderId: string; hold: RuleHold; healthScore: number; hits: readonly Hit[] }
  | { kind: 'changed'; channelOrderId: string; hold: RuleHold }
  /** A refund that came before its order and waits for it. */
  | { kind: 'waiting' }
  /** The same as, or older than, what is known of the order. */
  | { kind: 'unchanged' }
  | { kind: 'refused'; detail: string };

/** `refusal`: why the pieces were not booked, or null. `judgedAgain`: orders that had waited for them. */
export interface Booked {
  refusal: string | null;
  judgedAgain: { channelOrderId: string; hold: RuleHold }[];
}

/** What a replay asks of a hub: the whole pipeline, durable, in simulated time. */
export interface ReplayHub {
  /** Moves the clock, running everything that falls due on the way: release timers, pulse, samples. */
  advanceTo(at: number): void;
  /** One answer for each message, in their order, when all are durable. */
  ingest(messages: readonly Incoming[]): Taken[];
  /** Books pieces, and judges the orders again that waited for them. */
  adjustStock(adjustment: StockAdjustment): Booked;
  figures(): { releasedByTimer: number; tasksByKind: Record<string, number> };
  close(): Promise<void>;
}
