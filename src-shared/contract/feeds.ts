import { z } from 'zod';
import { carrierIdSchema } from '../carriers.ts';
import { channelIdSchema } from '../channels.ts';
import { epochSchema, orderSchema } from '../order.ts';
import { localisedTextSchema } from '../text.ts';
import { DAY } from '../time.ts';
import { problemSchema, shopKeyFields } from './connections.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { DECIDERS, STAFF, SUPERVISORS } from './roles.ts';

/** How a shop is being read. */
export const feedStateSchema = z.object({
  ...shopKeyFields,
  name: z.string(),
  /** `failing` tries again by itself; `stopped` waits for the administrator. */
  state: z.enum(['off', 'starting', 'live', 'catching-up', 'failing', 'stopped']),
  problem: problemSchema.nullable(),
  /** Long connection or message queue. */
  stream: z.enum(['none', 'open', 'closed']),
  lastPollAt: epochSchema.nullable(),
  /** Last good checkpoint: every change before it is here (platform time). */
  through: epochSchema.nullable(),
  /** What is being caught up after a break. */
  backlog: z.object({ from: epochSchema, to: epochSchema, through: epochSchema }).nullable(),
  /** Orders whose detail is still to be fetched. */
  wishes: z.number().int(),
  callsPerSecond: z.number(),
  limitPerSecond: z.number(),
  /** Our clock minus the platform's, ms. */
  clockOffMs: z.number().nullable(),
  tokenExpiresAt: epochSchema.nullable(),
});
export type FeedState = z.infer<typeof feedStateSchema>;

/** Ids there against ids here for one shop and business day (M10). */
export const dayAuditSchema = z.object({
  ...shopKeyFields,
  /** Start of the day, Asia/Shanghai. */
  day: epochSchema,
  /** `unknown`: the platform offers no list of a day. */
  state: z.enum(['unchecked', 'equal', 'missing', 'filling', 'unknown']),
  checkedAt: epochSchema.nullable(),
  there: z.number().int(),
  here: z.number().int(),
  missing: z.number().int(),
  filled: z.number().int(),
  /** Orders here that the platform does not list. */
  extra: z.number().int(),
  error: localisedTextSchema.nullable(),
});
export type DayAudit = z.infer<typeof dayAuditSchema>;

export const gapSchema = z.object({
  channelOrderId: z.string(),
  foundAt: epochSchema,
  askedAt: epochSchema.nullable(),
  filledAt: epochSchema.nullable(),
  orderNo: z.string().nullable(),
  error: localisedTextSchema.nullable(),
});

/** The day that holds this moment; the first one begins before it. */
const dayKey = { ...shopKeyFields, day: epochSchema.min(DAY) };

export const feedMethods = {
  'feeds.list': query(
    'How each shop is read, and what is wrong.',
    STAFF,
    z.strictObject({}),
    z.object({ items: z.array(feedStateSchema) }),
  ),
  'feeds.poll': command('Polls a shop now.', SUPERVISORS, z.strictObject(shopKeyFields), z.object(shopKeyFields)),
  'gaps.days': query(
    'Ids there against ids here, per shop and day, newest first.',
    STAFF,
    z.strictObject({
      channel: channelIdSchema.optional(),
      shopId: z.string().optional(),
      days: z.number().int().min(1).max(92).default(7),
    }),
    z.object({ items: z.array(dayAuditSchema) }),
  ),
  'gaps.list': query('Missing orders of one shop and day.', STAFF, z.strictObject({ ...pageInput, ...dayKey }), pageOf(gapSchema)),
  'gaps.check': command('Compares one shop and day with the platform now.', SUPERVISORS, z.strictObject(dayKey), dayAuditSchema),
  'gaps.backfill': command(
    'Fetches every missing order of one shop and day.',
    SUPERVISORS,
    z.strictObject(dayKey),
    z.object({ asked: z.number().int() }),
  ),
  'orders.ship': command(
    'Ships an order by hand and tells the platform.',
    STAFF,
    z.strictObject({
      orderNo: z.string(),
      version: z.number().int(),
      trackingNumber: z.string().trim().min(4).max(64),
      carrier: carrierIdSchema,
    }),
    orderSchema,
  ),
  'orders.memo': command(
    'Writes the seller memo and flag back to the platform.',
    DECIDERS,
    z.strictObject({ orderNo: z.string(), memo: z.string().max(500), flag: z.number().int().min(0).max(5).nullable().default(null) }),
    z.object({ queued: z.boolean() }),
  ),
};
