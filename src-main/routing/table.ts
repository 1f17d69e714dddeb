import { z } from 'zod';
import { warehouseSchema, type Warehouse } from '#shared/stock.ts';
import { localisedTextSchema } from '#shared/text.ts';

const preferenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('warehouse'), id: z.string().min(1) }),
  /** Warehouses that serve amounts above the VIP limit, nearest first. */
  z.strictObject({ kind: z.literal('vip') }),
  /** The warehouses named, nearest first; an empty list means all. */
  z.strictObject({ kind: z.literal('nearest'), of: z.array(z.string()) }),
]);

const lineSchema = z.strictObject({
  id: z.string().min(1),
  /** Opens the reason sentence: what kind of order this line is for. `{amount}` stands for the line's limit. */
  name: localisedTextSchema,
  /** All that is given must hold; an empty object fits every order. */
  when: z.strictObject({
    regions: z.array(z.string()).min(1).optional(),
    /** Paid amount above this many minor units, by currency; a currency that is not named does not fit. */
    paidAboveMinor: z.record(z.string().length(3), z.number().int().nonnegative()).optional(),
  }),
  prefer: z.array(preferenceSchema).min(1),
  /** E1: the first choice gives way when an ordered SKU there is more than `percent` below its safety level. */
  belowSafety: z.strictObject({ percent: z.number().min(0).max(100), instead: z.string().min(1) }).optional(),
  /** Days to delivery from the first choice, before distance is added. */
  leadDays: z.number().int().min(0).max(60),
});

const provinceSchema = z.strictObject({
  /** Short name without 省, 市 or 自治区. */
  name: localisedTextSchema,
  region: z.string(),
  /** Seat of its government, degrees WGS84. */
  lon: z.number().min(-180).max(180),
  lat: z.number().min(-90).max(90),
  aliases: z.array(z.string()).default([]),
});

const tableSchema = z.strictObject({
  version: z.number().int().positive(),
  regions: z.array(z.strictObject({ id: z.string().min(1), name: localisedTextSchema })).min(1),
  /** Tried from the top; the first that fits and names a warehouse that exists wins. */
  lines: z.array(lineSchema).min(1),
  promise: z.strictObject({
    /** Orders decided at or after this hour (Asia/Shanghai) leave the next day. */
    cutOffHour: z.number().int().min(0).max(24),
    /** Days added at least when another warehouse than the first choice ships. */
    redirectDays: z.number().int().min(0).max(30),
    kilometresPerExtraDay: z.number().positive(),
  }),
  provinces: z.array(provinceSchema),
});

export type RoutingLine = z.infer<typeof lineSchema>;
export type RoutingPreference = z.infer<typeof preferenceSchema>;
export type Province = z.infer<typeof provinceSchema>;

/** The decision table (E1, E2), checked and ready for use. */
export interface RoutingTable extends z.infer<typeof tableSchema> {
  /** Provinces by every name they are known by, in lower case. */
  places: ReadonlyMap<string, Province>;
}

/** A decision table or warehouse list that cannot be used: says where in it and why. */
export class RoutingTableError extends Error {
  override name = 'RoutingTableError';
}

/** Checks the content of resources/routing.json. Throws RoutingTableError in words a person can act on. */
export function parseRoutingTable(json: unknown): RoutingTable {
  const parsed = tableSchema.safeParse(json);
  if (!parsed.success) throw new RoutingTableError(`The routing table is not valid: ${placesOf(parsed.error)}`);
  const table = parsed.data;
  const regions = new Set(table.regions.map((region) => region.id));
  const problems: string[] = [];
  for (const line of table.lines) {
    for (const region of line.when.regions ?? [])
      if (!regions.has(region)) problems.push(`line ${line.id} names the unknown region ${region}`);
  }
  const lineIds = table.lines.map((line) => line.id);
  if (new Set(lineIds).size < lineIds.length) problems.push('two lines share one id');
  const last = table.lines.at(-1);
  if (last && (last.when.regions || last.when.paidAboveMinor)) problems.push(`the last line (${last.id}) has to fit every order`);
  const places = new Map<string, Province>();
  for (const province of table.provinces) {
    if (!regions.has(province.region)) problems.push(`province ${province.name.en} lies in the unknown region ${province.region}`);
    for (const name of [province.name.zh, province.name.en, ...province.aliases]) {
      const key = placeKey(name);
      if (places.has(key)) problems.push(`the province name ${name} is given twice`);
      places.set(key, province);
    }
  }
  if (problems.length > 0) throw new RoutingTableError(`The routing table is not valid: ${problems.join('; ')}`);
  return { ...table, places };
}

/** Checks the content of resources/warehouses.json. Throws RoutingTableError in words a person can act on. */
export function parseWarehouses(json: unknown): Warehouse[] {
  const parsed = z.array(warehouseSchema).min(1).safeParse(json);
  if (!parsed.success) throw new RoutingTableError(`The list of warehouses is not valid: ${placesOf(parsed.error)}`);
  const ids = parsed.data.map((warehouse) => warehouse.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new RoutingTableError(`The list of warehouses is not valid: ${twice} is given twice`);
  return parsed.data;
}

/** The table with another VIP limit (E2): replaces the amounts of every line that asks for a VIP warehouse. */
export function withVipAmount(table: RoutingTable, paidAboveMinor: Record<string, number>): RoutingTable {
  const lines = table.lines.map((line) =>
    line.when.paidAboveMinor && line.prefer.some((preference) => preference.kind === 'vip')
      ? { ...line, when: { ...line.when, paidAboveMinor } }
      : line,
  );
  return { ...table, lines };
}

/** The province a platform's text means (江苏, 江苏省, Jiangsu, 广西壮族自治区, ...), or null. */
export function findProvince(table: RoutingTable, ...texts: readonly string[]): Province | null {
  for (const text of texts) {
    const found = table.places.get(placeKey(text));
    if (found) return found;
  }
  return null;
}

/** What platforms hang behind the short name of a province, in Chinese and in English. */
const SUFFIX =
  /(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市|\s+(?:zhuang|hui|uygur|uyghur)?\s*autonomous region|\s+(?:special administrative region|municipality|province|shi|sheng|sar|city))$/;

function placeKey(text: string): string {
  return text.trim().toLowerCase().replace(SUFFIX, '').replace(/\s+/g, ' ');
}

function placesOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || '(top)'}: ${issue.message}`).join('; ');
}
