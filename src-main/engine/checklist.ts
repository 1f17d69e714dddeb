import type { ExecutableCheck } from '#shared/order.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { MissingPieces } from './collect.ts';
import { isAddressComplete, isInvoiceIncomplete } from './contact.ts';
import { hasEnded, hasShipped } from './lifecycle.ts';

type Id = ExecutableCheck['id'];

function check(id: Id, passed: boolean, zh: string, en: string): ExecutableCheck {
  return Object.freeze({ id, passed, note: Object.freeze({ zh, en }) });
}

// Shared, because nearly every order passes nearly every check.
const PAID = check('paid', true, '已付款', 'Paid');
const UNPAID = check('paid', false, '未付款', 'Not paid yet');
const ENDED = check('paid', false, '订单已结束或退款中', 'The order ended or is being refunded');
const STOCK = check('stock', true, '库存已锁定', 'Stock locked');
const SHIPPED = check('stock', true, '已出库', 'Shipped');
const NOT_LOCKED = check('stock', false, '库存未锁定', 'Stock not locked');
const RISK = check('risk', true, '质检通过', 'Passed every stopping rule');
const HELD = check('risk', false, '已拦截，等待处理', 'Held for review');
const FROZEN = check('risk', false, '已冻结，等待处理', 'Frozen for review');
const INVOICE = check('invoice', true, '发票资料齐全或无需发票', 'Invoice complete or not wanted');
const NO_INVOICE = check('invoice', false, '发票资料不全', 'Invoice data incomplete');
const ADDRESS = check('address', true, '地址完整', 'Address complete');
const MASKED = check('address', true, '地址由平台保管', 'Address kept by the platform');
const NO_ADDRESS = check('address', false, '地址不完整', 'Address incomplete');

function paidCheck({ status }: OrderRecord): ExecutableCheck {
  if (status === 'pending_payment') return UNPAID;
  return hasEnded(status) || status === 'refunding' ? ENDED : PAID;
}

function stockCheck(record: OrderRecord, missing: MissingPieces): ExecutableCheck {
  if (record.stock === 'shipped' || hasShipped(record.status)) return SHIPPED;
  const short = missing.spot + missing.presale;
  if (short > 0) return check('stock', false, `缺 ${short} 件`, `${short} pieces short`);
  return record.stock === 'reserved' ? STOCK : NOT_LOCKED;
}

/** B7: the executable standard as a checklist, from what is known of the order now. */
export function executableChecks(record: OrderRecord, missing: MissingPieces): ExecutableCheck[] {
  const address = isAddressComplete(record.receiver);
  return [
    paidCheck(record),
    stockCheck(record, missing),
    record.hold === null ? RISK : record.hold.kind === 'frozen' ? FROZEN : HELD,
    isInvoiceIncomplete(record.invoice) ? NO_INVOICE : INVOICE,
    address === null ? MASKED : address ? ADDRESS : NO_ADDRESS,
  ];
}

/** Do all required checks pass? */
export function isExecutable(checks: readonly ExecutableCheck[], required: readonly Id[]): boolean {
  return checks.every((entry) => entry.passed || !required.includes(entry.id));
}
