/**
 * `npm test`: everything that must hold, in one go, cheapest first. Ends with one line `N passed, N failed` over all
 * suites (`, N skipped` where a test names the thing that is missing on this machine).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.ts';
import { runSideBySide } from './lanes.ts';
import type { Command } from './lanes.ts';
import { ROOM_CHECKS } from './types.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
  notes: string[];
}

const reports = mkdtempSync(join(tmpdir(), 'orderpulse-test-'));
const total: Count = { passed: 0, failed: 0, skipped: 0, notes: [] };

function add(name: string, count: Count): void {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  total.notes.push(...count.notes);
  console.info(`----- ${name}: ${count.passed} passed, ${count.failed} failed${count.skipped ? `, ${count.skipped} skipped` : ''}`);
}

/** A check that passes or fails as a whole counts as one. */
async function checks(commands: readonly Command[]): Promise<void> {
  console.info(`\n===== ${commands.map(({ name }) => name).join(', ')}`);
  await runSideBySide(commands, ({ name, ok, output, seconds }) => {
    process.stdout.write(output);
    console.info(`      ${seconds.toFixed(1)} s`);
    add(name, { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, notes: ok ? [] : [`failed: ${name}`] });
  });
}

/** A suite of tests: the command, the file it writes its report to, and how that is read. */
interface Suite extends Command {
  file: string;
  read(json: unknown): Count;
}

/** A suite whose report cannot be read has failed, whatever its exit code says. */
function countOf({ name, file, read }: Suite, ok: boolean): Count {
  try {
    const count = read(JSON.parse(readFileSync(file, 'utf8')));
    if (ok || count.failed > 0) return count;
    return { ...count, failed: 1, notes: [...count.notes, `${name}: ended with an error outside its tests`] };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, notes: [`${name}: no report was written`] };
  }
}

async function run(suite: Suite): Promise<void> {
  console.info(`\n===== ${suite.name}`);
  await runSideBySide([suite], ({ name, ok, output, seconds }) => {
    process.stdout.write(output);
    console.info(`      ${seconds.toFixed(1)} s`);
    add(name, countOf(suite, ok));
  });
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}
function readVitest(json: unknown): Count {
  const report = json as VitestReport;
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests,
    notes: [
      ...tests.filter((test) => test.status === 'failed').map((test) => `failed: ${test.fullName}`),
      ...brokenFiles.map((file) => `failed: ${file.name}`),
      ...tests.filter((test) => test.status === 'pending' || test.status === 'skipped').map((test) => `skipped: ${test.fullName}`),
    ],
  };
}

interface PlaywrightSuite {
  title: string;
  suites?: PlaywrightSuite[];
  specs?: { title: string; tests: { status: 'expected' | 'unexpected' | 'flaky' | 'skipped' }[] }[];
}
function readPlaywright(json: unknown): Count {
  const report = json as { stats: { expected: number; unexpected: number; flaky: number; skipped: number }; suites: PlaywrightSuite[] };
  const notes: string[] = [];
  const visit = (place: PlaywrightSuite, path: string): void => {
    for (const spec of place.specs ?? []) {
      for (const test of spec.tests) if (test.status !== 'expected') notes.push(`${test.status}: ${path} › ${spec.title}`);
    }
    for (const inner of place.suites ?? []) visit(inner, `${path} › ${inner.title}`);
  };
  for (const top of report.suites) visit(top, top.title);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected + flaky, failed: unexpected, skipped, notes };
}

function vitest(name: 'unit' | 'integration'): Suite {
  const file = join(reports, `${name}.json`);
  const args = ['vitest', 'run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return { name, args, live: true, file, read: readVitest };
}

/** Null where there is no browser and none can be installed. */
function browserTests(): Suite | null {
  try {
    const file = join(reports, 'playwright.json');
    const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file, ORDERPULSE_BROWSER: ensureBrowser() };
    return { name: 'browser', args: ['playwright', 'test', '--reporter=list,json'], env, live: true, file, read: readPlaywright };
  } catch (error) {
    add('browser', { passed: 0, failed: 1, skipped: 0, notes: [(error as Error).message] });
    return null;
  }
}

const [longest, ...otherRooms] = ROOM_CHECKS;
await checks([
  ...(longest ? [longest] : []),
  { name: 'lint', args: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'format', args: ['prettier', '--check', '--log-level', 'warn', '.'] },
  ...otherRooms,
  { name: 'build', args: ['electron-vite', 'build', '--logLevel', 'warn'] },
]);
// One after the other: side by side each waits for the other's processor, and together they take no less.
for (const suite of [vitest('unit'), vitest('integration'), browserTests()]) if (suite) await run(suite);
rmSync(reports, { recursive: true, force: true });
console.info('');
for (const note of total.notes) console.info(note);
console.info(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed === 0 ? 0 : 1);
