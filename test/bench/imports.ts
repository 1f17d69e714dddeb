import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportFormat } from './import-run.ts';
import type { Figures } from './main.ts';

const CSV_ROWS = Number(process.env['ORDERPULSE_BENCH_ROWS'] ?? 1_000_000);
/** A sheet ends at 1,048,576 rows; workbooks of people are far smaller. */
const XLSX_ROWS = Math.min(CSV_ROWS, 200_000);
/** The young generation the hub's own thread has. */
const EXEC = ['--max-semi-space-size=32'];

async function inProcess(task: 'write' | 'run', format: ImportFormat, rows: number, path: string): Promise<Figures> {
  const child = fork(new URL('./import-run.ts', import.meta.url), [task, format, String(rows), path], { execArgv: EXEC });
  let figures: Figures = {};
  child.on('message', (said) => (figures = said as Figures));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The ${format} file could not be ${task === 'run' ? 'imported' : 'written'}.`);
  return figures;
}

/**
 * A file of a million orders, and a workbook of two hundred thousand, each through the whole hub on a durable database: what it
 * costs in time and in memory. Once warm: what the import adds to a hub whose store has filled its cache, as in any busy hour.
 */
export async function benchImports(): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'orderpulse-bench-'));
  try {
    const figures: Figures = { importMachineLoadBefore: loadavg()[0] ?? 0 };
    for (const [format, rows] of [
      ['csv', CSV_ROWS],
      ['xlsx', XLSX_ROWS],
    ] as const) {
      const path = join(directory, `orders.${format}`);
      await inProcess('write', format, rows, path);
      for (const [name, value] of Object.entries(await inProcess('run', format, rows, path))) figures[`${format}Import${name}`] = value;
    }
    return figures;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
