import type { Role } from '#shared/contract/roles.ts';
import type { Hold, HoldReason } from '#shared/order.ts';
import { severityRank, type LocalisedText } from '#shared/text.ts';
import { MINUTE } from '#shared/time.ts';
import type { Hit } from '#main/model/verdict.ts';
import type { HoldEvidence, OrderRecord } from '#main/model/record.ts';
import { audit, effect, HUB, note, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { hasEnded, hasShipped } from './lifecycle.ts';

/** `ruleId` of a reason that is a person's word, not a rule's. */
export const OPERATOR_REASON = 'operator';
/** The low rule that heals itself by asking the buyer (C2). */
const SELF_HEAL_RULE = 'phone-malformed';

function reasonOf(hit: Hit): HoldReason {
  return { ruleId: hit.ruleId, ruleVersion: hit.ruleVersion, severity: hit.severity, sentence: hit.sentence };
}

const gravestFirst = (a: { severity: Hit['severity'] }, b: { severity: Hit['severity'] }) =>
  severityRank(b.severity) - severityRank(a.severity);

/** When the hold ends by itself (C4): after its time, but not after the ship-by deadline while that can still be kept. */
export function releaseTime(now: number, holdMs: number, shipBy: number | null): number {
  const usual = now + holdMs;
  return shipBy !== null && shipBy > now ? Math.min(usual, shipBy) : usual;
}

/**
 * When a hold with these findings ends by itself: when the last of them lets it go. Null: one of them is for a person alone.
 * The ship-by deadline caps it.
 */
function releaseAtOf({ facets }: OrderRecord, hits: readonly Hit[], { now, settings }: Facts): number | null {
  let latest = 0;
  for (const { hold } of hits) {
    if (hold?.releaseAfterMinutes === null) return null;
    latest = Math.max(latest, hold ? hold.releaseAfterMinutes * MINUTE : settings.holdMs);
  }
  const told = facets?.['ship-by-at'];
  return releaseTime(now, latest, typeof told === 'number' ? told : null);
}

/**
 * Roles every finding lets release; where they have none in common, administrators. Undefined: all that may decide. `lasting`: the
 * roles a hold was left to by findings that outlive the judgement.
 */
function releasersOf(hits: readonly Hit[], lasting: readonly Role[] | undefined): Role[] | undefined {
  let common = lasting;
  for (const { hold } of hits) {
    const roles = hold?.releasedBy;
    if (roles) common = common ? common.filter((role) => roles.includes(role)) : roles;
  }
  if (!common) return undefined;
  return common.length > 0 ? [...common] : ['admin'];
}

/** Reasons that outlive a judgement: a person's word, and those of a freeze, which only a person lifts. */
function lastingReasons(hold: Hold | null, hits: readonly Hit[]): HoldReason[] {
  if (hold === null) return [];
  return hold.reasons.filter((reason) => {
    if (hits.some((hit) => hit.ruleId === reason.ruleId)) return false;
    return reason.ruleId === OPERATOR_REASON || (hold.kind === 'frozen' && reason.severity === 'high');
  });
}

/** A running clock is not pushed back by what is found later, unless that needs a person. */
function runningClock(hold: Hold | null, releaseAt: number | null): number | null {
  return hold === null || hold.releaseAt === null || releaseAt === null ? releaseAt : hold.releaseAt;
}

function composeHold(record: OrderRecord, hits: readonly Hit[], facts: Facts): Hold {
  const { hold } = record;
  const sorted = [...hits].sort(gravestFirst);
  const gravest = sorted[0] as Hit;
  const frozen = hold?.kind === 'frozen' || hits.some((hit) => hit.action === 'freeze');
  const lasting = lastingReasons(hold, hits);
  const reasons = [...sorted.map(reasonOf), ...lasting].sort(gravestFirst);
  const escalated = frozen && hold?.kind !== 'frozen';
  const releaseAt = frozen ? null : runningClock(hold, releaseAtOf(record, hits, facts));
  const releasedBy = releasersOf(hits, lasting.some(({ ruleId }) => ruleId !== OPERATOR_REASON) ? hold?.releasedBy : undefined);
  return {
    kind: frozen ? 'frozen' : 'held',
    severity: (reasons[0] as HoldReason).severity,
    reasons,
    role: hold !== null && !escalated ? hold.role : gravest.role,
    openedAt: hold?.openedAt ?? facts.now,
    releaseAt,
    ...(releasedBy ? { releasedBy } : {}),
    stock: hold?.stock === 'free' || gravest.stock === 'free' ? 'free' : 'keep',
    assignee: hold?.assignee ?? null,
    snoozedUntil: escalated ? null : (hold?.snoozedUntil ?? null),
    openedBy: hold?.openedBy ?? 'rule',
  };
}

function evidenceOf(before: readonly HoldEvidence[], hold: Hold, hits: readonly Hit[]): HoldEvidence[] {
  const fresh = hits.map(({ ruleId, ruleVersion, evidence }) => ({ ruleId, ruleVersion, evidence }));
  const lasting = before.filter(
    (entry) => hold.reasons.some((reason) => reason.ruleId === entry.ruleId) && !fresh.some((other) => other.ruleId === entry.ruleId),
  );
  return [...fresh, ...lasting];
}

/** What a person is told outside the console: mail for a held order, desktop notice and audit entry for a frozen one (C1). */
function announce(draft: Draft, hold: Hold, sentences: LocalisedText): void {
  const { orderNo, channel, shopId } = draft.record;
  const detail = { rules: hold.reasons.map((reason) => `${reason.ruleId}@${reason.ruleVersion}`), role: hold.role };
  const payload = { channel, shopId, severity: hold.severity, role: hold.role, sentence: sentences, releaseAt: hold.releaseAt };
  if (hold.kind === 'frozen') {
    note(draft, 'freeze', HUB, { zh: `已冻结：${sentences.zh}`, en: `Frozen: ${sentences.en}` });
    audit(draft, HUB, 'order.frozen', detail);
    effect(draft, 'desktop', { title: { zh: `订单 ${orderNo} 已冻结`, en: `Order ${orderNo} is frozen` }, ...payload });
  } else {
    note(draft, 'hold', HUB, { zh: `已拦截：${sentences.zh}`, en: `Held: ${sentences.en}` });
    effect(draft, 'mail', { to: 'operations', ...payload });
  }
}

function joined(reasons: readonly HoldReason[]): LocalisedText {
  return { zh: reasons.map((reason) => reason.sentence.zh).join('；'), en: reasons.map((reason) => reason.sentence.en).join('; ') };
}

function closeHold(draft: Draft, zh: string, en: string): void {
  draft.record.hold = null;
  draft.record.holdEvidence = [];
  note(draft, 'release', HUB, { zh, en });
}

/** Opens, widens, escalates or lifts the hold after a judgement. */
function disposeHold(draft: Draft, hits: readonly Hit[], facts: Facts): void {
  const { record } = draft;
  const stopping = hits.filter((hit) => hit.action !== 'task');
  const { hold } = record;
  if (stopping.length === 0) {
    if (hold?.kind === 'held' && hold.openedBy === 'rule')
      closeHold(draft, '拦截原因已消除，自动放行', 'The reason is gone; released by itself');
    return;
  }
  const next = composeHold(record, stopping, facts);
  const fresh = next.reasons.filter((reason) => !hold?.reasons.some((known) => known.ruleId === reason.ruleId));
  record.holdEvidence = evidenceOf(record.holdEvidence, next, stopping);
  record.hold = next;
  if (hold === null || hold.kind !== next.kind) announce(draft, next, joined(next.reasons));
  else if (fresh.length > 0) announce(draft, next, joined(fresh));
}

function disposeTasks(draft: Draft, hits: readonly Hit[], facts: Facts): void {
  const { record } = draft;
  const wanted: string[] = [];
  for (const hit of hits) {
    if (hit.action !== 'task') continue;
    const key = taskKey(record.orderNo, hit.ruleId);
    wanted.push(key);
    if (record.openTasks.includes(key)) continue;
    const dueAt = facts.now + facts.settings.taskMs;
    draft.tasks.push({ key, kind: 'service', severity: hit.severity, role: hit.role, title: hit.sentence, dueAt });
    note(draft, 'ticket', HUB, hit.sentence);
    if (hit.ruleId === SELF_HEAL_RULE)
      effect(draft, 'buyer.message', { reason: SELF_HEAL_RULE, text: hit.sentence, ...buyerTarget(record) });
  }
  for (const key of record.openTasks) if (!wanted.includes(key)) draft.tasksDone.push(key);
  if (wanted.length > 0 || record.openTasks.length > 0) record.openTasks = wanted;
}

function buyerTarget({ channel, shopId, channelOrderId, buyer }: OrderRecord): Record<string, unknown> {
  return { channel, shopId, channelOrderId, buyerKey: buyer.key };
}

export function taskKey(orderNo: string, ruleId: string): string {
  return `${ruleId}:${orderNo}`;
}

/** C1: low findings become tasks, medium ones hold the order, high ones freeze it; the gravest wins, all are listed. */
export function dispose(draft: Draft, hits: readonly Hit[], facts: Facts): void {
  disposeTasks(draft, hits, facts);
  disposeHold(draft, hits, facts);
}

/** An order that ended or left needs no decision any more; only a freeze stays on one that left, because someone must look. */
export function settleCases(draft: Draft): void {
  const { record } = draft;
  const ended = hasEnded(record.status);
  if (!ended && !hasShipped(record.status)) return;
  if (record.hold && (ended || record.hold.kind === 'held')) {
    if (ended) closeHold(draft, '订单已结束，拦截关闭', 'The order ended; the case is closed');
    else closeHold(draft, '平台已发货，拦截关闭', 'The platform shipped it; the case is closed');
  }
  if (record.openTasks.length > 0) {
    draft.tasksDone.push(...record.openTasks);
    record.openTasks = [];
  }
}

/** Clearances for everything the present hold rests on (M6): the same evidence never stops the order again. */
export function clearHold(record: OrderRecord, by: string, at: number): void {
  const cleared = record.holdEvidence.map((entry) => ({ ...entry, at, by, version: record.version }));
  // One the order has changed under since stays as well: what was judged before that rests on it.
  const others = record.clearances.filter(
    (old) => old.changes !== undefined || !cleared.some((fresh) => fresh.ruleId === old.ruleId && fresh.evidence === old.evidence),
  );
  record.clearances = [...others, ...cleared];
  record.hold = null;
  record.holdEvidence = [];
}
