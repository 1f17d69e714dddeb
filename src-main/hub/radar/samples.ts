import { copyFileSync, existsSync, rmSync } from 'node:fs';
import type { MethodOutput, MethodParams, Principal } from '#shared/contract/index.ts';
import { RADAR_FILE_BYTES } from '#shared/contract/radar.ts';
import type { RadarMapping, RadarSampleSet } from '#shared/contract/radar.ts';
import { DAY } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { openSource, readHead } from '#main/imports/index.ts';
import type { ImportRecord } from '../import-ports.ts';
import type { Imports } from '../imports/imports.ts';
import type { Clock, Store } from '../ports.ts';
import type { StoredSamples } from './radar-ports.ts';
import { headingsKey, SampleFile } from './sample-file.ts';

export interface SamplesParts {
  store: Store;
  imports: Imports;
  clock: Clock;
  /** Lets the event loop read its sockets before the next piece. */
  turn(): Promise<void>;
  running(): boolean;
  /** Resolves when the outcomes of orders are up to date. */
  followed(): Promise<void>;
  /** Sets came or went. */
  changed(): void;
}

type Who = Pick<Principal, 'operator'>;

/** Outcomes read in one turn. */
const TOGETHER = 500;
/** More fine orders than this are thinned evenly. */
const MOST_FINE = 50_000;

/** Sets of labelled orders: from files, whose bytes are kept so that they can be read again, and from the outcomes the store knows itself. */
export class RadarSamples {
  readonly #parts: SamplesParts;
  readonly #file: SampleFile;
  /** Sets that are being read now. */
  readonly #reading = new Set<number>();

  constructor(parts: SamplesParts) {
    this.#parts = parts;
    this.#file = new SampleFile(parts);
  }

