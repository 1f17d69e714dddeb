import { datacoOrders } from './dataco-orders.ts';
import { onlineRetailEvents } from './online-retail-events.ts';
import { ownOrders } from './own-orders.ts';
import type { RowFormat } from './row.ts';
import { scmsShipments } from './scms-shipments.ts';

/** Every kind of order file that can be read, most particular first. */
export const ROW_FORMATS: readonly RowFormat[] = [datacoOrders, onlineRetailEvents, scmsShipments, ownOrders];

/** The format whose rows look like this one, or null. File names play no part. */
export function recogniseFormat(row: unknown): RowFormat | null {
  return ROW_FORMATS.find((format) => format.recognises(row)) ?? null;
}
