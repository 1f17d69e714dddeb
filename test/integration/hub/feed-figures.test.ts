import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';

const START = Date.UTC(2026, 5, 18, 2, 59, 30);

let folder: string;
let time: ManualTime;
const open = new Set<LocalHub>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-figures-'));
  time = new ManualTime(START);
});
afterEach(async () => {
  for (const hub of open) await hub.close();
  open.clear();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<LocalHub> {
  const options = { dataDirectory: join(folder, name), config: testConfig(), demo: false };
  const hub = await openHub(options, { clock: time, timers: time, runJobs: false, deliverers: [] });
  open.add(hub);
  return hub;
}

/** What a hub that ends without a word leaves on the disk: its files as they are at this moment. */
async function crash(from: string, to: string): Promise<LocalHub> {
  cpSync(join(folder, from), join(folder, to), { recursive: true });
  return start(to);
}

async function figures(hub: LocalHub) {
  const [shop] = (await ask(hub, 'channels.list', {})).items;
  return [shop?.received24h, shop?.orders24h, shop?.failed24h, shop?.lastReceivedAt];
}

async function send(hub: LocalHub, id: string, more: Record<string, unknown> = {}): Promise<void> {
  const receipt = await deliver(hub, 'order.paid', orderData(id, time.now(), more), time.now());
  expect(receipt.status).toBe(200);
}

test('what a shop sent is counted, whatever happens to the hub between two savings', async () => {
  const first = await start('first');
  await send(first, 'A-1');
  first.hub.clockwork.sample();
  // Into another hour, and one that cannot be read.
  time.advanceTo(START + MINUTE);
  await send(first, 'A-2');
  await send(first, 'A-3', { lines: 'none' });
  expect(await figures(first)).toEqual([3, 2, 1, START + MINUTE]);

  const second = await crash('first', 'second');
  expect(await figures(second)).toEqual([3, 2, 1, START + MINUTE]);
  // Counted once: they are saved now, and a hub that ends in good order changes nothing.
  second.hub.clockwork.sample();
  const third = await crash('second', 'third');
  expect(await figures(third)).toEqual([3, 2, 1, START + MINUTE]);
  await third.close();
  expect(await figures(await start('third'))).toEqual([3, 2, 1, START + MINUTE]);
});

test('a hub that ends before its first saving, and a day that passes', async () => {
  await send(await start('first'), 'A-1');
  const second = await crash('first', 'second');
  expect(await figures(second)).toEqual([1, 1, 0, START]);
  time.advanceTo(START + 25 * HOUR);
  expect(await figures(second)).toEqual([0, 0, 0, START]);
});
