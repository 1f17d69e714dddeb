import { z } from 'zod';
import { channelIdSchema } from './channels.ts';
import { roleSchema } from './contract/roles.ts';
import { localisedTextSchema, severitySchema } from './text.ts';

/** The states of product.md section F, in the order of an order's normal way. */
export const ORDER_STATUSES = [
  'pending_payment',
  'paid',
  'awaiting_shipment',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'refunding',
  'refunded',
  'closed',
] as const;
export const orderStatusSchema = z.enum(ORDER_STATUSES);
export type OrderStatus = z.infer<typeof orderStatusSchema>;

/** Integer minor units of the order's currency. */
export const minorSchema = z.number().int();
/** Epoch milliseconds UTC, before the year 10000: later moments are no dates, or are written otherwise. */
export const epochSchema = z
  .number()
  .int()
  .nonnegative()
  .lt(Date.UTC(10_000, 0, 1));

export const orderLineSchema = z.object({
  sku: z.string(),
  name: z.string(),
  quantity: z.number().int().positive(),
  unitPriceMinor: minorSchema,
  /** Sum refunded on this line so far. */
  refundedMinor: minorSchema.optional(),
  /** Storage class that decides splits (E3): goods of different classes do not share a parcel. */
  storage: z.enum(['normal', 'cold']).optional(),
  /** A free gift counts against a limited quota (D10). */
  gift: z.boolean().optional(),
});
export type OrderLine = z.infer<typeof orderLineSchema>;

/**
 * A receiver or buyer field that a platform may give plain, masked or as ciphertext.
 * On the wire `plain` is absent: unmasking is a request of its own and is logged (L4).
 */
export const buyerSchema = z.object({
  /** The platform's own buyer key where it gives one; matching uses it before anything else (M13). */
  key: z.string().nullable(),
  nameMask: z.string(),
  /** Customer tier or tags known for the buyer, e.g. `corporate`, `malicious-returns`. */
  tags: z.array(z.string()),
});
export const receiverSchema = z.object({
  nameMask: z.string(),
  phoneMask: z.string(),
  country: z.string(),
  province: z.string(),
  city: z.string(),
  district: z.string(),
  addressMask: z.string(),
  postcode: z.string().optional(),
});

export const presaleSchema = z.object({
  depositMinor: minorSchema,
  balanceMinor: minorSchema,
  balanceDueAt: epochSchema.nullable(),
  balancePaidAt: epochSchema.nullable(),
});
export type Presale = z.infer<typeof presaleSchema>;

/** Roles a case may be pushed to (C2). */
export const CASE_ROLES = ['service', 'senior-service', 'warehouse', 'finance', 'risk', 'operations', 'compliance'] as const;
export const caseRoleSchema = z.enum(CASE_ROLES);
export type CaseRole = z.infer<typeof caseRoleSchema>;

export const holdReasonSchema = z.object({
  ruleId: z.string(),
  ruleVersion: z.number().int(),
  severity: severitySchema,
  /** One sentence a support agent can read to a customer, with the values against the threshold. */
  sentence: localisedTextSchema,
});
export type HoldReason = z.infer<typeof holdReasonSchema>;

/** A hold is one object (M9): reasons, who may release, what happens to the stock, when it ends by itself. */
export const holdSchema = z.object({
  kind: z.enum(['held', 'frozen']),
  severity: severitySchema,
  reasons: z.array(holdReasonSchema),
  role: caseRoleSchema,
  openedAt: epochSchema,
  /** Released by the hub at this time if nobody acted (C4); null for frozen orders, which never are. */
  releaseAt: epochSchema.nullable(),
  stock: z.enum(['keep', 'free']),
  /** Roles of operators that may release it (M9); absent: all that may decide. */
  releasedBy: z.array(roleSchema).optional(),
  /** Operator who claimed the case. */
  assignee: z.string().nullable(),
  /** Hidden from the head of the queue until then. */
  snoozedUntil: epochSchema.nullable(),
  /** `rule`, or the id of the operator who froze it by hand. */
  openedBy: z.string(),
});
export type Hold = z.infer<typeof holdSchema>;

export const executableCheckSchema = z.object({
  id: z.enum(['paid', 'stock', 'risk', 'invoice', 'address', 'checks']),
  passed: z.boolean(),
  note: localisedTextSchema,
});
/** B7: what must hold before an order may go to the warehouse. */
export type ExecutableCheck = z.infer<typeof executableCheckSchema>;

/** Services that are asked about an order beside the pipeline (B3). */
export const CHECK_SOURCES = ['crm', 'wms', 'risk-list'] as const;
export const checkSourceSchema = z.enum(CHECK_SOURCES);
export type CheckSource = z.infer<typeof checkSourceSchema>;

/**
 * One cross-check of an order. `asked`: no answer yet; `unavailable`: cut off, unreadable or resting, the source's policy decided;
 * `skipped`: there is nothing to ask this source about this order.
 */
