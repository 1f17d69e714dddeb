import { z } from 'zod';
import { channelIdSchema } from './channels.ts';
import { epochSchema } from './order.ts';
import { localisedTextSchema } from './text.ts';

/** H1: the five parts of the Order Health Index, each 0 to 100. */
export const OHI_PARTS = ['timeliness', 'completeness', 'consistency', 'accuracy', 'controllability'] as const;
export const ohiPartIdSchema = z.enum(OHI_PARTS);
export type OhiPartId = z.infer<typeof ohiPartIdSchema>;

export const ohiPartSchema = z.object({
  id: ohiPartIdSchema,
  /** Null where nothing could be measured yet, never a made-up figure. */
  score: z.number().nullable(),
  target: z.number(),
  weight: z.number(),
  /** Numerator and denominator the score comes from, in words, with the formula. */
  formula: localisedTextSchema,
  measured: z.number().int(),
  good: z.number().int(),
});
export type OhiPart = z.infer<typeof ohiPartSchema>;

export const healthPointSchema = z.object({
  at: epochSchema,
  ohi: z.number().nullable(),
  parts: z.record(ohiPartIdSchema, z.number().nullable()),
  orders: z.number().int(),
});
export type HealthPoint = z.infer<typeof healthPointSchema>;

export const healthRowSchema = z.object({
  channel: channelIdSchema,
  shopId: z.string(),
  name: z.string(),
  ohi: z.number().nullable(),
  parts: z.record(ohiPartIdSchema, z.number().nullable()),
  orders: z.number().int(),
  held: z.number().int(),
  /** OHI of the last 24 samples, oldest first. */
  spark: z.array(z.number().nullable()),
});
export type HealthRow = z.infer<typeof healthRowSchema>;

/** What moved the index between two moments: contribution of each part in points. */
export const healthMoveSchema = z.object({ part: ohiPartIdSchema, points: z.number(), why: localisedTextSchema });

export const healthSnapshotSchema = z.object({
  at: epochSchema,
  ohi: z.number().nullable(),
  /** Change against the same model a day before; null when there is no sample that old. */
  changeSinceYesterday: z.number().nullable(),
  /** Hours the figures cover. */
  windowHours: z.number(),
  parts: z.array(ohiPartSchema),
  trend: z.array(healthPointSchema),
  channels: z.array(healthRowSchema),
  moved: z.array(healthMoveSchema),
  /** Moments to mark on the trend: rule set published, hub restarted, surge. */
  marks: z.array(z.object({ at: epochSchema, kind: z.enum(['rules', 'restart', 'surge']), text: localisedTextSchema })),
});
export type HealthSnapshot = z.infer<typeof healthSnapshotSchema>;
