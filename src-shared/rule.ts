import { z } from 'zod';
import { roleSchema } from './contract/roles.ts';
import { caseRoleSchema, epochSchema } from './order.ts';
import { localisedTextSchema, severitySchema } from './text.ts';

/**
 * Rules are data: conditions over a typed field catalogue, compiled once to closures (src-main/rules).
 * A literal on the right of a comparison is in the unit the catalogue states for the field.
 */
export const COMPARE_OPERATORS = [
  ...(['>', '>=', '<', '<=', '==', '!='] as const),
  /** Both ends included; hours may run over midnight (`[22, 5]`). */
  'between',
  'in',
  'not-in',
  'contains-any',
  /** A pattern in RE2 syntax, any case: linear in the text, whatever the pattern. */
  'matches',
  'in-list',
  'not-in-list',
] as const;
export const compareOperatorSchema = z.enum(COMPARE_OPERATORS);
export type CompareOperator = z.infer<typeof compareOperatorSchema>;

/** Who a sliding window is counted by. */
export const WINDOW_KEYS = ['buyer', 'phone', 'ip', 'device', 'address'] as const;
export const windowKeySchema = z.enum(WINDOW_KEYS);
export type WindowKey = z.infer<typeof windowKeySchema>;

/** `orders` counts orders, `buyers` counts distinct buyers; both include the order being judged. */
export const windowSpecSchema = z.strictObject({
  count: z.enum(['orders', 'buyers']),
  by: windowKeySchema,
  minutes: z
    .number()
    .int()
    .positive()
    .max(60 * 24 * 31),
});
export type WindowSpec = z.infer<typeof windowSpecSchema>;

export const ruleValueSchema = z.union([z.number(), z.string(), z.boolean(), z.array(z.string()), z.array(z.number())]);
export type RuleValue = z.infer<typeof ruleValueSchema>;

export const compareSchema = z.strictObject({
  field: z.string().min(1),
  /** Only with field `window`. */
  window: windowSpecSchema.optional(),
  op: compareOperatorSchema,
  /** A literal; two numbers for `between`; the name of a list for `in-list` and `not-in-list`, for `contains-any` that or the words. */
  value: ruleValueSchema,
});
export type Compare = z.infer<typeof compareSchema>;

/** Id of a sliding-window field: `window:orders:phone:10`. */
export function windowFieldId(spec: WindowSpec): string {
  return `window:${spec.count}:${spec.by}:${spec.minutes}`;
}

/** Id of the field a comparison reads, windows spelt out. */
export function fieldIdOf(compare: Compare): string {
  return compare.field === 'window' && compare.window ? windowFieldId(compare.window) : compare.field;
}

export type Condition = Compare | { all: Condition[] } | { any: Condition[] } | { not: Condition };
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    compareSchema,
    z.strictObject({ all: z.array(conditionSchema) }),
    z.strictObject({ any: z.array(conditionSchema) }),
    z.strictObject({ not: conditionSchema }),
  ]),
);

/** B2: when `when` holds, the rule is skipped, or its numeric thresholds are multiplied. */
export const relaxationSchema = z.strictObject({
  id: z.string(),
  when: conditionSchema,
  effect: z.union([z.strictObject({ skip: z.literal(true) }), z.strictObject({ multiplyThreshold: z.number().positive() })]),
  why: localisedTextSchema,
});
export type Relaxation = z.infer<typeof relaxationSchema>;

/** M9: what a hold this rule opens allows. Absent: the workspace's own release time, and everyone who may decide. */
export const holdPolicySchema = z.strictObject({
  /** Minutes after which the hub releases by itself; null: only a person does. The ship-by deadline caps it. */
  releaseAfterMinutes: z
    .number()
    .int()
    .min(1)
    .max(60 * 24 * 30)
    .nullable(),
  /** Roles that may release it; null: all that may decide. */
  releasedBy: z.array(roleSchema).min(1).nullable(),
});
export type HoldPolicy = z.infer<typeof holdPolicySchema>;

export const RULE_ACTIONS = ['task', 'hold', 'freeze'] as const;

export const ruleSchema = z.strictObject({
  /** Kebab-case; survives every edit. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  version: z.number().int().positive(),
  enabled: z.boolean(),
  name: localisedTextSchema,
  /** What it is for, for the rule list. */
  about: localisedTextSchema,
  severity: severitySchema,
  action: z.enum(RULE_ACTIONS),
  role: caseRoleSchema,
  when: conditionSchema,
  relax: z.array(relaxationSchema).default([]),
  /** Sentence templates; `{field}` names are replaced by evidence values, `{limit}` by the effective threshold. */
  sentence: localisedTextSchema,
  /** What the agent should do next. */
  advice: localisedTextSchema.optional(),
  stock: z.enum(['keep', 'free']).default('keep'),
  hold: holdPolicySchema.optional(),
  effectiveFrom: epochSchema.nullable().default(null),
  effectiveTo: epochSchema.nullable().default(null),
  /** Where the check's data comes from when it is not the order and its history; such rules wait for that source. */
  source: z.enum(['order', 'crm', 'wms', 'risk-list', 'customs', 'model']).default('order'),
});
export type Rule = z.infer<typeof ruleSchema>;

