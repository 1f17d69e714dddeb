import { z } from 'zod';
import { epochSchema } from '../order.ts';
import { compareOperatorSchema, ruleSchema, windowSpecSchema } from '../rule.ts';
import { localisedTextSchema } from '../text.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { STAFF, SUPERVISORS } from './roles.ts';

/** A field a rule may read, with all an editor needs to offer it. */
export const ruleFieldSchema = z.object({
  id: z.string(),
  group: z.enum(['amount', 'customer', 'place', 'text', 'order', 'stock', 'association', 'source', 'model']),
  label: localisedTextSchema,
  about: localisedTextSchema,
  type: z.enum(['number', 'text', 'boolean', 'words']),
  /** `minor` is money in minor units of the order's currency; editors show it in major units. */
  unit: z.string(),
  operators: z.array(compareOperatorSchema),
  source: ruleSchema.shape.source.unwrap(),
  /** Personal or free text: can be searched, is never shown. */
  sensitive: z.boolean(),
  /** Values a number can have; null: no bound. */
  lowest: z.number().nullable(),
  highest: z.number().nullable(),
  /** True: only whole numbers. */
  whole: z.boolean(),
  /** Values a text can have, where they are few and known (channels, provinces). */
  choices: z.array(z.object({ value: z.string(), label: localisedTextSchema })).nullable(),
});
export type RuleField = z.infer<typeof ruleFieldSchema>;

/** What an unfinished rule set looks like: rules are kept as typed, `findings` say what is wrong with them. */
export const ruleBodySchema = z.strictObject({
  rules: z.array(z.unknown()).max(10_000),
  lists: z.record(z.string().max(100), z.array(z.string().max(500)).max(50_000)),
});
export type RuleBody = z.infer<typeof ruleBodySchema>;

/** M3. `error` stops publishing that rule, `warning` is almost surely a mistake, `hint` could be said more simply. */
export const lintFindingSchema = z.object({
  /** Null: about the set as a whole or one of its lists. */
  ruleId: z.string().nullable(),
  /** Place in the body: `rules.3.when.all.0.value`, `lists.blacklisted-words`. */
  path: z.string(),
  kind: z.enum([
    'shape',
    'never-true',
    'contradiction',
    'always-true',
    'shadowed',
    'duplicate',
    'redundant',
    'blank',
    'unused-list',
    'unit',
    'relaxation',
    'dates',
    'source',
    'pattern',
  ]),
  level: z.enum(['error', 'warning', 'hint']),
  text: localisedTextSchema,
  /** The other rule or place it speaks of. */
  other: z.string().nullable(),
});
export type LintFinding = z.infer<typeof lintFindingSchema>;

/** A rule as the editor shows it beside the form: its condition in one sentence, every comparison named. */
export const ruleReadingSchema = z.object({
  ruleId: z.string(),
  condition: localisedTextSchema,
  /** Severity, action, role, relaxations and dates as one sentence. */
  effect: localisedTextSchema,
});

export const draftStateSchema = z.enum(['open', 'submitted', 'rejected', 'published', 'discarded']);
export const ruleDraftSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  author: z.string(),
  state: draftStateSchema,
  /** Grows with every saving; a command with an older one is refused. */
  revision: z.number().int().positive(),
  /** Version it started from; publishing needs it to be the newest, else it is rebased. */
  basedOn: z.number().int(),
  updatedAt: epochSchema,
  submittedAt: epochSchema.nullable(),
  note: z.string(),
  /** Who approved or rejected it, and why. */
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  changes: z.object({ added: z.number().int(), changed: z.number().int(), removed: z.number().int() }),
  /** Who wrote in it: where two persons are needed, none of them approves it. */
  writers: z.array(z.string()),
  /** Who may publish and wrote nothing in it: any of them can approve it as it stands. Null where one person is enough. */
  approvers: z.array(z.string()).nullable(),
  /** May the asking operator approve it now? */
  mayApprove: z.boolean(),
});
export type RuleDraftSummary = z.infer<typeof ruleDraftSummarySchema>;

export const ruleDraftSchema = ruleDraftSummarySchema.extend({
  body: ruleBodySchema,
  findings: z.array(lintFindingSchema),
  readings: z.array(ruleReadingSchema),
});
export type RuleDraft = z.infer<typeof ruleDraftSchema>;

export const ruleVersionSchema = z.object({
  version: z.number().int(),
  publishedAt: epochSchema,
  by: z.string(),
  approvedBy: z.string().nullable(),
  note: z.string(),
  origin: z.enum(['shipped', 'draft', 'roll-back']),
  rules: z.number().int(),
  current: z.boolean(),
});
export type RuleVersion = z.infer<typeof ruleVersionSchema>;

/** A published version or a draft. */
export const ruleReferenceSchema = z.union([
  z.strictObject({ version: z.number().int().positive() }),
  z.strictObject({ draft: z.string() }),
]);

