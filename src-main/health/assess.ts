import type { OhiPartId } from '#shared/health.ts';
import type { Sensitive } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { HealthSettings } from './parts.ts';

/** What happened to an order that its record does not tell. */
export interface Witnessed {
  /** It stayed in a step beyond the limit. */
  late: boolean;
  /** The channel told a move that was refused, and nothing newer since. */
  refusedMove: boolean;
  /** A person worked on it. */
  manual: boolean;
}

/** Per part: good, not good, or not measured (null). */
export type Assessment = Record<OhiPartId, boolean | null>;

/** What one order contributes to the five parts (H1) as far as its record tells. Definitions: README.md. */
export function assess(record: OrderRecord, settings: HealthSettings): Assessment {
  return {
    timeliness: record.decidedAt - record.receivedAt <= settings.judgingLimitMs,
    completeness: isPaid(record) ? isComplete(record) : null,
    consistency: !record.rawStatusUnknown,
    accuracy: isFirstChoice(record),
    controllability: !isManual(record, settings),
  };
}

/** The assessment with what was witnessed beside the record. */
export function withWitnessed(told: Assessment, witnessed: Witnessed): Assessment {
  return {
    ...told,
    timeliness: told.timeliness && !witnessed.late,
    consistency: told.consistency && !witnessed.refusedMove,
    controllability: told.controllability && !witnessed.manual,
  };
}

function isPaid(record: OrderRecord): boolean {
  return record.status !== 'pending_payment' && record.status !== 'cancelled' && record.status !== 'closed';
}

function isComplete(record: OrderRecord): boolean {
  const { receiver, lines } = record;
  const reachable = [receiver.name, receiver.phone, receiver.address].every(isKnown);
  const placed = receiver.city.trim() !== '' && (receiver.province.trim() !== '' || receiver.country.trim() !== '');
  const goods = lines.length > 0 && lines.every((line) => line.sku !== '' && line.quantity > 0);
  return reachable && placed && passed(record, 'address') && goods && isSettled(record) && hasInvoiceData(record);
}

/** Masked or encrypted counts as known: the platform has it and the parcel will find its way. */
function isKnown(field: Sensitive): boolean {
  return (field.plain ?? field.mask).trim() !== '' || field.index !== null || (field.cipher ?? null) !== null;
}

/** Paid with a time and a sum; an order discounted to nothing owes no sum. */
function isSettled(record: OrderRecord): boolean {
  const due = record.goodsMinor + record.freightMinor - record.discountMinor;
  return record.paidAt !== null && (record.paidMinor > 0 || due <= 0);
}

function hasInvoiceData(record: OrderRecord): boolean {
  return (record.invoice === null || record.invoice.title.trim() !== '') && passed(record, 'invoice');
}

/** A check of the executable-order standard (B7); one that was not asked stands against nobody. */
function passed(record: OrderRecord, id: 'address' | 'invoice'): boolean {
  return record.executable.find((check) => check.id === id)?.passed ?? true;
}

function isFirstChoice(record: OrderRecord): boolean | null {
  const { route, allocations } = record;
  if (!route || route.warehouse === null || route.preferred === null) return null;
  return route.warehouse === route.preferred && allocations.every((allocation) => allocation.warehouse === route.preferred);
}

function isManual(record: OrderRecord, settings: HealthSettings): boolean {
  if (record.hold !== null) return true;
  if (record.undo !== null && settings.isPerson(record.undo.by)) return true;
  return record.clearances.some((clearance) => settings.isPerson(clearance.by));
}
