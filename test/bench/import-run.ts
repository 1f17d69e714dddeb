/**
 * Writes a file of orders, or takes one through the whole hub: each in a process of its own, so that its memory is its own. Started
 * with `fork` and the task, the format, the number of rows and the path as arguments; a run sends its figures.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Excel from 'exceljs';
import { IMPORT_CHUNK_BYTES } from '#shared/contract/imports.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, SHOP, testConfig } from '#test/support/hub.ts';
import { IMPORT_HEADINGS, importRow, writeImportFile } from '#test/support/import-file.ts';
import type { Figures } from './main.ts';

export type ImportFormat = 'csv' | 'xlsx';

const MEGABYTE = 1024 * 1024;
const QUIET = { info: () => undefined, warn: () => undefined, error: console.error };
/** A year's history: orders that are over, so that the figure is of the import and not of a million orders being watched. */
const STATE = '交易成功';
/** From this share on the hub's own memory is what it is in any busy hour: its store's cache is full, its code is compiled. */
const WARM_SHARE = 0.2;

/** As Excel writes it: the sheet first, and after it the texts its cells share. */
async function writeWorkbook(path: string, rows: number): Promise<void> {
  const book = new Excel.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
  const sheet = book.addWorksheet('订单');
  sheet.addRow(IMPORT_HEADINGS.split(',')).commit();
  for (let index = 0; index < rows; index += 1) sheet.addRow(importRow(index, { state: STATE }).split(',')).commit();
  sheet.commit();
  await book.commit();
}

async function upload(hub: LocalHub, path: string): Promise<number> {
  const { channel, shopId } = SHOP;
  const { id } = await ask(hub, 'imports.begin', {
    channel,
    shopId,
    name: `orders.${path.split('.').at(-1) ?? ''}`,
    bytes: statSync(path).size,
  });
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(IMPORT_CHUNK_BYTES);
    for (let offset = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, offset);
      if (bytesRead === 0) return id;
      await ask(hub, 'imports.append', { id, offset, chunk: buffer.toString('base64', 0, bytesRead) });
      offset += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Resident memory in bytes: before, when the hub was warm, and at its highest. */
function watchMemory(hub: LocalHub, rows: number) {
  const before = process.memoryUsage().rss;
  const memory = { before, warm: before, peak: before, heap: 0 };
  const watch = setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    memory.peak = Math.max(memory.peak, rss);
    memory.heap = Math.max(memory.heap, heapUsed);
    const [running] = hub.store.imports.list({ limit: 1, after: null }).items;
    if ((running?.rows ?? 0) < rows * WARM_SHARE) memory.warm = Math.max(memory.warm, rss);
  }, 100);
  return { memory, stop: () => clearInterval(watch) };
}

async function run(path: string, rows: number): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'orderpulse-bench-'));
  const hub = await openHub({ dataDirectory: directory, config: testConfig(), demo: false }, { checkOutputs: false, logger: QUIET });
  try {
    const id = await upload(hub, path);
    const { suggestion } = await ask(hub, 'imports.inspect', { id, sheet: null, encoding: null });
    const { memory, stop } = watchMemory(hub, rows);
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    await ask(hub, 'imports.start', { id, mapping: suggestion });
    await hub.hub.imports.settled();
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    stop();
    const [done] = (await ask(hub, 'imports.list', {})).items;
    if (done?.state !== 'done' || done.orders !== rows) {
      throw new Error(`The import ended ${done?.state ?? 'nowhere'} with ${done?.orders ?? 0} of ${rows} orders.`);
    }
    return {
      Rows: rows,
      FileMegabytes: statSync(path).size / MEGABYTE,
      RowsPerSecond: rows / seconds,
      // Does not depend on what else the machine does.
      RowsPerCpuSecond: (rows * 1e6) / (user + system),
      MemoryBeforeMegabytes: memory.before / MEGABYTE,
      MemoryWarmMegabytes: memory.warm / MEGABYTE,
      MemoryPeakMegabytes: memory.peak / MEGABYTE,
      MemoryGrowthMegabytes: (memory.peak - memory.before) / MEGABYTE,
      MemoryGrowthOnceWarmMegabytes: (memory.peak - memory.warm) / MEGABYTE,
      HeapPeakMegabytes: memory.heap / MEGABYTE,
    };
  } finally {
    await hub.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

// Whoever started it is gone: nobody needs the figures any more.
process.on('disconnect', () => process.exit());
const [task, format, rows, path] = process.argv.slice(2) as ['write' | 'run', ImportFormat, string, string];
if (task === 'run') {
  const figures = await run(path, Number(rows));
  await new Promise<void>((resolve) => process.send?.(figures, () => resolve()));
} else if (format === 'csv') await writeImportFile(path, Number(rows), STATE);
else await writeWorkbook(path, Number(rows));
process.disconnect();
