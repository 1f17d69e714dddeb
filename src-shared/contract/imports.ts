import { z } from 'zod';
import { epochSchema, orderStatusSchema } from '../order.ts';
import { localisedTextSchema } from '../text.ts';
import { orderPreviewSchema, shopKeyFields } from './connections.ts';
import { command, query } from './method.ts';
import { pageInput, pageOf } from './paging.ts';
import { STAFF, SUPERVISORS } from './roles.ts';

/** Largest piece of an upload, in bytes before base64. */
export const IMPORT_CHUNK_BYTES = 512 * 1024;
export const IMPORT_FILE_BYTES = 1024 * 1024 * 1024;

export const IMPORT_FIELDS = [
  'channelOrderId',
  'status',
  'createdAt',
  'paidAt',
  'updatedAt',
  'paid',
  'goods',
  'freight',
  'discount',
  'sku',
  'productName',
  'quantity',
  'unitPrice',
  'buyerKey',
  'buyerName',
  'receiverName',
  'receiverPhone',
  'country',
  'province',
  'city',
  'district',
  'address',
  'postcode',
  'buyerMessage',
  'sellerMemo',
  'trackingNumber',
  'carrier',
  'shippingMode',
  'shipByAt',
  'promisedAt',
  'invoiceTitle',
  'taxNumber',
] as const;
export const importFieldSchema = z.enum(IMPORT_FIELDS);

/** Which column becomes which field. Contiguous rows with one order number are one order of several lines. */
export const importMappingSchema = z.strictObject({
  sheet: z.string().nullable().default(null),
  encoding: z.enum(['utf-8', 'gb18030']).nullable().default(null),
  delimiter: z.enum([',', ';', '\t', '|']).nullable().default(null),
  headerRows: z.number().int().min(0).max(10).default(1),
  /** Index of the column, or a fixed value for every row. */
  columns: z.partialRecord(
    importFieldSchema,
    z.union([z.object({ column: z.number().int().nonnegative() }), z.object({ fixed: z.string().max(200) })]),
  ),
  money: z.enum(['yuan', 'fen']).default('yuan'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  /** The file's words for states. */
  statuses: z.record(z.string().max(100), orderStatusSchema).default({}),
});
export type ImportMapping = z.infer<typeof importMappingSchema>;

export const importRowErrorSchema = z.object({ row: z.number().int(), column: z.string(), reason: localisedTextSchema, value: z.string() });

export const importStateSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  ...shopKeyFields,
  state: z.enum(['uploading', 'ready', 'running', 'done', 'cancelled', 'failed']),
  bytes: z.number().int(),
  receivedBytes: z.number().int(),
  /** Bytes of the file read so far: the progress. */
  readBytes: z.number().int(),
  rows: z.number().int(),
  badRows: z.number().int(),
  orders: z.number().int(),
  startedAt: epochSchema.nullable(),
  endedAt: epochSchema.nullable(),
  error: localisedTextSchema.nullable(),
});
export type ImportState = z.infer<typeof importStateSchema>;

const id = { id: z.number().int() };
const profileSchema = z.object({ id: z.number().int(), name: z.string(), mapping: importMappingSchema });

export const importMethods = {
  'imports.begin': command(
    'Opens an upload.',
    SUPERVISORS,
    z.strictObject({ ...shopKeyFields, name: z.string().min(1).max(200), bytes: z.number().int().positive().max(IMPORT_FILE_BYTES) }),
    importStateSchema,
  ),
  'imports.append': command(
    'Adds the next piece; one that was sent twice changes nothing.',
    SUPERVISORS,
    z.strictObject({ ...id, offset: z.number().int().nonnegative(), chunk: z.base64().max(Math.ceil(IMPORT_CHUNK_BYTES / 3) * 4) }),
    z.object({ receivedBytes: z.number().int() }),
  ),
  'imports.inspect': query(
    'What the file is: encoding, sheets, columns with samples, and a suggested mapping.',
    SUPERVISORS,
    z.strictObject({ ...id, sheet: z.string().nullable().default(null), encoding: z.enum(['utf-8', 'gb18030']).nullable().default(null) }),
    z.object({
      format: z.enum(['csv', 'xlsx']),
      encoding: z.enum(['utf-8', 'gb18030']).nullable(),
      delimiter: z.string().nullable(),
      sheets: z.array(z.string()),
      columns: z.array(z.object({ index: z.number().int(), name: z.string(), samples: z.array(z.string()) })),
      suggestion: importMappingSchema,
    }),
  ),
  'imports.preview': query(
    'The first rows as orders, with the errors a mapping gives.',
    SUPERVISORS,
    z.strictObject({ ...id, mapping: importMappingSchema }),
    z.object({ orders: z.array(orderPreviewSchema), errors: z.array(importRowErrorSchema) }),
  ),
  'imports.start': command(
    'Imports the file in the background.',
    SUPERVISORS,
    z.strictObject({ ...id, mapping: importMappingSchema }),
    importStateSchema,
  ),
  'imports.cancel': command('Stops an import; orders taken so far stay.', SUPERVISORS, z.strictObject(id), importStateSchema),
  'imports.list': query('Imports, newest first.', STAFF, z.strictObject({ ...pageInput }), pageOf(importStateSchema)),
  'imports.errors': query('Rows that could not be imported.', STAFF, z.strictObject({ ...pageInput, ...id }), pageOf(importRowErrorSchema)),
  'imports.profiles': query('Saved column mappings.', STAFF, z.strictObject({}), z.object({ items: z.array(profileSchema) })),
  'imports.saveProfile': command(
    'Saves a column mapping under a name.',
    SUPERVISORS,
    z.strictObject({ name: z.string().trim().min(1).max(60), mapping: importMappingSchema }),
    profileSchema,
  ),
  'imports.removeProfile': command('Removes a saved mapping.', SUPERVISORS, z.strictObject(id), z.object(id)),
};
