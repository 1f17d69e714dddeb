import { z } from 'zod';
import { channelIdSchema } from '../channels.ts';
import { epochSchema, orderSummarySchema } from '../order.ts';
import { evaluationValueSchema, RULE_ACTIONS } from '../rule.ts';
import { localisedTextSchema, severitySchema } from '../text.ts';
import { importRowErrorSchema } from './imports.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { STAFF, SUPERVISORS } from './roles.ts';

/**
 * The anomaly radar (B8): disputes of the past teach a classifier, which gives every order a score from 0 to 100.
 *
 * The way of a person through it:
 * 1. **Samples.** A file of disputes is uploaded (`imports.begin`, `imports.append`; the shop named there is the one rows without a shop of their
 *    own belong to), looked at (`radar.inspect`, again whenever the mapping is changed) and taken (`radar.samples.take`): a sample set.
 *    Or the outcomes this store knows itself become one (`radar.samples.own`).
 * 2. **Training** in the background (`radar.train`; `radar.changed` tells how far it is). It ends in a model, or says why there is none.
 * 3. **Looking at it**: `radar.model` has the figures for every threshold from 0 to 100, `radar.orders` the orders it would have held.
 * 4. **Switching on** (`radar.switchOn`) makes a rule in a draft, which is tried, handed in and approved like any other. The rule names its
 *    model, so no model comes into force, or leaves it, but with a published rule set.
 */

/** A model is a version: `radar-3`. This is what the rule field `radar-model` holds and what rules compare it with. */
export const radarModelNameSchema = z.string().regex(/^radar-[1-9]\d*$/);

/** Largest file of disputes, bytes. */
export const RADAR_FILE_BYTES = 64 * 1024 * 1024;

const column = z.number().int().nonnegative();
/** What a cell of the label column may mean. `disputed`: the order went wrong; `fine`: it did not. */
export const radarLabelSchema = z.enum(['disputed', 'fine']);
export type RadarLabel = z.infer<typeof radarLabelSchema>;

/** How a file of disputes is read. Columns are indices from 0; null: the file has none. */
export const radarMappingSchema = z.strictObject({
  /** XLSX only; null: the first sheet. */
  sheet: z.string().nullable().default(null),
  /** CSV only; null: found out. */
  encoding: z.enum(['utf-8', 'gb18030']).nullable().default(null),
  delimiter: z.enum([',', ';', '\t', '|']).nullable().default(null),
  headerRows: z.number().int().min(0).max(10).default(1),
  columns: z.strictObject({
    /** Order number: ours, or the platform's own. */
    order: column,
    /** Disputed or fine; null: every row is a dispute. */
    label: column.nullable().default(null),
    /** Kind of dispute, free words: kept and counted. */
    kind: column.nullable().default(null),
    /** What the buyer said: kept with the row, personal data masked; never learnt from, for it is not known when an order comes in. */
    text: column.nullable().default(null),
    /** Channel id or name; null: the channel named with the upload. */
    channel: column.nullable().default(null),
    /** Shop id; null: the shop named with the upload. */
    shop: column.nullable().default(null),
  }),
  /** The file's own words for the labels, beside those that are known (纠纷, 投诉, disputed, 是, 1, 正常, fine, 否, 0, …). */
  words: z.record(z.string().min(1).max(100), radarLabelSchema).default({}),
});
export type RadarMapping = z.infer<typeof radarMappingSchema>;

/** Labelled orders to learn from. A set never changes, except that a file may be read again (`radar.samples.reread`). */
export const radarSampleSetSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  /** `file`: uploaded; `own`: outcomes this store knows itself, by the same definition reports and trials use. */
  source: z.enum(['file', 'own']),
  /**
   * `reading`: being read now, and counted as far as it came; `cut-off`: a reading ended before its end, so that not all of it is here: it can
   * be read again where `rereadable`, or removed. Only a `ready` set is learnt from.
   */
  state: z.enum(['ready', 'reading', 'cut-off']),
  createdAt: epochSchema,
  by: z.string(),
  /** Rows of the file, blank ones not counted; orders looked at for `own`. */
  rows: z.number().int(),
  /** Rows that could not be used: `radar.samples.errors` lists each. Always 0 for `own`. */
  badRows: z.number().int(),
  disputed: z.number().int(),
  fine: z.number().int(),
  /** Kinds of dispute and how many orders have them, the most frequent first, at most 20. */
  kinds: z.array(z.object({ kind: z.string(), orders: z.number().int() })),
  /** Is the file still kept, so that it can be read again? False for `own`. */
  rereadable: z.boolean(),
});
export type RadarSampleSet = z.infer<typeof radarSampleSetSchema>;

