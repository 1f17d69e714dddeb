import { z } from 'zod';
import { channelIdSchema, originSchema, sourceIdSchema } from '../channels.ts';
import { healthSnapshotSchema } from '../health.ts';
import { caseRoleSchema, epochSchema } from '../order.ts';
import { pulseSnapshotSchema, stageLimitSchema } from '../pulse.ts';
import { stockAlarmSchema, stockFlowSchema, stockLevelSchema, stockMovementSchema, warehouseHealthSchema } from '../stock.ts';
import { localisedTextSchema, severitySchema } from '../text.ts';
import { problemSchema } from './connections.ts';
import { feedStateSchema } from './feeds.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { ADMINS, EVERYONE, roleSchema, STAFF, SUPERVISORS } from './roles.ts';

export type { RuleLegend, RuleRow } from './rules.ts';

/** Of one booking: a shelf counts them exactly, however often somebody mistypes. */
const MOST_PIECES = 1_000_000_000;

export const stockMethods = {
  'stock.list': query(
    'SKU by warehouse, with reservations, cover and alarms.',
    EVERYONE,
    z.strictObject({
      ...pageInput,
      warehouse: z.string().optional(),
      alarm: z.boolean().optional(),
      text: z.string().max(100).optional(),
      sku: z.string().optional(),
    }),
    pageOf(stockLevelSchema),
  ),
  'stock.map': query(
    'Warehouses with their health, flows of the last hour and demand by province.',
    EVERYONE,
    z.strictObject({}),
    z.object({
      at: epochSchema,
      warehouses: z.array(warehouseHealthSchema),
      flows: z.array(stockFlowSchema),
      demand: z.array(z.object({ province: z.string(), orders: z.number().int() })),
      alarms: z.array(stockAlarmSchema),
    }),
  ),
  'stock.movements': query(
    'The ledger of one SKU, newest first.',
    EVERYONE,
    z.strictObject({ ...pageInput, sku: z.string(), warehouse: z.string().optional() }),
    pageOf(stockMovementSchema),
  ),
  'stock.adjust': command(
    'Books counted or received pieces into a warehouse; refused where it would go below what is reserved.',
    ['warehouse', 'supervisor', 'admin'],
    z.strictObject({
      sku: z.string().min(1),
      warehouse: z.string().min(1),
      quantity: z.number().int().min(-MOST_PIECES).max(MOST_PIECES),
      kind: z.enum(['adjust', 'replenish', 'return']),
      note: z.string().max(200).default(''),
    }),
    stockLevelSchema,
  ),
};

export const pulseMethods = {
  'pulse.snapshot': query(
    'The ward: lanes, beats, stages, stuck orders; `at` looks back up to 24 h.',
    EVERYONE,
    z.strictObject({ at: epochSchema.optional() }),
    pulseSnapshotSchema,
  ),
  'pulse.limits': query(
    'When a stage of each channel with a shop is amber and red, learnt from its own orders where there are enough.',
    EVERYONE,
    z.strictObject({}),
    z.object({ at: epochSchema, items: z.array(stageLimitSchema) }),
  ),
};

export const healthMethods = {
  'health.current': query(
    'The Order Health Index with parts, trend and channels.',
    EVERYONE,
    z.strictObject({
      hours: z
        .number()
        .int()
        .min(1)
        .max(24 * 30)
        .default(24),
      channel: channelIdSchema.optional(),
      shopId: z.string().optional(),
    }),
    healthSnapshotSchema,
  ),
};

export const auditEntrySchema = z.object({
  seq: z.number().int(),
  at: epochSchema,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  hash: z.string(),
});

export const inboxEntrySchema = z.object({
  id: z.number().int(),
  channel: sourceIdSchema,
  shopId: z.string(),
  topic: z.string(),
  origin: originSchema,
  receivedAt: epochSchema,
  attempts: z.number().int(),
  reason: localisedTextSchema,
  size: z.number().int(),
  /** First 2,000 characters, personal data masked. */
  preview: z.string(),
});
export type InboxEntry = z.infer<typeof inboxEntrySchema>;

export const outboxEntrySchema = z.object({
  id: z.number().int(),
  topic: z.string(),
  target: z.string(),
  orderNo: z.string().nullable(),
  createdAt: epochSchema,
  attempts: z.number().int(),
  error: z.string(),
  /** What a person can do about it, where the target said so. */
  reason: localisedTextSchema.nullable(),
});

