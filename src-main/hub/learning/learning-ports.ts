import type { Report, ReportSummary } from '#shared/contract/reports.ts';
import type { Aftermath, OrderOutcome } from '#main/learning/outcome.ts';

/** What of a stored order decides its outcome, with the moments at which it became known. */
export interface AftermathRow {
  orderId: number;
  status: Aftermath['status'];
  statusSince: number;
  /** With the moment each refund last moved. */
  refunds: readonly (Aftermath['refunds'][number] & { at: number })[];
  decision: { action: 'release' | 'freeze'; at: number } | null;
  /** What a file said of it. */
  reported: { outcome: KnownOutcome; at: number } | null;
  /** When a rule first stopped it; null: none did. */
  stoppedAt: number | null;
  /** Its buyer had ordered before. */
  returning: boolean;
}

export type KnownOutcome = Exclude<OrderOutcome, 'unknown'>;

/**
 * A row of what became of orders. `outcome` null: a rule stopped it, or an after-sale is under way, and how it ends is not known;
 * `knownAt` is then the moment since which it had been good, null where it never was.
 */
export interface OutcomeRow {
  orderId: number;
  outcome: KnownOutcome | null;
  knownAt: number | null;
  stoppedAt: number | null;
  returning: boolean;
}

export interface Span {
  from: number;
  to: number;
}

/** A place in a list ordered by a moment and the row of the order. */
export interface Place {
  at: number;
  orderId: number;
}

/** An order whose outcome became known, with the rules that hit it and their versions. */
export interface KnownOrder extends Place {
  outcome: KnownOutcome;
  stopped: boolean;
  returning: boolean;
  rules: readonly { ruleId: string; version: number }[];
}

/** An order whose outcome became known, with the vector of its first judgement. */
export interface KnownVector extends Place {
  outcome: KnownOutcome;
  ruleSetVersion: number;
  inputs: string;
}

/** An order placed in a span, with the vector of its first judgement and what became of it. */
export interface PlacedVector extends Place {
  judgedAt: number;
  ruleSetVersion: number;
  inputs: string;
  outcome: KnownOutcome | null;
  returning: boolean;
}

/** Orders behind a figure: the first ones, and how many there are. */
export interface OrderGroup {
  group: string;
  orderIds: number[];
  all: number;
}

export interface ReportStore {
  /** Keeps a report with the orders behind it; answers its number. */
  add(report: Omit<Report, 'id'>, groups: readonly OrderGroup[]): number;
  get(id: number): Report | null;
  /** End of the newest report of a kind made on schedule; 0 without one. */
  closedThrough(kind: Report['kind']): number;
  list(page: { limit: number; after: string | null }): { items: ReportSummary[]; next: string | null };
  orders(id: number, group: string, page: { limit: number; after: string | null }): { items: { orderNo: string }[]; next: string | null };
}

/** What a person or the timer decided; what was taken back is as if it had not been. */
export interface DecisionRow {
  orderId: number;
  at: number;
  actor: string;
  action: 'release' | 'freeze' | 'expire';
  handlingMs: number | null;
}

/**
 * What the learning loop reads and keeps. Reads are bounded: by a piece of rows, or by one day of a span. All times are epoch ms,
 * spans are [from, to).
 */
export interface LearningStore {
  /**
   * Of so many changes after a place of the timeline, the orders that have none later, and the place that was reached; `through` stays where
   * nothing changed.
   */
  changed(after: number, limit: number): { orderIds: number[]; through: number };
  /** How far the timeline was followed, and rows behind. */
  progress(): { through: number; behind: number };
  advance(through: number): void;
  aftermathOf(orderId: number): AftermathRow | null;
  outcomeOf(orderId: number): OutcomeRow | null;
  putOutcome(row: OutcomeRow): void;
  removeOutcome(orderId: number): void;
  report(orderId: number, outcome: KnownOutcome, at: number, importId: number): void;
  /** The order a file means: by its own number, or by the platform's number in a shop. */
  orderIdOf(name: string, shop: { channel: string; shopId: string }): { orderId: number; orderNo: string } | null;
  counts(): { good: number; bad: number; reported: number };

  /** Judged orders whose outcome became known, in the order of that moment. */
  known(span: Span, after: Place | null, limit: number): KnownOrder[];
  /** Orders each version of a rule hit first. */
  hitsByRule(span: Span): { ruleId: string; version: number; orders: number }[];
  stoppedIn(span: Span): { currency: string; orders: number; minor: number }[];
  stoppedOrders(span: Span, limit: number): number[];
  decisionsIn(span: Span): DecisionRow[];
  /** Rules that hit an order. */
  rulesOf(orderId: number): string[];
  /** Orders let through whose outcome became known, in the order of that moment. */
  passedVectors(span: Span, after: Place | null, limit: number): KnownVector[];
  /** When the last hit of a rule began; null: it never hit. */
  lastHitAt(ruleId: string): number | null;

  /** Judged orders placed in the span, those known among them. */
  placedCount(span: Span): { orders: number; known: number };
  /** One in `every` of them by row, in the order they were placed. */
  placedVectors(span: Span, after: Place | null, every: number, limit: number): PlacedVector[];
  /** When the judged and known order with so many others before it was placed; null: there are not so many. */
  knownPlacedAt(span: Span, before: number): number | null;
  /** When the first order of all was placed; null without orders. */
  firstPlacedAt(): number | null;
  /** Fields of each published rule set. */
  fields(): Map<number, string[]>;

  readonly reports: ReportStore;
  addSuggestions(at: number, document: string): number;
  suggestions(): { id: number; at: number; document: string } | null;
  addSuggestionDraft(suggestionId: string, draftId: number, by: string, at: number): void;
  draftOf(suggestionId: string): number | null;
}
