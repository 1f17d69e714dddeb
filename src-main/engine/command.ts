import type { Role } from '#shared/contract/roles.ts';
import type { Hold, HoldReason } from '#shared/order.ts';
import type { Locale } from '#shared/text.ts';
import type { Command, EngineInput, Outcome, Refused } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { ROLE_NAMES } from '#main/rules/index.ts';
import { planStock, settleStock } from './allocate.ts';
import { openChecks } from './checks.ts';
import { clearHold, OPERATOR_REASON } from './dispose.ts';
import { applied, audit, effect, HUB, note, openDraft, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { fulfil, recallIfNeeded } from './fulfil.ts';
import { hasEnded } from './lifecycle.ts';
import { decideLink } from './link-decision.ts';

export function refused(code: Refused['code'], actor: string, action: string, record: OrderRecord, zh: string, en: string): Refused {
  const logged = code !== 'stale_version';
  const detail = { code, version: record.version, status: record.status, hold: record.hold?.kind ?? null };
  return {
    kind: 'refused',
    code,
    text: { zh, en },
    audit: logged ? { actor, action: `${action}.refused`, subject: record.orderNo, detail } : null,
  };
}

function stale(record: OrderRecord, command: Command): Refused {
  return refused(
    'stale_version',
    command.actor,
    command.kind,
    record,
    `订单已有更新（版本 ${record.version}），请查看后再处理`,
    `The order changed meanwhile (version ${record.version}); look again before deciding`,
  );
}

function notHeld(record: OrderRecord, actor: string, action: string): Refused {
  return refused(
    'illegal_move',
    actor,
    action,
    record,
    '订单没有被拦截，无需此操作',
    'The order is not held, so there is nothing to do here',
  );
}

/** Stock and warehouse after a decision: a freed reservation is taken again, an executable order goes out, a stopped one is recalled. */
export function carryOut(draft: Draft, facts: Facts): void {
  const { before, record } = draft;
  recallIfNeeded(draft, false);
  const plan = planStock(before, record, facts);
  const settled = settleStock(before, record, plan);
  record.allocations = settled.allocations;
  record.stock = settled.stock;
  draft.stock.push(...settled.changes);
  if (plan.fresh && plan.route) record.route = plan.route;
  openChecks(record, plan, facts);
  fulfil(draft, plan.missing, facts);
}

function withReason(reason: string): { zh: string; en: string } {
  return reason === '' ? { zh: '', en: '' } : { zh: `：${reason}`, en: `: ${reason}` };
}

/** What `undo` needs, written after the decision so that it carries the version the decision made. */
function rememberUndo(draft: Draft, action: 'release' | 'freeze', by: string, facts: Facts): void {
  const before = draft.before as OrderRecord;
  draft.record.undo = {
    action,
    by,
    at: facts.now,
    version: draft.record.version,
    before: { hold: before.hold, holdEvidence: before.holdEvidence, clearances: before.clearances },
  };
}

/** M9: a rule may leave its cases to some roles. */
function notTheirs(record: OrderRecord, actor: string, roles: readonly Role[]): Refused {
  const names = (locale: Locale) => roles.map((role) => ROLE_NAMES[role][locale]).join(locale === 'zh' ? '、' : ', ');
  return refused(
    'forbidden',
    actor,
    'order.release',
    record,
    `此拦截只能由${names('zh')}放行，可先转交`,
    `Only ${names('en')} may release this one; hand it over`,
  );
}

type Release = Extract<Command, { kind: 'release' }>;

function release(record: OrderRecord, { actor, role, reason }: Release, facts: Facts): Outcome {
  if (record.hold === null) return notHeld(record, actor, 'order.release');
  const { releasedBy } = record.hold;
  if (releasedBy && role !== undefined && !releasedBy.includes(role)) return notTheirs(record, actor, releasedBy);
  const draft = openDraft(record, record);
  clearHold(draft.record, actor, facts.now);
  const why = withReason(reason);
  note(draft, 'release', actor, { zh: `已放行${why.zh}`, en: `Released${why.en}` });
  audit(draft, actor, 'order.released', { reason, rules: record.hold.reasons.map((entry) => entry.ruleId), kind: record.hold.kind });
  carryOut(draft, facts);
  rememberUndo(draft, 'release', actor, facts);
  return applied(draft);
}

function frozenByHand(hold: Hold | null, actor: string, reason: string, now: number): Hold {
  const sentence = {
    zh: reason === '' ? `${actor} 手动冻结` : `${actor} 手动冻结：${reason}`,
    en: reason === '' ? `Frozen by ${actor}` : `Frozen by ${actor}: ${reason}`,
  };
  const own: HoldReason = { ruleId: OPERATOR_REASON, ruleVersion: 1, severity: 'high', sentence };
  return {
    kind: 'frozen',
    severity: 'high',
    reasons: [own, ...(hold?.reasons ?? [])],
    role: hold?.role ?? 'risk',
    openedAt: hold?.openedAt ?? now,
    releaseAt: null,
    // M9: what a rule leaves to some roles stays theirs, whoever freezes it.
    ...(hold?.releasedBy ? { releasedBy: hold.releasedBy } : {}),
    stock: hold?.stock ?? 'keep',
    assignee: hold?.assignee ?? actor,
    snoozedUntil: null,
    openedBy: actor,
  };
}

function freeze(record: OrderRecord, actor: string, reason: string, facts: Facts): Outcome {
  if (hasEnded(record.status)) {
    return refused('illegal_move', actor, 'order.freeze', record, '订单已结束，不能冻结', 'The order has ended and cannot be frozen');
  }
  if (record.hold?.kind === 'frozen') {
    return refused('illegal_move', actor, 'order.freeze', record, '订单已经是冻结状态', 'The order is frozen already');
  }
  const draft = openDraft(record, record);
  draft.record.hold = frozenByHand(record.hold, actor, reason, facts.now);
  const why = withReason(reason);
  note(draft, 'freeze', actor, { zh: `手动冻结${why.zh}`, en: `Frozen by hand${why.en}` });
  audit(draft, actor, 'order.frozen', { reason });
  carryOut(draft, facts);
  rememberUndo(draft, 'freeze', actor, facts);
  return applied(draft);
}

function undo(record: OrderRecord, actor: string, facts: Facts): Outcome {
  const decision = record.undo;
  if (decision === null || decision.version !== record.version || facts.now - decision.at > facts.settings.undoMs) {
    const seconds = Math.round(facts.settings.undoMs / 1000);
    return refused(
      'undo_expired',
      actor,
      'order.undo',
      record,
      `已超过 ${seconds} 秒或订单已有其他变化，不能撤销`,
      `More than ${seconds} s passed, or something else happened to the order since`,
    );
  }
  const draft = openDraft(record, record);
  draft.record.hold = decision.before.hold;
  draft.record.holdEvidence = decision.before.holdEvidence;
  draft.record.clearances = decision.before.clearances;
  const what = decision.action === 'release' ? { zh: '放行', en: 'release' } : { zh: '冻结', en: 'freeze' };
  note(draft, 'undo', actor, { zh: `撤销${what.zh}`, en: `Took back the ${what.en}` });
  audit(draft, actor, 'order.undone', { action: decision.action, by: decision.by });
  carryOut(draft, facts);
  return applied(draft);
}

/** Changes of the case alone: who has it, whose it is, when it comes back to the queue. */
function changeCase(record: OrderRecord, actor: string, action: string, change: (hold: Hold, draft: Draft) => Hold): Outcome {
  if (record.hold === null) return notHeld(record, actor, action);
  const draft = openDraft(record, record);
  draft.record.hold = change(record.hold, draft);
  return applied(draft);
}

/** The release time has come (C4): a held order goes on, with a trace; a frozen one never does. */
function holdDue(record: OrderRecord, facts: Facts): Outcome {
  const { hold } = record;
  if (hold === null || hold.kind === 'frozen' || hold.releaseAt === null || hold.releaseAt > facts.now)
    return { kind: 'unchanged', why: 'stale' };
  const draft = openDraft(record, record);
  clearHold(draft.record, HUB, facts.now);
  note(draft, 'release', HUB, { zh: '到时无人处理，自动放行', en: 'Nobody decided in time; released by itself' });
  audit(draft, HUB, 'order.expired', {
    rules: hold.reasons.map((entry) => entry.ruleId),
    openedAt: hold.openedAt,
    assignee: hold.assignee,
  });
  carryOut(draft, facts);
  return applied(draft);
}

/** The platform keeps the memo: it is written there, and comes back with the platform's next message. */
function memo({ actor, memo: text, flag }: Extract<Command, { kind: 'memo' }>, record: OrderRecord): Outcome {
  const draft = openDraft(record, record);
  const { channel, shopId, channelOrderId } = record;
  effect(draft, 'channel.memo', { channel, shopId, channelOrderId, memo: text, flag });
  note(draft, 'outbox', actor, { zh: `写回平台备注：${text}`, en: `Seller memo written back to the platform: ${text}` });
  audit(draft, actor, 'order.memo', { flag, length: text.length });
  return applied(draft);
}

function command(order: Command, record: OrderRecord, facts: Facts): Outcome {
  if ('version' in order && order.version !== record.version) return stale(record, order);
  switch (order.kind) {
    case 'release':
      return release(record, order, facts);
    case 'freeze':
      return freeze(record, order.actor, order.reason, facts);
    case 'undo':
      return undo(record, order.actor, facts);
    case 'claim':
      return changeCase(record, order.actor, 'hold.claim', (hold, draft) => {
        const text =
          order.assignee === null
            ? { zh: '放回队列', en: 'Put back into the queue' }
            : { zh: `由 ${order.assignee} 认领`, en: `Claimed by ${order.assignee}` };
        note(draft, 'handover', order.actor, text);
        return { ...hold, assignee: order.assignee };
      });
    case 'hand-over':
      return changeCase(record, order.actor, 'hold.hand-over', (hold, draft) => {
        const why = withReason(order.note);
        const role = ROLE_NAMES[order.role];
        note(draft, 'handover', order.actor, { zh: `移交${role.zh}${why.zh}`, en: `Handed over to ${role.en}${why.en}` });
        return { ...hold, role: order.role, assignee: null };
      });
    case 'snooze':
      return changeCase(record, order.actor, 'hold.snooze', (hold, draft) => {
        const minutes = Math.max(1, Math.round((order.until - facts.now) / 60_000));
        note(draft, 'snooze', order.actor, { zh: `稍后处理（${minutes} 分钟）`, en: `Snoozed for ${minutes} min` });
        return { ...hold, snoozedUntil: order.until };
      });
    case 'link':
      return decideLink(order, record, facts);
    case 'memo':
      return memo(order, record);
    case 'note': {
      const draft = openDraft(record, record);
      note(draft, 'note', order.actor, { zh: order.text, en: order.text });
      return applied(draft);
    }
  }
}

/** Decisions of people and of the clock. A stale version, a missing hold or a closed undo window is a refusal, not an error. */
export function decide(input: Extract<EngineInput, { kind: 'command' | 'hold-due' }>, record: OrderRecord, facts: Facts): Outcome {
  return input.kind === 'hold-due' ? holdDue(record, facts) : command(input.command, record, facts);
}
