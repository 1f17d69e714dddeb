import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