export const channelHealthSchema = z.object({
  channel: channelIdSchema,
  shopId: z.string(),
  name: z.string(),
  /** The signature scheme of its webhook: the platform's own, Standard Webhooks through a bridge, or none. */
  door: z.enum(['native', 'standard-webhooks', 'none']),
  /** Connected by the configuration file or on screen. */
  source: z.enum(['file', 'screen']),
  on: z.boolean(),
  state: feedStateSchema.shape.state,
  problem: problemSchema.nullable(),
  webhookPath: z.string(),
  push: z.boolean(),
  poll: z.boolean(),
  lastReceivedAt: epochSchema.nullable(),
  received24h: z.number().int(),
  /** Orders and refunds read by polling, part of the received ones. */
  polled24h: z.number().int(),
  failed24h: z.number().int(),
  refused24h: z.number().int(),
  orders24h: z.number().int(),
});

export const taskSchema = z.object({
  id: z.string(),
  kind: z.enum(['service', 'replenish', 'stuck', 'connection', 'gap']),
  severity: severitySchema,
  role: caseRoleSchema,
  title: localisedTextSchema,
  orderNo: z.string().nullable(),
  openedAt: epochSchema,
  dueAt: epochSchema.nullable(),
  state: z.enum(['open', 'done']),
});
export type Task = z.infer<typeof taskSchema>;

export const adminMethods = {
  'session.hello': query(
    'Who I am, which workspace this is, and where the event stream stands.',
    EVERYONE,
    z.strictObject({}),
    z.object({
      workspace: z.string(),
      demo: z.boolean(),
      operator: z.string(),
      role: roleSchema,
      version: z.string(),
      serverTime: epochSchema,
      startedAt: epochSchema,
      /** Position of the event stream: a snapshot fetched after this is at least this new. */
      stream: z.object({ epoch: z.string(), seq: z.number().int() }),
    }),
  ),
  'audit.list': query(
    'The audit log, newest first.',
    SUPERVISORS,
    z.strictObject({ ...pageInput, subject: z.string().optional() }),
    pageOf(auditEntrySchema),
  ),
  'audit.verify': query(
    'Recomputes the hash chain of the audit log.',
    SUPERVISORS,
    z.strictObject({}),
    z.object({ entries: z.number().int(), intact: z.boolean(), firstBroken: z.number().int().nullable(), head: z.string() }),
  ),
  'inbox.failed': query(
    'Messages that could not be read, with the reason.',
    STAFF,
    z.strictObject({ ...pageInput }),
    pageOf(inboxEntrySchema),
  ),
  'inbox.retry': command(
    'Reads failed messages again: one, or all.',
    SUPERVISORS,
    z.strictObject({ id: z.number().int().optional() }),
    z.object({ retried: z.number().int(), succeeded: z.number().int() }),
  ),
  'outbox.dead': query(
    'Outgoing messages that were given up after all retries.',
    STAFF,
    z.strictObject({ ...pageInput }),
    pageOf(outboxEntrySchema),
  ),
  'outbox.retry': command(
    'Sends dead messages again: one, or all.',
    SUPERVISORS,
    z.strictObject({ id: z.number().int().optional() }),
    z.object({ retried: z.number().int() }),
  ),
  'channels.list': query(
    'Connected shops and how their feeds are doing.',
    STAFF,
    z.strictObject({}),
    z.object({ items: z.array(channelHealthSchema) }),
  ),
  'tasks.list': query(
    'Open tasks: address completion, replenishment, stuck orders.',
    EVERYONE,
    z.strictObject({ ...pageInput, role: caseRoleSchema.optional() }),
    pageOf(taskSchema),
  ),
  'tasks.done': command('Closes a task.', STAFF, z.strictObject({ id: z.string() }), z.object({ id: z.string() })),
  'workspace.lifecycle': query(
    'The order state table: state, trigger, target, action (F).',
    EVERYONE,
    z.strictObject({}),
    z.object({
      items: z.array(
        z.object({ from: localisedTextSchema, trigger: localisedTextSchema, to: localisedTextSchema, action: localisedTextSchema }),
      ),
    }),
  ),
  'workspace.stop': command('Stops the hub in good order.', ADMINS, z.strictObject({}), z.object({ stopping: z.literal(true) })),
};
