import type { HeldOrder } from '#shared/contract/holds.ts';
import type { Beat } from '#shared/pulse.ts';
import type { Order, OrderCheckState, OrderSummary } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { MINUTE } from '#shared/time.ts';
import type { z } from 'zod';
import type { heldOrderSchema } from '#shared/contract/holds.ts';
import type { OrderCheck, OrderRecord } from '#main/model/record.ts';

/** The order as consoles see it: every personal field masked (L4), nothing of the engine's memory. */
export function toWireOrder(record: OrderRecord): Order {
  return {
    orderNo: record.orderNo,
    version: record.version,
    channel: record.channel,
    shopId: record.shopId,
    channelOrderId: record.channelOrderId,
    status: record.status,
    rawStatus: record.rawStatus,
    rawStatusUnknown: record.rawStatusUnknown,
    partiallyShipped: record.partiallyShipped,
    hold: record.hold,
    currency: record.currency,
    goodsMinor: record.goodsMinor,
    freightMinor: record.freightMinor,
    discountMinor: record.discountMinor,
    paidMinor: record.paidMinor,
    refundedMinor: record.refundedMinor,
    createdAt: record.createdAt,
    paidAt: record.paidAt,
    updatedAt: record.updatedAt,
    receivedAt: record.receivedAt,
    decidedAt: record.decidedAt,
    buyer: { key: record.buyer.key, nameMask: record.buyer.name.mask, tags: record.buyer.tags },
    receiver: receiverOf(record),
    buyerMessage: record.buyerMessage,
    sellerMemo: record.sellerMemo,
    presale: record.presale,
    lines: record.lines,
    tags: record.tags,
    healthScore: record.healthScore,
    grade: record.grade,
    executable: record.executable,
    allocations: record.allocations,
    route: record.route,
    linked: record.linked,
    trackingNumber: record.trackingNumber,
    ...(record.checks && record.checks.length > 0 && { checks: record.checks.map(toWireCheck) }),
  };
}

function toWireCheck({ source, state, askedAt, at, ms, late, value, words }: OrderCheck): OrderCheckState {
  return { source, state, askedAt, at, ms, late, value, words };
}

function receiverOf({ receiver }: OrderRecord): Order['receiver'] {
  const masked = {
    nameMask: receiver.name.mask,
    phoneMask: receiver.phone.mask,
    country: receiver.country,
    province: receiver.province,
    city: receiver.city,
    district: receiver.district,
    addressMask: receiver.address.mask,
  };
  return receiver.postcode === null ? masked : { ...masked, postcode: receiver.postcode };
}

/** One row of a list. */
export function toSummary(record: OrderRecord): OrderSummary {
  return {
    orderNo: record.orderNo,
    version: record.version,
    channel: record.channel,
    shopId: record.shopId,
    channelOrderId: record.channelOrderId,
    status: record.status,
    rawStatus: record.rawStatus,
    hold: record.hold,
    currency: record.currency,
    paidMinor: record.paidMinor,
    goodsMinor: record.goodsMinor,
    createdAt: record.createdAt,
    paidAt: record.paidAt,
    updatedAt: record.updatedAt,
    receivedAt: record.receivedAt,
    healthScore: record.healthScore,
    grade: record.grade,
    tags: record.tags,
  };
}

const FROZEN_BY_HAND: LocalisedText = { zh: '人工冻结', en: 'Frozen by hand' };

/** A queue row: the summary with the sentence of its gravest reason. */
export function toHeldOrder(record: OrderRecord): HeldOrder {
  return {
    ...toSummary(record),
    sentence: record.hold?.reasons[0]?.sentence ?? FROZEN_BY_HAND,
    province: record.receiver.province,
    city: record.receiver.city,
    buyerMask: record.buyer.name.mask,
  } satisfies z.infer<typeof heldOrderSchema>;
}

/** Length of a trace. */
const TRACE = 5 * MINUTE;

/** False for what a channel tells later than a trace is long: a catch-up shows that the feed lives, but is no beat of now. */
export function isBeat(record: OrderRecord): boolean {
  return record.receivedAt - record.createdAt < TRACE;
}

/** An order's first appearance as a beat of its lane. */
export function toBeat(record: OrderRecord): Beat {
  return {
    at: record.receivedAt,
    orderNo: record.orderNo,
    channel: record.channel,
    shopId: record.shopId,
    paidMinor: record.paidMinor,
    currency: record.currency,
    grade: record.grade,
    held: record.hold?.kind ?? 'none',
  };
}