/** Which orders a training takes as fine ones. `samples`: those labelled fine in the sets; `own`: orders this store knows ended well; `both`. */
export const radarFineSchema = z.enum(['samples', 'own', 'both']);

/** One training, running or ended. There is one at a time. */
export const radarTrainingSchema = z.object({
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  startedAt: epochSchema,
  endedAt: epochSchema.nullable(),
  by: z.string(),
  /** What it is about now: orders are read, the model is learnt and tested in turns, recent orders are scored. */
  stage: z.enum(['reading', 'learning', 'scoring']),
  /** Of the stage: orders read or scored, or turns of learning, of all. */
  done: z.number().int(),
  of: z.number().int(),
  /** Why there is no model; null while it runs and when there is one. */
  problem: localisedTextSchema.nullable(),
  /** The model it ended in. */
  model: radarModelNameSchema.nullable(),
});
export type RadarTraining = z.infer<typeof radarTrainingSchema>;

/**
 * What the model would do with this threshold. Precision, recall and `falseShare` come from cross-validation: every labelled order is judged
 * by a model that saw neither it nor any other order of its buyer. `held` counts stored orders of the latest days.
 */
export const radarPointSchema = z.object({
  /** Orders with this score or more are held. */
  threshold: z.number().int().min(0).max(100),
  /** Of the orders it would hold, the share that was disputed, 0 to 1; null where it holds none. Fine orders that were left out of the sample count by what they stand for. */
  precision: z.number().nullable(),
  /** Of the disputed orders, the share it would hold. */
  recall: z.number(),
  /** Of the fine orders, the share it would hold: false alarms. */
  falseShare: z.number(),
  /** Labelled orders it would hold. */
  disputed: z.number().int(),
  fine: z.number().int(),
  /** Orders of the latest days it would hold, whatever became of them, and that per day. */
  held: z.number().int(),
  perDay: z.number(),
});
export type RadarPoint = z.infer<typeof radarPointSchema>;

/** Something the model looks at, and how much it moves scores. */
export const radarFeatureSchema = z.object({
  id: z.string(),
  label: localisedTextSchema,
  /** Mean size of its effect over the labelled orders, in log-odds; the list is sorted by it. */
  weight: z.number(),
  /** In words, which values speak for a dispute: "larger is riskier", "first order: yes". */
  direction: localisedTextSchema,
  /** Share of the labelled orders for which its value was known. */
  known: z.number(),
});
export type RadarFeature = z.infer<typeof radarFeatureSchema>;

const modelHead = {
  name: radarModelNameSchema,
  trainedAt: epochSchema,
  by: z.string(),
  /** Sample sets it learnt from; the names as they were. */
  samples: z.array(z.object({ id: z.number().int(), name: z.string() })),
  fine: radarFineSchema,
  disputedOrders: z.number().int(),
  fineOrders: z.number().int(),
  /** Different buyers among them. */
  buyers: z.number().int(),
  /** How often a disputed order scores above a fine one (0.5: chance), with the interval that holds it in 95 of 100 cases. */
  areaUnderCurve: z.object({ value: z.number(), low: z.number(), high: z.number() }),
  /**
   * `ready`: may be switched on. `no-signal`: the interval reaches down to 0.5, chance would do as well; it may be switched on, and the page
   * has to warn. `too-little`: fewer disputed or fine orders than needed; switching on is refused.
   */
  readiness: z.enum(['ready', 'no-signal', 'too-little']),
  /** The readiness in a sentence. */
  advice: localisedTextSchema,
  /** A rule of the set in force reads it. */
  inForce: z.boolean(),
};
export const radarModelSummarySchema = z.object(modelHead);
export type RadarModelSummary = z.infer<typeof radarModelSummarySchema>;

/** One model with its figures. It never changes but for `inForce`. */
export const radarModelSchema = radarModelSummarySchema.extend({
  /** Turns of the cross-validation; all orders of one buyer are always in the same part. */
  folds: z.number().int(),
  /** Chance of dealing buyers into the parts: the same seed and samples give the same model and figures. */
  seed: z.number().int(),
  /** Is a score what it says? Mean distance between said and true, 0 to 1. */
  calibrationError: z.number(),
  /** 101 points, thresholds 0 to 100 in order. */
  curve: z.array(radarPointSchema),
  /** A threshold to start from: the one that finds most disputes while at most one fine order in a hundred is held, by the curve. */
  suggested: z.number().int(),
  /** Fine orders stand for so many each, because only a part was taken; 1: all were. */
  fineWeight: z.number(),
  /** Sorted by `weight`, those that move nothing left out. */
  features: z.array(radarFeatureSchema),
  /** Orders `held` is counted over: those placed in [from, to), one in `every` of them looked at, counts scaled up. */
  recent: z.object({ from: epochSchema, to: epochSchema, days: z.number(), orders: z.number().int(), every: z.number().int() }),
});
export type RadarModel = z.infer<typeof radarModelSchema>;

