import { z } from 'zod';
import { epochSchema } from '../order.ts';
import { localisedTextSchema, severitySchema } from '../text.ts';
import { importRowErrorSchema } from './imports.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { STAFF, SUPERVISORS } from './roles.ts';

export const REPORT_KINDS = ['weekly', 'monthly'] as const;
export const reportKindSchema = z.enum(REPORT_KINDS);
export type ReportKind = z.infer<typeof reportKindSchema>;

/** `minor` is money in minor units of the report's currency, `ratio` runs from 0 to 1, `ms` is a duration. */
export const figureUnitSchema = z.enum(['count', 'ratio', 'per-day', 'minor', 'ms']);

/** A figure with how it was computed and where the orders behind it are kept. */
export const reportFigureSchema = z.object({
  id: z.string(),
  name: localisedTextSchema,
  unit: figureUnitSchema,
  /** Null where there is nothing to compute it from. */
  value: z.number().nullable(),
  /** The same figure of the period before; null where it had none. */
  before: z.number().nullable(),
  formula: localisedTextSchema,
  /** The two numbers of a share; null for figures that are none. */
  share: z.object({ part: z.number().int(), whole: z.number().int() }).nullable(),
  /** Orders kept behind the figure (`reports.orders`), and how many there were: only the first ones of very many are kept. */
  orders: z.object({ group: z.string(), kept: z.number().int(), all: z.number().int() }).nullable(),
});
export type ReportFigure = z.infer<typeof reportFigureSchema>;

/** M8. How the verdicts of one version of a rule turned out. */
export const ruleOutcomeSchema = z.object({
  ruleId: z.string(),
  version: z.number().int(),
  name: localisedTextSchema,
  severity: severitySchema,
  /** Orders it hit first within the period, whatever became of them. */
  hits: z.number().int(),
  /** Orders it hit, whenever, whose outcome became known within the period. */
  known: z.number().int(),
  bad: z.number().int(),
  /** False kills. */
  good: z.number().int(),
  /** `bad` ÷ `known`; null without one. */
  precision: z.number().nullable(),
  orders: z.object({ group: z.string(), kept: z.number().int(), all: z.number().int() }).nullable(),
});
export type RuleOutcome = z.infer<typeof ruleOutcomeSchema>;

/** A value of a field that missed bad orders have more often than the orders that were let through. */
export const commonFeatureSchema = z.object({
  field: z.string(),
  label: localisedTextSchema,
  value: localisedTextSchema,
  /** Missed orders that have it, and their share. */
  missed: z.number().int(),
  missedShare: z.number(),
  /** All orders let through that have it, and their share. */
  passed: z.number().int(),
  passedShare: z.number(),
  /** `missedShare` ÷ `passedShare`. */
  lift: z.number(),
});
export type CommonFeature = z.infer<typeof commonFeatureSchema>;

export const handlingTrendSchema = z.object({
  /** Null: all kinds together. */
  ruleId: z.string().nullable(),
  name: localisedTextSchema,
  /** Oldest first; the last one is the week the period ends in. */
  weeks: z.array(z.object({ from: epochSchema, decisions: z.number().int(), medianMs: z.number().nullable() })),
});
export type HandlingTrend = z.infer<typeof handlingTrendSchema>;

export const reviewItemSchema = z.object({
  why: z.enum(['false-kills', 'never-hit', 'expiring', 'unowned']),
  ruleId: z.string(),
  name: localisedTextSchema,
  detail: localisedTextSchema,
});
export type ReviewItem = z.infer<typeof reviewItemSchema>;

const reportHead = {
  id: z.number().int(),
  kind: reportKindSchema,
  /** Covers [from, to). */
  from: epochSchema,
  to: epochSchema,
  madeAt: epochSchema,
  /** Operator who asked for it; `hub`: made on schedule. */
  madeBy: z.string(),
};

export const reportSchema = z.object({
  ...reportHead,
  ruleSetVersion: z.number().int(),
  currency: z.string(),
  figures: z.array(reportFigureSchema),
  /** Stopped orders and what people decided, by day. */
  days: z.array(z.object({ day: epochSchema, stopped: z.number().int(), decided: z.number().int() })),
  rules: z.array(ruleOutcomeSchema),
  misses: z.object({
    missed: z.number().int(),
    passed: z.number().int(),
    /** Groups below this many missed orders are left out: chance alone makes such groups. */
    smallest: z.number().int(),
    features: z.array(commonFeatureSchema),
  }),
  handling: z.array(handlingTrendSchema),
  /** Monthly only; null in weekly reports. */
  review: z.array(reviewItemSchema).nullable(),
});
export type Report = z.infer<typeof reportSchema>;

export const reportSummarySchema = z.object({
  ...reportHead,
  falseKillRate: z.number().nullable(),
  missed: z.number().int(),
  stopped: z.number().int(),
});
export type ReportSummary = z.infer<typeof reportSummarySchema>;

