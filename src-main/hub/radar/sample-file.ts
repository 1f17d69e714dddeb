import type { MethodOutput } from '#shared/contract/index.ts';
import type { RadarMapping } from '#shared/contract/radar.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { LocalisedText } from '#shared/text.ts';
import { isBlank, openSource, readHead } from '#main/imports/index.ts';
import type { ImportFault } from '../import-ports.ts';
import { maskCell } from '../imports/mask.ts';
import type { Store } from '../ports.ts';
import type { LabelledRow, RadarStore, StoredSamples } from './radar-ports.ts';
import { channelOfWord, labelOfWord, suggestColumns } from './sample-words.ts';

const PREVIEW_ROWS = 20;
const SAMPLES = 5;
/** Rows taken in one transaction. */
const ROWS = 200;
/** Faults kept of one file; more of them say the same. */
const MOST_FAULTS = 10_000;
const LONGEST_KIND = 60;
const LONGEST_TEXT = 500;
const LONGEST_VALUE = 200;

interface Row {
  row: number;
  cells: readonly string[];
}
interface Said extends LabelledRow {
  order: string;
  orderNo: string;
}
type Read = Said | ImportFault;
const isFault = (read: Read): read is ImportFault => 'reason' in read;
const isSaid = (read: Read): read is Said => !isFault(read);

/** The shop that rows without one of their own belong to. */
export interface RowShop {
  channel: ChannelId;
  shopId: string;
}

export interface SampleFileParts {
  store: Store;
  turn(): Promise<void>;
  /** False ends the reading between two pieces. */
  running(): boolean;
}

/** Files with the same headings are read alike. */
export function headingsKey(headings: readonly string[]): string {
  return JSON.stringify(headings.map((heading) => heading.trim().toLowerCase()));
}

/** A file of disputes: what it is, and its rows as labels of orders of the store (B8). Throws ImportFileError. */
export class SampleFile {
  readonly #parts: SampleFileParts;

  constructor(parts: SampleFileParts) {
    this.#parts = parts;
  }

  async inspect(path: string, shop: RowShop, mapping: RadarMapping | null): Promise<MethodOutput<'radar.inspect'>> {
    const { radar } = this.#parts.store;
    const choice = mapping ?? { sheet: null, encoding: null, delimiter: null };
    const source = await openSource(path, choice);
    const { format, encoding, delimiter, sheets, sheet } = source;
    const { headings, rows } = await readHead(source.open(), mapping?.headerRows ?? 1, PREVIEW_ROWS);
    const samples = rows.slice(0, SAMPLES).map(({ cells }) => cells);
    const remembered = radar.mapping(headingsKey(headings));
    const columns = suggestColumns(headings, samples);
    const guessed = columns && { sheet, encoding, delimiter, headerRows: 1, columns, words: {} };
    // The sheet and encoding are this file's, whatever the last one had.
    const suggestion = remembered ? { ...remembered, sheet, encoding, delimiter } : guessed;
    const used = mapping ?? suggestion;
    const read = used ? rows.map((row) => this.#read(row, used, headings, shop)) : [];
    return {
      ...{ format, encoding, delimiter, sheets, suggestion, remembered: remembered !== null },
      columns: headings.map((name, index) => ({
        index,
        name,
        samples: samples.map((cells) => maskCell(null, (cells[index] ?? '').slice(0, LONGEST_VALUE))),
      })),
      rows: read.filter(isSaid).map(({ row, order, orderNo, label, kind }) => ({ row, order, orderNo, label, kind })),
      errors: read.filter(isFault),
    };
  }

  /** Adds the whole file to a set, a few rows at a time. False: it was ended before. @param going says no when it shall end */
  async take(
    path: string,
    samples: number,
    { mapping, ...shop }: NonNullable<StoredSamples['file']>,
    going: () => boolean = () => true,
  ): Promise<boolean> {
    const { store, turn, running } = this.#parts;
    const source = await openSource(path, mapping);
    const { headings } = await readHead(source.open(), mapping.headerRows, 1);
    store.transaction(() => store.radar.clearSamples(samples, false));
    const counts = { rows: 0, badRows: 0 };
    const table = source.open();
    let piece: Row[] = [];
    try {
      for await (const row of table) {
        if (row.row <= mapping.headerRows || isBlank(row)) continue;
        piece.push(row);
        if (piece.length < ROWS) continue;
        this.#commit(piece, samples, counts, (one) => this.#read(one, mapping, headings, shop));
        piece = [];
        await turn();
        if (!running() || !going()) return false;
      }
    } finally {
      table.close();
    }
    this.#commit(piece, samples, counts, (one) => this.#read(one, mapping, headings, shop));
    store.transaction(() => store.radar.saveSamples(samples, { state: 'ready', ...counts }));
    return true;
  }

  #commit(rows: readonly Row[], samples: number, counts: { rows: number; badRows: number }, read: (row: Row) => Read): void {
    const { store } = this.#parts;
    store.transaction(() => {
      const faults = rows.flatMap((row): ImportFault[] => {
        const one = read(row);
        return isFault(one) ? [one] : addLabel(store.radar, samples, one);
      });
      store.radar.addFaults(samples, faults.slice(0, Math.max(0, MOST_FAULTS - counts.badRows)));
      counts.rows += rows.length;
      counts.badRows += faults.length;
      store.radar.saveSamples(samples, { state: 'reading', ...counts });
    });
  }

