import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startPast } from '#main/demo/past/past-thread.ts';
import { testConfig } from '#test/support/hub.ts';

it('a past that takes too long is given up, and nothing of it is left', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'demo-long-'));
  const task = { seed: 'long', startedAt: Date.now(), days: 63, orders: 2_000, config: testConfig(), secrets: new Map<string, string>() };
  const past = startPast({ ...task, dataDirectory: directory, databasePath: join(directory, 'orderpulse.db') }, 1);
  await expect(past.made).rejects.toThrow('It takes longer');
  await past.stop();
  expect(readdirSync(directory).filter((name) => name.endsWith('.db'))).toEqual([]);
  await rm(directory, { recursive: true, force: true });
});
