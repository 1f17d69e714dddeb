import { z } from 'zod';
import { checkSourceSchema, epochSchema } from '../order.ts';
import { localisedTextSchema } from '../text.ts';
import { command, query } from './method.ts';
import { EVERYONE, SUPERVISORS } from './roles.ts';

/** What becomes of an order a source could not tell about in time: held until it answers or a person decides, or passed with a mark. */
export const checkPolicySchema = z.enum(['hold', 'pass-and-mark']);

/** One source of cross-checks (B3) and how it is doing since the hub started. */
export const checkSourceStateSchema = z.object({
  source: checkSourceSchema,
  name: localisedTextSchema,
  connected: z.boolean(),
  /** A rule in force reads what it tells; otherwise nobody asks it. */
  read: z.boolean(),
  /** `open`: left alone after failures; `half-open`: one call tries whether it is there again. */
  breaker: z.enum(['closed', 'open', 'half-open']),
  policy: checkPolicySchema,
  /** The configuration file wins over the screen. */
  policyFrom: z.enum(['file', 'screen', 'default']),
  /** What one question is given to answer, ms; null while it is not connected. */
  timeoutMs: z.number().int().nullable(),
  /** Of the last answers, ms; null before the first. */
  p50: z.number().int().nullable(),
  p95: z.number().int().nullable(),
  p99: z.number().int().nullable(),
  /** Questions under way. */
  asking: z.number().int(),
  answers: z.number().int(),
  timeouts: z.number().int(),
  /** Other questions without an answer: refused, unreadable, resting, no turn in time. */
  unavailable: z.number().int(),
  /** Answers that came after the cut-off and were taken all the same. */
  late: z.number().int(),
  /** Orders that went on or were held without it and are still asked about. */
  unanswered: z.number().int(),
});
export type CheckSourceState = z.infer<typeof checkSourceStateSchema>;

export const checksStateSchema = z.object({
  at: epochSchema,
  /** Orders that may not ship yet, because a question is open. */
  waiting: z.number().int(),
  sources: z.array(checkSourceStateSchema),
});
export type ChecksState = z.infer<typeof checksStateSchema>;

export const checkMethods = {
  'checks.state': query(
    'Cross-checks: each source, its breaker, its answers and the orders that wait.',
    EVERYONE,
    z.strictObject({}),
    checksStateSchema,
  ),
  'checks.unanswered': query(
    'Paid orders a source could not tell about and is still asked about, in the order their turn comes.',
    EVERYONE,
    z.strictObject({ source: checkSourceSchema, limit: z.int().min(1).max(500).default(100) }),
    z.object({ orderNos: z.array(z.string()) }),
  ),
  'checks.setPolicy': command(
    'Decides what becomes of orders a source cannot tell about in time; orders it holds are judged again.',
    SUPERVISORS,
    z.strictObject({ source: checkSourceSchema, policy: checkPolicySchema }),
    checksStateSchema,
  ),
};
