import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RadarMapping } from '#shared/contract/radar.ts';
import { ask } from '#test/support/hub.ts';
import { live, openRadarHub, pastOrders, upload } from '#test/support/radar-history.ts';
import type { RadarHub } from '#test/support/radar-history.ts';
import { LIN } from '#test/support/rules.ts';

/** Several people at one file of disputes. */
const past = pastOrders({ days: 3 });
const MAPPING = { columns: { order: 0, label: 1 } } as unknown as RadarMapping;
const ROWS = 4_000;
let folder: string;
let opened: RadarHub;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-radar-'));
  opened = await openRadarHub(folder, past[0]!.at);
  await live(opened, past);
}, 60_000);
afterAll(async () => {
  await opened.hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Long enough to be read in pieces: most of its rows name no order. */
function longFile(): Buffer {
  const rows = past.slice(0, 20).map(({ id }) => `${id},纠纷`);
  return Buffer.from(`单号,结果\n${[...rows, ...Array.from({ length: ROWS }, (_, index) => `没有-${index},纠纷`)].join('\n')}\n`);
}
const kept = () => readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith('.disputes'));
const sets = async () => (await ask(opened.hub, 'radar.samples', {}, LIN)).items.map(({ name }) => name);

test('a file taken twice at once is taken once, and stays there to be read again', async () => {
  const id = await upload(opened.hub, 'twice.csv', longFile());
  const first = opened.hub.request('radar.samples.take', { id, name: '先', mapping: MAPPING }, LIN);
  while (opened.hub.store.imports.get(id)?.state !== 'running') await setImmediate();
  const second = await opened.hub.request('radar.samples.take', { id, name: '后', mapping: MAPPING }, LIN);
  expect(second.ok ? '' : second.error.code).toBe('illegal_move');
  const taken = await first;
  expect(taken).toMatchObject({ ok: true, value: { rows: ROWS + 20, disputed: 20, rereadable: true } });
  expect(await sets()).toEqual(['先']);
});

test('a set that is being read again is neither read a second time nor removed meanwhile', async () => {
  const { items } = await ask(opened.hub, 'radar.samples', {}, LIN);
  const id = items[0]?.id ?? expect.unreachable('the set of the file is there');
  const first = opened.hub.request('radar.samples.reread', { id }, LIN);
  const second = await opened.hub.request('radar.samples.reread', { id }, LIN);
  expect(second.ok ? '' : second.error.code).toBe('busy');
  const removed = await opened.hub.request('radar.samples.remove', { id }, LIN);
  expect(removed.ok ? '' : removed.error.code).toBe('busy');
  expect(await first).toMatchObject({ ok: true, value: { rows: ROWS + 20, badRows: ROWS, disputed: 20 } });
});

test('a cancelled upload leaves no samples and no file', async () => {
  const before = { sets: await sets(), kept: kept() };
  const id = await upload(opened.hub, 'cancelled.csv', longFile());
  const taking = opened.hub.request('radar.samples.take', { id, name: '不要了', mapping: MAPPING }, LIN);
  while (opened.hub.store.radar.unfinished().length === 0) await setImmediate();
  await ask(opened.hub, 'imports.cancel', { id }, LIN);
  const answer = await taking;
  expect(answer.ok ? '' : answer.error.message).toContain('cancelled');
  expect(opened.hub.store.radar.unfinished()).toEqual([]);
  expect({ sets: await sets(), kept: kept() }).toEqual(before);
});

const setOf = async (id: number) => (await ask(opened.hub, 'radar.samples', {}, LIN)).items.find((set) => set.id === id);
const pathOf = (importId: number) =>
  join(folder, String(readdirSync(folder, { recursive: true }).find((name) => String(name).endsWith(`${importId}.disputes`))));

test('a set is on the list while it is read for the first time, and nobody learns from it yet', async () => {
  const id = await upload(opened.hub, 'first.csv', longFile());
  const heard: string[] = [];
  const leave = opened.hub.subscribe(({ name }) => heard.push(name));
  const taking = opened.hub.request('radar.samples.take', { id, name: '刚开始', mapping: MAPPING }, LIN);
  while (opened.hub.store.radar.unfinished().length === 0) await setImmediate();
  const [samples = 0] = opened.hub.store.radar.unfinished();
  while ((opened.hub.store.radar.samples(samples)?.rows ?? 0) === 0) await setImmediate();
  expect(await setOf(samples)).toMatchObject({ name: '刚开始', state: 'reading' });
  expect(heard).toContain('radar.changed');
  const training = await opened.hub.request('radar.train', { samples: [samples] }, LIN);
  expect(training.ok ? '' : training.error.code).toBe('illegal_move');
  const removed = await opened.hub.request('radar.samples.remove', { id: samples }, LIN);
  expect(removed.ok ? '' : removed.error.code).toBe('busy');
  expect(await taking).toMatchObject({ ok: true, value: { id: samples, state: 'ready' } });
  expect(await setOf(samples)).toMatchObject({ state: 'ready', disputed: 20 });
  leave();
});

test('a set whose second reading fails is shown as cut off, is not learnt from, and can be read again at once', async () => {
  const id = await upload(opened.hub, 'again.csv', longFile());
  const set = await ask(opened.hub, 'radar.samples.take', { id, name: '再读', mapping: MAPPING }, LIN);
  expect(set).toMatchObject({ state: 'ready', disputed: 20 });
  const whole = readFileSync(pathOf(id));
  // A quote that is never closed: the rows before it are read, and then nothing more can be.
  writeFileSync(pathOf(id), Buffer.concat([whole, Buffer.from('"没有结束的引号,纠纷\n'), Buffer.alloc(2_000_000, '长')]));
  const failed = await opened.hub.request('radar.samples.reread', { id: set.id }, LIN);
  expect(failed.ok ? '' : failed.error.code).toBe('bad_request');
  expect(await setOf(set.id)).toMatchObject({ name: '再读', state: 'cut-off', rereadable: true });
  const training = await opened.hub.request('radar.train', { samples: [set.id] }, LIN);
  expect(training.ok ? '' : training.error.message).toContain('再读');
  writeFileSync(pathOf(id), whole);
  expect(await ask(opened.hub, 'radar.samples.reread', { id: set.id }, LIN)).toEqual(set);
});

test('a set without its labels is known to be unread, whenever the program ends', async () => {
  const id = await upload(opened.hub, 'ended.csv', longFile());
  const set = await ask(opened.hub, 'radar.samples.take', { id, name: '断电', mapping: MAPPING }, LIN);
  const { store } = opened.hub;
  store.transaction(() => store.radar.clearSamples(set.id, false));
  expect(store.radar.unfinished()).toEqual([set.id]);
  expect(await setOf(set.id)).toMatchObject({ state: 'cut-off', disputed: 0 });
  await opened.hub.hub.radar.samples.resume();
  expect(await setOf(set.id)).toEqual(set);
});

test('a set that was cut off can be removed', async () => {
  const id = await upload(opened.hub, 'removed.csv', longFile());
  const set = await ask(opened.hub, 'radar.samples.take', { id, name: '不留', mapping: MAPPING }, LIN);
  const { store } = opened.hub;
  store.transaction(() => store.radar.clearSamples(set.id, false));
  await ask(opened.hub, 'radar.samples.remove', { id: set.id }, LIN);
  expect(await setOf(set.id)).toBeUndefined();
  expect(store.radar.unfinished()).toEqual([]);
});
