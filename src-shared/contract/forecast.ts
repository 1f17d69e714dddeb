import { z } from 'zod';
import { channelIdSchema } from '../channels.ts';
import { epochSchema, minorSchema } from '../order.ts';
import { stageSchema } from '../pulse.ts';
import { localisedTextSchema } from '../text.ts';
import { query } from './method.ts';
import { EVERYONE } from './roles.ts';

export const forecastEvaluationSchema = z.object({
  rows: z.int().min(0),
  outcomes: z.int().min(0),
  /** Null where only one kind of row was there. */
  areaUnderCurve: z.number().nullable(),
  topTenth: z.object({ rows: z.int(), precision: z.number(), recall: z.number(), threshold: z.number() }).nullable(),
  brier: z.number(),
  logLoss: z.number(),
  calibrationError: z.number(),
  /** Orders in ten groups by what was said, lowest first. */
  reliability: z.array(z.object({ rows: z.int(), said: z.number(), cameTrue: z.number() })),
});

const fittedSchema = z.object({
  trainedAt: epochSchema,
  samples: z.int(),
  outcomes: z.int(),
  /** Measured on the latest fifth of what was known, learnt from what was known before it; null: there was too little to say. */
  evaluation: forecastEvaluationSchema.nullable(),
  /** `put-aside`: worse than the one in service, which stayed. */
  state: z.enum(['in-service', 'put-aside']),
});

/** G5. A forecast of the hub: the model in service and how good it is. */
export const forecastModelSchema = z.object({
  kind: z.enum(['late', 'return']),
  /** `loading`: history is being read after the start; `waiting`: too little history, see `missing`. */
  state: z.enum(['loading', 'waiting', 'ready']),
  training: z.boolean(),
  /** Outcomes known so far, and what is needed before anything is learnt. */
  known: z.object({ yes: z.int(), no: z.int() }),
  needed: z.object({ known: z.int(), ofEach: z.int() }),
  /** What is missing, in words; null when nothing is. */
  missing: localisedTextSchema.nullable(),
  model: fittedSchema.nullable(),
  /** The latest fits, newest first. */
  fits: z.array(fittedSchema),
});
export type ForecastModel = z.infer<typeof forecastModelSchema>;

export const lateOrderSchema = z.object({
  orderNo: z.string(),
  channel: channelIdSchema,
  shopId: z.string(),
  stage: stageSchema,
  warehouse: z.string().nullable(),
  carrier: z.string().nullable(),
  /** It must have arrived by then: told by its source, promised by its route, or from the limits of the stages. */
  dueAt: epochSchema,
  basis: z.enum(['told', 'routed', 'limits']),
  /** Calibrated, 0 … 1, as it stood when the order entered its stage. */
  probability: z.number().min(0).max(1),
  /** The strongest first; `effect` in log-odds, above 0 towards late. */
  reasons: z.array(z.object({ text: localisedTextSchema, effect: z.number() })),
  advice: localisedTextSchema,
});
export type LateOrder = z.infer<typeof lateOrderSchema>;

export const returnOrderSchema = z.object({
  orderNo: z.string(),
  channel: channelIdSchema,
  shopId: z.string(),
  stage: stageSchema,
  paidMinor: minorSchema,
  currency: z.string(),
  paidAt: epochSchema,
  /** Calibrated, 0 … 1, by what was known when the order came in. */
  probability: z.number().min(0).max(1),
  /** The strongest first; `effect` in log-odds, above 0 towards a return. */
  reasons: z.array(z.object({ text: localisedTextSchema, effect: z.number() })),
  advice: localisedTextSchema,
});
export type ReturnOrder = z.infer<typeof returnOrderSchema>;

export const forecastMethods = {
  'forecast.current': query(
    'The forecasts of the hub: what they learnt from, how good they are, and what is missing where there is none yet.',
    EVERYONE,
    z.strictObject({}),
    z.object({ items: z.array(forecastModelSchema) }),
  ),
  'forecast.late': query(
    'Open orders that will most probably be late, likeliest first, with the reasons and what could be done. Orders late already are only counted.',
    EVERYONE,
    z.strictObject({
      channel: channelIdSchema.optional(),
      warehouse: z.string().max(200).optional(),
      carrier: z.string().max(200).optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    z.object({
      at: epochSchema,
      /** False: nothing is said yet, see `forecast.current`. */
      ready: z.boolean(),
      /** Orders on their way that are followed, those beyond their promise among them. */
      open: z.int(),
      overdue: z.int(),
      /** True: there are so many orders on their way that not all are followed; those that will most probably be late are. */
      partial: z.boolean(),
      items: z.array(lateOrderSchema),
      /** What there is to narrow the list by. */
      channels: z.array(channelIdSchema),
      warehouses: z.array(z.string()),
      carriers: z.array(z.string()),
    }),
  ),
  'forecast.returns': query(
    'Paid orders that have not arrived and of which something will most probably come back, likeliest first, with the reasons and what could be done.',
    EVERYONE,
    z.strictObject({
      channel: channelIdSchema.optional(),
      /** Only orders at least that likely. */
      from: z.number().min(0).max(1).default(0),
      limit: z.int().min(1).max(100).default(50),
    }),
    z.object({
      at: epochSchema,
      /** False: nothing is said yet, see `forecast.current`. */
      ready: z.boolean(),
      /** Orders looked at; of very many open ones, the likeliest. */
      open: z.int(),
      items: z.array(returnOrderSchema),
      /** What there is to narrow the list by. */
      channels: z.array(channelIdSchema),
    }),
  ),
};
