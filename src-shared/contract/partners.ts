import { z } from 'zod';
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
  /** Where this partner calls us; null when it does not. */
  webhookPath: z.string().nullable(),
});
export type PartnerState = z.infer<typeof partnerStateSchema>;

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
    z.strictObject({ id: partnerIdSchema }),
    z.object({ ok: z.boolean(), text: localisedTextSchema, ms: z.number() }),
  ),
};
