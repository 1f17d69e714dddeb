import { closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ImportMapping, ImportState } from '#shared/contract/imports.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, SECOND } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { ImportFileError } from '#main/imports/index.ts';
import type { ImportRecord } from '../import-ports.ts';
import type { Clock, Logger, NewMessage, Store } from '../ports.ts';
import { StoreError } from '../store-error.ts';
import { ImportRun } from './run.ts';

/** Uploads that nobody finished or started are thrown away after this. */
const KEEP_UPLOADS_MS = 7 * DAY;
const MOST_OPEN = 20;
/** The disk said no: the file is still there, so it is tried again. */
const STORE_PAUSE_MS = 5 * SECOND;
/** Progress is told this often at most. */
const TELL_EVERY_MS = SECOND / 2;

export interface ImportParts {
  store: Store;
  clock: Clock;
  logger: Logger;
  /** Folder of the uploads; empty: a temporary one, removed at the end. */
  directory: string;
  ordersPerTurn: number;
  take(messages: readonly NewMessage[], alongside: () => void): readonly (number | null)[];
  defer(task: () => void): void;
  /** Calls `task` once after a while. */
  after(delayMs: number, task: () => void): () => void;
  /** Tells the consoles. */
  tell(imports: ImportState[]): void;
}

export function stateOf(record: ImportRecord): ImportState {
  const { id, name, channel, shopId, state, bytes, receivedBytes, readBytes, rows, badRows, orders, startedAt, endedAt, error } = record;
  return { id, name, channel, shopId, state, bytes, receivedBytes, readBytes, rows, badRows, orders, startedAt, endedAt, error };
}

/** Files of orders: their uploads, and the imports of them, one after another in the background (A10). */
export class Imports {
  readonly #parts: ImportParts;
  #directory: string | null = null;
  #temporary = false;
  readonly #cancelled = new Set<number>();
  readonly #stop = new AbortController();
  #running: { record: ImportRecord; abort: AbortController } | null = null;
  #queue: Promise<void> = Promise.resolve();
  #toldAt = 0;

  constructor(parts: ImportParts) {
    this.#parts = parts;
  }

  /** Goes on with what an earlier run left unfinished, and throws old uploads away. */
  resume(): void {
    const { store, clock } = this.#parts;
    this.#sweep();
    for (const record of store.imports.open()) {
      if (record.state === 'running' && record.mapping !== null) this.#enqueue(record);
      else if (record.state === 'running') this.#save({ ...record, ...UNREAD });
      else if (clock.now() - record.createdAt > KEEP_UPLOADS_MS) this.#end(record, 'cancelled');
    }
  }

