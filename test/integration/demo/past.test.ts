import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAST_ORDERS, prepareDemo } from '#main/demo/demo.ts';
import type { PreparedDemo } from '#main/demo/demo.ts';
import { livePast } from '#main/demo/past/past.ts';
import type { PastCounts } from '#main/demo/past/past.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { startHubThread } from '#main/host/thread.ts';
import { serve } from '#main/server/serve.ts';
import { DAY, HOUR } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import pino from 'pino';

/** A Thursday: the week before and the whole month before lie in the past. */
const STARTED = Date.parse('2026-11-19T15:00:00+08:00');
const ORDERS = PAST_ORDERS;

let directory: string;
let demo: PreparedDemo;
let hub: LocalHub;
let counts: PastCounts;

function taskOf(databasePath: string, orders: number) {
  const secrets = new Map(
    demo.config.shops.map(({ channel, shopId, credentials }) => [`${channel}/${shopId}`, String(credentials['secret'])]),
  );
  const about = { seed: 'fuzzbud', startedAt: STARTED, days: 63, config: demo.config, secrets };
  return { ...about, orders, dataDirectory: directory, databasePath };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-past-'));
  demo = await prepareDemo({ directory });
  counts = await livePast(taskOf(join(directory, 'orderpulse.db'), ORDERS));
  hub = await openHub({ dataDirectory: directory, config: demo.config, demo: true }, { runJobs: false, clock: { now: () => STARTED } });
  await hub.hub.learning.makeDue();
});
afterAll(async () => {
  await hub.close();
  await demo.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('the past of a new demo', () => {
  it('has come to its end: nothing is held or under way, and nothing was refused', async () => {
    expect(counts.orders).toBeGreaterThan(ORDERS * 0.85);
    expect(counts.stopped / counts.orders).toBeGreaterThan(0.05);
    expect(counts.stopped / counts.orders).toBeLessThan(0.16);
    expect((await ask(hub, 'holds.list', { limit: 1 })).total).toBe(0);
    expect((await ask(hub, 'inbox.failed', {})).items).toEqual([]);
    expect(hub.hub.hot.open.size).toBe(0);
    const { items } = await ask(hub, 'orders.list', { limit: 500 });
    for (const { status, receivedAt } of items) {
      expect(['completed', 'refunded', 'cancelled']).toContain(status);
      expect(receivedAt).toBeLessThan(STARTED - HOUR);
    }
  });

  it('is reported by the product itself: false kills, misses and what they share, handling times by kind, a review list', async () => {
    const { items } = await ask(hub, 'reports.list', {});
    expect(items.map(({ kind }) => kind).sort()).toEqual(['monthly', 'weekly']);
    for (const { id, kind } of items) {
      const report = await ask(hub, 'reports.get', { id });
      const valueOf = (name: string) => report.figures.find((figure) => figure.id === name)?.value ?? 0;
      expect(valueOf('false-kills')).toBeGreaterThan(3);
      expect(valueOf('missed')).toBeGreaterThan(5);
      expect(Math.min(valueOf('released'), valueOf('frozen'))).toBeGreaterThan(2);
      expect(report.handling.length).toBeGreaterThan(4);
      if (kind !== 'monthly') continue;
      expect(report.misses.features.length).toBeGreaterThan(0);
      expect(new Set(report.review?.map(({ why }) => why))).toContain('false-kills');
    }
  });

  it('suggests thresholds, and several choices beside the set in force', async () => {
    const { items, frontier, known } = await ask(hub, 'suggestions.current', {});
    expect(known).toBe(counts.orders);
    const suggested = items.filter(({ kind }) => kind === 'suggestion');
    expect(suggested.length).toBeGreaterThan(0);
    expect(frontier.length).toBeGreaterThan(2);
    expect(frontier.filter(({ changes }) => changes.length > 0).length).toBeGreaterThan(1);
  });

  it('is enough for the radar and for the delay forecast', async () => {
    const { outcomes, needed } = await ask(hub, 'radar.overview', {});
    expect(outcomes.disputed).toBeGreaterThan(needed.ready);
    expect(outcomes.fine).toBeGreaterThan(needed.ready);
    await hub.hub.forecasts.start();
    const [late] = (await ask(hub, 'forecast.current', {})).items;
    expect(late?.known.yes).toBeGreaterThanOrEqual(late?.needed.ofEach ?? Infinity);
    expect((late?.known.yes ?? 0) + (late?.known.no ?? 0)).toBeGreaterThan(late?.needed.known ?? Infinity);
    expect((late?.known.yes ?? 0) / counts.orders).toBeLessThan(0.3);
  });

  it('was decided by people: each decision is in the audit log in the name of an agent', async () => {
    const { items } = await ask(hub, 'audit.list', { limit: 500 });
    const decided = items.filter(({ action }) => /release|freeze/.test(action) && !action.startsWith('suggestions'));
    expect(decided.length).toBeGreaterThan(50);
    const people = new Set(decided.map(({ actor }) => actor));
    people.delete('hub');
    expect(people.size).toBeGreaterThan(2);
    expect(people).not.toContain('demo');
  });

  it('is the same for the same seed, whole or not there at all', async () => {
    const again = join(directory, 'again.db');
    await livePast(taskOf(again, 60), () => false);
    expect(existsSync(again)).toBe(false);
    const first = await livePast(taskOf(again, 60));
    // A file that is there belongs to somebody.
    await expect(livePast(taskOf(again, 60))).rejects.toThrow(/EEXIST/);
    expect(await livePast(taskOf(join(directory, 'other.db'), 60))).toEqual(first);
    expect(readdirSync(directory).filter((name) => /\.db\..*-/.test(name))).toEqual([]);
  });
});

describe('the first start of a demo', () => {
  const parts = { openHub: startHubThread, logger: pino({ level: 'silent' }), consoleDirectory: '' };
  const options = {
    host: '127.0.0.1',
    port: 0,
    token: 'past',
    config: null,
    operators: null,
    demo: true,
    demoPast: true,
    tls: null,
    allowedHosts: [],
  };

  it('listens before its past is there, answers when it is, and the second start has it already', async () => {
    const data = await mkdtemp(join(tmpdir(), 'demo-first-'));
    try {
      const first = await serve({ ...options, data }, parts);
      expect(existsSync(join(data, 'orderpulse.db'))).toBe(false);
      const told = await fetch(`${first.url}/rpc/orders.list`, {
        method: 'POST',
        headers: { authorization: 'Bearer past', 'content-type': 'application/json' },
        body: JSON.stringify({ limit: 500 }),
      });
      await first.ready;
      const answer = (await told.json()) as { ok: boolean; value: { items: { createdAt: number }[] } };
      expect(answer.value.items.length).toBe(500);
      expect(Math.min(...answer.value.items.map(({ createdAt }) => createdAt))).toBeLessThan(Date.now() - DAY);
      await first.close();
      const second = await serve({ ...options, data }, parts);
      expect(second.ready).toBeNull();
      await second.close();
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });

  it('may be broken off: nothing half is left, and what was asked is answered', async () => {
    const data = await mkdtemp(join(tmpdir(), 'demo-broken-'));
    try {
      const serving = await serve({ ...options, data }, parts);
      const asked = fetch(`${serving.url}/rpc/orders.list`, {
        method: 'POST',
        headers: { authorization: 'Bearer past', 'content-type': 'application/json' },
        body: '{}',
      }).catch(() => null);
      await serving.close();
      await asked;
      expect(readdirSync(data).filter((name) => name.endsWith('.db'))).toEqual([]);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});
