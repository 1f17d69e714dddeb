import { z } from 'zod';
import { epochSchema, orderGradeSchema, orderSummarySchema } from '../order.ts';
import { localisedTextSchema, severitySchema } from '../text.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { STAFF, SUPERVISORS } from './roles.ts';

/** How one rule would have done, before and after (M2). */
export const trialRuleSchema = z.object({
  ruleId: z.string(),
  name: localisedTextSchema,
  severity: severitySchema,
  change: z.enum(['same', 'added', 'removed', 'changed']),
  hitsBefore: z.number().int(),
  hitsAfter: z.number().int(),
  newHits: z.number().int(),
  lostHits: z.number().int(),
  /** Of the orders it would stop after: known outcomes, and how many of them were good orders. */
  known: z.number().int(),
  good: z.number().int(),
});

export const trialSideSchema = z.object({
  held: z.number().int(),
  frozen: z.number().int(),
  tasks: z.number().int(),
  heldMinor: z.number().int(),
  reviewsPerDay: z.number(),
  /** Orders stopped whose outcome is known, and those of them that were good: estimated false kills. */
  known: z.number().int(),
  good: z.number().int(),
  /** Bad orders (returned, complained, frozen by a person) it stops, of all bad ones known. */
  caught: z.number().int(),
  bad: z.number().int(),
});

export const trialSchema = z.object({
  id: z.string(),
  draft: z.string(),
  draftTitle: z.string(),
  revision: z.number().int(),
  against: z.number().int(),
  days: z.number().int(),
  startedAt: epochSchema,
  endedAt: epochSchema.nullable(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  problem: localisedTextSchema.nullable(),
  /** Orders judged so far, of all. */
  judged: z.number().int(),
  orders: z.number().int(),
  seconds: z.number(),
  currency: z.string(),
  before: trialSideSchema.nullable(),
  after: trialSideSchema.nullable(),
  /** Orders that would newly be stopped, would go through, or change their grade. */
  newlyStopped: z.number().int(),
  newlyPassed: z.number().int(),
  gradeChanged: z.number().int(),
  rules: z.array(trialRuleSchema),
  /** Fields that had to be derived again because they were not looked at then; those in `unknown` could not be. */
  derived: z.array(localisedTextSchema),
  unknown: z.array(localisedTextSchema),
});
export type Trial = z.infer<typeof trialSchema>;

export const trialOrderSchema = z.object({
  order: orderSummarySchema,
  change: z.enum(['newly-stopped', 'newly-passed', 'grade']),
  gradeBefore: orderGradeSchema,
  gradeAfter: orderGradeSchema,
  rulesBefore: z.array(z.string()),
  rulesAfter: z.array(z.string()),
  sentence: localisedTextSchema,
  outcome: z.enum(['good', 'bad', 'unknown']),
});
export type TrialOrder = z.infer<typeof trialOrderSchema>;

/** An open order and what the set in force would make of it now (M4). */
export const applyChangeSchema = z.object({
  orderNo: z.string(),
  version: z.number().int(),
  order: orderSummarySchema,
  change: z.enum(['hold', 'freeze', 'release', 'reasons', 'task']),
  sentence: localisedTextSchema,
});
export const applyRunSchema = z.object({
  id: z.string(),
  ruleSetVersion: z.number().int(),
  at: epochSchema,
  by: z.string(),
  state: z.enum(['previewed', 'applied', 'undone']),
  counts: z.object({
    hold: z.number().int(),
    freeze: z.number().int(),
    release: z.number().int(),
    reasons: z.number().int(),
    task: z.number().int(),
  }),
  /** Orders that moved meanwhile and were left alone, at the run or at its undo. */
  leftAlone: z.array(z.string()),
  /** Undo is offered until then. */
  undoUntil: epochSchema.nullable(),
});
export type ApplyRun = z.infer<typeof applyRunSchema>;
export type ApplyChange = z.infer<typeof applyChangeSchema>;

/** Trial before publishing (M2). */
export const ruleTrialMethods = {
  'rules.trial.start': command(
    'Judges the orders of the last days by a draft and by the set in force, in the background.',
    SUPERVISORS,
    z.strictObject({ draft: z.string(), revision: z.number().int().positive(), days: z.number().int().min(1).max(365).default(90) }),
    trialSchema,
  ),
  'rules.trial': query('A trial, running or done.', STAFF, z.strictObject({ id: z.string() }), trialSchema),
  'rules.trial.last': query(
    'The latest trial of a draft, or null.',
    STAFF,
    z.strictObject({ draft: z.string() }),
    z.object({ trial: trialSchema.nullable() }),
  ),
  'rules.trial.cancel': command('Stops a trial.', SUPERVISORS, z.strictObject({ id: z.string() }), trialSchema),
  'rules.trial.orders': query(
    'Sample orders whose fate the draft would change, those with the largest sums first.',
    STAFF,
    z.strictObject({
      ...pageInput,
      id: z.string(),
      change: trialOrderSchema.shape.change.optional(),
      ruleId: z.string().optional(),
    }),
    pageOf(trialOrderSchema),
  ),
};

/** Applying the set in force to open orders (M4). */
export const ruleApplyMethods = {
  'rules.apply.preview': command(
    'Judges every open order by the set in force and tells exactly which would change; nothing is changed.',
    SUPERVISORS,
    z.strictObject({}),
    applyRunSchema,
  ),
  'rules.apply.changes': query(
    'The orders of a preview or a run.',
    STAFF,
    z.strictObject({ ...pageInput, id: z.string() }),
    pageOf(applyChangeSchema),
  ),
  'rules.apply.run': command(
    'Applies a preview: each order is judged again; those that moved since are left alone.',
    SUPERVISORS,
    z.strictObject({ id: z.string() }),
    applyRunSchema,
  ),
  'rules.apply.undo': command(
    'Takes the last run back for every order that did not move since.',
    SUPERVISORS,
    z.strictObject({ id: z.string() }),
    applyRunSchema,
  ),
  'rules.apply.last': query(
    'The latest preview or run, and the latest run that changed orders, which a later preview does not hide; null where there was none.',
    STAFF,
    z.strictObject({}),
    z.object({ run: applyRunSchema.nullable(), applied: applyRunSchema.nullable() }),
  ),
};
