import type { LocalisedText } from '#shared/text.ts';
import type { Outcome, Receipt, Refused } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { isChecking } from './checks.ts';
import { applied, audit, effect, note, openDraft, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { hasShipped, isOpen, move, STATUS_NAMES } from './lifecycle.ts';
import { overlay } from './reconcile.ts';
import { settle } from './settle.ts';

const SAME: Outcome = { kind: 'unchanged', why: 'same' };

/** Key of the task a parcel in trouble opens. */
export function parcelTaskKey(orderNo: string): string {
  return `parcel:${orderNo}`;
}

function actorOf({ actor, source }: Receipt): string {
  return actor ?? source;
}

function refused(receipt: Receipt, { orderNo, status }: OrderRecord, text: LocalisedText): Refused {
  const detail = { kind: receipt.kind, source: receipt.source, status };
  return {
    kind: 'refused',
    code: 'illegal_move',
    text,
    audit: { actor: actorOf(receipt), action: 'receipt.refused', subject: orderNo, detail },
  };
}

/** Why this order cannot have been shipped, or may not be; null when it can. A warehouse tells a fact, a person asks for one. */
function obstacle({ source }: Receipt, record: OrderRecord): LocalisedText | null {
  const now = STATUS_NAMES[record.status];
  const legal = move(record.status, 'shipped') !== null && record.status !== 'pending_payment';
  if (!legal || (source === 'operator' && !isOpen(record.status))) {
    return { zh: `订单状态为「${now.zh}」，不能发货`, en: `The order is "${now.en}" and cannot be shipped` };
  }
  if (source !== 'operator') return null;
  if (record.hold !== null) return { zh: '订单被拦截，请先放行再发货', en: 'The order is held; release it before shipping' };
  if (isChecking(record)) return { zh: '交叉核验还没有结果，请稍候再发货', en: 'Its cross-checks are still open; ship it in a moment' };
  if (record.platformHold != null) {
    return { zh: `平台暂不允许发货：${record.platformHold.zh}`, en: `The platform does not allow shipping yet: ${record.platformHold.en}` };
  }
  return null;
}

/** Takes the number of the parcel; it stands until the platform names one. False when it is known. */
function takeParcel(draft: Draft, { trackingNumber, carrier }: Receipt): boolean {
  const { record } = draft;
  if (trackingNumber === null || trackingNumber === record.trackingNumber) return false;
  record.parcel = { trackingNumber, carrier };
  record.trackingNumber = trackingNumber;
  record.carrier = carrier;
  return true;
}

/** Tells the platform the number, and asks the carrier to report on the parcel. */
function announceParcel(draft: Draft): void {
  const { channel, shopId, channelOrderId, trackingNumber, carrier, lines, receiver } = draft.record;
  if (trackingNumber === null) return;
  const parcel = { channel, shopId, channelOrderId, trackingNumber, carrier: carrier ?? 'other' };
  effect(draft, 'channel.ship', { ...parcel, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) });
  const phone = /\d{4}$/.exec(receiver.phone.plain ?? receiver.phone.mask);
  if (carrier != null) effect(draft, 'carrier.subscribe', { ...parcel, phoneTail: phone?.[0] ?? null });
}

function shippedText({ source, trackingNumber }: Receipt): LocalisedText {
  const by = source === 'operator' ? { zh: '手动发货', en: 'shipped by hand' } : { zh: '仓库已出库', en: 'shipped by the warehouse' };
  if (trackingNumber === null) return by;
  return { zh: `${by.zh}，运单号 ${trackingNumber}`, en: `${by.en}, tracking number ${trackingNumber}` };
}

/** The parcel has left already: only a number that was not known yet is news. */
function shippedAgain(receipt: Receipt, record: OrderRecord): Outcome {
  const platformsOwn = record.shippedAt == null && record.trackingNumber !== null;
  const draft = openDraft(record, record);
  if (platformsOwn || !takeParcel(draft, receipt)) return SAME;
  const text = shippedText(receipt);
  note(draft, 'status', actorOf(receipt), text);
  audit(draft, actorOf(receipt), 'parcel.number', { source: receipt.source });
  // The platform takes one number for an order; what it shipped itself it need not be told.
  if (record.shippedAt != null && record.trackingNumber === null) announceParcel(draft);
  return applied(draft);
}

