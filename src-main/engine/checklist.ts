import type { ExecutableCheck } from '#shared/order.ts';
import { EXECUTABLE_CHECKS, shortCheck } from '#main/model/executable-checks.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { checksLine } from './checks.ts';
import type { MissingPieces } from './collect.ts';
import { isAddressComplete, isInvoiceIncomplete } from './contact.ts';
import { hasEnded, hasShipped } from './lifecycle.ts';

type Id = ExecutableCheck['id'];

function paidCheck({ status, platformHold }: OrderRecord): ExecutableCheck {
  if (status === 'pending_payment') return EXECUTABLE_CHECKS.unpaid;
  if (hasEnded(status) || status === 'refunding') return EXECUTABLE_CHECKS.ended;
  // Paid, but the platform says in its own words why it may not be shipped yet.
  if (platformHold != null && !hasShipped(status)) return { id: 'paid', passed: false, note: platformHold };
  return EXECUTABLE_CHECKS.paid;
}

function stockCheck(record: OrderRecord, missing: MissingPieces): ExecutableCheck {
  if (record.stock === 'shipped' || hasShipped(record.status)) return EXECUTABLE_CHECKS.shipped;
  const short = missing.spot + missing.presale;
  if (short > 0) return shortCheck(short);
  return record.stock === 'reserved' ? EXECUTABLE_CHECKS.locked : EXECUTABLE_CHECKS['not-locked'];
}

/** B7: the executable standard as a checklist, from what is known of the order now. */
export function executableChecks(record: OrderRecord, missing: MissingPieces): ExecutableCheck[] {
  const address = isAddressComplete(record.receiver);
  const lines = [
    paidCheck(record),
    stockCheck(record, missing),
    record.hold === null ? EXECUTABLE_CHECKS['risk-passed'] : EXECUTABLE_CHECKS[record.hold.kind],
    isInvoiceIncomplete(record.invoice) ? EXECUTABLE_CHECKS['no-invoice'] : EXECUTABLE_CHECKS.invoice,
    address === null ? EXECUTABLE_CHECKS['address-with-platform'] : EXECUTABLE_CHECKS[address ? 'address' : 'no-address'],
  ];
  const checks = record.checks ? checksLine(record) : null;
  return checks ? [...lines, checks] : lines;
}

/** Do all required checks pass? */
export function isExecutable(checks: readonly ExecutableCheck[], required: readonly Id[]): boolean {
  return checks.every((entry) => entry.passed || !required.includes(entry.id));
}
