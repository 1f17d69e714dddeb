import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMPORT_CHUNK_BYTES } from '#shared/contract/imports.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, SHOP, testConfig } from '#test/support/hub.ts';
import { writeImportFile } from '#test/support/import-file.ts';
import type { Figures } from './main.ts';

const ROWS = Number(process.env['ORDERPULSE_BENCH_ROWS'] ?? 1_000_000);
const MEGABYTE = 1024 * 1024;
const QUIET = { info: () => undefined, warn: () => undefined, error: console.error };
/** A year's history: orders that are over, so that the figure is of the import and not of a million orders being watched. */
const STATE = '交易成功';

async function upload(hub: LocalHub, id: number, path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(IMPORT_CHUNK_BYTES);
    for (let offset = 0; ;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, offset);
      if (bytesRead === 0) return;
      await ask(hub, 'imports.append', { id, offset, chunk: buffer.toString('base64', 0, bytesRead) });
      offset += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** A file of a million orders through the whole hub, on a durable database; what it costs in time and in memory. */
export async function benchImports(): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'orderpulse-bench-'));
  const hub = await openHub({ dataDirectory: directory, config: testConfig(), demo: false }, { checkOutputs: false, logger: QUIET });
  try {
    const path = join(directory, 'orders.csv');
    await writeImportFile(path, ROWS, STATE);
    const { id } = await ask(hub, 'imports.begin', {
      channel: SHOP.channel,
      shopId: SHOP.shopId,
      name: 'orders.csv',
      bytes: statSync(path).size,
    });
    const uploadStarted = performance.now();
    await upload(hub, id, path);
    const uploaded = performance.now() - uploadStarted;
    const { suggestion } = await ask(hub, 'imports.inspect', { id, sheet: null, encoding: null });
    globalThis.gc?.();
    const before = process.memoryUsage();
    let [peak, heap] = [before.rss, before.heapUsed];
    const watch = setInterval(() => {
      const { rss, heapUsed } = process.memoryUsage();
      [peak, heap] = [Math.max(peak, rss), Math.max(heap, heapUsed)];
    }, 100);
    const started = performance.now();
    await ask(hub, 'imports.start', { id, mapping: suggestion });
    await hub.hub.imports.settled();
    const seconds = (performance.now() - started) / 1_000;
    clearInterval(watch);
    const [done] = (await ask(hub, 'imports.list', {})).items;
    if (done?.state !== 'done' || done.orders !== ROWS)
      throw new Error(`The import ended ${done?.state ?? 'nowhere'} with ${done?.orders ?? 0} orders.`);
    return {
      rows: ROWS,
      fileMegabytes: statSync(path).size / MEGABYTE,
      uploadSeconds: uploaded / 1_000,
      importSeconds: seconds,
      rowsPerSecond: ROWS / seconds,
      memoryBeforeMegabytes: before.rss / MEGABYTE,
      memoryPeakMegabytes: peak / MEGABYTE,
      memoryGrowthMegabytes: (peak - before.rss) / MEGABYTE,
      heapPeakMegabytes: heap / MEGABYTE,
    };
  } finally {
    await hub.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