/** What a rule set, or one rule, does with the orders of a span. */
export const effectSchema = z.object({
  /** Orders stopped or flagged; of those with a known outcome the bad ones and the good ones (false kills). */
  hits: z.number().int(),
  bad: z.number().int(),
  good: z.number().int(),
  /** Good orders of buyers who had ordered before. */
  returning: z.number().int(),
  /** All bad orders known in the span, stopped or not. */
  allBad: z.number().int(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  perDay: z.number(),
});
export type Effect = z.infer<typeof effectSchema>;

const noteCommon = { ruleId: z.string(), ruleVersion: z.number().int(), name: localisedTextSchema, severity: severitySchema };
const movedThreshold = {
  field: z.string(),
  label: localisedTextSchema,
  op: z.string(),
  /** Which comparison of the rule's condition, counted in the order written. */
  place: z.number().int(),
  from: z.number(),
  to: z.number(),
  fromText: localisedTextSchema,
  toText: localisedTextSchema,
};
/** What the learning loop says of one rule with a numeric threshold. */
export const suggestionSchema = z.discriminatedUnion('kind', [
  z.object({
    ...noteCommon,
    kind: z.literal('suggestion'),
    id: z.string(),
    ...movedThreshold,
    /** Thresholds tried, and those of them left out: they would stop a returning good customer more than now, or more good orders than the bound. */
    tried: z.number().int(),
    leftOut: z.number().int(),
    /** Measured on the later part, which took no part in choosing the threshold: this rule alone, and the whole set. */
    rule: z.object({ before: effectSchema, after: effectSchema }),
    set: z.object({ before: effectSchema, after: effectSchema }),
    /** The draft made of it; null: none yet. */
    draft: z.string().nullable(),
    /** The rule was changed since; no draft can be made of it any more. */
    outdated: z.boolean(),
  }),
  z.object({ ...noteCommon, kind: z.literal('too-little'), known: z.number().int(), missing: z.number().int() }),
  z.object({ ...noteCommon, kind: z.literal('keep'), tried: z.number().int(), leftOut: z.number().int() }),
]);
export type Suggestion = z.infer<typeof suggestionSchema>;

/** A rule with another threshold than now. */
export const thresholdChangeSchema = z.object({ ...noteCommon, ...movedThreshold });
export type ThresholdChange = z.infer<typeof thresholdChangeSchema>;

/** A share with the two counts it was made of, and the interval that holds the true share in 95 of 100 cases (Wilson); null without a count. */
export const measuredShareSchema = z.object({
  part: z.number().int(),
  whole: z.number().int(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type MeasuredShare = z.infer<typeof measuredShareSchema>;

/** What a whole rule set does with the orders of a span. */
export const frontierEffectSchema = z.object({
  /** Orders stopped, whatever became of them, and that per day. */
  stopped: z.number().int(),
  perDay: z.number(),
  /** Of the stopped orders with a known outcome, the bad ones. */
  precision: measuredShareSchema,
  /** Of the bad orders, the stopped ones. */
  recall: measuredShareSchema,
  /** Of the good orders, the stopped ones: the false-kill rate. */
  falseKills: measuredShareSchema,
  /** False-kill rate beyond that of the set in force, as a share of the good orders; below 0: fewer than now. */
  moreFalseKills: z.number(),
  /** Good orders of buyers who had ordered before that are stopped and now are not. */
  newReturning: z.number().int(),
});
export type FrontierEffect = z.infer<typeof frontierEffectSchema>;

/** A set of thresholds to choose among: what it did on the orders it was found on, and on later ones that took no part in that. */
export const frontierPointSchema = z.object({
  id: z.string(),
  /** Empty: the rule set in force. */
  changes: z.array(thresholdChangeSchema),
  found: frontierEffectSchema,
  measured: frontierEffectSchema,
  /** Costs no more false kills than the bound of that computation, on either part. */
  withinBound: z.boolean(),
  /** What the learning loop would choose within the bound; of the set in force: nothing better was found. */
  chosen: z.boolean(),
  /** The draft made of it; null: none yet. */
  draft: z.string().nullable(),
  /** One of its rules was changed since; no draft can be made of it any more. */
  outdated: z.boolean(),
});
export type FrontierPoint = z.infer<typeof frontierPointSchema>;

/** How far a computation of suggestions is, in orders replayed. */
export const lookProgressSchema = z.object({ done: z.number().int(), of: z.number().int() });
export type LookProgress = z.infer<typeof lookProgressSchema>;

export const suggestionBoundSchema = z.object({
  /** Of the good orders, the share a suggestion may stop beyond what is stopped now. */
  mostFalseKills: z.number(),
  /** The configuration file wins over the screen. */
  from: z.enum(['file', 'screen', 'default']),
});
export type SuggestionBound = z.infer<typeof suggestionBoundSchema>;

export const suggestionsSchema = z.object({
  /** `none`: never looked for. */
  state: z.enum(['none', 'running', 'done', 'failed']),
  /** Null: none is under way, or it has not begun to replay. */
  progress: lookProgressSchema.nullable(),
  /** In force from the next computation on. */
  bound: suggestionBoundSchema,
  /** The bound the items and the frontier were found with; null: never looked for, or by a program that did not keep it. */
  computedWith: z.number().nullable(),
  at: epochSchema.nullable(),
  ruleSetVersion: z.number().int().nullable(),
  /** Orders placed from `from` on were looked at; those from `split` on measured what was found before it. */
  from: epochSchema.nullable(),
  split: epochSchema.nullable(),
  to: epochSchema.nullable(),
  orders: z.number().int(),
  known: z.number().int(),
  /** One in so many orders was looked at; 1: all. Counts are of the orders looked at. */
  every: z.number().int(),
  /** A miss weighs as much as so many false kills. */
  missWeight: z.number(),
  items: z.array(suggestionSchema),
  /** Whole sets of thresholds, those with the fewest false kills first; the set in force among them. Empty: never looked for. */
  frontier: z.array(frontierPointSchema),
});
export type Suggestions = z.infer<typeof suggestionsSchema>;

/** Which columns of an outcome file hold the order and what became of it. */
export const outcomeColumnsSchema = z.strictObject({
  order: z.number().int().nonnegative(),
  outcome: z.number().int().nonnegative(),
});
export type OutcomeColumns = z.infer<typeof outcomeColumnsSchema>;

const upload = { id: z.number().int() };
const reportId = { id: z.number().int() };

export const reportMethods = {
  'reports.list': query(
    'Reports that are kept, newest first, and when the next ones are made.',
    STAFF,
    z.strictObject({ ...pageInput }),
    pageOf(reportSummarySchema).extend({ nextWeekly: epochSchema, nextMonthly: epochSchema, making: z.boolean() }),
  ),
  'reports.get': query('One report as it was made.', STAFF, z.strictObject(reportId), reportSchema),
  'reports.orders': query(
    'The orders kept behind a figure of a report.',
    STAFF,
    z.strictObject({ ...reportId, ...pageInput, group: z.string().min(1).max(200) }),
    pageOf(z.object({ orderNo: z.string() })),
  ),
  'reports.make': command(
    'Makes a report now: of the last seven days, or of the last thirty.',
    SUPERVISORS,
    z.strictObject({ kind: reportKindSchema }),
    reportSummarySchema,
  ),
  'reports.export': query(
    'A report as a workbook or as a printable page.',
    STAFF,
    z.strictObject({ ...reportId, format: z.enum(['xlsx', 'html']), language: z.enum(['zh', 'en']) }),
    z.object({ name: z.string(), mime: z.string(), base64: z.string() }),
  ),
};

export const suggestionMethods = {
  'suggestions.current': query('What the learning loop suggests, as last looked for.', STAFF, z.strictObject({}), suggestionsSchema),
  'suggestions.look': command(
    'Looks for better thresholds in the background; changes no rule.',
    SUPERVISORS,
    z.strictObject({}),
    suggestionsSchema,
  ),
  'suggestions.cancel': command(
    'Stops looking for better thresholds; what was found before stays as it was. Refused where nobody is looking.',
    SUPERVISORS,
    z.strictObject({}),
    suggestionsSchema,
  ),
  'suggestions.setBound': command(
    'Decides how many more good orders a suggestion may stop; in force from the next computation on.',
    SUPERVISORS,
    z.strictObject({ mostFalseKills: z.number().min(0).max(1) }),
    suggestionsSchema,
  ),
  'suggestions.draft': command(
    'Makes a draft with a suggested threshold, or with all thresholds of a point of the frontier; it takes effect only when it is published like any other.',
    SUPERVISORS,
    z.strictObject({ id: z.string().min(1).max(200) }),
    z.object({ draft: z.string() }),
  ),
};

export const outcomeMethods = {
  'outcomes.inspect': query(
    'The columns of an uploaded outcome file with samples, which ones were recognised, and what its first rows would say.',
    SUPERVISORS,
    z.strictObject({ ...upload, columns: outcomeColumnsSchema.nullable().default(null) }),
    z.object({
      columns: z.array(z.object({ index: z.number().int(), name: z.string(), samples: z.array(z.string()) })),
      suggestion: outcomeColumnsSchema.partial(),
      rows: z.array(z.object({ row: z.number().int(), order: z.string(), orderNo: z.string(), outcome: z.enum(['good', 'bad']) })),
      errors: z.array(importRowErrorSchema),
    }),
  ),
  'outcomes.take': command(
    'Takes the outcomes of an uploaded file (`imports.begin`, `imports.append`); rows that cannot be used are listed (`imports.errors`).',
    SUPERVISORS,
    z.strictObject({ ...upload, columns: outcomeColumnsSchema }),
    z.object({ rows: z.number().int(), taken: z.number().int(), badRows: z.number().int() }),
  ),
  'outcomes.counts': query(
    'How many outcomes are known, and from when on.',
    STAFF,
    z.strictObject({}),
    z.object({ good: z.number().int(), bad: z.number().int(), reported: z.number().int(), behind: z.number().int() }),
  ),
};