/** How one value moved one score. */
export const radarContributionSchema = z.object({
  feature: z.string(),
  label: localisedTextSchema,
  /** As the model saw it; null: unknown. Free text never appears, only what was found in it. */
  value: evaluationValueSchema,
  /** Log-odds against the average labelled order; above 0 speaks for a dispute. Contributions and `base` add up to the score's log-odds. */
  effect: z.number(),
  /** The whole reason in words: "首单：是（纠纷可能性 ×2.4）" / "First order: yes (odds of a dispute × 2.4)". */
  text: localisedTextSchema,
});
export type RadarContribution = z.infer<typeof radarContributionSchema>;

export const radarScoreSchema = z.object({
  model: radarModelNameSchema,
  /** 0 to 100, as the rule saw it: 50 is what an average order of as many disputed as fine ones would have. */
  score: z.number(),
  /** Log-odds of the average labelled order: score = 100 / (1 + e^-(base + Σ effect)), rounded to one digit. */
  base: z.number(),
  /** Largest effects first; every one that is not 0. */
  contributions: z.array(radarContributionSchema),
});
export type RadarScore = z.infer<typeof radarScoreSchema>;

/** An order of the latest days, or a labelled one, with its score by a model. */
export const radarOrderSchema = z.object({
  order: orderSummarySchema,
  score: z.number(),
  /** What the samples say of it; null: it is in none. */
  label: radarLabelSchema.nullable(),
  /** Scored by a model that did not learn from it or its buyer. */
  unseen: z.boolean(),
  /** What moved the score most, largest first, at most five. */
  reasons: z.array(localisedTextSchema),
});
export type RadarOrder = z.infer<typeof radarOrderSchema>;

/** Patterns a score is checked against a second time. RE2 syntax, any case; what cannot be used is refused with the place and the reason. */
export const radarDoubleCheckSchema = z.strictObject({
  /** `and`: held only where score and patterns agree; `or`: either is enough. */
  with: z.enum(['and', 'or']),
  /** `any`: one of the patterns is found; `all`: every one. */
  of: z.enum(['any', 'all']).default('any'),
  field: z.enum(['remarks', 'buyer-message', 'address-text', 'goods-names', 'invoice-wish']).default('remarks'),
  patterns: z.array(z.string().min(1).max(500)).min(1).max(20),
});
export type RadarDoubleCheck = z.infer<typeof radarDoubleCheckSchema>;

const upload = { id: z.number().int() };
const sampleSet = { id: z.number().int() };
const model = { model: radarModelNameSchema };

