import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { channelIdSchema } from '#shared/channels.ts';
import { shopIdSchema } from '#shared/contract/connections.ts';
import { warehouseSchema } from '#shared/stock.ts';

export const shopSchema = z.strictObject({
  channel: channelIdSchema,
  shopId: shopIdSchema,
  name: z.string().max(100).optional(),
  /** Platform credentials. `secret` signs its webhooks; a list, or `previousSecret`, bridges a rotation. */
  credentials: z
    .looseObject({
      secret: z.union([z.string(), z.array(z.string())]).optional(),
      previousSecret: z.string().optional(),
    })
    .default({}),
  /**
   * How its webhooks are signed. `native` is the platform's own scheme; `standard-webhooks` is for shops that reach
   * the hub through a bridge (an ERP connector, a middleware) which signs with Standard Webhooks 1.0.
   */
  door: z.enum(['native', 'standard-webhooks']).default('native'),
  /** Overrides the platform's address, for tests and simulators. */
  endpoint: z.url().optional(),
  /** What the channel's manifest offers to set. */
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  push: z.boolean().default(true),
  poll: z.boolean().default(false),
});
export type ShopConfig = z.infer<typeof shopSchema>;

export const openingStockSchema = z.strictObject({
  sku: z.string().min(1),
  name: z.string().default(''),
  warehouse: z.string(),
  spot: z.number().int().nonnegative(),
  presaleQuota: z.number().int().nonnegative().default(0),
  safety: z.number().int().nonnegative().default(0),
});

/** Who works beside the hub (docs/wms.md, docs/partners.md). Each is optional; its secrets never leave the hub. */
export const partnersSchema = z.strictObject({
  /**
   * Gets wms.ship, wms.hold and wms.recall as signed Standard Webhooks; `snapshot` and `feed` are where it tells its stock, `check`
   * where it is asked about the pieces of one order.
   */
  wms: z
    .strictObject({ url: z.url(), secret: z.string(), snapshot: z.url().optional(), feed: z.url().optional(), check: z.url().optional() })
    .optional(),
  /** Gets buyer.message in the same way. */
  buyer: z.strictObject({ url: z.url(), secret: z.string() }).optional(),
  mail: z.strictObject({ smtp: z.string(), from: z.string(), operations: z.string() }).optional(),
  /** Customer system: tier and allowed discount of a buyer. */
  crm: z.strictObject({ url: z.url(), token: z.string() }).optional(),
  /** Risk list: a score for keyed hashes; it never sees personal data. */
  riskList: z.strictObject({ url: z.url(), token: z.string() }).optional(),
  /** Tracking: `callbackUrl` is this hub's own address of /hooks/partner/kuaidi100; without `salt` its call-backs are not signed. */
  kuaidi100: z
    .strictObject({ key: z.string(), callbackUrl: z.url(), salt: z.string().min(1).optional(), endpoint: z.url().optional() })
    .optional(),
  kdniao: z
    .strictObject({
      businessId: z.string(),
      apiKey: z.string(),
      endpoint: z.url().optional(),
      sender: z.record(z.string(), z.string()).default({}),
    })
    .optional(),
  /** Group robots that hear of held orders; a WeCom robot has no secret beside the key in its address. */
  robots: z
    .array(z.strictObject({ kind: z.enum(['dingtalk', 'feishu', 'wecom']), url: z.url(), secret: z.string().optional() }))
    .max(10)
    .optional(),
});

/** One major unit of `from` is worth `rate` of `to`, from that day until the next rate of the pair. */
export const exchangeRateSchema = z.strictObject({
  from: z.string().regex(/^[A-Z]{3}$/),
  to: z.string().regex(/^[A-Z]{3}$/),
  rate: z.number().positive(),
  since: z.iso.date(),
});

/** A duty-free limit of the workspace's own, in minor units: a changed limit is known overnight, a new version of the program is not. */
export const dutyFreeRowSchema = z.strictObject({
  destinations: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1),
  currency: z.string().regex(/^[A-Z]{3}$/),
  limitMinor: z.number().int().nonnegative(),
  from: z.iso.date(),
  to: z.iso.date().nullable().default(null),
  source: z.string().min(1).max(500),
  published: z.iso.date().nullable().default(null),
  unconfirmed: z.boolean().default(false),
});

export const configSchema = z.strictObject({
  workspace: z.string().max(100).default('OrderPulse'),
  shops: z.array(shopSchema).default([]),
  /** Empty: the three default warehouses of East, South and North China plus Hefei (resources/warehouses.json). */
  warehouses: z.array(warehouseSchema).default([]),
  /** Booked once, when the workspace is first opened; later changes go through stock.adjust. */
  openingStock: z.array(openingStockSchema).default([]),
  partners: partnersSchema.default({}),
  /** Rates the workspace states, for customs values in other currencies; without one such a value stays unknown. */
  exchangeRates: z.array(exchangeRateSchema).default([]),
  /** They win over the shipped table on their days. */
  dutyFree: z.array(dutyFreeRowSchema).default([]),
  /** Figures a supervisor may change; each has a default in src-main/hub/settings.ts. */
  settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
});
export type HubConfig = z.infer<typeof configSchema>;
export type HubConfigInput = z.input<typeof configSchema>;

/** A configuration file that cannot be used: says which file, where in it and why. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** Reads and checks a configuration file. Throws ConfigError in words a person can act on. */
export function readConfigFile(path: string): HubConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`Configuration file ${path} cannot be read: ${(error as Error).message}`);
  }
  const parsed = configSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`).join('; ');
  throw new ConfigError(`Configuration file ${path} is not valid: ${places}`);
}
