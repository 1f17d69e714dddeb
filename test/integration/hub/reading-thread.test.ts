import { expect, test } from 'vitest';
import { readingThreads } from '#main/host/reading-thread.ts';

const UNEXPECTED = { zh: '意外', en: 'unexpected' };
const TOO_LARGE = { zh: '过大', en: 'too large' };

/** A thread of these lines instead of a trial or a training. */
function threadOf(lines: string, limits = {}) {
  const worker = new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from 'node:worker_threads';${lines}`)}`,
  );
  const kind = { worker, name: 'reading', limits, unexpected: UNEXPECTED, tooLarge: TOO_LARGE };
  return readingThreads<null, [number], { rows: number[] }>(kind, () => ({ place: { path: '' }, exchangeRates: [] }));
}
type Outcome = { result: { rows: number[] } } | { problem: { en: string }; error: unknown };

function endOf(lines: string, take: (outcome: Outcome) => void = () => undefined, limits = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    threadOf(lines, limits)(null, {
      progress: () => undefined,
      end(outcome) {
        take(outcome);
        resolve(outcome);
      },
    });
  });
}

test('what a thread found and nobody can take has come to an end all the same', async () => {
  const end = await endOf(`parentPort.postMessage({ kind: 'done', result: null });`, (outcome) => {
    if ('result' in outcome) outcome.result.rows.map(String);
  });
  expect(end).toMatchObject({ problem: UNEXPECTED, error: expect.any(TypeError) as TypeError });
});

test.each([
  ['throws at its start', `throw new Error('boom');`, UNEXPECTED],
  ['ends without a word', `process.exit(0);`, UNEXPECTED],
  ['is no program', `this is none`, UNEXPECTED],
  ['takes more memory than it may', `const kept = []; for (;;) kept.push(new Array(10_000).fill(kept.length));`, TOO_LARGE],
])('a thread that %s ends in words', async (_name, lines, problem) => {
  expect(await endOf(lines, undefined, { maxOldGenerationSizeMb: 16 })).toMatchObject({ problem });
});

test('a thread that hears nothing is cut off when it is told to end, at its start as well as later', async () => {
  const start = threadOf(`for (;;);`);
  const listener = { progress: () => undefined, end: () => expect.unreachable('it was told to end') };
  await start(null, listener).stop();
});
