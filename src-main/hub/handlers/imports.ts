import type { ImportMapping } from '#shared/contract/imports.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { mappingProblems, messageOf, openSource, OrderRows, readHead, suggestMapping } from '#main/imports/index.ts';
import type { ImportField, ImportSource, RowGroup } from '#main/imports/index.ts';
import type { HubContext } from '../context.ts';
import { stateOf } from '../imports/imports.ts';
import { maskCell } from '../imports/mask.ts';
import { readImported } from '../imports/read.ts';
import { orderPreviewOf } from '../order-preview.ts';
import type { AuditDraft } from '#main/model/outcome.ts';
import { notFound, readable } from './lookup.ts';

type ImportHandlers = Pick<Handlers, Extract<keyof Handlers, `imports.${string}`>>;

/** Rows shown of a file before it is imported, and rows looked at for them. */
const SAMPLES = 5;
const PREVIEW_ORDERS = 20;
const PREVIEW_ROWS = 60;

/** Files of orders: upload, look, import (A10). */
export function importHandlers(context: HubContext): ImportHandlers {
  const { store, shops, imports } = context;
  return {
    'imports.begin': ({ channel, shopId, name, bytes }, { operator }) => {
      if (!shops.find(channel, shopId)) throw notFound(shopId);
      const state = imports.begin({ channel, shopId, name, bytes });
      record(context, operator, 'import.begin', String(state.id), { channel, shopId, name, bytes });
      return state;
    },
    'imports.append': ({ id, offset, chunk }) => ({ receivedBytes: imports.append(id, offset, Buffer.from(chunk, 'base64')) }),
    'imports.inspect': ({ id, sheet, encoding }) => readable(() => imports.look(id, (path) => inspect(path, { sheet, encoding }))),
    'imports.preview': ({ id, mapping }) => readable(() => preview(context, id, mapping)),
    'imports.start': async ({ id, mapping }, { operator }) => {
      await readable(() => imports.look(id, (path) => refuseProblems(path, mapping)));
      const state = imports.start(id, mapping);
      record(context, operator, 'import.start', String(id), { columns: Object.keys(mapping.columns) });
      return state;
    },
    'imports.cancel': ({ id }, { operator }) => {
      record(context, operator, 'import.cancel', String(id), {});
      return imports.cancel(id);
    },
    'imports.list': (page) => {
      const { items, next } = store.imports.list(page);
      return { items: items.map(stateOf), next };
    },
    'imports.errors': ({ id, ...page }) => store.imports.faults(id, page),
    'imports.profiles': () => ({ items: store.imports.profiles() }),
    'imports.saveProfile': ({ name, mapping }, { operator }) => {
      record(context, operator, 'import.profile', name, { columns: Object.keys(mapping.columns) });
      return store.transaction(() => store.imports.saveProfile(name, mapping));
    },
    'imports.removeProfile': ({ id }, { operator }) => {
      if (!store.transaction(() => store.imports.removeProfile(id))) throw notFound(String(id));
      record(context, operator, 'import.profile.removed', String(id), {});
      return { id };
    },
  };
}

function record({ store, clock }: HubContext, actor: string, action: string, subject: string, detail: AuditDraft['detail']): void {
  store.transaction(() => store.audit.append({ actor, action, subject, detail }, clock.now()));
}

async function inspect(path: string, choice: Pick<ImportMapping, 'sheet' | 'encoding'>) {
  const source = await openSource(path, { ...choice, delimiter: null });
  const { headings, rows } = await readHead(source.open(), 1, PREVIEW_ROWS);
  const { format, encoding, delimiter, sheets, sheet } = source;
  const suggestion = suggestMapping({ headings, rows: rows.map(({ cells }) => cells), sheet, encoding, delimiter });
  const fields = new Map<number, ImportField>();
  for (const [field, from] of Object.entries(suggestion.columns)) if ('column' in from) fields.set(from.column, field as ImportField);
  const samplesOf = (index: number) =>
    rows.slice(0, SAMPLES).map(({ cells }) => maskCell(fields.get(index) ?? null, (cells[index] ?? '').slice(0, 200)));
  const columns = headings.map((name, index) => ({ index, name, samples: samplesOf(index) }));
  return { format, encoding, delimiter, sheets, columns, suggestion };
}

async function headOf(source: ImportSource, mapping: ImportMapping, rows: number) {
  const head = await readHead(source.open(), mapping.headerRows, rows);
  return { ...head, problems: mappingProblems(mapping, head.headings.length) };
}

async function refuseProblems(path: string, mapping: ImportMapping): Promise<void> {
  const source = await openSource(path, mapping);
  const { problems } = await headOf(source, mapping, 1);
  if (problems.length === 0) return;
  throw new Refusal('bad_request', { zh: problems.map(({ zh }) => zh).join('；'), en: problems.map(({ en }) => en).join('; ') }, problems);
}

async function preview({ imports, store }: HubContext, id: number, mapping: ImportMapping) {
  const upload = store.imports.get(id);
  if (!upload) throw notFound(String(id));
  const head = async (path: string) => headOf(await openSource(path, mapping), mapping, PREVIEW_ROWS);
  const { headings, rows, problems } = await imports.look(id, head);
  if (problems.length > 0) return { orders: [], errors: problems.map((reason) => ({ row: 0, column: '', reason, value: '' })) };
  const reader = new OrderRows(mapping, headings);
  const groups = rows.map((row) => reader.add(row)).filter((group) => group !== null);
  // The last one may go on below the rows that were looked at; it counts when the file ends here.
  const last = reader.end();
  if (last && rows.length < PREVIEW_ROWS) groups.push(last);
  const shown = groups.slice(0, PREVIEW_ORDERS);
  return { orders: shown.flatMap((group) => ordersOf(group, upload)), errors: shown.flatMap(faultsOf) };
}

function ordersOf({ order }: RowGroup, shop: Parameters<typeof readImported>[1]) {
  if (!order) return [];
  const read = readImported(messageOf(order), shop);
  return read.ok ? read.items.flatMap((item) => (item.kind === 'order' ? [orderPreviewOf(item.order)] : [])) : [];
}

function faultsOf({ faults }: RowGroup) {
  return faults.map(({ row, field, column, reason, value }) => ({ row, column, reason, value: maskCell(field, value) }));
}