  #read({ row, cells }: Row, { columns, words }: RadarMapping, headings: readonly string[], shop: RowShop): Read {
    const cell = (at: number | null) => (at === null ? '' : (cells[at] ?? '').trim());
    const fault = (at: number | null, reason: LocalisedText): ImportFault => ({
      row,
      column: at === null ? '' : (headings[at] ?? ''),
      reason,
      value: maskCell(null, cell(at).slice(0, LONGEST_VALUE)),
    });
    const order = cell(columns.order);
    if (order === '') return fault(columns.order, TEXTS.noOrder);
    const label = columns.label === null ? 'disputed' : labelOfWord(cell(columns.label), words);
    if (label === null) return fault(columns.label, cell(columns.label) === '' ? TEXTS.noLabel : TEXTS.unknownWord);
    const channel = cell(columns.channel) === '' ? shop.channel : channelOfWord(cell(columns.channel));
    if (channel === null) return fault(columns.channel, TEXTS.unknownChannel);
    const found = this.#parts.store.radar.find(order, { channel, shopId: cell(columns.shop) || shop.shopId });
    if (!found) return fault(columns.order, TEXTS.noSuchOrder);
    const [kind, text] = [cell(columns.kind), cell(columns.text)];
    return {
      ...{ row, order, label, orderId: found.orderId, orderNo: found.orderNo },
      kind: kind === '' ? null : maskCell(null, kind.slice(0, LONGEST_KIND)),
      said: text === '' ? null : maskCell(null, text.slice(0, LONGEST_TEXT)),
    };
  }
}

function addLabel(radar: RadarStore, samples: number, { order, row, ...label }: Said): ImportFault[] {
  const before = radar.addLabel(samples, { ...label, row });
  if (before === null) return [];
  const reason = { zh: `第 ${before} 行已经说过这个订单，以那一行为准`, en: `Row ${before} told of this order already; that one counts` };
  return [{ row, column: '', reason, value: order }];
}

const TEXTS = {
  noOrder: { zh: '没有订单号', en: 'There is no order number' },
  noLabel: { zh: '没有写是否纠纷', en: 'It does not say whether it was disputed' },
  unknownWord: {
    zh: '看不懂是否纠纷，可写：纠纷、投诉、退款、是、1，或：正常、完成、否、0；也可在映射里说明这个词',
    en: 'Not a label; write for example disputed, complaint, refund, yes, 1, or fine, completed, no, 0; or say in the mapping what the word means',
  },
  unknownChannel: { zh: '没有这个渠道', en: 'There is no such channel' },
  noSuchOrder: { zh: '这个店铺没有这个订单', en: 'This shop has no such order' },
} satisfies Record<string, LocalisedText>;
