import type { ImportMapping } from '#shared/contract/imports.ts';
import type { OrderStatus } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { countCell, idCell, moneyCell, textCell, timeCell } from './cells.ts';
import type { CellValue } from './cells.ts';
import { Columns } from './columns.ts';
import type { TableRow } from './table.ts';
import { FIELD_NAMES, knownStatus } from './words.ts';
import type { ImportField } from './words.ts';

/** One thing wrong with one row. `field` null: the row as a whole. */
export interface RowFault {
  row: number;
  field: ImportField | null;
  column: string;
  reason: LocalisedText;
  value: string;
}

export interface ImportedLine {
  sku: string;
  name: string;
  quantity: number;
  unitPriceMinor: number;
}

/** An order as a file tells it. Amounts in minor units, times in epoch ms. */
export interface ImportedOrder {
  channelOrderId: string;
  status: OrderStatus;
  rawStatus: string;
  currency: string;
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  paidMinor: number;
  createdAt: number;
  paidAt: number | null;
  updatedAt: number;
  shipByAt: number | null;
  promisedAt: number | null;
  texts: Partial<Record<ImportField, string>>;
  lines: ImportedLine[];
}

/** Adjacent rows of one order. `order` null: one of its rows has a fault. `badRows`: rows with faults among them. */
export interface RowGroup {
  firstRow: number;
  lastRow: number;
  rows: number;
  badRows: number;
  order: ImportedOrder | null;
  faults: RowFault[];
}

const TEXT_FIELDS = [
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
  'invoiceTitle',
  'taxNumber',
] as const satisfies readonly ImportField[];
const LONGEST: Partial<Record<ImportField, number>> = {
  country: 60,
  carrier: 100,
  shippingMode: 100,
  trackingNumber: 100,
  buyerKey: 200,
  postcode: 20,
  taxNumber: 50,
};
const LONGEST_TEXT = 2_000;
/** More rows of one number are a mistake in the mapping, such as a fixed order number. */
const MOST_LINES = 1_000;
/** Faults kept of one row; the person sees the first of them anyway. */
const MOST_FAULTS = 5;

interface OpenGroup {
  id: string;
  first: TableRow;
  lastRow: number;
  rows: number;
  badRows: number;
  order: Omit<ImportedOrder, 'lines'> | null;
  lines: (Omit<ImportedLine, 'unitPriceMinor'> & { unitPriceMinor: number | null })[];
  faults: RowFault[];
}

/** Collects the faults of one row while its cells are read. */
class RowReader {
  readonly faults: RowFault[] = [];
  readonly #columns: Columns;
  readonly #row: TableRow;

  constructor(columns: Columns, row: TableRow) {
    this.#columns = columns;
    this.#row = row;
  }

  cell(field: ImportField): string {
    return this.#columns.cell(this.#row.cells, field);
  }

  /** The value, null where the cell is empty or at fault. */
  read<T>(field: ImportField, reader: (cell: string) => CellValue<T | null>): T | null {
    const cell = this.cell(field);
    const value = reader(cell);
    if (value.ok) return value.value;
    this.fault(field, value.reason, cell);
    return null;
  }

  /** The same for a cell that may not be empty. */
  need<T>(field: ImportField, reader: (cell: string) => CellValue<T | null>): T | null {
    const before = this.faults.length;
    const value = this.read(field, reader);
    if (value === null && this.faults.length === before) this.fault(field, { zh: '不能为空', en: 'is empty' }, '');
    return value;
  }

  fault(field: ImportField, reason: LocalisedText, value: string): void {
    if (this.faults.length >= MOST_FAULTS) return;
    const name = FIELD_NAMES[field];
    this.faults.push({
      row: this.#row.row,
      field,
      column: this.#columns.nameOf(field),
      reason: { zh: `${name.zh}${reason.zh}`, en: `The ${name.en} ${reason.en}` },
      value: value.slice(0, 200),
    });
  }
}

/**
 * Turns rows into orders, in the order they stand, holding no more than one order at a time. A group comes out when the next
 * one begins or the file ends.
 */
export class OrderRows {
  readonly #mapping: ImportMapping;
  readonly #columns: Columns;
  #open: OpenGroup | null = null;

  constructor(mapping: ImportMapping, headings: readonly string[]) {
    this.#mapping = mapping;
    this.#columns = new Columns(mapping, headings);
  }

