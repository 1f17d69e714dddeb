import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readState, writeState } from '#main/demo/state-file.ts';
import type { DemoState } from '#main/demo/state-file.ts';
import { NOON, simulate } from './simulate.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-state-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

const state = (): DemoState => ({
  seed: 'state',
  firstStartedAt: NOON,
  run: NOON / 1_000,
  historyDelivered: true,
  lastPerson: 12,
  sold: { 'DP01-M': 3 },
  world: simulate({ seed: 'state', minutes: 2, orders: 50 }).world.state(),
});

describe('the state of the demo', () => {
  it('is nothing before the first run', async () => {
    expect(await readState(join(directory, 'demo-state.json'))).toBeNull();
  });

  it('comes back whole', async () => {
    const path = join(directory, 'new', 'demo-state.json');
    const written = state();
    await writeState(path, written);
    expect(await readState(path)).toEqual(written);
    expect(written.world.orders.length).toBeGreaterThan(20);
    expect(await readdir(join(directory, 'new'))).toEqual(['demo-state.json']);
  });

  it('is begun anew, and says so, when the file is damaged', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const path = join(directory, 'demo-state.json');
    await writeState(path, state());
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 200));
    expect(await readState(path)).toBeNull();
    expect(said).toHaveBeenCalledOnce();
  });
});