function shipped(receipt: Receipt, record: OrderRecord, facts: Facts): Outcome {
  if (hasShipped(record.status) || hasShipped(record.platform.status)) return shippedAgain(receipt, record);
  const why = obstacle(receipt, record);
  if (why) return refused(receipt, record, why);
  const draft = openDraft(record, record);
  const next = draft.record;
  const text = shippedText(receipt);
  next.platform = { ...record.platform, status: 'shipped' };
  next.status = overlay(next.platform, record.refunds, record);
  if (next.status !== record.status) next.statusSince = facts.now;
  next.partiallyShipped = false;
  next.shippedAt = receipt.at;
  takeParcel(draft, receipt);
  const [was, is] = [STATUS_NAMES[record.status], STATUS_NAMES[next.status]];
  note(draft, 'status', actorOf(receipt), { zh: `${was.zh} → ${is.zh}：${text.zh}`, en: `${was.en} → ${is.en}: ${text.en}` });
  audit(draft, actorOf(receipt), 'order.shipped', {
    source: receipt.source,
    trackingNumber: receipt.trackingNumber,
    carrier: receipt.carrier,
  });
  settle(draft, facts);
  announceParcel(draft);
  return applied(draft);
}

function delivered(receipt: Receipt, record: OrderRecord, facts: Facts): Outcome {
  const known = record.platform.status;
  if (known === 'delivered' || known === 'completed') return SAME;
  if (known !== 'shipped') {
    const now = STATUS_NAMES[record.status];
    return refused(receipt, record, {
      zh: `订单状态为「${now.zh}」，不能签收`,
      en: `The order is "${now.en}" and cannot have been received`,
    });
  }
  const draft = openDraft(record, record);
  const next = draft.record;
  next.platform = { ...record.platform, status: 'delivered' };
  next.status = overlay(next.platform, record.refunds, record);
  if (next.status !== record.status) next.statusSince = facts.now;
  // From here on the platform is behind us, not ahead.
  next.shippedAt ??= record.statusSince;
  note(draft, 'status', actorOf(receipt), { zh: `已签收：${receipt.text.zh}`, en: `Received by the buyer: ${receipt.text.en}` });
  draft.tasksDone.push(parcelTaskKey(record.orderNo));
  settle(draft, facts);
  return applied(draft);
}

function exception(receipt: Receipt, record: OrderRecord, facts: Facts): Outcome {
  const draft = openDraft(record, record);
  note(draft, 'note', actorOf(receipt), { zh: `包裹异常：${receipt.text.zh}`, en: `Parcel in trouble: ${receipt.text.en}` });
  draft.tasks.push({
    key: parcelTaskKey(record.orderNo),
    kind: 'service',
    severity: 'medium',
    role: 'service',
    title: {
      zh: `订单 ${record.orderNo} 的包裹异常：${receipt.text.zh}`,
      en: `The parcel of order ${record.orderNo} is in trouble: ${receipt.text.en}`,
    },
    dueAt: facts.now + facts.settings.taskMs,
  });
  return applied(draft);
}

function waybill(receipt: Receipt, record: OrderRecord): Outcome {
  const draft = openDraft(record, record);
  if (!takeParcel(draft, receipt)) return SAME;
  note(draft, 'outbox', actorOf(receipt), {
    zh: `已取得运单号 ${receipt.trackingNumber}`,
    en: `Waybill ${receipt.trackingNumber} issued`,
  });
  return applied(draft);
}

/** What became of the parcel: shipped moves the order and its stock, delivered ends its way, trouble opens a task. */
export function receive(receipt: Receipt, record: OrderRecord, facts: Facts): Outcome {
  switch (receipt.kind) {
    case 'shipped':
      return shipped(receipt, record, facts);
    case 'delivered':
      return delivered(receipt, record, facts);
    case 'exception':
      return exception(receipt, record, facts);
    case 'waybill':
      return waybill(receipt, record);
  }
}
