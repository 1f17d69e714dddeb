import { z } from 'zod';
import { channelIdSchema } from '../channels.ts';
import { complaintClassSchema } from '../complaints.ts';
import { epochSchema, minorSchema, orderStatusSchema } from '../order.ts';
import { localisedTextSchema } from '../text.ts';
import { command, query } from './method.ts';
import { ADMINS, STAFF } from './roles.ts';

/** Half a character, which no address can carry and no file keeps, is none. */
export const shopIdSchema = z
  .string()
  .min(1)
  .max(100)
  .refine((id) => id.isWellFormed(), 'half a character');
/** The address of a shop. */
export const shopKeyFields = { channel: channelIdSchema, shopId: shopIdSchema };
const optionValueSchema = z.union([z.string().max(500), z.number(), z.boolean()]);
const optionsSchema = z.record(z.string().max(60), optionValueSchema);
const doorSchema = z.enum(['native', 'standard-webhooks']);

/** What is wrong with a connection, in words for the person who has to act. */
export const problemSchema = z.object({
  code: z.string(),
  text: localisedTextSchema,
  since: epochSchema,
  /** The platform's own code and words. */
  platform: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Problem = z.infer<typeof problemSchema>;

/** What a channel can do and what its form asks for. */
export const manifestSchema = z.object({
  id: channelIdSchema,
  code: z.string(),
  name: localisedTextSchema,
  capabilities: z.object({
    push: z.enum(['http', 'socket', 'messages', 'none']),
    poll: z.boolean(),
    refunds: z.enum(['in-order', 'list', 'both', 'none']),
    ship: z.boolean(),
    memo: z.boolean(),
    stock: z.enum(['absolute', 'none']),
    dayList: z.enum(['created', 'paid', 'none']),
    receiver: z.enum(['plain', 'masked']),
  }),
  fields: z.array(
    z.object({
      name: z.string(),
      label: localisedTextSchema,
      help: localisedTextSchema,
      kind: z.enum(['text', 'secret', 'url']),
      need: z.enum(['always', 'push', 'poll', 'optional']),
      pattern: z.string().nullable(),
    }),
  ),
  options: z.array(
    z.object({
      name: z.string(),
      label: localisedTextSchema,
      help: localisedTextSchema,
      kind: z.enum(['number', 'text', 'boolean', 'choice']),
      choices: z.array(z.object({ value: z.string(), label: localisedTextSchema })),
      default: z.union([z.string(), z.number(), z.boolean()]),
      unconfirmed: z.boolean(),
    }),
  ),
  limits: z.array(z.object({ group: z.string(), calls: z.number(), perMs: z.number(), basis: z.enum(['published', 'assumed']) })),
  authoriseUrl: z.string().nullable(),
  webhookHelp: localisedTextSchema.nullable(),
  unconfirmed: z.array(localisedTextSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** An order as an adapter read it, personal data masked; `raw…` are the platform's own words. */
export const orderPreviewSchema = z.object({
  channelOrderId: z.string(),
  status: orderStatusSchema.nullable(),
  rawStatus: z.string(),
  partiallyShipped: z.boolean(),
  platformHold: localisedTextSchema.nullable(),
  currency: z.string(),
  goodsMinor: minorSchema,
  freightMinor: minorSchema,
  discountMinor: minorSchema,
  paidMinor: minorSchema,
  createdAt: epochSchema,
  paidAt: epochSchema.nullable(),
  updatedAt: epochSchema,
  buyerMask: z.string(),
  receiverMask: z.object({ name: z.string(), phone: z.string(), region: z.string(), address: z.string() }),
  buyerMessage: z.string(),
  sellerMemo: z.string(),
  trackingNumber: z.string().nullable(),
  presale: z.boolean(),
  lines: z.array(
    z.object({ sku: z.string(), name: z.string(), quantity: z.number().int(), unitPriceMinor: minorSchema, gift: z.boolean() }),
  ),
});
export const refundPreviewSchema = z.object({
  channelOrderId: z.string(),
  refundId: z.string(),
  amountMinor: minorSchema,
  at: epochSchema,
  state: z.enum(['open', 'succeeded', 'withdrawn']),
  rawState: z.string(),
  complaint: complaintClassSchema.nullable(),
});
export const unknownWordSchema = z.object({ kind: z.enum(['status', 'refund', 'complaint', 'field']), word: z.string() });

/** What a payload says to an adapter. */
export const tryResultSchema = z.object({
  ok: z.boolean(),
  reason: localisedTextSchema.nullable(),
  orders: z.array(orderPreviewSchema),
  refunds: z.array(refundPreviewSchema),
  /** Details the hub would fetch, because the message is only a hint. */
  wanted: z.array(z.object({ kind: z.enum(['order', 'refund']), id: z.string() })),
  unknown: z.array(unknownWordSchema),
});
export type TryResult = z.infer<typeof tryResultSchema>;

export const testStepSchema = z.object({
  id: z.enum(['fields', 'reach', 'clock', 'token', 'identity', 'orders', 'sample']),
  state: z.enum(['passed', 'failed', 'skipped', 'warning']),
  text: localisedTextSchema,
});

/** Credentials left out keep their stored value where the shop is connected already. */
const draftSchema = z.strictObject({
  ...shopKeyFields,
  name: z.string().max(100).default(''),
  fields: z.record(z.string().max(60), z.string().max(4_000)),
  options: optionsSchema.default({}),
  endpoint: z.url().nullable().default(null),
  push: z.boolean().default(true),
  poll: z.boolean().default(true),
  door: doorSchema.default('native'),
});

export const connectionMethods = {
  'channels.catalogue': query(
    'Every channel with what it can do and what its form asks for.',
    STAFF,
    z.strictObject({}),
    z.object({ items: z.array(manifestSchema) }),
  ),
  'shops.connection': query(
    'One connection without its secrets.',
    ADMINS,
    z.strictObject(shopKeyFields),
    z.object({
      ...shopKeyFields,
      name: z.string(),
      /** `file`: from the configuration file; it can be tested here and changed there. */
      source: z.enum(['file', 'screen']),
      on: z.boolean(),
      push: z.boolean(),
      poll: z.boolean(),
      door: doorSchema,
      endpoint: z.string().nullable(),
      options: optionsSchema,
      /** Names of the credentials that are kept. */
      filled: z.array(z.string()),
      identity: z.string().nullable(),
      webhookPath: z.string(),
    }),
  ),
  'shops.test': command(
    'Tries credentials at the platform without keeping them.',
    ADMINS,
    draftSchema,
    z.object({
      ok: z.boolean(),
      steps: z.array(testStepSchema),
      identity: z.string().nullable(),
      shopName: z.string().nullable(),
      sample: tryResultSchema.nullable(),
    }),
  ),
  'shops.connect': command(
    'Connects a shop or changes its connection; credentials are kept encrypted and never shown again.',
    ADMINS,
    draftSchema,
    z.object({ ...shopKeyFields, webhookPath: z.string() }),
  ),
  'shops.switch': command(
    'Switches a connected shop on or off.',
    ADMINS,
    z.strictObject({ ...shopKeyFields, on: z.boolean() }),
    z.object({ ...shopKeyFields, on: z.boolean() }),
  ),
  'shops.authorise': command(
    'Exchanges the code of an authorisation for a token.',
    ADMINS,
    z.strictObject({ ...shopKeyFields, code: z.string().min(1).max(500), query: z.string().max(4_000).default('') }),
    z.object({ ...shopKeyFields, expiresAt: epochSchema.nullable() }),
  ),
  'shops.remove': command('Disconnects a shop; its orders stay.', ADMINS, z.strictObject(shopKeyFields), z.object(shopKeyFields)),
};
