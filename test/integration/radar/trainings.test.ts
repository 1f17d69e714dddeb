import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { RadarTraining } from '#shared/contract/radar.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ADMIN, ask, deliver } from '#test/support/hub.ts';
import { disputeFile, live, NOW, openRadarHub, pastOrders, upload } from '#test/support/radar-history.ts';
import type { PastOrder, RadarHub } from '#test/support/radar-history.ts';

const folders: string[] = [];
const hubs: RadarHub[] = [];
afterEach(async () => {
  for (const { hub } of hubs.splice(0)) await hub.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function open(past: readonly PastOrder[]): Promise<RadarHub & { folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-radar-'));
  folders.push(folder);
  const opened = await openRadarHub(folder, past[0]!.at);
  hubs.push(opened);
  await live(opened, past);
  return { ...opened, folder };
}

async function samplesOf(hub: LocalHub, past: readonly PastOrder[]): Promise<number> {
  const id = await upload(hub, '纠纷.csv', Buffer.from(disputeFile(past)));
  const { suggestion } = await ask(hub, 'radar.inspect', { id });
  return (await ask(hub, 'radar.samples.take', { id, name: '纠纷', mapping: suggestion! })).id;
}

async function ended(hub: LocalHub): Promise<RadarTraining> {
  const state = async () => (await ask(hub, 'radar.overview', {})).training?.state;
  await expect.poll(state, { timeout: 60_000, interval: 20 }).not.toBe('running');
  return (await ask(hub, 'radar.overview', {})).training as RadarTraining;
}

const refusal = async (hub: LocalHub, method: Parameters<LocalHub['request']>[0], params: unknown) => {
  const answer = await hub.request(method, params, ADMIN);
  if (answer.ok) throw new Error(`${method} was not refused`);
  return answer.error;
};

describe('a training', () => {
  test('is stopped when told, makes no model, and another may begin', async () => {
    const past = pastOrders({ days: 12 });
    const { hub } = await open(past);
    const samples = [await samplesOf(hub, past)];
    await ask(hub, 'radar.train', { samples, fine: 'samples' });
    expect((await refusal(hub, 'radar.train', { samples })).code).toBe('busy');
    expect(await ask(hub, 'radar.train.cancel', {})).toMatchObject({ state: 'cancelled', model: null });
    expect((await ask(hub, 'radar.models', {})).items).toEqual([]);
    expect((await refusal(hub, 'radar.train.cancel', {})).code).toBe('illegal_move');
    await ask(hub, 'radar.train', { samples, fine: 'samples' });
    expect(await ended(hub)).toMatchObject({ state: 'done', model: 'radar-1' });
  });

  test('that a restart cut off begins again and ends in the model it would have ended in', async () => {
    const past = pastOrders({ days: 12 });
    const first = await open(past);
    const samples = [await samplesOf(first.hub, past)];
    await ask(first.hub, 'radar.train', { samples, fine: 'both', recentDays: 7 });
    await first.hub.close();
    hubs.splice(0);
    const second = await openRadarHub(first.folder, NOW);
    hubs.push(second);
    expect(await ended(second.hub)).toMatchObject({ state: 'done', model: 'radar-1', startedAt: NOW });
    const model = await ask(second.hub, 'radar.model', { model: 'radar-1' });
    await ask(second.hub, 'radar.train', { samples, fine: 'both', recentDays: 7 });
    expect((await ended(second.hub)).model).toBe('radar-2');
    expect(await ask(second.hub, 'radar.model', { model: 'radar-2' })).toEqual({ ...model, name: 'radar-2' });
  });

  test('with fewer than thirty disputes gives figures and cannot be switched on; with fewer than ten it is refused', async () => {
    const past = pastOrders({ days: 8 });
    const { hub } = await open(past);
    const disputed = past.filter((order) => order.disputed).length;
    expect(disputed).toBeLessThan(30);
    await ask(hub, 'radar.train', { samples: [await samplesOf(hub, past)], fine: 'samples' });
    expect((await ended(hub)).state).toBe('done');
    const model = await ask(hub, 'radar.model', { model: 'radar-1' });
    expect([model.readiness, model.disputedOrders]).toEqual(['too-little', disputed]);
    const answer = await refusal(hub, 'radar.switchOn', { model: 'radar-1', threshold: 80 });
    expect([answer.code, answer.message]).toEqual(['illegal_move', expect.stringContaining(`${disputed} disputed`)]);

    const few = past.filter((order, index) => !order.disputed || index < 20);
    const error = await refusal(hub, 'radar.train', { samples: [await samplesOf(hub, few)], fine: 'samples' });
    expect([error.code, error.message]).toEqual(['illegal_move', expect.stringContaining('Too few orders to learn from')]);
    expect((await refusal(hub, 'radar.train', { samples: [99] })).code).toBe('not_found');
  });

  test('without signal says so, and switching on warns', async () => {
    const past = pastOrders({ days: 20, signal: false });
    const { hub } = await open(past);
    await ask(hub, 'radar.train', { samples: [await samplesOf(hub, past)], fine: 'samples' });
    await ended(hub);
    const model = await ask(hub, 'radar.model', { model: 'radar-1' });
    expect(model.readiness).toBe('no-signal');
    expect(model.areaUnderCurve.low).toBeLessThanOrEqual(0.5);
    const { warnings } = await ask(hub, 'radar.switchOn', { model: 'radar-1', threshold: 90 });
    expect(warnings[0]?.en).toContain('No signal');
  });

  test('learns from orders that had left before they were first told of, as a newly connected shop hands them over', async () => {
    const past = pastOrders({ days: 20 });
    const folder = mkdtempSync(join(tmpdir(), 'orderpulse-radar-'));
    folders.push(folder);
    const opened = await openRadarHub(folder, NOW);
    hubs.push(opened);
    const { hub } = opened;
    for (const { data } of past) await deliver(hub, 'order.completed', { ...data, status: 'completed' }, NOW);
    expect(await ask(hub, 'rules.list', {})).toMatchObject({ version: 1 });
    await ask(hub, 'radar.train', { samples: [await samplesOf(hub, past)], fine: 'samples' });
    expect(await ended(hub)).toMatchObject({ state: 'done' });
    const model = await ask(hub, 'radar.model', { model: 'radar-1' });
    expect(model).toMatchObject({ readiness: 'ready', disputedOrders: 60, fineOrders: 180 });
    expect(model.features.slice(0, 4).map(({ id }) => id)).toContain('province');
    // None of them would have been held: they had left.
    expect(model.curve[0]?.held).toBe(0);
  });

  test('takes its fine orders from what this store knows, each once and none that is disputed', async () => {
    const past = pastOrders({ days: 16 });
    const { hub } = await open(past);
    const disputes = past.filter(({ disputed }) => disputed);
    const samples = [await samplesOf(hub, disputes)];
    expect((await refusal(hub, 'radar.train', { samples, fine: 'samples' })).message).toContain('0 fine ones');
    await ask(hub, 'radar.train', { samples, fine: 'own' });
    await ended(hub);
    const known = past.filter(({ disputed, at }) => !disputed && at + 2 * 86_400_000 < NOW).length;
    expect(await ask(hub, 'radar.model', { model: 'radar-1' })).toMatchObject({
      ...{ disputedOrders: disputes.length, fineOrders: known, fineWeight: 1, fine: 'own' },
    });
  });
});
