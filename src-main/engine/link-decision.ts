import type { LinkDecision, OrderLink } from '#shared/order.ts';
import type { Role } from '#shared/contract/roles.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Command, EngineInput, Outcome, Refused } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { OPERATOR_REASON } from './dispose.ts';
import { applied, audit, HUB, note, openDraft, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { recall } from './fulfil.ts';
import { hasEnded, hasShipped, isOpen } from './lifecycle.ts';
import { duplicateTaskKey, linkedWith, mayLink, tell, whyApart } from './links.ts';
import { settle } from './settle.ts';

const SAME: Outcome = { kind: 'unchanged', why: 'same' };

type LinkCommand = Extract<Command, { kind: 'link' }>;
type Action = LinkDecision['action'];

function withLink(record: OrderRecord, orderNo: string, change: (link: OrderLink) => OrderLink): void {
  record.linked = record.linked.map((link) => (link.orderNo === orderNo ? change(link) : link));
}

function repeatText(keep: string): LocalisedText {
  return { zh: `与 ${keep} 重复，待取消`, en: `A duplicate of ${keep}, to be cancelled` };
}

function stopDuplicate(draft: Draft, keep: string, actor: string, facts: Facts): void {
  const { record } = draft;
  const { hold } = record;
  const sentence = repeatText(keep);
  record.hold = {
    kind: 'frozen',
    severity: 'high',
    reasons: [{ ruleId: OPERATOR_REASON, ruleVersion: 1, severity: 'high', sentence }, ...(hold?.reasons ?? [])],
    role: hold?.role ?? 'service',
    openedAt: hold?.openedAt ?? facts.now,
    releaseAt: null,
    ...(hold?.releasedBy ? { releasedBy: hold.releasedBy } : {}),
    stock: 'free',
    assignee: hold?.assignee ?? null,
    snoozedUntil: null,
    openedBy: actor,
  };
  audit(draft, actor, 'order.frozen', { reason: 'duplicate', of: keep });
}

function askToCancel(draft: Draft, keep: string, facts: Facts): void {
  const { record } = draft;
  draft.tasks.push({
    key: duplicateTaskKey(record.orderNo),
    kind: 'service',
    severity: 'medium',
    role: 'service',
    title: {
      zh: `在平台取消重复订单 ${record.channelOrderId} 并退款，保留 ${keep}`,
      en: `Cancel the duplicate ${record.channelOrderId} on its platform and refund it; ${keep} stays`,
    },
    dueAt: facts.now + facts.settings.taskMs,
  });
}

/**
 * The order that was to be kept has ended: nobody is to cancel this one as well. It stays frozen, and its reason asks for a decision, for
 * only a person knows whether the buyer wants it.
 */
function outliveKept(draft: Draft, { orderNo, decision }: OrderLink): void {
  const { record } = draft;
  draft.tasksDone.push(duplicateTaskKey(record.orderNo));
  if (!decision?.stopped || record.hold === null) return;
  const { zh } = repeatText(orderNo);
  const sentence = {
    zh: `曾为 ${orderNo} 的重复单，而 ${orderNo} 已结束：请放行，或在平台取消`,
    en: `It was a duplicate of ${orderNo}, which has ended: release this one, or cancel it on its platform`,
  };
  const reasons = record.hold.reasons.map((reason) => (reason.sentence.zh === zh ? { ...reason, sentence } : reason));
  record.hold = { ...record.hold, reasons };
}

const DECIDED: Record<Action, LocalisedText> = {
  'ship-together': { zh: '合并发货', en: 'ship together' },
  'cancel-duplicate': { zh: '取消重复的一单', en: 'cancel the duplicate' },
  'keep-apart': { zh: '各自处理', en: 'keep them apart' },
};

/** Writes a decision into one of the two orders and carries it out there. */
function carry(draft: Draft, link: OrderLink, { action, by, at }: LinkDecision, facts: Facts): void {
  const { record } = draft;
  const doubled = action === 'cancel-duplicate' && !link.later;
  const stops = doubled && record.hold?.kind !== 'frozen';
  withLink(record, link.orderNo, (one) => ({ ...one, decision: { action, by, at, ...(stops ? { stopped: true } : {}) } }));
  const what = DECIDED[action];
  note(draft, 'link', by, { zh: `与 ${link.orderNo}：${what.zh}`, en: `With ${link.orderNo}: ${what.en}` });
  if (doubled) askToCancel(draft, link.orderNo, facts);
  if (stops) stopDuplicate(draft, link.orderNo, by, facts);
  if (action === 'ship-together') {
    if (!facts.fulfilment)
      note(draft, 'link', HUB, { zh: '未接入仓库系统，请人工同包', en: 'No warehouse system is connected: pack them by hand' });
    recall(draft, 'together');
  }
  settle(draft, facts);
}

function takeBack(draft: Draft, link: OrderLink, by: string, facts: Facts): void {
  const { record } = draft;
  const { decision } = link;
  withLink(record, link.orderNo, ({ decision: _, ...rest }) => rest);
  const what = DECIDED[decision?.action ?? 'keep-apart'];
  note(draft, 'undo', by, {
    zh: `撤销与 ${link.orderNo} 的处理：${what.zh}`,
    en: `Took back the decision with ${link.orderNo}: ${what.en}`,
  });
  if (decision?.action === 'ship-together') recall(draft, 'apart');
  if (decision?.action === 'cancel-duplicate' && !link.later) draft.tasksDone.push(duplicateTaskKey(record.orderNo));
  if (decision?.stopped) {
    // What the rules find stops it again in the same step.
    record.hold = null;
    record.holdEvidence = [];
  }
  settle(draft, facts);
}

function refusal(code: Refused['code'], record: OrderRecord, { actor, action, with: other }: LinkCommand, text: LocalisedText): Refused {
  const detail = { code, action, with: other, status: record.status };
  return { kind: 'refused', code, text, audit: { actor, action: 'order.link.refused', subject: record.orderNo, detail } };
}

/** M9: what a hold reserves for some roles is not let go by way of a link. */
function reservedFor(order: OrderRecord, role: Role | undefined): boolean {
  const roles = order.hold?.releasedBy;
  return roles !== undefined && role !== undefined && !roles.includes(role);
}

function obstacle(record: OrderRecord, link: OrderLink | undefined, peer: OrderRecord | null, order: LinkCommand): LocalisedText | null {
  if (!link || !peer) return { zh: `订单未与 ${order.with} 关联`, en: `The order is not linked with ${order.with}` };
  if (link.kind === 'presale-pair') return { zh: '定金与尾款自动关联，无需处理', en: 'Deposit and balance are linked by themselves' };
  if (order.action === 'reopen') {
    if (!link.decision) return { zh: '尚未处理，无可撤销', en: 'Nothing was decided yet' };
  } else if (link.decision) return { zh: '已处理过，请先撤销', en: 'It was decided already; take that back first' };
  if (link.over === 'apart') return { zh: `与 ${order.with} 已不再关联`, en: `It no longer belongs with ${order.with}` };
  for (const { orderNo, status } of [record, peer]) {
    if (hasEnded(status) || hasShipped(status)) return { zh: `${orderNo} 已发货或结束`, en: `${orderNo} has left or ended` };
  }
  if (order.action !== 'accept' || link.kind === 'duplicate') return null;
  const why = whyApart(record, peer);
  return why && { zh: `不能合并：${why.zh}`, en: `They cannot be put together: ${why.en}` };
}

function chosen(action: LinkCommand['action'], kind: OrderLink['kind']): Action {
  if (action !== 'accept') return 'keep-apart';
  return kind === 'duplicate' ? 'cancel-duplicate' : 'ship-together';
}

/**
 * A person's word about two linked orders, on both of them in one transaction: accept the suggestion, decline it, or take either back
 * as long as none of them left. Both are judged again.
 */
export function decideLink(order: LinkCommand, record: OrderRecord, facts: Facts): Outcome {
  const link = record.linked.find((one) => one.orderNo === order.with);
  const peer = facts.peer ?? null;
  const why = obstacle(record, link, peer, order);
  if (why || !link || !peer) return refusal('illegal_move', record, order, why ?? { zh: '', en: '' });
  if (order.action !== 'accept' && (reservedFor(record, order.role) || reservedFor(peer, order.role))) {
    return refusal('forbidden', record, order, { zh: '此拦截只能由指定角色放行', en: 'Only certain roles may release this one' });
  }
  const draft = openDraft(record, record);
  audit(draft, order.actor, `order.link.${order.action}`, { with: order.with, kind: link.kind });
  if (order.action === 'reopen') {
    tell(draft, order.with, { what: 'reopened', by: order.actor });
    takeBack(draft, link, order.actor, facts);
  } else {
    const decision: LinkDecision = { action: chosen(order.action, link.kind), by: order.actor, at: facts.now };
    tell(draft, order.with, { what: 'decided', decision });
    carry(draft, link, decision, facts);
  }
  return applied(draft);
}

const OVER: Record<NonNullable<OrderLink['over']>, LocalisedText> = {
  ended: { zh: '已结束', en: 'has ended' },
  shipped: { zh: '已发货', en: 'has been shipped' },
  apart: {
    zh: '的收货信息、商品或金额已不同，不再关联',
    en: 'has another receiver, other goods or another sum now and no longer belongs with it',
  },
};

/** What became of the other order, and what follows from it here. */
function hearOver(draft: Draft, link: OrderLink, how: NonNullable<OrderLink['over']>, facts: Facts): void {
  const { record } = draft;
  withLink(record, link.orderNo, (one) => ({ ...one, over: how }));
  const text = OVER[how];
  note(draft, 'link', HUB, { zh: `关联订单 ${link.orderNo} ${text.zh}`, en: `The linked order ${link.orderNo} ${text.en}` });
  const { action } = link.decision ?? {};
  if (how === 'ended' && action === 'cancel-duplicate' && !link.later) outliveKept(draft, link);
  if (!isOpen(record.status)) return;
  settle(draft, facts);
}

/** What a linked order tells this one. */
export function hear({ orderNo, news }: Extract<EngineInput, { kind: 'peer' }>, record: OrderRecord, facts: Facts): Outcome {
  const link = record.linked.find((one) => one.orderNo === orderNo);
  const draft = openDraft(record, record);
  if (news.what === 'linked') {
    if (!isOpen(record.status) || !mayLink(record, orderNo, news.kind)) return SAME;
    draft.record.linked = linkedWith(record.linked, orderNo, news.kind, news.later);
    note(draft, 'link', HUB, { zh: `关联订单：${orderNo}`, en: `Linked orders: ${orderNo}` });
    settle(draft, facts);
    return applied(draft);
  }
  if (!link) return SAME;
  if (news.what === 'decided') carry(draft, link, news.decision, facts);
  else if (news.what === 'reopened') takeBack(draft, link, news.by, facts);
  else if (link.over === news.how) return SAME;
  else hearOver(draft, link, news.how, facts);
  return applied(draft);
}