export const radarMethods = {
  'radar.overview': query(
    'Where the radar stands: the model in force, the latest training, what could be learnt from.',
    STAFF,
    z.strictObject({}),
    z.object({
      /** The model the rules in force ask; null: none does. */
      inForce: z
        .object({ model: radarModelNameSchema, rules: z.array(z.object({ id: z.string(), name: localisedTextSchema })) })
        .nullable(),
      /** The newest model; null: none was made yet. */
      newest: radarModelNameSchema.nullable(),
      /** The latest training of this run of the hub or before; null: there was none. */
      training: radarTrainingSchema.nullable(),
      /** Outcomes this store knows itself: what `radar.samples.own` and `fine: own` could take. */
      outcomes: z.object({ disputed: z.number().int(), fine: z.number().int() }),
      /** Orders of each kind: fewer than `least` cannot be learnt from, fewer than `ready` cannot be switched on. */
      needed: z.object({ least: z.number().int(), ready: z.number().int() }),
    }),
  ),

  'radar.inspect': query(
    'What an uploaded file of disputes is: its columns with samples, a suggested mapping, and what its first rows would say.',
    SUPERVISORS,
    z.strictObject({
      ...upload,
      /** Null: the suggested one is tried. */
      mapping: radarMappingSchema.nullable().default(null),
    }),
    z.object({
      format: z.enum(['csv', 'xlsx']),
      encoding: z.enum(['utf-8', 'gb18030']).nullable(),
      delimiter: z.string().nullable(),
      sheets: z.array(z.string()),
      columns: z.array(z.object({ index: z.number().int(), name: z.string(), samples: z.array(z.string()) })),
      /** Null where no column looks like order numbers: the person has to choose. */
      suggestion: radarMappingSchema.nullable(),
      /** The suggestion is the mapping that was used for the last file with these headings. */
      remembered: z.boolean(),
      /** The first rows as they would be taken. */
      rows: z.array(
        z.object({
          row: z.number().int(),
          /** As it stands in the file. */
          order: z.string(),
          orderNo: z.string(),
          label: radarLabelSchema,
          kind: z.string().nullable(),
        }),
      ),
      errors: z.array(importRowErrorSchema),
    }),
  ),
  'radar.samples': query('Sample sets, newest first.', STAFF, z.strictObject({ ...pageInput }), pageOf(radarSampleSetSchema)),
  'radar.samples.take': command(
    'Takes an uploaded file as a sample set; rows that cannot be used are listed with their reasons. The mapping is remembered.',
    SUPERVISORS,
    z.strictObject({ ...upload, name: z.string().trim().min(1).max(100), mapping: radarMappingSchema }),
    radarSampleSetSchema,
  ),
  'radar.samples.own': command(
    'Makes a sample set of the outcomes this store knows of the orders placed in the last days.',
    SUPERVISORS,
    z.strictObject({ name: z.string().trim().min(1).max(100), days: z.number().int().min(1).max(730).default(180) }),
    radarSampleSetSchema,
  ),
  'radar.samples.reread': command(
    'Reads the kept file of a sample set again: orders that came in since are found now.',
    SUPERVISORS,
    z.strictObject(sampleSet),
    radarSampleSetSchema,
  ),
  'radar.samples.remove': command(
    'Removes a sample set with its file; models that learnt from it stay.',
    SUPERVISORS,
    z.strictObject(sampleSet),
    z.object(sampleSet),
  ),
  'radar.samples.errors': query(
    'Rows of a sample set that could not be used, in the order of the file: place, reason and what stood there, personal data masked.',
    STAFF,
    z.strictObject({ ...pageInput, ...sampleSet }),
    pageOf(importRowErrorSchema),
  ),

  'radar.train': command(
    'Learns a model from sample sets in the background. Refused while another training runs.',
    SUPERVISORS,
    z.strictObject({
      samples: z.array(z.number().int()).min(1).max(20),
      fine: radarFineSchema.default('both'),
      /** `held` is counted over the orders of so many days. */
      recentDays: z.number().int().min(1).max(90).default(30),
    }),
    radarTrainingSchema,
  ),
  'radar.train.cancel': command(
    'Stops the training; what was learnt so far is thrown away.',
    SUPERVISORS,
    z.strictObject({}),
    radarTrainingSchema,
  ),

  'radar.models': query('Models, newest first.', STAFF, z.strictObject({ ...pageInput }), pageOf(radarModelSummarySchema)),
  'radar.model': query('One model with its figures for every threshold.', STAFF, z.strictObject(model), radarModelSchema),
  'radar.orders': query(
    'Orders with the highest scores at or above a threshold, of those that were scored with the model: at most 500 are kept.',
    STAFF,
    z.strictObject({ ...pageInput, ...model, threshold: z.number().int().min(0).max(100).default(0) }),
    pageOf(radarOrderSchema),
  ),
  'radar.order': query(
    'How the score of an order comes about, from the values stored with its latest decision; null where no rule asked for a score.',
    STAFF,
    z.strictObject({ orderNo: z.string().min(1) }),
    z.object({ score: radarScoreSchema.nullable() }),
  ),
  'radar.switchOn': command(
    'Makes a rule of a model in a draft: a score from the threshold on, with or without patterns as a double check. It is tried, handed in and approved like any other.',
    SUPERVISORS,
    z.strictObject({
      ...model,
      threshold: z.number().int().min(1).max(100),
      action: z.enum(RULE_ACTIONS).default('hold'),
      severity: severitySchema.default('medium'),
      /** Only orders of these channels; empty: all. */
      channels: z.array(channelIdSchema).max(20).default([]),
      check: radarDoubleCheckSchema.nullable().default(null),
    }),
    z.object({
      /** The draft: `rules.draft`. */
      draft: z.string(),
      ruleId: z.string(),
      /** What a person should know before it is handed in; empty: nothing. */
      warnings: z.array(localisedTextSchema),
    }),
  ),
};
