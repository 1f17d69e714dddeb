import { businessHour } from '#shared/time.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { EngineInput, Outcome, Refused } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { formatBoth } from '#main/rules/index.ts';
import { afterChange } from './changes.ts';
import { takeAnswers } from './check-answers.ts';
import { decide } from './command.ts';
import { applied, audit, HUB, note, openDraft, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { isOpen, move, STATUS_NAMES } from './lifecycle.ts';
import { hear } from './link-decision.ts';
import { associate } from './links.ts';
import { receive } from './receipt.ts';
import { restore } from './restore.ts';
import { reconcileOrder, reconcileRefund, type Reconciled } from './reconcile.ts';
import { settle } from './settle.ts';

const SAME: Outcome = { kind: 'unchanged', why: 'same' };
const STALE: Outcome = { kind: 'unchanged', why: 'stale' };
const NIGHT_FROM = 22;
const NIGHT_TO = 6;

/** A7: tags the source itself and the hour give an order. */
function tagsOf(order: IncomingOrder): string[] {
  const hour = businessHour(order.createdAt);
  const tags = new Set<string>([order.channel, ...order.sourceTags]);
  if (order.presale) tags.add('presale');
  if (hour >= NIGHT_FROM || hour < NIGHT_TO) tags.add('night');
  if (order.lines.some((line) => line.gift)) tags.add('gift');
  return [...tags];
}

/** An order that is new here may have waited at its platform for hours: its dwell time counts from there (G1). */
function statusSince({ status, content }: Reconciled, now: number): number {
  const { createdAt, paidAt, updatedAt } = content;
  if (status === 'pending_payment') return Math.min(createdAt, now);
  const paid = status === 'paid' || status === 'awaiting_shipment';
  return Math.min(paid && paidAt !== null ? paidAt : updatedAt, now);
}

function newRecord(order: IncomingOrder, receivedAt: number, known: Reconciled, facts: Facts): OrderRecord {
  return {
    orderNo: facts.orderNo,
    version: 0,
    channel: order.channel,
    shopId: order.shopId,
    channelOrderId: order.channelOrderId,
    ...known.content,
    status: known.status,
    platform: known.platform,
    refunds: known.refunds,
    refundedMinor: known.refundedMinor,
    hold: null,
    holdEvidence: [],
    clearances: [],
    undo: null,
    receivedAt,
    decidedAt: facts.now,
    statusSince: statusSince(known, facts.now),
    tags: tagsOf(order),
    keys: facts.keys,
    counts: {},
    openTasks: [],
    healthScore: 100,
    grade: 'pass',
    executable: [],
    allocations: [],
    stock: 'none',
    route: null,
    linked: [],
    shipRequestedAt: null,
    parcel: null,
    shippedAt: null,
  };
}

function updatedRecord(record: OrderRecord, known: Reconciled, facts: Facts): OrderRecord {
  const updated: OrderRecord = {
    ...record,
    ...known.content,
    status: known.status,
    platform: known.platform,
    refunds: known.refunds,
    refundedMinor: known.refundedMinor,
    statusSince: known.status === record.status ? record.statusSince : facts.now,
    keys: facts.keys,
  };
  return afterChange(record, updated, facts.now);
}

function noteArrival(draft: Draft, known: Reconciled): void {
  const { before, record } = draft;
  const now = STATUS_NAMES[record.status];
  if (before === null) note(draft, 'received', HUB, { zh: `收到订单（${now.zh}）`, en: `Order received (${now.en})` });
  else if (before.status !== record.status) {
    const then = STATUS_NAMES[before.status];
    const step = move(before.status, record.status);
    const why = step !== null && step !== 'same' ? step.trigger : null;
    note(draft, 'status', record.channel, {
      zh: `${then.zh} → ${now.zh}${why ? `：${why.zh}` : ''}`,
      en: `${then.en} → ${now.en}${why ? `: ${why.en}` : ''}`,
    });
  }
  if (before !== null && before.refundedMinor !== record.refundedMinor) {
    const sum = formatBoth(record.refundedMinor, 'minor', record.currency);
    note(draft, 'refund', record.channel, { zh: `累计退款 ${sum.zh}`, en: `Refunded so far ${sum.en}` });
  }
  notePlatformHold(draft);
  if (known.refused) {
    const wanted = STATUS_NAMES[known.refused];
    note(draft, 'refused', HUB, {
      zh: `平台报告「${wanted.zh}」，状态表不允许从「${now.zh}」转入，保持原状态`,
      en: `The platform reported "${wanted.en}", which the state table does not allow from "${now.en}"; the state stays`,
    });
    audit(draft, HUB, 'status.refused', { from: record.status, to: known.refused, rawStatus: record.rawStatus });
  }
}

/** Whether the platform lets a paid order go, each time that changes. */
function notePlatformHold(draft: Draft): void {
  const { before, record } = draft;
  const [was, is] = [before?.platformHold ?? null, record.platformHold ?? null];
  if (is !== null && was?.zh !== is.zh) {
    note(draft, 'status', record.channel, { zh: `平台暂不允许发货：${is.zh}`, en: `The platform does not allow shipping yet: ${is.en}` });
  } else if (was !== null && is === null && isOpen(record.status)) {
    note(draft, 'status', record.channel, { zh: '平台已允许发货', en: 'The platform allows shipping now' });
  }
}

/** The same content, read again when it could no longer change unseen: only that is kept, and nobody's version grows old. */
function settled(record: OrderRecord, observedAt: number | null): Outcome {
  return applied({ ...openDraft(record, record), record: { ...record, observedAt } });
}

function processKnown(known: Reconciled, record: OrderRecord, facts: Facts): Outcome {
  if (known.kind === 'same') return SAME;
  if (known.kind === 'stale') return STALE;
  if (known.kind === 'settled') return settled(record, known.content.observedAt ?? null);
  const draft = openDraft(record, updatedRecord(record, known, facts));
  noteArrival(draft, known);
  associate(draft, facts);
  settle(draft, facts);
  return applied(draft);
}

function processOrder(order: IncomingOrder, receivedAt: number, facts: Facts): Outcome {
  const known = reconcileOrder(order, facts.record, facts.waitingRefunds);
  if (facts.record) return processKnown(known, facts.record, facts);
  const draft = openDraft(null, newRecord(order, receivedAt, known, facts));
  noteArrival(draft, known);
  associate(draft, facts);
  settle(draft, facts);
  return applied(draft);
}

/** Judges and reserves again; says "same" when that changes nothing, so that versions do not grow for nothing. */
function rejudge({ why, counts }: Extract<EngineInput, { kind: 'rejudge' }>, record: OrderRecord, facts: Facts): Outcome {
  if (!isOpen(record.status)) return SAME;
  const draft = openDraft(record, { ...record, counts: { ...counts, ...record.counts } });
  settle(draft, facts);
  const view = ({ hold, grade, executable, allocations, shipRequestedAt, openTasks, checks }: OrderRecord) =>
    JSON.stringify([hold, grade, executable, allocations, shipRequestedAt, openTasks, checks]);
  if (view(record) === view(draft.record)) return SAME;
  note(draft, 'verdict', HUB, { zh: `重新判断：${why}`, en: `Judged again: ${why}` });
  return applied(draft);
}

function notFound(subject: string): Refused {
  return { kind: 'refused', code: 'not_found', text: { zh: `没有订单 ${subject}`, en: `There is no order ${subject}` }, audit: null };
}

/**
 * The heart: one input and the facts of one moment make one outcome. Pure and total: expected refusals are values, nothing is
 * asked back, and calling it again with fresh facts is harmless.
 *
 * A refund whose order is unknown is refused as `not_found`; the hub keeps it and gives it back as `facts.waitingRefunds`.
 */
export function process(input: EngineInput, facts: Facts): Outcome {
  if (input.kind === 'order') return processOrder(input.order, input.receivedAt, facts);
  const { record } = facts;
  if (record === null) return notFound(input.kind === 'refund' ? input.refund.channelOrderId : facts.orderNo);
  switch (input.kind) {
    case 'refund':
      return processKnown(reconcileRefund(input.refund.refund, record), record, facts);
    case 'receipt':
      return receive(input.receipt, record, facts);
    case 'check':
      return takeAnswers(input.answers, record, facts);
    case 'rejudge':
      return rejudge(input, record, facts);
    case 'restore':
      return restore(input.restore, record, facts);
    case 'peer':
      return hear(input, record, facts);
    case 'hold-due':
    case 'command':
      return decide(input, record, facts);
  }
}
