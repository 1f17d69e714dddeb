import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { channelIdSchema } from '#shared/channels.ts';
import { warehouseSchema } from '#shared/stock.ts';

export const shopSchema = z.strictObject({
  channel: channelIdSchema,
  shopId: z.string().min(1).max(100),
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

export const configSchema = z.strictObject({
  workspace: z.string().max(100).default('OrderPulse'),
  shops: z.array(shopSchema).default([]),
  /** Empty: the three default warehouses of East, South and North China plus Hefei (resources/warehouses.json). */
  warehouses: z.array(warehouseSchema).default([]),
  /** Booked once, when the workspace is first opened; later changes go through stock.adjust. */
  openingStock: z.array(openingStockSchema).default([]),
  partners: z
    .strictObject({
      /** Receives wms.ship / wms.hold / wms.recall and buyer.message as signed Standard Webhooks. */
      wms: z.strictObject({ url: z.url(), secret: z.string() }).optional(),
      buyer: z.strictObject({ url: z.url(), secret: z.string() }).optional(),
      mail: z.strictObject({ smtp: z.string(), from: z.string(), operations: z.string() }).optional(),
    })
    .default({}),
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
