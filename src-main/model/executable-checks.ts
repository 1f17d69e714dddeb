import type { ExecutableCheck } from '#shared/order.ts';

function check(id: ExecutableCheck['id'], passed: boolean, zh: string, en: string): ExecutableCheck {
  return Object.freeze({ id, passed, note: Object.freeze({ zh, en }) });
}

/**
 * What the checks of the executable standard (B7) can find, by name. Shared and frozen, because nearly every order passes
 * nearly every check; the store writes the name instead of the words.
 */
export const EXECUTABLE_CHECKS = {
  paid: check('paid', true, '已付款', 'Paid'),
  unpaid: check('paid', false, '未付款', 'Not paid yet'),
  ended: check('paid', false, '订单已结束或退款中', 'The order ended or is being refunded'),
  locked: check('stock', true, '库存已锁定', 'Stock locked'),
  shipped: check('stock', true, '已出库', 'Shipped'),
  'not-locked': check('stock', false, '库存未锁定', 'Stock not locked'),
  'risk-passed': check('risk', true, '质检通过', 'Passed every stopping rule'),
  held: check('risk', false, '已拦截，等待处理', 'Held for review'),
  frozen: check('risk', false, '已冻结，等待处理', 'Frozen for review'),
  invoice: check('invoice', true, '发票资料齐全或无需发票', 'Invoice complete or not wanted'),
  'no-invoice': check('invoice', false, '发票资料不全', 'Invoice data incomplete'),
  address: check('address', true, '地址完整', 'Address complete'),
  'address-with-platform': check('address', true, '地址由平台保管', 'Address kept by the platform'),
  'no-address': check('address', false, '地址不完整', 'Address incomplete'),
  checked: check('checks', true, '交叉核验完成', 'Cross-checks done'),
} as const satisfies Record<string, ExecutableCheck>;
export type ExecutableCheckName = keyof typeof EXECUTABLE_CHECKS;

/** The one finding that carries a figure: so many pieces of the order are not there. */
export function shortCheck(pieces: number): ExecutableCheck {
  return check('stock', false, `缺 ${pieces} 件`, `${pieces} pieces short`);
}
