import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { resolveConfig } from 'electron-vite';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CHANNEL_IDS } from '#shared/channels.ts';
import { startHubThread } from '#main/host/thread.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';

/**
 * What the desktop shell runs, without the shell: the main process as `npm run build` bundles it, laid out as it is installed, its
 * threads started by plain Node. Nothing of the sources is there.
 */
const ROOT = resolve(import.meta.dirname, '../../..');

let installed: string;
let bundle: string;
let entries: string[];
let data: string;
beforeAll(async () => {
  installed = mkdtempSync(join(tmpdir(), 'orderpulse-bundle-'));
  [bundle, data] = [join(installed, 'out/main'), join(installed, 'data')];
  for (const name of ['node_modules', 'resources', 'package.json']) symlinkSync(join(ROOT, name), join(installed, name));
  // The builder sets them for the whole process.
  for (const name of ['NODE_ENV', 'ELECTRON_MAJOR_VER']) vi.stubEnv(name, process.env[name]);
  const { config } = await resolveConfig({ root: ROOT, logLevel: 'error' }, 'build', 'production');
  const main = config?.main;
  if (!main) throw new Error('There is no main process to build.');
  await build({ ...main, build: { ...main.build, outDir: bundle, emptyOutDir: true } });
  entries = Object.keys(main.build?.rollupOptions?.input ?? {});
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(installed, { recursive: true, force: true }));

const database = () => join(data, 'orderpulse.db');
const fileOf = (entry: string) => join(bundle, `${entry}.js`);

/** The first word of a thread that is given this. */
function firstWord(entry: string, workerData: unknown, then?: unknown): Promise<unknown> {
  const thread = new Worker(fileOf(entry), { workerData });
  if (then !== undefined) thread.postMessage(then);
  return new Promise((told, failed) => {
    thread.once('message', told);
    thread.once('error', failed);
    thread.once('exit', (code) => failed(new Error(`${entry} ended with code ${code} and said nothing.`)));
  }).finally(() => thread.terminate());
}

/** What the hub of the bundle keeps of an order whose buyer is angry. */
async function hubAnswers(): Promise<void> {
  const hub = await startHubThread({ dataDirectory: data, config: testConfig(), demo: false }, pathToFileURL(fileOf('hub-worker')));
  try {
    const order = orderData('B-1', Date.now(), { buyerMessage: '商品质量太差了，我要投诉你们，马上退款！' });
    expect((await deliver(hub, 'order.paid', order, Date.now())).status).toBe(200);
    // Every channel is a part of its own, loaded by its name.
    expect((await ask(hub, 'channels.catalogue', {})).items.map(({ id }) => id)).toEqual([...CHANNEL_IDS]);
  } finally {
    await hub.close();
  }
  const store = openSqliteStore(database());
  try {
    // The dictionary that tells words apart and the model that weighs them lie outside the bundle.
    expect(store.orders.byPlatform('standard-webhooks', 'own', 'B-1')?.record.message?.intents).toContain('complaint');
  } finally {
    store.close();
  }
}

const nowhere = () => ({ place: { path: join(installed, 'none.db') }, exchangeRates: {} });
const stop = () => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

/** A thread that is sent to a workspace that is not there says so in words. */
async function refusesNowhere(entry: string, task: object): Promise<void> {
  const told = await firstWord(entry, { ...task, ...nowhere(), stop: stop() });
  expect(told).toMatchObject({ kind: 'failed', text: { zh: expect.stringContaining('数据目录') as string } });
}

/** How each thread shows that it has all it needs: it does its work, or says in words why there is none to do. */
const ANSWERS: Record<string, () => Promise<void>> = {
  'hub-worker': hubAnswers,
  'trial-worker': () => refusesNowhere('trial-worker', { task: { current: null, draft: null, from: 0, to: 1 } }),
  'radar-worker': () => refusesNowhere('radar-worker', { task: {} }),
  'fit-worker': async () => expect(await firstWord('fit-worker', { features: [], samples: [] })).toBeNull(),
  'log-worker': async () => {
    openSqliteStore(database()).close();
    expect(await firstWord('log-worker', { path: database() }, 'copy')).toBe('copied');
  },
  'demo-past-worker': async () => {
    const databasePath = join(installed, 'past.db');
    const about = { seed: 'bundle', startedAt: Date.now(), days: 20, orders: 12, config: testConfig(), secrets: new Map<string, string>() };
    // Nobody here knows the demo's shops, and it says so instead of ending in silence.
    const task = { ...about, dataDirectory: installed, databasePath };
    await expect(firstWord('demo-past-worker', { task, stop: stop() })).rejects.toThrow(/No such shop/);
    expect(existsSync(databasePath)).toBe(false);
  },
};

test('every thread of the main process is in the bundle and answers', async () => {
  const threads = entries.filter((entry) => entry !== 'main');
  expect(threads.filter((entry) => ANSWERS[entry] === undefined)).toEqual([]);
  for (const thread of threads) await ANSWERS[thread]?.();
});

const partsOf = () => readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));

test('every part can be read, those only the shell itself runs too', () => {
  const unread = partsOf().filter((name) => spawnSync(process.execPath, ['--check', join(bundle, name)]).status !== 0);
  expect(unread).toEqual([]);
});

test('whoever starts a thread finds it beside himself', () => {
  const started = partsOf().flatMap((name) => {
    const mentions = readFileSync(join(bundle, name), 'utf8').matchAll(/new URL\("(\.\/[\w-]+\.js)", import\.meta\.url\)/g);
    return [...mentions].map(([, place = '']) => join(dirname(join(bundle, name)), place));
  });
  expect(started.length).toBeGreaterThanOrEqual(entries.length - 1);
  expect(started.filter((path) => !existsSync(path))).toEqual([]);
});