export const ruleSetSchema = z.strictObject({
  version: z.number().int().positive(),
  rules: z.array(ruleSchema),
  /** Word and value lists the rules name. */
  lists: z.record(z.string(), z.array(z.string())),
});
export type RuleSet = z.infer<typeof ruleSetSchema>;

/** Outcome of one evaluated node. `unknown`: the data it needs is missing, which is not the same as "no". */
export const evaluationOutcomeSchema = z.enum(['true', 'false', 'unknown']);

/** A value seen by an evaluation, as shown: number in the field's unit, text, or list of matched words. */
export const evaluationValueSchema = z.union([z.number(), z.string(), z.boolean(), z.array(z.string()), z.null()]);
export type EvaluationValue = z.infer<typeof evaluationValueSchema>;

export interface EvaluationNode {
  kind: 'all' | 'any' | 'not' | 'compare';
  outcome: 'true' | 'false' | 'unknown';
  /** Field name on screen, compare nodes only. */
  label?: z.infer<typeof localisedTextSchema> | undefined;
  field?: string | undefined;
  op?: CompareOperator | undefined;
  actual?: EvaluationValue | undefined;
  /** The threshold in force after relaxation. */
  threshold?: RuleValue | undefined;
  /** Name of the list the threshold stands for, where it is one. */
  thresholdName?: z.infer<typeof localisedTextSchema> | undefined;
  /** The threshold as written, when a relaxation changed it. */
  writtenThreshold?: RuleValue | undefined;
  /** `minor`, `ratio`, `percent`, `km`, `hours`, `count`, ...: how to print both values. */
  unit?: string | undefined;
  /** The pieces that spoke most for a trained model's value. */
  because?: string[] | undefined;
  /** What moved a radar score most, in words, the largest effect first. */
  reasons?: z.infer<typeof localisedTextSchema>[] | undefined;
  children?: EvaluationNode[] | undefined;
}
/** The evaluation itself, shaped like the rule: what is shown is what was computed (B4, M5). */
export const evaluationNodeSchema: z.ZodType<EvaluationNode> = z.lazy(() =>
  z.object({
    kind: z.enum(['all', 'any', 'not', 'compare']),
    outcome: evaluationOutcomeSchema,
    label: localisedTextSchema.optional(),
    field: z.string().optional(),
    op: compareOperatorSchema.optional(),
    actual: evaluationValueSchema.optional(),
    threshold: ruleValueSchema.optional(),
    thresholdName: localisedTextSchema.optional(),
    writtenThreshold: ruleValueSchema.optional(),
    unit: z.string().optional(),
    because: z.array(z.string()).optional(),
    reasons: z.array(localisedTextSchema).optional(),
    children: z.array(evaluationNodeSchema).optional(),
  }),
);

export const appliedRelaxationSchema = z.object({ id: z.string(), effect: z.string(), why: localisedTextSchema });
export type AppliedRelaxation = z.infer<typeof appliedRelaxationSchema>;

/** What one rule said about one order. */
export const ruleResultSchema = z.object({
  ruleId: z.string(),
  ruleVersion: z.number().int(),
  name: localisedTextSchema,
  /** `snoozed`: switched off, outside its dates or relaxed away; `waiting`: its source has not answered; `cleared`: a person released this very evidence (M6); `error`: it threw and decided nothing, the others were judged (M3). */
  result: z.enum(['hit', 'no-hit', 'snoozed', 'waiting', 'cleared', 'error']),
  severity: severitySchema,
  action: z.enum(RULE_ACTIONS),
  sentence: localisedTextSchema,
  tree: evaluationNodeSchema.nullable(),
  relaxed: z.array(appliedRelaxationSchema),
  /** M1: the first condition that failed and by how much, for rules that did not hit. */
  whyNot: localisedTextSchema.nullable(),
});
export type RuleResult = z.infer<typeof ruleResultSchema>;

/** B6. One weighted part of the health score. */
export const scorePartSchema = z.object({
  id: z.enum(['risk', 'completeness', 'stock', 'timeliness', 'customer']),
  name: localisedTextSchema,
  weight: z.number(),
  score: z.number(),
  note: localisedTextSchema,
});
export type ScorePart = z.infer<typeof scorePartSchema>;

/** The derivation of one decision, re-derived from stored inputs and rule version on request. */
export const explanationSchema = z.object({
  orderNo: z.string(),
  orderVersion: z.number().int(),
  decidedAt: epochSchema,
  ruleSetVersion: z.number().int(),
  /** The sentence an agent reads out: what stopped the order, or that nothing did. */
  sentence: localisedTextSchema,
  /** Hits first, gravest first; then every other rule with its why-not. */
  results: z.array(ruleResultSchema),
  score: z.array(scorePartSchema),
  /** True when re-evaluating the stored inputs gave exactly the stored hits. */
  rederived: z.boolean(),
});
export type Explanation = z.infer<typeof explanationSchema>;
