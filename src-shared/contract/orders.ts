import { z } from 'zod';
import { channelIdSchema } from '../channels.ts';
import { epochSchema, orderLinkSchema, orderSchema, orderStatusSchema, orderSummarySchema } from '../order.ts';
import { explanationSchema } from '../rule.ts';
import { localisedTextSchema } from '../text.ts';
import { command, query } from './method.ts';
import { choiceOf, pageInput, pageOf } from './paging.ts';
import { DECIDERS, EVERYONE, STAFF } from './roles.ts';

/** By internal number, or by the platform's own. */
export const orderKeySchema = z.union([
  z.strictObject({ orderNo: z.string().min(1) }),
  z.strictObject({ channel: channelIdSchema, shopId: z.string().min(1), channelOrderId: z.string().min(1) }),
]);

export const timelineEntrySchema = z.object({
  at: epochSchema,
  kind: z.enum([
    'received',
    'status',
    'verdict',
    'check',
    'hold',
    'release',
    'freeze',
    'undo',
    'stock',
    'route',
    'refund',
    'note',
    'handover',
    'snooze',
    'refused',
    'ticket',
    'outbox',
    'unmask',
    'link',
  ]),
  actor: z.string(),
  text: localisedTextSchema,
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const buyerHistorySchema = z.object({
  orders: z.number().int(),
  refundedOrders: z.number().int(),
  heldOrders: z.number().int(),
  paidMinor: z.number().int(),
  averageMinor: z.number().int().nullable(),
  firstOrderAt: epochSchema.nullable(),
  lastOrderAt: epochSchema.nullable(),
  usualArea: z.string().nullable(),
  /** B2: why limits are relaxed for this buyer, or null. */
  standing: localisedTextSchema.nullable(),
  recent: z.array(orderSummarySchema),
});

/** A linked order with the hub's suggestion. */
export const linkedOrderSchema = orderLinkSchema.extend({
  order: orderSummarySchema,
  suggestion: z.object({
    /** What accepting does; null: nothing is to be decided. */
    action: z.enum(['ship-together', 'cancel-duplicate', 'keep-apart']).nullable(),
    text: localisedTextSchema,
  }),
});
export type LinkedOrder = z.infer<typeof linkedOrderSchema>;

export const orderMethods = {
  'orders.get': query('One order, by internal or platform number; the receiver is masked.', EVERYONE, orderKeySchema, orderSchema),
  'orders.list': query(
    'Orders, newest first, with filters.',
    EVERYONE,
    z.strictObject({
      ...pageInput,
      channel: channelIdSchema.optional(),
      shopId: z.string().optional(),
      status: choiceOf(orderStatusSchema).optional(),
      held: z.enum(['held', 'frozen', 'any', 'none']).optional(),
      grade: choiceOf(z.enum(['pass', 'low', 'medium', 'high'])).optional(),
      sku: z.string().optional(),
      warehouse: z.string().optional(),
      /** Matches order number, platform order number or buyer key. */
      text: z.string().max(100).optional(),
      from: epochSchema.optional(),
      to: epochSchema.optional(),
    }),
    pageOf(orderSummarySchema),
  ),
  'orders.explain': query(
    'Why the order was held or passed: every rule with its evaluation, re-derived from the stored inputs.',
    EVERYONE,
    orderKeySchema,
    explanationSchema,
  ),
  'orders.timeline': query(
    'What happened to the order, oldest first.',
    EVERYONE,
    orderKeySchema,
    z.object({ items: z.array(timelineEntrySchema) }),
  ),
  'orders.buyer': query('The buyer behind an order: history, usual area, standing.', STAFF, orderKeySchema, buyerHistorySchema),
  'orders.similar': query(
    'Earlier cases stopped by the same rule, and how they ended.',
    STAFF,
    orderKeySchema,
    z.object({
      ruleId: z.string().nullable(),
      released: z.number().int(),
      frozen: z.number().int(),
      expired: z.number().int(),
      cancelled: z.number().int(),
      items: z.array(orderSummarySchema.extend({ ended: z.enum(['open', 'released', 'frozen', 'expired', 'cancelled']) })),
    }),
  ),
  'orders.links': query(
    'Orders that belong with this one, what to do about each and what was decided (A8).',
    EVERYONE,
    orderKeySchema,
    z.object({ items: z.array(linkedOrderSchema) }),
  ),
  'orders.links.decide': command(
    'Accepts or declines what is suggested for two linked orders, or takes either back while none of them has left; both are judged again.',
    DECIDERS,
    z.strictObject({
      orderNo: z.string().min(1),
      version: z.number().int().positive(),
      with: z.string().min(1),
      action: z.enum(['accept', 'decline', 'reopen']),
    }),
    z.object({ order: orderSchema }),
  ),
  'orders.unmask': command(
    'The receiver in plain text; the reading is written to the audit log (L4).',
    STAFF,
    z.strictObject({ orderNo: z.string(), reason: z.string().min(2).max(200) }),
    z.object({ name: z.string(), phone: z.string(), address: z.string() }),
  ),
  'orders.raw': query(
    'The platform messages this order came from, as received, personal data masked.',
    STAFF,
    z.strictObject({ orderNo: z.string() }),
    z.object({ items: z.array(z.object({ inboxId: z.number().int(), receivedAt: epochSchema, topic: z.string(), body: z.string() })) }),
  ),
};
