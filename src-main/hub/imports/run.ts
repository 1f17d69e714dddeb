import type { ImportMapping } from '#shared/contract/imports.ts';
import { isBlank, messageOf, openSource, OrderRows, readHead } from '#main/imports/index.ts';
import type { RowGroup } from '#main/imports/index.ts';
import type { ImportFault, ImportRecord } from '../import-ports.ts';
import type { Clock, NewMessage, Store } from '../ports.ts';
import { maskCell } from './mask.ts';

/** Faults kept of one import; more of them say the same. */
const MOST_FAULTS = 10_000;
/** Rows of one turn when most of them are faulty, and so no orders. */
const ROWS_PER_ORDER = 10;

export interface ImportRunParts {
  store: Store;
  clock: Clock;
  /** Keeps the messages and what `alongside` writes in one transaction, then works them; null for what was there already. */
  take(messages: readonly NewMessage[], alongside: () => void): readonly (number | null)[];
  ordersPerTurn: number;
  /** Lets the event loop read its sockets before the next orders. */
  turn(): Promise<void>;
  /** Told after every transaction. */
  moved(record: ImportRecord): void;
}

/**
 * Reads one file from where it stood and puts its orders into the inbox, a few at a time. Orders and progress are one
 * transaction: after a crash it goes on with the next row, nothing twice and nothing left out.
 */
export class ImportRun {
  readonly #parts: ImportRunParts;
  readonly #record: ImportRecord;
  readonly #signal: AbortSignal;
  /** Faults already kept. */
  #kept: number;

  constructor(parts: ImportRunParts, record: ImportRecord, signal: AbortSignal) {
    this.#parts = parts;
    this.#record = record;
    this.#signal = signal;
    this.#kept = record.badRows;
  }

  /** True when the whole file was read, false when it was stopped. Throws ImportFileError and StoreError. */
  async run(path: string, mapping: ImportMapping): Promise<boolean> {
    const { encoding, delimiter, sheet } = mapping;
    const source = await openSource(path, { encoding, delimiter, sheet });
    const { headings } = await readHead(source.open(), mapping.headerRows, 1);
    const rows = new OrderRows(mapping, headings);
    const table = source.open();
    const skipped = Math.max(mapping.headerRows, this.#record.doneRow);
    let groups: RowGroup[] = [];
    let orders = 0;
    try {
      for await (const row of table) {
        if (row.row <= skipped || isBlank(row)) continue;
        const group = rows.add(row);
        if (!group) continue;
        groups.push(group);
        if (group.order) orders += 1;
        if (orders < this.#parts.ordersPerTurn && groups.length < this.#parts.ordersPerTurn * ROWS_PER_ORDER) continue;
        this.#commit(groups, table.readBytes);
        [groups, orders] = [[], 0];
        await this.#parts.turn();
        if (this.#signal.aborted) return false;
      }
    } finally {
      table.close();
    }
    const last = rows.end();
    if (last) groups.push(last);
    this.#commit(groups, this.#record.bytes);
    return true;
  }

  #commit(groups: readonly RowGroup[], readBytes: number): void {
    const record = this.#record;
    const { store, clock } = this.#parts;
    const before = { ...record };
    const messages: NewMessage[] = [];
    const faults: ImportFault[] = [];
    const places: number[] = [];
    for (const group of groups) {
      record.rows += group.rows;
      record.badRows += group.badRows;
      record.doneRow = group.lastRow;
      for (const { row, field, column, reason, value } of group.faults) {
        faults.push({ row, column, reason, value: maskCell(field, value) });
      }
      if (!group.order) continue;
      places.push(group.firstRow);
      messages.push({
        channel: record.channel,
        shopId: record.shopId,
        deliveryId: `import:${record.id}:${group.order.channelOrderId}`,
        ...messageOf(group.order),
        receivedAt: clock.now(),
        origin: 'import',
        observedAt: null,
      });
    }
    record.orders += messages.length;
    record.readBytes = readBytes;
    let taken: readonly (number | null)[];
    try {
      taken = this.#parts.take(messages, () => {
        store.imports.addFaults(record.id, this.#keep(faults));
        store.imports.save(record);
      });
    } catch (error) {
      Object.assign(record, before);
      throw error;
    }
    this.#repeated(messages, places, taken);
    this.#parts.moved(record);
  }

  /** A number that stands in the file again, apart from its other rows: the later rows would be lost without a word. */
  #repeated(messages: readonly NewMessage[], places: readonly number[], taken: readonly (number | null)[]): void {
    const faults = places.flatMap((row, index): ImportFault[] => {
      if (taken[index] !== null) return [];
      const value = messages[index]?.deliveryId.split(':').slice(2).join(':') ?? '';
      return [{ row, column: '', reason: REPEATED, value }];
    });
    if (faults.length === 0) return;
    const record = this.#record;
    record.orders -= faults.length;
    record.badRows += faults.length;
    const { store } = this.#parts;
    store.transaction(() => {
      store.imports.addFaults(record.id, this.#keep(faults));
      store.imports.save(record);
    });
  }

  #keep(faults: readonly ImportFault[]): readonly ImportFault[] {
    const kept = faults.slice(0, Math.max(0, MOST_FAULTS - this.#kept));
    this.#kept += kept.length;
    return kept;
  }
}

const REPEATED = {
  zh: '同一订单编号在文件中重复出现且不相邻，后面的行未导入',
  en: 'The same order number stands in the file again, not next to its other rows; the later rows were left out',
};
