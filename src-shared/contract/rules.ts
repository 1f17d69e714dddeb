import { z } from 'zod';
import { epochSchema } from '../order.ts';
import { ruleSchema } from '../rule.ts';
import { localisedTextSchema } from '../text.ts';
import { query } from './method.ts';
import { EVERYONE } from './roles.ts';

/** A rule that throws while it judges (M3): it decides nothing, the others are judged. */
const failingSchema = z.object({
  /** First time since this set is in force, or since the hub started. */
  since: epochSchema,
  /** Judgements of orders it decided nothing in since then. */
  judgements: z.number().int().positive(),
});

export const ruleRowSchema = z.object({
  rule: ruleSchema,
  /** `waiting`: the source this rule needs is not connected, so it judges nothing yet. */
  state: z.enum(['on', 'off', 'waiting']),
  hits7d: z.number().int(),
  released7d: z.number().int(),
  /** Hits per day of the last seven days, oldest first. */
  hitsPerDay: z.array(z.number().int()),
  /** Released by a person out of all decided by a person: the rule's false kills; null when nobody decided yet. */
  falseKillShare: z.number().nullable(),
  /** The same share among the hits of each of the last seven days, oldest first; null where none of that day's was decided by a person. */
  falseKillSharePerDay: z.array(z.number().nullable()),
  conditionText: localisedTextSchema,
  /** Null: it judges as it should. */
  failing: failingSchema.nullable(),
});
export type RuleRow = z.infer<typeof ruleRowSchema>;

/** What turns the fields and lists a condition names into words. */
export const ruleLegendSchema = z.object({
  /** By field id, sliding windows spelt out (`fieldIdOf`). `unit` says how to print a threshold. */
  fields: z.record(z.string(), z.object({ label: localisedTextSchema, about: localisedTextSchema, unit: z.string() })),
  /** Word lists by name. */
  words: z.record(z.string(), z.array(z.string())),
  /** Names of all lists the rules name, by id. */
  lists: z.record(z.string(), localisedTextSchema),
});
export type RuleLegend = z.infer<typeof ruleLegendSchema>;

export const ruleMethods = {
  'rules.failing': query(
    'Rules in force that throw while they judge and so stop nothing, those that failed most first.',
    EVERYONE,
    z.strictObject({}),
    z.object({ items: z.array(failingSchema.extend({ ruleId: z.string(), name: localisedTextSchema })) }),
  ),
  'rules.list': query(
    'The rule set in force, with what each rule did in seven days. Addresses, devices and phones in it are masked for those who may not write rules.',
    EVERYONE,
    z.strictObject({}),
    z.object({ version: z.number().int(), publishedAt: epochSchema, items: z.array(ruleRowSchema), legend: ruleLegendSchema }),
  ),
};
