import type { MethodOutput } from '#shared/contract/index.ts';
import type { OutcomeColumns } from '#shared/contract/reports.ts';
import type { LocalisedText } from '#shared/text.ts';
import { isBlank, openSource, readHead } from '#main/imports/index.ts';
import type { ImportFault, ImportRecord } from '../import-ports.ts';
import { maskCell } from '../imports/mask.ts';
import type { Clock, Store } from '../ports.ts';
import type { KnownOutcome } from './learning-ports.ts';
import type { OutcomeKeeper } from './outcome-keeper.ts';
import { outcomeOfWord, suggestColumns } from './outcome-words.ts';

const PREVIEW_ROWS = 20;
const SAMPLES = 5;
/** Rows taken in one transaction. */
const ROWS = 200;
/** Faults kept of one file; more of them say the same. */
const MOST_FAULTS = 10_000;
const HEADER_ROWS = 1;
const BY_ITSELF = { sheet: null, encoding: null, delimiter: null };

type Row = { row: number; cells: readonly string[] };
interface Said {
  row: number;
  order: string;
  orderId: number;
  orderNo: string;
  outcome: KnownOutcome;
}
type Read = Said | ImportFault;
const isFault = (read: Read): read is ImportFault => 'reason' in read;
const isSaid = (read: Read): read is Said => !isFault(read);

export interface OutcomeFileParts {
  store: Store;
  clock: Clock;
  keeper: OutcomeKeeper;
  turn(): Promise<void>;
}

/** Outcomes from a file: an order and what became of it in each row (I1). */
export class OutcomeFile {
  readonly #parts: OutcomeFileParts;

  constructor(parts: OutcomeFileParts) {
    this.#parts = parts;
  }

  /** Throws ImportFileError. */
  async inspect(path: string, upload: ImportRecord, columns: OutcomeColumns | null): Promise<MethodOutput<'outcomes.inspect'>> {
    const source = await openSource(path, BY_ITSELF);
    const { headings, rows } = await readHead(source.open(), HEADER_ROWS, PREVIEW_ROWS);
    const samples = rows.slice(0, SAMPLES).map(({ cells }) => cells);
    const suggestion = suggestColumns(headings, samples);
    const { order, outcome } = columns ?? suggestion;
    const read =
      order === undefined || outcome === undefined ? [] : rows.map((row) => this.#read(row, { order, outcome }, headings, upload));
    return {
      columns: headings.map((name, index) => ({
        index,
        name,
        samples: samples.map((cells) => maskCell(null, (cells[index] ?? '').slice(0, 200))),
      })),
      suggestion,
      rows: read.filter(isSaid).map(({ row, order: name, orderNo, outcome: said }) => ({ row, order: name, orderNo, outcome: said })),
      errors: read.filter(isFault),
    };
  }

  /** Takes the whole file, a few rows at a time; the counts are kept on the upload. A file may be taken twice: nothing is doubled. `going` ends it early. */
  async take(path: string, upload: ImportRecord, columns: OutcomeColumns, going: () => boolean): Promise<void> {
    const source = await openSource(path, BY_ITSELF);
    const { headings } = await readHead(source.open(), HEADER_ROWS, 1);
    const table = source.open();
    let piece: Row[] = [];
    try {
      for await (const row of table) {
        if (row.row <= HEADER_ROWS || isBlank(row)) continue;
        piece.push(row);
        if (piece.length < ROWS) continue;
        this.#commit(piece, columns, headings, upload);
        piece = [];
        await this.#parts.turn();
        if (!going()) return;
      }
    } finally {
      table.close();
    }
    this.#commit(piece, columns, headings, upload);
  }

  #commit(rows: readonly Row[], columns: OutcomeColumns, headings: readonly string[], upload: ImportRecord): void {
    const { store, clock, keeper } = this.#parts;
    const now = clock.now();
    const read = rows.map((row) => this.#read(row, columns, headings, upload));
    const faults = read.filter(isFault);
    const good = read.filter(isSaid);
    store.transaction(() => {
      for (const { orderId, outcome } of good) store.learning.report(orderId, outcome, now, upload.id);
      keeper.refresh(good.map(({ orderId }) => orderId));
      const room = Math.max(0, MOST_FAULTS - upload.badRows);
      if (faults.length > 0 && room > 0) store.imports.addFaults(upload.id, faults.slice(0, room));
    });
    upload.rows += rows.length;
    upload.orders += good.length;
    upload.badRows += faults.length;
  }

  #read({ row, cells }: Row, { order, outcome }: OutcomeColumns, headings: readonly string[], upload: ImportRecord): Read {
    const name = (cells[order] ?? '').trim();
    const word = (cells[outcome] ?? '').trim();
    const fault = (column: number, value: string, reason: LocalisedText): ImportFault => ({
      row,
      column: headings[column] ?? '',
      reason,
      value: maskCell(null, value.slice(0, 200)),
    });
    if (name === '') return fault(order, name, TEXTS.noOrder);
    const said = outcomeOfWord(word);
    if (said === null) return fault(outcome, word, TEXTS.unknownWord);
    const found = this.#parts.store.learning.orderIdOf(name, upload);
    return found ? { row, order: name, ...found, outcome: said } : fault(order, name, TEXTS.noSuchOrder);
  }
}

const TEXTS = {
  noOrder: { zh: '没有订单号', en: 'There is no order number' },
  noSuchOrder: { zh: '这个店铺没有这个订单', en: 'This shop has no such order' },
  unknownWord: {
    zh: '看不懂的结果，可写：正常、完成、退货、退款、投诉、拒付、欺诈',
    en: 'Not an outcome; write for example good, completed, returned, refunded, complaint, chargeback, fraud',
  },
} satisfies Record<string, LocalisedText>;
