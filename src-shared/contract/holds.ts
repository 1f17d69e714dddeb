import { z } from 'zod';
import { channelIdSchema } from '../channels.ts';
import { caseRoleSchema, epochSchema, orderSchema, orderSummarySchema } from '../order.ts';
import { localisedTextSchema, severitySchema } from '../text.ts';
import { contractErrorSchema } from './errors.ts';
import { command, query } from './method.ts';
import { choiceOf, pageInput, pageOf } from './paging.ts';
import { DECIDERS, EVERYONE } from './roles.ts';

const reasonText = z.string().max(500).default('');
const target = { orderNo: z.string().min(1), version: z.number().int().positive() };

/** A queue row: the summary, the reason sentence and the clock that runs. */
export const heldOrderSchema = orderSummarySchema.extend({
  sentence: localisedTextSchema,
  province: z.string(),
  city: z.string(),
  buyerMask: z.string(),
});
export type HeldOrder = z.infer<typeof heldOrderSchema>;

/** What a decision answers: the order after it, and until when `holds.undo` takes it back. */
export const decisionSchema = z.object({ order: orderSchema, undoUntil: epochSchema.nullable() });

const bulkResultSchema = z.object({
  done: z.array(z.object({ orderNo: z.string(), version: z.number().int() })),
  refused: z.array(z.object({ orderNo: z.string(), error: contractErrorSchema })),
  undoUntil: epochSchema.nullable(),
});

export const holdMethods = {
  'holds.list': query(
    'Held and frozen orders, gravest first, then by the clock.',
    EVERYONE,
    z.strictObject({
      ...pageInput,
      kind: z.enum(['held', 'frozen']).optional(),
      severity: choiceOf(severitySchema).optional(),
      channel: choiceOf(channelIdSchema).optional(),
      role: caseRoleSchema.optional(),
      ruleId: z.string().optional(),
      assignee: z.string().optional(),
      text: z.string().max(100).optional(),
      /** Snoozed cases are left out unless asked for. */
      snoozed: z.boolean().default(false),
    }),
    pageOf(heldOrderSchema).extend({ total: z.number().int() }),
  ),
  'holds.release': command(
    'Lets a held or frozen order go on. Stale versions are refused.',
    DECIDERS,
    z.strictObject({ ...target, reason: reasonText }),
    decisionSchema,
  ),
  'holds.freeze': command(
    'Freezes an order: it is never released by itself.',
    DECIDERS,
    z.strictObject({ ...target, reason: reasonText }),
    decisionSchema,
  ),
  'holds.undo': command(
    'Takes back the last release or freeze of this order, within ten seconds and before anything else happened to it.',
    DECIDERS,
    z.strictObject({ orderNo: z.string().min(1) }),
    decisionSchema,
  ),
  'holds.releaseMany': command(
    'Releases several; each is decided on its own and refused on its own.',
    DECIDERS,
    z.strictObject({ orders: z.array(z.strictObject(target)).min(1).max(500), reason: reasonText }),
    bulkResultSchema,
  ),
  'holds.freezeMany': command(
    'Freezes several.',
    DECIDERS,
    z.strictObject({ orders: z.array(z.strictObject(target)).min(1).max(500), reason: reasonText }),
    bulkResultSchema,
  ),
  'holds.undoMany': command(
    'Takes back the last decision of several orders.',
    DECIDERS,
    z.strictObject({ orderNos: z.array(z.string()).min(1).max(500) }),
    bulkResultSchema,
  ),
  'holds.claim': command(
    'Puts the case in the name of an operator; null lets go of it.',
    DECIDERS,
    z.strictObject({ ...target, assignee: z.string().max(60).nullable() }),
    decisionSchema,
  ),
  'holds.handOver': command(
    'Pushes the case to another role (C2).',
    DECIDERS,
    z.strictObject({ ...target, role: caseRoleSchema, note: reasonText }),
    decisionSchema,
  ),
  'holds.note': command(
    'Adds a note to the timeline.',
    DECIDERS,
    z.strictObject({ orderNo: z.string().min(1), text: z.string().min(1).max(1000) }),
    z.object({ at: epochSchema }),
  ),
  'holds.snooze': command(
    'Takes the case out of the queue for some minutes; its release time stays.',
    DECIDERS,
    z.strictObject({
      ...target,
      minutes: z
        .number()
        .int()
        .min(1)
        .max(24 * 60),
    }),
    decisionSchema,
  ),
  'holds.shift': query(
    'What this operator did since a moment: shown when the queue is empty.',
    EVERYONE,
    z.strictObject({ since: epochSchema }),
    z.object({ released: z.number().int(), frozen: z.number().int(), expired: z.number().int(), medianHandlingMs: z.number().nullable() }),
  ),
};