  begin(upload: Pick<ImportRecord, 'name' | 'channel' | 'shopId' | 'bytes'>): ImportState {
    const { store, clock } = this.#parts;
    if (store.imports.open().length >= MOST_OPEN) throw new Refusal('busy', TEXTS.tooMany);
    const id = store.transaction(() => store.imports.begin(upload, clock.now()));
    closeSync(openSync(this.pathOf(id), 'w', 0o600));
    return stateOf(this.#get(id));
  }

  /** Adds a piece where the file ends; a piece that is there already changes nothing. Answers the bytes that are there. */
  append(id: number, offset: number, chunk: Uint8Array): number {
    const record = this.#get(id);
    const end = offset + chunk.byteLength;
    if (end <= record.receivedBytes) return record.receivedBytes;
    if (record.state !== 'uploading') throw new Refusal('illegal_move', TEXTS.notUploading);
    if (offset !== record.receivedBytes || end > record.bytes)
      throw new Refusal('bad_request', TEXTS.wrongPlace, { receivedBytes: record.receivedBytes });
    const file = openSync(this.pathOf(id), 'r+');
    try {
      writeSync(file, chunk, 0, chunk.byteLength, offset);
      if (end === record.bytes) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    record.receivedBytes = end;
    if (end === record.bytes) record.state = 'ready';
    this.#save(record);
    if (record.state === 'ready') this.#tell(record, true);
    return end;
  }

  /** The file of an upload that is complete. Throws the refusal that says why there is none. */
  fileOf(id: number): string {
    const record = this.#get(id);
    if (record.state === 'uploading') throw new Refusal('illegal_move', TEXTS.incomplete);
    if (record.state !== 'ready' && record.state !== 'running') throw new Refusal('illegal_move', TEXTS.over);
    const path = this.pathOf(id);
    if (statSync(path, { throwIfNoEntry: false })?.size === record.bytes) return path;
    if (record.state === 'ready') this.#end(record, 'failed', TEXTS.lost);
    throw new Refusal('illegal_move', TEXTS.lost);
  }

  /** Looks into an upload that is complete. Whoever took or cancelled it meanwhile took its file as well: that is what is said then. */
  async look<T>(id: number, into: (path: string) => Promise<T>): Promise<T> {
    const path = this.fileOf(id);
    try {
      return await into(path);
    } catch (error) {
      this.fileOf(id);
      throw error;
    }
  }

  start(id: number, mapping: ImportMapping): ImportState {
    const record = this.#get(id);
    if (record.state !== 'ready') throw new Refusal('illegal_move', record.state === 'uploading' ? TEXTS.incomplete : TEXTS.over);
    Object.assign(record, { state: 'running', mapping, startedAt: this.#parts.clock.now() });
    this.#save(record);
    this.#enqueue(record);
    return stateOf(record);
  }

  cancel(id: number): ImportState {
    const record = this.#running?.record.id === id ? this.#running.record : this.#get(id);
    if (!['uploading', 'ready', 'running'].includes(record.state)) return stateOf(record);
    this.#end(record, 'cancelled');
    this.#cancelled.add(id);
    if (this.#running?.record.id === id) this.#running.abort.abort();
    return stateOf(record);
  }

  /**
   * Hands a complete upload that holds something else than orders to whoever reads it, and throws the file away then. Ended half-way
   * it is ready again after the next start. Throws what the reader throws.
   *
   * @param read stops between two pieces as soon as `going` says no: the upload was cancelled, or the program closes
   */
  async hand(id: number, read: (path: string, record: ImportRecord, going: () => boolean) => Promise<void>): Promise<ImportState> {
    const record = this.#get(id);
    const path = this.fileOf(id);
    if (record.state !== 'ready') throw new Refusal('illegal_move', TEXTS.over);
    Object.assign(record, { state: 'running', startedAt: this.#parts.clock.now() });
    this.#save(record);
    try {
      await read(path, record, () => !this.#cancelled.has(id) && !this.#stop.signal.aborted);
    } catch (error) {
      if (!this.#cancelled.has(id)) this.#fail(record, error);
      throw error;
    }
    if (this.#stop.signal.aborted) return stateOf(record);
    if (!this.#cancelled.has(id)) this.#end(record, 'done');
    return stateOf(record);
  }

  /** Resolves when nothing runs or waits to run. */
  settled(): Promise<void> {
    return this.#queue;
  }

  /** Ends the import under way after its present rows; the next start goes on from there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#running?.abort.abort();
    await this.#queue;
    if (this.#temporary && this.#directory !== null) rmSync(this.#directory, { recursive: true, force: true });
  }

  pathOf(id: number): string {
    if (this.#directory === null) {
      this.#temporary = this.#parts.directory === '';
      this.#directory = this.#temporary ? mkdtempSync(join(tmpdir(), 'orderpulse-imports-')) : this.#parts.directory;
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    }
    return join(this.#directory, `${id}.upload`);
  }

  #get(id: number): ImportRecord {
    const record = this.#parts.store.imports.get(id);
    if (!record) throw new Refusal('not_found', { zh: `没有找到导入 ${id}`, en: `There is no import ${id}` });
    return record;
  }

  /** Whatever becomes of one import, the next one has its turn. */
  #enqueue(record: ImportRecord): void {
    this.#queue = this.#queue
      .then(() => this.#run(record))
      .catch((error: unknown) => this.#parts.logger.error({ err: error, import: record.id }, 'an import could not be ended'));
  }

  async #run(record: ImportRecord): Promise<void> {
    const { store, clock, logger, ordersPerTurn, take, defer } = this.#parts;
    const abort = new AbortController();
    this.#running = { record, abort };
    const turn = () => new Promise<void>((resolve) => defer(resolve));
    const moved = (moving: ImportRecord) => this.#tell(moving, false);
    try {
      while (!this.#stop.signal.aborted && !this.#cancelled.has(record.id)) {
        try {
          const run = new ImportRun({ store, clock, take, ordersPerTurn, turn, moved }, record, abort.signal);
          const whole = await run.run(this.fileOf(record.id), record.mapping as ImportMapping);
          if (whole && !this.#cancelled.has(record.id)) this.#end(record, 'done');
          return;
        } catch (error) {
          // Its file went while it was being opened: that is no failure of its own.
          if (this.#cancelled.has(record.id)) return;
          if (!(error instanceof StoreError)) return await this.#failed(record, error);
          logger.warn({ import: record.id, code: error.code }, 'an import waits for the store');
          await this.#pause();
        }
      }
    } finally {
      this.#running = null;
    }
  }

  /** That it failed is written down as soon as the store can be written; until then it is not over. */
  async #failed(record: ImportRecord, error: unknown): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        return this.#fail(record, error);
      } catch (refusal) {
        if (!(refusal instanceof StoreError)) throw refusal;
        await this.#pause();
      }
    }
  }

  /** Until the store may work again, or everything ends. */
  #pause(): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.#parts.after(STORE_PAUSE_MS, done);
      signal.addEventListener('abort', done);
    });
  }

  #fail(record: ImportRecord, error: unknown): void {
    if (!(error instanceof ImportFileError || error instanceof Refusal)) {
      this.#parts.logger.error({ err: error, import: record.id }, 'an import failed');
    }
    this.#end(record, 'failed', error instanceof ImportFileError || error instanceof Refusal ? error.text : TEXTS.unreadable);
  }

  /** Over: the upload holds personal data and goes at once, the counts and faults stay. */
  #end(record: ImportRecord, state: 'done' | 'cancelled' | 'failed', error: LocalisedText | null = null): void {
    const { id, name, rows, badRows, orders } = record;
    const ended = { ...record, state, error, endedAt: this.#parts.clock.now() };
    this.#save(ended, { actor: 'hub', action: `import.${state}`, subject: String(id), detail: { name, rows, badRows, orders } });
    Object.assign(record, ended);
    this.#remove(this.pathOf(id));
    this.#tell(record, true);
  }

  /** A file the system holds on to does not keep its import from ending: the next start removes it. */
  #remove(path: string): void {
    try {
      rmSync(path, { force: true });
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'an uploaded file could not be removed yet');
    }
  }

  /** Removes the files of imports that are over. */
  #sweep(): void {
    const { directory, store } = this.#parts;
    if (directory === '' || !existsSync(directory)) return;
    const open = new Set(store.imports.open().map(({ id }) => basename(this.pathOf(id))));
    for (const name of readdirSync(directory)) if (/^\d+\.upload$/.test(name) && !open.has(name)) this.#remove(join(directory, name));
  }

  #save(record: ImportRecord, entry?: Parameters<Store['audit']['append']>[0]): void {
    const { store, clock } = this.#parts;
    store.transaction(() => {
      store.imports.save(record);
      if (entry) store.audit.append(entry, clock.now());
    });
  }

  #tell(record: ImportRecord, atOnce: boolean): void {
    const now = this.#parts.clock.now();
    if (!atOnce && now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#parts.tell([stateOf(record)]);
  }
}

/** A file that was not read to its end is read from its beginning. */
const UNREAD = { state: 'ready' as const, rows: 0, badRows: 0, orders: 0, startedAt: null };

const TEXTS = {
  tooMany: { zh: '还有太多未完成的导入，请先完成或取消', en: 'Too many imports are unfinished; finish or cancel some first' },
  notUploading: { zh: '文件已经传完', en: 'The file is already complete' },
  wrongPlace: {
    zh: '这一段与已收到的部分接不上，请从已收到的位置继续',
    en: 'This piece does not follow what was received; go on from there',
  },
  incomplete: { zh: '文件还没有传完', en: 'The file is not complete yet' },
  over: { zh: '这次导入已经开始或结束', en: 'This import has been started or is over' },
  lost: { zh: '上传的文件已不在，请重新上传', en: 'The uploaded file is gone; upload it again' },
  unreadable: { zh: '文件无法读取，请检查后重新导入', en: 'The file cannot be read; check it and import it again' },
} satisfies Record<string, LocalisedText>;
