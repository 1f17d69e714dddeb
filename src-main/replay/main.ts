/** `npm run replay -- --orders FILE [--outcomes FILE] [--json] …`: see options.ts. */
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { SingleBar } from 'cli-progress';
import { StoreError } from '#main/hub/store-error.ts';
import { Assessment } from './assessment.ts';
import type { AssessmentFigures } from './assessment.ts';
import { foresee } from './forecast/foresee.ts';
import { openReplayHub } from './local-hub.ts';
import { OpeningStock } from './opening-stock.ts';
import { readOptions, USAGE, UsageError } from './options.ts';
import type { ReplayOptions } from './options.ts';
import { firstMoment, readOrderFile, recogniseFile } from './order-file.ts';
import { readOutcomes, recogniseOutcomeFile } from './outcomes.ts';
import type { RowFormat } from './readers/row.ts';
import { Replay } from './replay.ts';
import type { ReplayHub } from './replay-hub.ts';
import { renderSummary, summarise } from './summary.ts';
import type { ReplaySummary } from './summary.ts';
import { Tally } from './tally.ts';
import { FileError, fileSize } from './text-lines.ts';

/** Shows how far the file is read, on a terminal only. */
async function progressOver(path: string): Promise<{ advance(bytes: number): void; stop(): void }> {
  if (!process.stderr.isTTY) return { advance: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{bar} {percentage} %  {duration_formatted}',
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(await fileSize(path), 0);
  return { advance: (bytes) => bar.increment(bytes), stop: () => bar.stop() };
}

async function assess(path: string, tally: Tally): Promise<AssessmentFigures> {
  const assessment = new Assessment(tally.traces);
  for await (const { format, row } of readOutcomes(path, (refusal) => assessment.refused(refusal))) assessment.add(format, row);
  return assessment.figures();
}

/** Reads the files once before, only where stock needs it: see opening-stock.ts. */
async function openingStockOf(paths: readonly string[], format: RowFormat): Promise<OpeningStock> {
  const stock = new OpeningStock();
  if (!format.adjustsStock) return stock;
  for (const path of paths) for await (const { row } of readOrderFile(path, format)) stock.add(row);
  return stock;
}

/** Every file is looked at before anything is replayed: a wrong name shall not cost a whole run. Throws FileError. */
async function recogniseAll({ orders, outcomes, history, historyOutcomes }: ReplayOptions): Promise<RowFormat> {
  const format = await recogniseFile(orders);
  const before = history === null ? format : await recogniseFile(history);
  if (before !== format)
    throw new FileError(`${history} holds ${before.name.en}, ${orders} holds ${format.name.en}: a history is of the same kind.`);
  for (const path of [outcomes, historyOutcomes]) if (path !== null) await recogniseOutcomeFile(path);
  return format;
}

/** One whole run. Throws FileError, StoreError. */
async function replay(options: ReplayOptions, dataDirectory: string): Promise<{ summary: ReplaySummary; format: RowFormat }> {
  const { orders, outcomes, history, historyOutcomes, until, mostFalseKills } = options;
  const format = await recogniseAll(options);
  const files = history === null ? [orders] : [history, orders];
  const openingStock = (await openingStockOf(files, format)).places();
  const refusals = options.refusals === null ? null : createWriteStream(options.refusals);
  const tally = new Tally((refusal) => refusals?.write(`${JSON.stringify(refusal)}\n`));
  const startsAt = (await firstMoment(files[0] as string, format)) ?? 0;
  const hub = await openReplayHub({ dataDirectory, keep: options.data !== null, format, startsAt, openingStock });
  const reader = format.open();
  const progress = await progressOver(orders);
  try {
    if (history !== null) await new Replay(hub, new Tally()).run(readOrderFile(history, format, undefined, reader));
    const before = hub.figures();
    const started = performance.now();
    await new Replay(hub, tally).run(readOrderFile(orders, format, progress.advance, reader), until);
    const seconds = (performance.now() - started) / 1_000;
    progress.stop();
    const assessment = outcomes === null ? null : await assess(outcomes, tally);
    const foreseen = { orders, outcomes, history, historyOutcomes, format, until, mostFalseKills };
    const foresight = outcomes === null ? null : await foresee(foreseen, tally.traces);
    return { format, summary: summarise(tally, { format, seconds, ...since(before, hub.figures()) }, assessment, foresight) };
  } finally {
    progress.stop();
    await hub.close();
    if (refusals) await finished(refusals.end());
  }
}

type HubFigures = ReturnType<ReplayHub['figures']>;

/** What came after the history. */
function since(before: HubFigures, now: HubFigures): HubFigures {
  const kinds = Object.entries(now.tasksByKind).map(([kind, opened]): [string, number] => [kind, opened - (before.tasksByKind[kind] ?? 0)]);
  return {
    releasedByTimer: now.releasedByTimer - before.releasedByTimer,
    tasksByKind: Object.fromEntries(kinds.filter(([, opened]) => opened > 0)),
  };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.info(USAGE);
    return;
  }
  if (options.data !== null && existsSync(join(options.data, 'orderpulse.db'))) {
    throw new FileError(`${options.data} holds a workspace already; a replay needs one of its own.`);
  }
  const dataDirectory = options.data ?? mkdtempSync(join(tmpdir(), 'orderpulse-replay-'));
  try {
    const { summary, format } = await replay(options, dataDirectory);
    console.info(options.json ? JSON.stringify(summary) : renderSummary(summary, format));
  } finally {
    if (options.data === null) rmSync(dataDirectory, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${USAGE}`);
  else if (error instanceof FileError || error instanceof StoreError) console.error(error.message);
  else throw error;
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
