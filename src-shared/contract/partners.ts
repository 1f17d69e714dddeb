import { z } from 'zod';
import { carrierIdSchema } from '../carriers.ts';
import { epochSchema } from '../order.ts';
import { localisedTextSchema } from '../text.ts';
import { command, query } from './method.ts';
import { ADMINS, STAFF } from './roles.ts';

export const PARTNER_IDS = ['wms', 'buyer', 'mail', 'crm', 'risk-list', 'kuaidi100', 'kdniao', 'robots'] as const;
export const partnerIdSchema = z.enum(PARTNER_IDS);
export type PartnerId = z.infer<typeof partnerIdSchema>;

export const partnerStateSchema = z.object({
  id: partnerIdSchema,
  name: localisedTextSchema,
  configured: z.boolean(),
  state: z.enum(['off', 'unused', 'working', 'failing', 'resting']),
  lastGoodAt: epochSchema.nullable(),
  problem: localisedTextSchema.nullable(),
  /** Connected by the configuration file or on screen; null: not connected. */
  source: z.enum(['file', 'screen']).nullable(),
  /** False: connected on screen and switched off. */
  on: z.boolean(),
  /** When it was last called, whatever came of it, and how long that took, ms. */
  lastCallAt: epochSchema.nullable(),
  lastMs: z.number().nullable(),
  /** Calls in a row that failed; from five on it is left alone for a while. */
  failures: z.number().int(),
  /** Where this partner calls us; null when it does not. */
  webhookPath: z.string().nullable(),
});
export type PartnerState = z.infer<typeof partnerStateSchema>;

/** What the form of a partner asks for. */
export const partnerFormSchema = z.object({
  id: partnerIdSchema,
  name: localisedTextSchema,
  /** What it is for. */
  about: localisedTextSchema,
  fields: z.array(
    z.object({
      name: z.string(),
      label: localisedTextSchema,
      help: localisedTextSchema,
      kind: z.enum(['text', 'secret', 'url']),
      need: z.enum(['always', 'optional']),
    }),
  ),
});
export type PartnerForm = z.infer<typeof partnerFormSchema>;

/** Fields by name; those left out keep what is stored. */
const valuesSchema = z.record(z.string().max(60), z.string().max(2_000));

export const waybillSchema = z.object({ carrier: carrierIdSchema, number: z.string(), requestedAt: epochSchema, by: z.string() });
export type Waybill = z.infer<typeof waybillSchema>;

export const partnerMethods = {
  'partners.list': query(
    'Warehouse, CRM, risk list and carriers, and how they are doing.',
    STAFF,
    z.strictObject({}),
    z.object({ items: z.array(partnerStateSchema) }),
  ),
  'partners.test': command(
    'Calls a partner now and says how it went.',
    ADMINS,
    z.strictObject({ id: partnerIdSchema, values: valuesSchema.optional() }),
    z.object({ ok: z.boolean(), text: localisedTextSchema, ms: z.number() }),
  ),
  'partners.catalogue': query(
    'What the form of each partner asks for.',
    STAFF,
    z.strictObject({}),
    z.object({ items: z.array(partnerFormSchema) }),
  ),
  'partners.connection': query(
    'One partner as it is connected, without its secrets.',
    ADMINS,
    z.strictObject({ id: partnerIdSchema }),
    z.object({
      id: partnerIdSchema,
      source: z.enum(['file', 'screen']).nullable(),
      on: z.boolean(),
      /** What is no secret; empty for a partner of the configuration file. */
      values: z.record(z.string(), z.string()),
      /** Names of the secrets that are kept. */
      filled: z.array(z.string()),
    }),
  ),
  'partners.connect': command(
    'Connects a partner or changes its connection; secrets are kept encrypted and never shown again.',
    ADMINS,
    z.strictObject({ id: partnerIdSchema, values: valuesSchema }),
    partnerStateSchema,
  ),
  'partners.switch': command(
    'Switches a partner that was connected on screen on or off.',
    ADMINS,
    z.strictObject({ id: partnerIdSchema, on: z.boolean() }),
    partnerStateSchema,
  ),
  'partners.remove': command(
    'Disconnects a partner and forgets its secrets.',
    ADMINS,
    z.strictObject({ id: partnerIdSchema }),
    partnerStateSchema,
  ),
  'orders.waybill': query(
    'The electronic waybill of an order, and whether one can be requested.',
    STAFF,
    z.strictObject({ orderNo: z.string() }),
    z.object({
      /** Carriers a waybill can be requested of; empty: no waybill service is connected. */
      carriers: z.array(carrierIdSchema),
      waybill: waybillSchema.nullable(),
    }),
  ),
  'orders.requestWaybill': command(
    'Asks the carrier partner for an electronic waybill; an order has one at a time.',
    STAFF,
    z.strictObject({ orderNo: z.string(), version: z.number().int(), carrier: carrierIdSchema }),
    waybillSchema,
  ),
  'orders.cancelWaybill': command(
    'Gives the waybill of an order that is not shipped back to the carrier.',
    STAFF,
    z.strictObject({ orderNo: z.string() }),
    z.object({ number: z.string() }),
  ),
};
