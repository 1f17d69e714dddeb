import { z } from 'zod';
import { channelIdSchema } from './channels.ts';
import { epochSchema, minorSchema, orderStatusSchema, type OrderStatus } from './order.ts';
import { localisedTextSchema } from './text.ts';

/** Stages of the stage line. `review` holds every held or frozen order, whatever its status. */
export const STAGES = ['pending_payment', 'paid', 'review', 'awaiting_shipment', 'shipped', 'delivered'] as const;
export const stageSchema = z.enum(STAGES);
export type Stage = z.infer<typeof stageSchema>;

/** The stage an order stands in; null once it has left the stage line (completed, cancelled, in or after refund, closed). */
export function stageOf(status: OrderStatus, onHold: boolean): Stage | null {
  switch (status) {
    case 'completed':
    case 'cancelled':
    case 'refunding':
    case 'refunded':
    case 'closed':
      return null;
    default:
      return onHold ? 'review' : status;
  }
}

/** G2. Doubled on screen by shape and word. */
export const pulseLevelSchema = z.enum(['green', 'amber', 'red']);
export type PulseLevel = z.infer<typeof pulseLevelSchema>;

/** One order as it appears on the ECG trace. */
export const beatSchema = z.object({
  at: epochSchema,
  orderNo: z.string(),
  channel: channelIdSchema,
  shopId: z.string(),
  paidMinor: minorSchema,
  currency: z.string(),
  grade: z.enum(['pass', 'low', 'medium', 'high']),
  held: z.enum(['none', 'held', 'frozen']),
});
export type Beat = z.infer<typeof beatSchema>;

export const laneSchema = z.object({
  channel: channelIdSchema,
  shopId: z.string(),
  name: z.string(),
  /** G4. `silent`: nothing for longer than the lane's learned gap; `off`: no shop feed configured. */
  liveness: z.enum(['live', 'quiet', 'silent', 'off']),
  lastBeatAt: epochSchema.nullable(),
  ordersPerMinute: z.number(),
  /** 95th percentile of (on disk here - changed at the platform), last 5 min; null without orders. */
  syncDelayP95Ms: z.number().nullable(),
  heldShare: z.number(),
  /** Why the feed stands still, where it is known. */
  problem: localisedTextSchema.optional(),
});
export type Lane = z.infer<typeof laneSchema>;

/** M11. When a stage of a channel is amber and red, and where that comes from. */
export const stageLimitSchema = z.object({
  channel: channelIdSchema,
  stage: stageSchema,
  amberAfterMs: z.number(),
  redAfterMs: z.number(),
  /** `learnt`: amber begins where nineteen of twenty orders of the channel had left the stage, within the bounds; `set`: as configured. */
  origin: z.enum(['learnt', 'set']),
  /** Orders that left the stage and count so far, and how many are needed before anything is learnt. */
  orders: z.number().int(),
  needed: z.number().int(),
  /** Nineteen of twenty had left by then; null: too few have. */
  expectedMs: z.number().nullable(),
});
export type StageLimitRow = z.infer<typeof stageLimitSchema>;

export const stageLoadSchema = z.object({
  stage: stageSchema,
  backlog: z.number().int(),
  oldestAt: epochSchema.nullable(),
  /** Orders that entered and left in the last 5 minutes, per minute. */
  inflowPerMinute: z.number(),
  outflowPerMinute: z.number(),
  level: pulseLevelSchema,
  /** Time an order may stay here before it counts as amber, and as red (G2: red from 2 h). */
  amberAfterMs: z.number(),
  redAfterMs: z.number(),
});
export type StageLoad = z.infer<typeof stageLoadSchema>;

/** One strip of the ward: orders stuck for one cause; a single order is a group of one (M11). */
export const wardStripSchema = z.object({
  id: z.string(),
  stage: stageSchema,
  cause: localisedTextSchema,
  level: pulseLevelSchema,
  count: z.number().int(),
  oldestAt: epochSchema,
  /** Longest an order normally stays in this step. */
  expectedMs: z.number(),
  /** Orders that was learnt from (M11); null or absent: too few, it is the amber limit as set. */
  learntFrom: z.number().int().nullable().optional(),
  channel: channelIdSchema.nullable(),
  warehouse: z.string().nullable(),
  /** Up to ten of its orders, oldest first. */
  orderNos: z.array(z.string()),
  owner: z.string().nullable(),
  nextAction: localisedTextSchema,
  ticketId: z.string().nullable(),
});
export type WardStrip = z.infer<typeof wardStripSchema>;

/** The bottom strip of every screen. */
export const vitalsSchema = z.object({
  at: epochSchema,
  ordersPerMinute: z.number(),
  open: z.number().int(),
  held: z.number().int(),
  frozen: z.number().int(),
  oldestHeldAt: epochSchema.nullable(),
  outboxPending: z.number().int(),
  outboxDead: z.number().int(),
  inboxFailed: z.number().int(),
  /** Share of the store's measured write capacity in use over the last minute, 0 to 1. */
  storeLoad: z.number(),
  /** Milliseconds from durable receipt to durable decision, 95th percentile over the last minute; null without orders. */
  decisionP95Ms: z.number().nullable(),
  stockAlarms: z.number().int(),
  ohi: z.number().nullable(),
});
export type Vitals = z.infer<typeof vitalsSchema>;

export const pulseSnapshotSchema = z.object({
  at: epochSchema,
  /** False when `at` was asked for in the past (time machine). */
  live: z.boolean(),
  lanes: z.array(laneSchema),
  /** Beats of the five minutes before `at`, oldest first. */
  beats: z.array(beatSchema),
  stages: z.array(stageLoadSchema),
  ward: z.array(wardStripSchema),
  vitals: vitalsSchema,
});
export type PulseSnapshot = z.infer<typeof pulseSnapshotSchema>;

export { orderStatusSchema };