  /**
   * Goes on with what an end of the program cut off: a kept file is read again, and anything else is thrown away, for its upload is
   * there again and can be taken again. Resolves when nothing is half read any more.
   */
  async resume(): Promise<void> {
    const failures: unknown[] = [];
    const unfinished = this.#parts.store.radar.unfinished();
    for (const id of unfinished) this.#reading.add(id);
    for (const id of unfinished) {
      try {
        await this.#finish(id);
      } catch (error) {
        // The next one is not to blame.
        failures.push(error);
      } finally {
        this.#reading.delete(id);
        this.#parts.changed();
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async #finish(id: number): Promise<void> {
    const { store } = this.#parts;
    const file = store.radar.samples(id)?.file ?? null;
    const over = file !== null && store.imports.get(file.importId)?.state === 'done' && existsSync(this.#keptPath(file.importId));
    if (over) await this.#file.take(this.#keptPath(file.importId), id, file);
    else this.#throwAway(id, file);
  }

  /** A set that came to nothing, and the bytes it was read from. */
  #throwAway(id: number, file: StoredSamples['file']): void {
    const { store } = this.#parts;
    store.transaction(() => store.radar.clearSamples(id, true));
    if (file) rmSync(this.#keptPath(file.importId), { force: true });
  }

  list(page: { limit: number; after: string | null }): MethodOutput<'radar.samples'> {
    const { items, next } = this.#parts.store.radar.listSamples(page);
    return { items: items.map((one) => this.#told(one)), next };
  }

  errors({ id, ...page }: MethodParams<'radar.samples.errors'>): MethodOutput<'radar.samples.errors'> {
    this.get(id);
    return this.#parts.store.radar.faults(id, page);
  }

  get(id: number): StoredSamples {
    const samples = this.#parts.store.radar.samples(id);
    if (!samples) throw new Refusal('not_found', { zh: `没有样本 ${id}`, en: `There is no sample set ${id}` });
    return samples;
  }

  /** Throws ImportFileError. */
  inspect(id: number, mapping: RadarMapping | null): Promise<MethodOutput<'radar.inspect'>> {
    return this.#parts.imports.look(id, (path) => this.#file.inspect(path, this.#upload(id), mapping));
  }

  /** Throws ImportFileError. */
  async take({ id, name, mapping }: MethodParams<'radar.samples.take'>, { operator }: Who): Promise<RadarSampleSet> {
    const { store, clock, imports } = this.#parts;
    const upload = this.#upload(id);
    const headings = await imports.look(id, (path) => this.#headingsOf(path, mapping));
    const file = { channel: upload.channel, shopId: upload.shopId, mapping, importId: id };
    const head = { name, source: 'file', state: 'reading', createdAt: clock.now(), by: operator } as const;
    let [samples, whole] = [0, false];
    // Whoever comes second is refused before anything of the first is touched.
    await imports.hand(id, async (path, record, going) => {
      samples = store.transaction(() => store.radar.addSamples({ ...head, rows: 0, badRows: 0, fineEvery: 1, file }));
      whole = await this.#read(samples, async () => {
        try {
          copyFileSync(path, this.#keptPath(id));
          // A cancelled upload is gone at once; what was kept of it is not.
          return await this.#file.take(this.#keptPath(id), samples, file, going);
        } catch (error) {
          this.#throwAway(samples, file);
          throw error;
        }
      });
      const read = store.radar.samples(samples);
      Object.assign(record, { rows: read?.rows ?? 0, badRows: read?.badRows ?? 0, orders: (read?.rows ?? 0) - (read?.badRows ?? 0) });
    });
    if (!whole) throw this.#cutOff(samples, file);
    store.transaction(() => store.radar.rememberMapping(headingsKey(headings), mapping, clock.now()));
    return this.#taken(samples, operator, 'radar.samples.take');
  }

  /** Reads the kept file again, with the orders there are now. */
  async reread(id: number, { operator }: Who): Promise<RadarSampleSet> {
    this.#refuseUnderWay(id);
    const { file } = this.get(id);
    if (!file || !existsSync(this.#keptPath(file.importId))) throw new Refusal('illegal_move', TEXTS.notKept);
    const whole = await this.#read(id, () => this.#file.take(this.#keptPath(file.importId), id, file));
    if (!whole) throw new Refusal('busy', TEXTS.closing);
    return this.#taken(id, operator, 'radar.samples.reread');
  }

  /** What the store knows itself: bad outcomes are disputes, good ones fine. */
  async own({ name, days }: MethodParams<'radar.samples.own'>, { operator }: Who): Promise<RadarSampleSet> {
    const { store, clock, followed } = this.#parts;
    await followed();
    const to = clock.now();
    const span = { from: to - days * DAY, to };
    const { good, bad } = store.learning.counts();
    if (bad === 0) throw new Refusal('illegal_move', TEXTS.noneBad);
    const fineEvery = Math.max(1, Math.ceil(good / MOST_FINE));
    const head = {
      name,
      source: 'own',
      state: 'reading',
      createdAt: to,
      by: operator,
      rows: 0,
      badRows: 0,
      fineEvery,
      file: null,
    } as const;
    const samples = store.transaction(() => store.radar.addSamples(head));
    await this.#read(samples, async () => {
      try {
        await this.#takeOwn(samples, span, fineEvery);
      } catch (error) {
        // There is no file to read it from again: it is made anew when asked for. What the end of the program leaves the next start clears away.
        if (this.#parts.running()) this.#throwAway(samples, null);
        throw error;
      }
    });
    return this.#taken(samples, operator, 'radar.samples.own');
  }

  async #takeOwn(samples: number, span: { from: number; to: number }, fineEvery: number): Promise<void> {
    const { store, turn, running } = this.#parts;
    let rows = 0;
    for (let after = 0; ;) {
      const piece = store.radar.outcomes(span, after, TOGETHER);
      store.transaction(() => {
        for (const { orderId, outcome } of piece) {
          rows += 1;
          if (outcome === 'good' && orderId % fineEvery !== 0) continue;
          const label = outcome === 'bad' ? 'disputed' : 'fine';
          store.radar.addLabel(samples, { orderId, label, row: rows, kind: null, said: null });
        }
        store.radar.saveSamples(samples, { state: piece.length < TOGETHER ? 'ready' : 'reading', rows, badRows: 0 });
      });
      const last = piece.at(-1);
      if (!last || piece.length < TOGETHER) return;
      after = last.orderId;
      await turn();
      if (!running()) throw new Refusal('busy', TEXTS.closing);
    }
  }

  remove(id: number, { operator }: Who): { id: number } {
    const { store, clock } = this.#parts;
    this.#refuseUnderWay(id);
    const { name, file } = this.get(id);
    store.transaction(() => {
      store.radar.clearSamples(id, true);
      store.audit.append({ actor: operator, action: 'radar.samples.remove', subject: String(id), detail: { name } }, clock.now());
    });
    if (file) rmSync(this.#keptPath(file.importId), { force: true });
    this.#parts.changed();
    return { id };
  }

  /**
   * What whoever took a file is told where it did not come to its end. Cut off by the end of the program the set stays as it is: the next
   * start clears it away, and the upload is there again. A cancelled one leaves nothing.
   */
  #cutOff(samples: number, file: NonNullable<StoredSamples['file']>): Refusal {
    if (this.#parts.store.imports.get(file.importId)?.state !== 'cancelled') return new Refusal('busy', TEXTS.closing);
    this.#throwAway(samples, file);
    return new Refusal('illegal_move', TEXTS.cancelled);
  }

  /** Consoles see that a set is being read, and when that ends, however it does. */
  async #read<T>(id: number, work: () => Promise<T>): Promise<T> {
    this.#reading.add(id);
    this.#parts.changed();
    try {
      return await work();
    } finally {
      this.#reading.delete(id);
      this.#parts.changed();
    }
  }

  /** One reading of a file at a time: two would each undo what the other did. */
  #refuseUnderWay(id: number): void {
    if (this.#reading.has(id)) throw new Refusal('busy', TEXTS.reading);
  }

  #taken(id: number, operator: string, action: string): RadarSampleSet {
    const { store, clock } = this.#parts;
    const samples = this.get(id);
    const { name, rows, badRows, disputed, fine } = samples;
    const detail = { name, rows, badRows, disputed, fine };
    store.transaction(() => store.audit.append({ actor: operator, action, subject: String(id), detail }, clock.now()));
    return this.#told(samples);
  }

  #told({ file, fineEvery: _every, ...samples }: StoredSamples): RadarSampleSet {
    const now = this.#reading.has(samples.id) ? 'reading' : 'cut-off';
    const rereadable = file !== null && existsSync(this.#keptPath(file.importId));
    return { ...samples, state: samples.state === 'ready' ? 'ready' : now, rereadable };
  }

  #upload(id: number): ImportRecord {
    const upload = this.#parts.store.imports.get(id);
    if (!upload) throw new Refusal('not_found', { zh: `没有上传 ${id}`, en: `There is no upload ${id}` });
    if (upload.bytes > RADAR_FILE_BYTES) throw new Refusal('bad_request', TEXTS.tooLarge);
    return upload;
  }

  /** The headings of a file; the columns a mapping names have to be there. */
  async #headingsOf(path: string, mapping: RadarMapping): Promise<string[]> {
    const source = await openSource(path, mapping);
    const { headings } = await readHead(source.open(), mapping.headerRows, 1);
    const absent = Object.entries(mapping.columns).find(([, at]) => at !== null && at >= headings.length);
    if (!absent) return headings;
    const place = Number(absent[1]) + 1;
    throw new Refusal('bad_request', {
      zh: `映射指向第 ${place} 列，但文件只有 ${headings.length} 列`,
      en: `The mapping names column ${place}, but the file has ${headings.length}`,
    });
  }

  /** Where the bytes of a file of disputes are kept after it was taken. */
  #keptPath(importId: number): string {
    return this.#parts.imports.pathOf(importId).replace(/\.upload$/, '.disputes');
  }
}

const TEXTS = {
  cancelled: { zh: '上传已取消，没有留下样本', en: 'The upload was cancelled; no samples were kept' },
  reading: { zh: '正在读取这份样本，请稍候', en: 'This sample set is being read; wait a moment' },
  closing: { zh: '程序正在关闭，请稍后再试', en: 'The program is closing; try again later' },
  notKept: { zh: '原文件已不在，请重新上传', en: 'The file is not kept any more; upload it again' },
  noneBad: {
    zh: '还没有已知的纠纷结果：退款、投诉或人工冻结的订单出现后再试，或上传纠纷文件',
    en: 'No order is known to have gone wrong yet: try again after refunds, complaints or freezes, or upload a file of disputes',
  },
  tooLarge: {
    zh: `纠纷文件不能超过 ${RADAR_FILE_BYTES / 1024 / 1024} MB`,
    en: `A file of disputes may have ${RADAR_FILE_BYTES / 1024 / 1024} MB at most`,
  },
};
