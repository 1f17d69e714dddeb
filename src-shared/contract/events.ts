import { z } from 'zod';
import { epochSchema, orderSummarySchema } from '../order.ts';
import { beatSchema, laneSchema, stageLoadSchema, vitalsSchema, wardStripSchema } from '../pulse.ts';
import { stockAlarmSchema, stockLevelSchema } from '../stock.ts';
import { localisedTextSchema } from '../text.ts';
import { checksStateSchema } from './checks.ts';
import { dayAuditSchema, feedStateSchema } from './feeds.ts';
import { heldOrderSchema } from './holds.ts';
import { importStateSchema } from './imports.ts';
import { rereadStateSchema } from './mapping.ts';
import { radarTrainingSchema } from './radar.ts';
import { lookProgressSchema } from './reports.ts';
import { trialSchema } from './rule-runs.ts';

/**
 * Every event of the console contract. Events say what happened, after it was durable, in batches.
 * Order events carry the new summary, so that a screen never has to ask for what it shows.
 */
export const eventSchemas = {
  /** Orders received for the first time, as beats of their lanes. */
  'orders.beat': z.object({ beats: z.array(beatSchema) }),
  /** Orders that changed in any way, new ones included. */
  'orders.changed': z.object({ orders: z.array(orderSummarySchema) }),
  /** Queue rows that opened or changed, and orders that left the queue. */
  'holds.changed': z.object({ opened: z.array(heldOrderSchema), closed: z.array(z.string()) }),
  'stock.changed': z.object({ levels: z.array(stockLevelSchema), alarms: z.array(stockAlarmSchema), alarmsCleared: z.array(z.string()) }),
  /** Once a second: the bottom strip, lanes and stages. */
  'pulse.tick': z.object({ vitals: vitalsSchema, lanes: z.array(laneSchema), stages: z.array(stageLoadSchema) }),
  /** After each pulse scan (10 s): the stuck orders. */
  'pulse.ward': z.object({ at: epochSchema, ward: z.array(wardStripSchema) }),
  'health.changed': z.object({ at: epochSchema, ohi: z.number().nullable() }),
  /** Feeds whose state moved. */
  'feeds.changed': z.object({ feeds: z.array(feedStateSchema) }),
  /** Days that were compared or whose gaps are being filled. */
  'gaps.changed': z.object({ days: z.array(dayAuditSchema) }),
  'imports.changed': z.object({ imports: z.array(importStateSchema) }),
  /** Cross-checks moved: at most once a second. */
  'checks.changed': checksStateSchema,
  /** Orders are read again after a platform's words were given a meaning: how far it is. */
  'mapping.reread': z.object({ reread: rereadStateSchema }),
  /** A rule set was published, or a draft was made, changed or decided. */
  'rules.changed': z.object({
    version: z.number().int(),
    publishedAt: epochSchema,
    /** Drafts that wait for approval. */
    waiting: z.number().int(),
    /** The draft that changed; null where it was none. */
    draft: z.string().nullable(),
  }),
  /** A trial of a draft: how far it is (`rules` follow with its end), or how it ended. */
  'trial.changed': z.object({ trial: trialSchema }),
  /** A training of the radar moved or ended, a model was made, or sample sets came or went. */
  'radar.changed': z.object({ at: epochSchema, training: radarTrainingSchema.nullable() }),
  /** A report was made, suggestions were looked for or drafted, or their bound was set. `looking`: only a computation of them moved on. */
  'reports.changed': z.object({ at: epochSchema, looking: lookProgressSchema.nullable() }),
  /** Something a person should notice: high-risk freeze, silent channel, store trouble. */
  'notice.raised': z.object({
    id: z.string(),
    at: epochSchema,
    level: z.enum(['info', 'warning', 'alarm']),
    text: localisedTextSchema,
    orderNo: z.string().nullable(),
  }),
};
export type EventName = keyof typeof eventSchemas;
export type EventPayload<N extends EventName> = z.infer<(typeof eventSchemas)[N]>;

/**
 * An event on the wire. `seq` grows by one within an `epoch` (one run of the hub). A receiver that sees another epoch
 * or a hole in `seq` fetches snapshots again. `resync` is sent instead of events the hub no longer holds.
 */
export type ContractEvent = { [N in EventName]: { epoch: string; seq: number; name: N; payload: EventPayload<N> } }[EventName];
export interface ResyncEvent {
  epoch: string;
  seq: number;
  name: 'resync';
  payload: Record<string, never>;
}
export type StreamEvent = ContractEvent | ResyncEvent;

const position = { epoch: z.string(), seq: z.number().int().nonnegative() };
export const streamEventSchema = z.discriminatedUnion('name', [
  z.object({ ...position, name: z.literal('orders.beat'), payload: eventSchemas['orders.beat'] }),
  z.object({ ...position, name: z.literal('orders.changed'), payload: eventSchemas['orders.changed'] }),
  z.object({ ...position, name: z.literal('holds.changed'), payload: eventSchemas['holds.changed'] }),
  z.object({ ...position, name: z.literal('stock.changed'), payload: eventSchemas['stock.changed'] }),
  z.object({ ...position, name: z.literal('pulse.tick'), payload: eventSchemas['pulse.tick'] }),
  z.object({ ...position, name: z.literal('pulse.ward'), payload: eventSchemas['pulse.ward'] }),
  z.object({ ...position, name: z.literal('health.changed'), payload: eventSchemas['health.changed'] }),
  z.object({ ...position, name: z.literal('feeds.changed'), payload: eventSchemas['feeds.changed'] }),
  z.object({ ...position, name: z.literal('gaps.changed'), payload: eventSchemas['gaps.changed'] }),
  z.object({ ...position, name: z.literal('imports.changed'), payload: eventSchemas['imports.changed'] }),
  z.object({ ...position, name: z.literal('checks.changed'), payload: eventSchemas['checks.changed'] }),
  z.object({ ...position, name: z.literal('mapping.reread'), payload: eventSchemas['mapping.reread'] }),
  z.object({ ...position, name: z.literal('rules.changed'), payload: eventSchemas['rules.changed'] }),
  z.object({ ...position, name: z.literal('trial.changed'), payload: eventSchemas['trial.changed'] }),
  z.object({ ...position, name: z.literal('radar.changed'), payload: eventSchemas['radar.changed'] }),
  z.object({ ...position, name: z.literal('reports.changed'), payload: eventSchemas['reports.changed'] }),
  z.object({ ...position, name: z.literal('notice.raised'), payload: eventSchemas['notice.raised'] }),
  z.object({ ...position, name: z.literal('resync'), payload: z.object({}) }),
]);

/** Where a subscriber stands; null asks for everything from now on. */
export const streamPositionSchema = z.object(position).nullable();
export type StreamPosition = z.infer<typeof streamPositionSchema>;