  /** Takes the next row; answers the order that ended before it. */
  add(row: TableRow): RowGroup | null {
    const reader = new RowReader(this.#columns, row);
    const id = reader.need('channelOrderId', idCell);
    const same = this.#open !== null && id !== null && this.#open.id === id && this.#open.rows < MOST_LINES;
    const ended = same ? null : this.end();
    // A row without a readable number is a group of its own, so that its goods never end up in another order.
    const group = (this.#open ??= this.#begin(id ?? '', row, reader));
    this.#addLine(group, reader);
    group.lastRow = row.row;
    group.rows += 1;
    if (reader.faults.length > 0) {
      group.badRows += 1;
      group.faults.push(...reader.faults);
    }
    return ended;
  }

  /** What is still open at the end of the file. */
  end(): RowGroup | null {
    const group = this.#open;
    this.#open = null;
    if (group === null) return null;
    const { first, lastRow, rows, faults } = group;
    const order = faults.length > 0 ? null : this.#finish(group);
    return { firstRow: first.row, lastRow, rows, badRows: order === null ? Math.max(1, group.badRows) : 0, order, faults };
  }

  #begin(id: string, first: TableRow, reader: RowReader): OpenGroup {
    const { currency } = this.#mapping;
    const paidAt = reader.read('paidAt', timeCell);
    const createdAt = this.#columns.has('createdAt') ? (reader.read('createdAt', timeCell) ?? paidAt) : paidAt;
    if (createdAt === null && reader.faults.length === 0) {
      reader.fault(this.#columns.has('createdAt') ? 'createdAt' : 'paidAt', { zh: '不能为空', en: 'is empty' }, '');
    }
    const state = this.#status(reader, paidAt);
    const texts: ImportedOrder['texts'] = {};
    for (const field of TEXT_FIELDS) {
      if (!this.#columns.has(field)) continue;
      const text = reader.read(field, (cell) => textCell(cell, LONGEST[field] ?? LONGEST_TEXT));
      if (text !== null) texts[field] = text;
    }
    const [goods, freight, discount, paid] = (['goods', 'freight', 'discount', 'paid'] as const).map((field) => this.#money(reader, field));
    return {
      id,
      first,
      lastRow: first.row,
      rows: 0,
      badRows: 0,
      faults: [],
      lines: [],
      order: {
        channelOrderId: id,
        ...state,
        currency,
        goodsMinor: goods ?? -1,
        freightMinor: freight ?? 0,
        discountMinor: discount ?? 0,
        paidMinor: paid ?? -1,
        createdAt: createdAt ?? 0,
        paidAt,
        shipByAt: reader.read('shipByAt', timeCell),
        promisedAt: reader.read('promisedAt', timeCell),
        updatedAt: reader.read('updatedAt', timeCell) ?? Math.max(createdAt ?? 0, paidAt ?? 0),
        texts,
      },
    };
  }

  #money(reader: RowReader, field: 'goods' | 'freight' | 'discount' | 'paid' | 'unitPrice'): number | null {
    if (!this.#columns.has(field)) return null;
    const { money, currency } = this.#mapping;
    return reader.read(field, (cell) => moneyCell(cell, money, currency));
  }

  /** The file's word through its own mapping, then through the known words; a file without the column says it by the payment. */
  #status(reader: RowReader, paidAt: number | null): { status: OrderStatus; rawStatus: string } {
    if (!this.#columns.has('status')) {
      const status = paidAt === null ? 'pending_payment' : 'paid';
      return { status, rawStatus: status };
    }
    const word = reader.need('status', (cell) => textCell(cell, 100));
    const status = word === null ? undefined : (this.#mapping.statuses[word] ?? knownStatus(word));
    if (word !== null && status === undefined) {
      reader.fault('status', { zh: '的说法无法识别，请在状态对照中指定', en: 'is a word nobody mapped; say what it means' }, word);
    }
    return { status: status ?? 'pending_payment', rawStatus: word ?? '' };
  }

  #addLine(group: OpenGroup, reader: RowReader): void {
    const sku = reader.need('sku', idCell);
    const quantity = reader.need('quantity', countCell);
    const name = reader.read('productName', (cell) => textCell(cell, LONGEST_TEXT));
    const unitPriceMinor = this.#money(reader, 'unitPrice');
    if (sku === null || quantity === null) return;
    group.lines.push({ sku, name: name ?? '', quantity, unitPriceMinor });
  }

  /** Fills in the amounts a file leaves out from those it gives. */
  #finish({ order, lines, first, faults }: OpenGroup): ImportedOrder | null {
    if (order === null) return null;
    const known = { goods: order.goodsMinor, paid: order.paidMinor };
    const priced = lines.every((line) => line.unitPriceMinor !== null);
    const sum = lines.reduce((total, line) => total + line.quantity * (line.unitPriceMinor ?? 0), 0);
    const fromPaid = known.paid < 0 ? -1 : Math.max(0, known.paid - order.freightMinor + order.discountMinor);
    const goodsMinor = known.goods >= 0 ? known.goods : priced ? sum : fromPaid;
    const [only] = lines;
    if (goodsMinor < 0 || (!priced && lines.length > 1) || only === undefined) {
      const reason = { zh: '缺失：一单多件商品时必须给出单价', en: 'is missing: an order of several articles needs a price for each' };
      const reader = new RowReader(this.#columns, first);
      reader.fault('unitPrice', reason, '');
      faults.push(...reader.faults);
      return null;
    }
    const paidMinor = known.paid >= 0 ? known.paid : Math.max(0, goodsMinor + order.freightMinor - order.discountMinor);
    return {
      ...order,
      goodsMinor,
      paidMinor,
      lines: lines.map((line) => ({ ...line, unitPriceMinor: line.unitPriceMinor ?? Math.round(goodsMinor / line.quantity) })),
    };
  }
}