/** One rule or list that differs, in words: `before` and `after` are null where there is none. */
export const ruleDifferenceSchema = z.object({
  kind: z.enum(['added', 'removed', 'changed']),
  of: z.enum(['rule', 'list']),
  id: z.string(),
  name: localisedTextSchema,
  parts: z.array(z.object({ label: localisedTextSchema, before: localisedTextSchema.nullable(), after: localisedTextSchema.nullable() })),
});
export type RuleDifference = z.infer<typeof ruleDifferenceSchema>;

const draftKey = { id: z.string().min(1), revision: z.number().int().positive() };

/** Drafts, versions, approval (B5, L3). */
export const ruleWorkMethods = {
  'rules.catalogue': query(
    'Every field a rule may read, with its unit, operators and bounds.',
    STAFF,
    z.strictObject({}),
    z.object({
      fields: z.array(ruleFieldSchema),
      windows: z.object({
        counts: z.array(z.object({ id: windowSpecSchema.shape.count, label: localisedTextSchema })),
        keys: z.array(z.object({ id: windowSpecSchema.shape.by, label: localisedTextSchema })),
        longestMinutes: z.number().int(),
      }),
      operators: z.array(z.object({ id: compareOperatorSchema, label: localisedTextSchema })),
    }),
  ),
  'rules.lint': query(
    'What is wrong or doubtful in a rule set that is being written, and what its rules say.',
    STAFF,
    z.strictObject({ body: ruleBodySchema }),
    z.object({ findings: z.array(lintFindingSchema), readings: z.array(ruleReadingSchema) }),
  ),
  'rules.drafts': query(
    'Drafts under work or waiting for approval, newest first; `all` also those that ended.',
    STAFF,
    z.strictObject({ all: z.boolean().default(false) }),
    z.object({
      items: z.array(ruleDraftSummarySchema),
      /** L3: publishing needs a second person. */
      twoPersons: z.boolean(),
    }),
  ),
  'rules.draft': query(
    'One draft with its findings. Addresses, devices and phones in it are masked for those who may not write rules; nothing masked can be saved.',
    STAFF,
    z.strictObject({ id: z.string() }),
    ruleDraftSchema,
  ),
  'rules.draft.create': command(
    'Starts a draft from the set in force, an earlier version, the shipped pack, or a JSON file.',
    SUPERVISORS,
    z.strictObject({
      title: z.string().min(1).max(100),
      from: z.union([
        z.literal('current'),
        z.literal('shipped'),
        z.strictObject({ version: z.number().int().positive() }),
        z.strictObject({ json: z.string().max(20_000_000) }),
      ]),
    }),
    ruleDraftSchema,
  ),
  'rules.draft.save': command(
    'Keeps what was written so far, finished or not.',
    SUPERVISORS,
    z.strictObject({ ...draftKey, title: z.string().min(1).max(100).optional(), body: ruleBodySchema }),
    ruleDraftSchema,
  ),
  'rules.draft.rebase': command(
    'Puts the changes of a draft onto the newest version; rules both changed are kept as the draft has them and named.',
    SUPERVISORS,
    z.strictObject(draftKey),
    z.object({ draft: ruleDraftSchema, conflicts: z.array(z.string()) }),
  ),
  'rules.draft.discard': command('Gives a draft up.', SUPERVISORS, z.strictObject(draftKey), ruleDraftSummarySchema),
  'rules.draft.submit': command(
    'Hands a draft in: published at once where one person is enough, else it waits for a second one. Refused while it has errors.',
    SUPERVISORS,
    z.strictObject({ ...draftKey, note: z.string().max(1_000).default('') }),
    z.object({ draft: ruleDraftSummarySchema, published: z.number().int().nullable() }),
  ),
  'rules.draft.withdraw': command(
    'Takes a draft back that waits for approval.',
    SUPERVISORS,
    z.strictObject(draftKey),
    ruleDraftSummarySchema,
  ),
  'rules.draft.approve': command(
    'Approves and publishes what another person handed in.',
    SUPERVISORS,
    z.strictObject(draftKey),
    z.object({ draft: ruleDraftSummarySchema, published: z.number().int() }),
  ),
  'rules.draft.reject': command(
    'Sends a draft back with a reason.',
    SUPERVISORS,
    z.strictObject({ ...draftKey, reason: z.string().min(1).max(1_000) }),
    ruleDraftSummarySchema,
  ),
  'rules.versions': query('Published rule sets, newest first.', STAFF, z.strictObject({ ...pageInput }), pageOf(ruleVersionSchema)),
  'rules.diff': query(
    'What differs between two rule sets, rule by rule, in words; masked as drafts are.',
    STAFF,
    z.strictObject({ from: ruleReferenceSchema, to: ruleReferenceSchema }),
    z.object({ items: z.array(ruleDifferenceSchema) }),
  ),
  'rules.rollBack': command(
    'Makes an earlier version a draft and hands it in.',
    SUPERVISORS,
    z.strictObject({ version: z.number().int().positive(), note: z.string().max(1_000).default('') }),
    z.object({ draft: ruleDraftSummarySchema, published: z.number().int().nullable() }),
  ),
  'rules.export': query('A rule set as a JSON file.', SUPERVISORS, ruleReferenceSchema, z.object({ name: z.string(), json: z.string() })),
};
