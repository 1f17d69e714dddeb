import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { auditEntrySchema, outboxEntrySchema, taskSchema } from '#shared/contract/operations.ts';
import type { MethodParams } from '#shared/contract/index.ts';
import type { StockMovement } from '#shared/stock.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { z } from 'zod';
import type { OrderRecord } from '#main/model/record.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';
import type { CaseEnd, InboxMessage } from './ports.ts';

export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface FailedMessage extends InboxMessage {
  attempts: number;
  reason: LocalisedText;
}
/** What one rule did in the days asked for; released and decided count by the day of the hit. */
export interface RuleFigures {
  ruleId: string;
  hits: number;
  released: number;
  decided: number;
  hitsPerDay: number[];
  releasedPerDay: number[];
  decidedPerDay: number[];
}

/** How far the hash chain of the audit log was walked; `firstBroken` is the sequence number that does not fit, `head` the last hash that does. */
export interface AuditWalk {
  entries: number;
  intact: boolean;
  firstBroken: number | null;
  head: string;
  /** Nothing is left to be walked. */
  done: boolean;
}

/** Reads for screens: filters, pages, figures. Never on the way of an order. */
export interface StoreQueries {
  orders(filter: MethodParams<'orders.list'>): Page<OrderRecord>;
  held(filter: MethodParams<'holds.list'>, now: number): Page<OrderRecord> & { total: number };
  ofBuyer(buyerKey: string, limit: number): OrderRecord[];
  timeline(orderNo: string): TimelineEntry[];
  /** The newest decision about an order; `before`: of those made with lower versions of it. */
  lastVerdict(orderNo: string, before?: number): VerdictRecord | null;
  messagesOf(orderNo: string): InboxMessage[];
  similar(
    orderNo: string,
    limit: number,
  ): { ruleId: string | null; counts: Record<Exclude<CaseEnd, 'open'>, number>; cases: { record: OrderRecord; ended: CaseEnd }[] };
  ruleFigures(dayStarts: number[], now: number): RuleFigures[];
  shift(actor: string, since: number): { released: number; frozen: number; expired: number; medianHandlingMs: number | null };
  movements(filter: MethodParams<'stock.movements'>): Page<StockMovement>;
  audit(filter: MethodParams<'audit.list'>): Page<z.infer<typeof auditEntrySchema>>;
  /** Walks the audit chain, on from where an earlier walk stood, `limit` entries at most; all of it where nothing is said. */
  verifyAudit(from?: AuditWalk | null, limit?: number): AuditWalk;
  failedMessages(filter: MethodParams<'inbox.failed'>): Page<FailedMessage>;
  deadMessages(filter: MethodParams<'outbox.dead'>): Page<z.infer<typeof outboxEntrySchema>>;
  tasks(filter: MethodParams<'tasks.list'>): Page<z.infer<typeof taskSchema>>;
  /** Key of an open task by its id; null when it is not open. */
  openTaskKey(id: string): string | null;
  /** How many tasks of each kind were ever opened. */
  taskCounts(): { kind: z.infer<typeof taskSchema>['kind']; opened: number }[];
}
