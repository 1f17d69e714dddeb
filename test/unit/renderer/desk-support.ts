import type { Hold } from '#shared/order.ts';
import type { HeldOrder } from '../../../src-renderer/stores/holds.ts';

/** A queue row for tests: held, medium, of one rule, unless said otherwise. */
export function heldOrder(orderNo: string, hold: Partial<Hold> = {}, fields: Partial<HeldOrder> = {}): HeldOrder {
  const sentence = { zh: '优惠占比 96%，上限 90%', en: 'Discount share 96 %; limit 90 %' };
  const severity = hold.severity ?? 'medium';
  return {
    orderNo,
    version: 1,
    channel: 'taobao',
    shopId: 'flagship',
    channelOrderId: `platform-${orderNo}`,
    status: 'paid',
    rawStatus: 'PAID',
    hold: {
      kind: 'held',
      severity,
      reasons: [{ ruleId: 'coupon-abuse', ruleVersion: 1, severity, sentence }],
      role: 'service',
      openedAt: 0,
      releaseAt: 7_200_000,
      stock: 'keep',
      assignee: null,
      snoozedUntil: null,
      openedBy: 'rule',
      ...hold,
    },
    currency: 'CNY',
    paidMinor: 12_800,
    goodsMinor: 12_800,
    createdAt: 0,
    paidAt: 0,
    updatedAt: 0,
    receivedAt: 0,
    healthScore: 50,
    grade: severity,
    tags: [],
    sentence,
    province: '江苏',
    city: '南京',
    buyerMask: '王**',
    ...fields,
  };
}
