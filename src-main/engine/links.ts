import type { LinkDecision, OrderLink } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { PeerNews } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { orderAmount } from './amount.ts';
import { goodsOf, MOST_MERGES, mergesOf } from './association.ts';
import { HUB, note, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { hasEnded, hasShipped, isOpen } from './lifecycle.ts';
import { isOtherReceiver } from './match-keys.ts';

/** What the hub proposes for two linked orders (A8); `action` null: nothing is to be decided. */
export interface LinkSuggestion {
  action: LinkDecision['action'] | null;
  text: LocalisedText;
}

/** Which of the two is the duplicate: the one that came later. */
function duplicateOf(record: OrderRecord, link: OrderLink): string {
  return link.later ? link.orderNo : record.orderNo;
}

/** Key of the task that a duplicate has to be cancelled on its platform. */
export function duplicateTaskKey(orderNo: string): string {
  return `cancel-duplicate:${orderNo}`;
}

function warehouseOf({ stock, allocations, route }: OrderRecord): string | null {
  const warehouse = route?.warehouse ?? null;
  return stock === 'reserved' && warehouse !== null && allocations.every((entry) => entry.warehouse === warehouse) ? warehouse : null;
}

/** An order goes with one other at most: each of the two names the other, so that a warehouse is never told of parcels that overlap. */
function elsewhere(order: OrderRecord, peer: OrderRecord): LocalisedText | null {
  const other = shippedTogether(order).find((orderNo) => orderNo !== peer.orderNo);
  if (other === undefined) return null;
  return { zh: `${order.orderNo} 已与 ${other} 合并发货`, en: `${order.orderNo} goes together with ${other} already` };
}

/** Why two orders cannot go in one parcel now; null when they can. */
export function whyApart(record: OrderRecord, peer: OrderRecord): LocalisedText | null {
  const taken = elsewhere(record, peer) ?? elsewhere(peer, record);
  if (taken) return taken;
  for (const { orderNo, status, hold, platformHold, presale } of [record, peer]) {
    if (!isOpen(status)) return { zh: `${orderNo} 已不在待发货`, en: `${orderNo} no longer waits to be shipped` };
    if (status === 'pending_payment') return { zh: `${orderNo} 尚未付款`, en: `${orderNo} is not paid yet` };
    if (hold !== null || platformHold != null) return { zh: `${orderNo} 被拦截，请先处理`, en: `${orderNo} is held; decide that first` };
    if (presale !== null) return { zh: `${orderNo} 是预售单`, en: `${orderNo} is a presale` };
  }
  if (isOtherReceiver(record.receiver, peer.receiver)) return { zh: '两单的收货信息不同', en: 'they go to different receivers' };
  const [one, other] = [warehouseOf(record), warehouseOf(peer)];
  if (one === null || one !== other) return { zh: '两单的货不在同一个仓', en: 'their goods are not in one warehouse' };
  const cold = (order: OrderRecord) => order.lines.some((line) => line.storage === 'cold');
  return cold(record) === cold(peer) ? null : { zh: '冷链与常温不能同包', en: 'cold and normal goods do not share a parcel' };
}

/** What to do about a link, in one sentence. */
export function suggestionFor(record: OrderRecord, link: OrderLink, peer: OrderRecord): LinkSuggestion {
  if (link.kind === 'presale-pair')
    return { action: null, text: { zh: '定金与尾款，已自动关联', en: 'Deposit and balance, linked by themselves' } };
  if (link.kind === 'duplicate') {
    const duplicate = duplicateOf(record, link);
    return { action: 'cancel-duplicate', text: { zh: `取消重复的订单 ${duplicate}`, en: `Cancel the duplicate ${duplicate}` } };
  }
  const why = whyApart(record, peer);
  if (why) return { action: 'keep-apart', text: { zh: `分开发货：${why.zh}`, en: `Ship them apart: ${why.en}` } };
  const name = record.route?.warehouseName;
  return {
    action: 'ship-together',
    text: {
      zh: `从${name?.zh ?? '同一个仓'}合并发货，省一个包裹`,
      en: `Ship together from ${name?.en ?? 'one warehouse'}: saves one parcel`,
    },
  };
}

/** The orders that go into one parcel with this one. */
export function shippedTogether({ linked }: OrderRecord): string[] {
  return linked.filter(({ decision, over }) => decision?.action === 'ship-together' && over === undefined).map(({ orderNo }) => orderNo);
}

/** Was it to share a parcel with an order it no longer belongs with? One that left or ended leaves the parcel by itself. */
export function wentApart(before: OrderRecord, after: OrderRecord): boolean {
  const now = shippedTogether(after);
  return shippedTogether(before).some((orderNo) => {
    const over = after.linked.find((link) => link.orderNo === orderNo)?.over;
    return !now.includes(orderNo) && over !== 'shipped' && over !== 'ended';
  });
}

/** Has a linked order hear something in the same transaction. */
export function tell(draft: Draft, orderNo: string, news: PeerNews): void {
  draft.peers.push({ orderNo, input: { kind: 'peer', orderNo: draft.record.orderNo, news } });
}

/** Is something still to be done, or not to be done, because of this link? A duplicate stays one when the first was shipped. */
function isStanding({ kind, decision, over }: OrderLink): boolean {
  if (kind === 'duplicate') return decision === undefined && (over === undefined || over === 'shipped');
  return kind === 'merge-candidate' && over === undefined && decision?.action !== 'keep-apart';
}

/** Links a message takes the ground from: another receiver ends what was to share a parcel, other goods or another sum a repeat. */
function loosen(draft: Draft, { candidates }: Facts): void {
  const { before, record } = draft;
  if (before === null || record.linked.length === 0) return;
  const moved = isOtherReceiver(before.receiver, record.receiver);
  const other = moved || goodsOf(before.lines) !== goodsOf(record.lines) || orderAmount(before) !== orderAmount(record);
  if (!other) return;
  record.linked = record.linked.map((link) => {
    const { orderNo, kind } = link;
    const shaken = isStanding(link) && (kind === 'duplicate' || moved);
    if (!shaken || candidates.some((one) => one.orderNo === orderNo && one.kind === kind)) return link;
    tell(draft, orderNo, { what: 'over', how: 'apart' });
    note(draft, 'link', HUB, {
      zh: `不再与 ${orderNo} 关联：收货信息、商品或金额已不同`,
      en: `No longer linked with ${orderNo}: receiver, goods or sum differ now`,
    });
    return { ...link, over: 'apart' };
  });
}

/** A8: a message may show that open orders belong together, or no longer do. The other order is told and judged again as well. */
export function associate(draft: Draft, facts: Facts): void {
  const { before, record } = draft;
  // Also while money is claimed back: the claim may be withdrawn, and the order is another one then.
  loosen(draft, facts);
  if (!isOpen(record.status)) return;
  let room = MOST_MERGES - mergesOf(record);
  const fresh = facts.candidates.filter(({ orderNo, kind }) => {
    if (orderNo === record.orderNo || !mayLink(record, orderNo, kind)) return false;
    return kind !== 'merge-candidate' || (room -= 1) >= 0;
  });
  if (fresh.length === 0) return;
  const numbers = fresh.map((candidate) => candidate.orderNo).join(', ');
  note(draft, 'link', HUB, { zh: `关联订单：${numbers}`, en: `Linked orders: ${numbers}` });
  for (const { orderNo, kind, receivedAt } of fresh) {
    const otherCameLater = before !== null && receivedAt > record.receivedAt;
    record.linked = linkedWith(record.linked, orderNo, kind, otherCameLater);
    tell(draft, orderNo, { what: 'linked', kind, later: !otherCameLater });
  }
}

/** No link, one that is no longer, or one that turned out to be more: both were paid, and what could share a parcel is a repeat. */
export function mayLink({ linked }: OrderRecord, orderNo: string, kind: OrderLink['kind']): boolean {
  const link = linked.find((one) => one.orderNo === orderNo);
  if (!link || link.over === 'apart') return true;
  return kind === 'duplicate' && link.kind === 'merge-candidate' && link.decision === undefined && link.over === undefined;
}

/** Links with one more; of an order they once belonged with before, only the new one is kept. */
export function linkedWith(links: readonly OrderLink[], orderNo: string, kind: OrderLink['kind'], later: boolean): OrderLink[] {
  return [...links.filter((link) => link.orderNo !== orderNo), later ? { orderNo, kind, later } : { orderNo, kind }];
}

/** An order that leaves or ends tells those it is linked with: there is nothing left to put together, or nothing doubled any more. */
export function leaveLinks(draft: Draft): void {
  const { before, record } = draft;
  const over = hasEnded(record.status) ? 'ended' : hasShipped(record.status) ? 'shipped' : null;
  const was = before === null ? null : hasEnded(before.status) ? 'ended' : hasShipped(before.status) ? 'shipped' : null;
  if (over === null || over === was) return;
  for (const { orderNo } of record.linked) tell(draft, orderNo, { what: 'over', how: over });
  const stopped = record.linked.some((link) => link.decision?.action === 'cancel-duplicate' && !link.later);
  if (stopped && over === 'ended') draft.tasksDone.push(duplicateTaskKey(record.orderNo));
}
