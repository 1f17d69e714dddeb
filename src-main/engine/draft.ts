import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Applied, AuditDraft, Effect, StockChange, TaskDraft } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';

/** Who acts when the hub acts by itself. */
export const HUB = 'hub';

/**
 * One change of one order while it is being put together. Steps write into it in turn; `applied` closes it. It is local to
 * one call of `process`: nothing outside ever sees it half done.
 */
export interface Draft {
  before: OrderRecord | null;
  record: OrderRecord;
  verdict: VerdictRecord | null;
  stock: StockChange[];
  timeline: Omit<TimelineEntry, 'at'>[];
  audit: AuditDraft[];
  effects: Effect[];
  tasks: TaskDraft[];
  tasksDone: string[];
  peers: Applied['peers'];
}

/** Starts a change: the next version of the order, with nothing done yet. Any change ends what could be undone. */
export function openDraft(before: OrderRecord | null, record: OrderRecord): Draft {
  return {
    before,
    record: { ...record, version: (before?.version ?? 0) + 1, undo: null },
    verdict: null,
    stock: [],
    timeline: [],
    audit: [],
    effects: [],
    tasks: [],
    tasksDone: [],
    peers: [],
  };
}

export function note(draft: Draft, kind: TimelineEntry['kind'], actor: string, text: LocalisedText): void {
  draft.timeline.push({ kind, actor, text });
}

export function audit(draft: Draft, actor: string, action: string, detail: Record<string, unknown>): void {
  draft.audit.push({ actor, action, subject: draft.record.orderNo, detail });
}

/** Adds an effect. The key holds the order and its version, so that repeating the same decision repeats no effect. */
export function effect(draft: Draft, topic: Effect['topic'], payload: Record<string, unknown>): void {
  const { orderNo, version } = draft.record;
  draft.effects.push({ topic, key: `${topic}:${orderNo}:${version}`, payload: { orderNo, version, ...payload } });
}

export function applied({ before, ...draft }: Draft): Applied {
  const { record } = draft;
  if (record.status === 'delivered' && record.arrivedAt == null) record.arrivedAt = record.statusSince;
  return { kind: 'applied', created: before === null, ...draft };
}
