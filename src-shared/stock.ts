import { z } from 'zod';
import { epochSchema } from './order.ts';
import { localisedTextSchema } from './text.ts';

export const warehouseSchema = z.object({
  id: z.string(),
  name: localisedTextSchema,
  province: z.string(),
  city: z.string(),
  /** Degrees WGS84. */
  lon: z.number(),
  lat: z.number(),
  /** `own`, `third-party` or `drop-ship` (D1). */
  kind: z.enum(['own', 'third-party', 'drop-ship']),
  /** Orders it can pack in a day; load is measured against it. */
  dailyCapacity: z.number().int().positive(),
  /** Serves amounts above the VIP limit (E2). */
  vip: z.boolean(),
});
export type Warehouse = z.infer<typeof warehouseSchema>;

export const stockLevelSchema = z.object({
  sku: z.string(),
  name: z.string(),
  warehouse: z.string(),
  /** Pieces on the shelf; `reserved` of them belong to orders. Available = spot - reserved, never below zero (D3). */
  spot: z.number().int(),
  reserved: z.number().int(),
  available: z.number().int(),
  /** D5: promised arrivals, kept apart from spot stock. */
  presaleQuota: z.number().int(),
  presaleReserved: z.number().int(),
  safety: z.number().int(),
  /** Pieces reserved in the last 24 h; available divided by it is the cover in days (null: nothing moved). */
  soldLastDay: z.number().int(),
  coverDays: z.number().nullable(),
  alarm: z.enum(['none', 'low', 'short', 'out']),
});
export type StockLevel = z.infer<typeof stockLevelSchema>;

export const stockMovementSchema = z.object({
  id: z.number().int(),
  at: epochSchema,
  sku: z.string(),
  warehouse: z.string(),
  kind: z.enum(['opening', 'reserve', 'release', 'ship', 'return', 'adjust', 'replenish']),
  pool: z.enum(['spot', 'presale']),
  /** Signed pieces: change of spot for opening/ship/return/adjust/replenish, change of reserved for reserve/release. */
  quantity: z.number().int(),
  orderNo: z.string().nullable(),
  note: z.string(),
});
export type StockMovement = z.infer<typeof stockMovementSchema>;

export const stockAlarmSchema = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  warehouse: z.string(),
  level: z.enum(['low', 'short', 'out']),
  available: z.number().int(),
  /** The limit it fell below: 50 pieces, or 15 % of the safety level (D4). */
  limit: z.number(),
  sentence: localisedTextSchema,
  raisedAt: epochSchema,
  /** D4: the replenishment task that was opened for it. */
  replenish: z.number().int(),
});
export type StockAlarm = z.infer<typeof stockAlarmSchema>;

export const warehouseHealthSchema = warehouseSchema.extend({
  skus: z.number().int(),
  available: z.number().int(),
  reserved: z.number().int(),
  alarms: z.object({ low: z.number().int(), short: z.number().int(), out: z.number().int() }),
  /** Share of its SKUs without an alarm, 0 to 1. */
  health: z.number(),
  coverDays: z.number().nullable(),
  /** Orders routed here in the last 24 h against its daily capacity, 0 to 1 and above. */
  load: z.number(),
});
export type WarehouseHealth = z.infer<typeof warehouseHealthSchema>;

/** Pieces and orders that went from a warehouse to a province in the last hour. */
export const stockFlowSchema = z.object({
  warehouse: z.string(),
  province: z.string(),
  orders: z.number().int(),
  pieces: z.number().int(),
});
export type StockFlow = z.infer<typeof stockFlowSchema>;