export const orderCheckSchema = z.object({
  source: checkSourceSchema,
  state: z.enum(['asked', 'answered', 'unavailable', 'skipped']),
  askedAt: epochSchema,
  /** When it was answered or given up for now; null while it is asked. */
  at: epochSchema.nullable(),
  /** How long the answer took, ms; null without one. */
  ms: z.number().int().nonnegative().nullable(),
  /** It came after the cut-off. */
  late: z.boolean(),
  /** What the rules read: percent the tier allows, pieces missing, score; null where the source knows nothing. */
  value: z.number().nullable(),
  /** The answer, or why there is none, in words. */
  words: localisedTextSchema.nullable(),
});
export type OrderCheckState = z.infer<typeof orderCheckSchema>;

export const allocationSchema = z.object({
  sku: z.string(),
  warehouse: z.string(),
  quantity: z.number().int().positive(),
  pool: z.enum(['spot', 'presale']),
});
export type Allocation = z.infer<typeof allocationSchema>;

export const routeSchema = z.object({
  warehouse: z.string().nullable(),
  warehouseName: localisedTextSchema.nullable(),
  /** First choice of the decision table for this order; null where it named none. E5 measures how often it won. */
  preferred: z.string().nullable(),
  /** Which line of the decision table won and why, in one sentence (E1, E2). */
  reason: localisedTextSchema,
  promisedAt: epochSchema.nullable(),
});
export type Route = z.infer<typeof routeSchema>;

/** What a person decided about two linked orders (A8). */
export const linkDecisionSchema = z.object({
  action: z.enum(['ship-together', 'cancel-duplicate', 'keep-apart']),
  by: z.string(),
  at: epochSchema,
  /** This order was frozen by it. */
  stopped: z.literal(true).optional(),
});
export type LinkDecision = z.infer<typeof linkDecisionSchema>;

export const orderLinkSchema = z.object({
  orderNo: z.string(),
  kind: z.enum(['merge-candidate', 'presale-pair', 'duplicate']),
  /** The other order came after this one. */
  later: z.literal(true).optional(),
  decision: linkDecisionSchema.optional(),
  /** The other order left or ended, or the two no longer belong together: nothing is left to decide. */
  over: z.enum(['shipped', 'ended', 'apart']).optional(),
});
/** Another order this one belongs with; both sides carry it. */
export type OrderLink = z.infer<typeof orderLinkSchema>;

/** The gravest finding of an order; `pass`: none. */
export const orderGradeSchema = z.enum(['pass', 'low', 'medium', 'high']);

/** An order as consoles and other programs see it. Names are fixed by the public contract. */
export const orderSchema = z.object({
  orderNo: z.string(),
  /** Grows by one with every stored change; commands carry the version they saw. */
  version: z.number().int().positive(),
  channel: channelIdSchema,
  shopId: z.string(),
  channelOrderId: z.string(),
  status: orderStatusSchema,
  /** The platform's own word for the state, unchanged. */
  rawStatus: z.string(),
  /** Set when the platform sent a state the mapping does not know: the last known state is kept. */
  rawStatusUnknown: z.boolean(),
  partiallyShipped: z.boolean(),
  hold: holdSchema.nullable(),
  currency: z.string(),
  goodsMinor: minorSchema,
  freightMinor: minorSchema,
  discountMinor: minorSchema,
  paidMinor: minorSchema,
  refundedMinor: minorSchema,
  createdAt: epochSchema,
  paidAt: epochSchema.nullable(),
  updatedAt: epochSchema,
  /** When the hub had it on disk, and when its first verdict was durable. */
  receivedAt: epochSchema,
  decidedAt: epochSchema,
  buyer: buyerSchema,
  receiver: receiverSchema,
  buyerMessage: z.string(),
  sellerMemo: z.string(),
  presale: presaleSchema.nullable(),
  lines: z.array(orderLineSchema),
  /** A7. Tags set automatically from the source, e.g. `douyin`, `live`, `night`, `presale`. */
  tags: z.array(z.string()),
  /** B6, 0 to 100; higher is healthier. */
  healthScore: z.number().min(0).max(100),
  /** Highest severity found by the last judgement; `pass` when nothing was found. */
  grade: orderGradeSchema,
  executable: z.array(executableCheckSchema),
  allocations: z.array(allocationSchema),
  route: routeSchema.nullable(),
  /** Order numbers that are merge candidates or presale partners (A8). */
  linked: z.array(orderLinkSchema),
  trackingNumber: z.string().nullable(),
  /** Cross-checks of the order (B3); absent where none was made. */
  checks: z.array(orderCheckSchema).optional(),
});
export type Order = z.infer<typeof orderSchema>;
export type OrderGrade = Order['grade'];

/** One row of a list: what a queue or a table needs, nothing heavy. */
export const orderSummarySchema = orderSchema.pick({
  orderNo: true,
  version: true,
  channel: true,
  shopId: true,
  channelOrderId: true,
  status: true,
  rawStatus: true,
  hold: true,
  currency: true,
  paidMinor: true,
  goodsMinor: true,
  createdAt: true,
  paidAt: true,
  updatedAt: true,
  receivedAt: true,
  healthScore: true,
  grade: true,
  tags: true,
});
export type OrderSummary = z.infer<typeof orderSummarySchema>;
