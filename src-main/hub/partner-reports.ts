import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { Receipt } from '#main/model/outcome.ts';
import type { PartnerReport } from './partner-ports.ts';

/** What a report means for its order: a receipt the engine decides about, or a line of its history. */
export type ReportMeaning = { kind: 'receipt'; receipt: Receipt } | { kind: 'entry'; entry: Omit<TimelineEntry, 'at'> };

/** Words a report has of its own beside the four receipts; a warehouse that refuses an order is trouble somebody has to look at. */
const RECEIPTS: Partial<Record<PartnerReport['kind'], Receipt['kind']>> = {
  shipped: 'shipped',
  delivered: 'delivered',
  exception: 'exception',
  refused: 'exception',
  waybill: 'waybill',
};

/** `partnerId`: whose message it was. */
export function meaningOf({ kind, at, trackingNumber, carrier, text }: PartnerReport, partnerId: string): ReportMeaning {
  const receipt = RECEIPTS[kind];
  if (receipt) {
    const source = partnerId === 'wms' ? 'wms' : 'carrier';
    return { kind: 'receipt', receipt: { kind: receipt, trackingNumber, carrier, at, source, actor: partnerId, text } };
  }
  return { kind: 'entry', entry: { kind: kind === 'trace' ? 'note' : 'outbox', actor: partnerId, text } };
}
