import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { MethodInput, MethodName, StreamEvent } from '#shared/contract/index.ts';
import type { Trial, TrialOrder } from '#shared/contract/rule-runs.ts';
import type { RuleBody } from '#shared/contract/rule-work.ts';
import type { Rule } from '#shared/rule.ts';
import { DAY } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import type { TrialListener } from '#main/hub/trial/trial-ports.ts';
import { ManualTime } from '#main/hub/time.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet, parseRuleSet } from '#main/rules/index.ts';
import { openReader } from '#main/storage/database.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import { openTrialSource, TRIAL_READS } from '#main/storage/trial-source.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';
import { LIN, rule } from '#test/support/rules.ts';
import { orderHistory, tell } from '#test/support/trial-history.ts';

const START = Date.parse('2025-06-18T04:30:00Z');
const DAYS = 45;
const TRIED_DAYS = 20;

const folders: string[] = [];
const hubs: LocalHub[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-trial-'));
  folders.push(folder);
  return folder;
}

interface Opened {
  hub: LocalHub;
  time: ManualTime;
  folder: string;
  events: StreamEvent[];
}

async function open(
  rules: readonly Rule[],
  {
    folder = newFolder(),
    exchangeRates = [],
    dutyFree = [],
    ...overrides
  }: HubOverrides & Pick<HubConfigInput, 'exchangeRates' | 'dutyFree'> & { folder?: string } = {},
): Promise<Opened> {
  const time = new ManualTime(START);
  const config = testConfig({ openingStock: [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 100_000 }], exchangeRates, dutyFree });
  const hub = await openHub(
    { dataDirectory: folder, config, demo: false },
    { clock: time, timers: time, runJobs: false, durable: false, ...overrides, resources: { rules: { version: 1, rules, lists: {} } } },
  );
  hubs.push(hub);
  const events: StreamEvent[] = [];
  hub.subscribe((event) => events.push(event));
  return { hub, time, folder, events };
}

async function draftOf(hub: LocalHub, rules: readonly Rule[]) {
  const made = await ask(hub, 'rules.draft.create', { title: '试一试', from: 'current' }, LIN);
  const body: RuleBody = { rules: [...rules], lists: {} };
  return ask(hub, 'rules.draft.save', { id: made.id, revision: made.revision, body }, LIN);
}

async function ended(hub: LocalHub, id: string): Promise<Trial> {
  await expect.poll(async () => (await ask(hub, 'rules.trial', { id })).state, { timeout: 60_000, interval: 20 }).not.toBe('running');
  return ask(hub, 'rules.trial', { id });
}

async function tried(hub: LocalHub, rules: readonly Rule[], days = TRIED_DAYS): Promise<Trial> {
  const { id: draft, revision } = await draftOf(hub, rules);
  const { id } = await ask(hub, 'rules.trial.start', { draft, revision, days }, LIN);
  const trial = await ended(hub, id);
  expect(trial.problem).toBeNull();
  return trial;
}

async function samples(hub: LocalHub, id: string, more: Partial<MethodInput<'rules.trial.orders'>> = {}): Promise<TrialOrder[]> {
  const all: TrialOrder[] = [];
  for (let after: string | null = null; ;) {
    const page: { items: TrialOrder[]; next: string | null } = await ask(hub, 'rules.trial.orders', { id, after, limit: 40, ...more });
    all.push(...page.items);
    if (page.next === null) return all;
    after = page.next;
  }
}

async function refused<N extends MethodName>(hub: LocalHub, method: N, params: MethodInput<N>) {
  const answer = await hub.request(method, params, LIN);
  if (answer.ok) throw new Error(`${method} was not refused`);
  return answer.error;
}

/** The hits of every order placed since, judged by these rules on what the hub itself looked at when the order came. */
function firstJudgements(folder: string, rules: readonly Rule[], from: number, to: number): Map<string, string[]> {
  const compiled = compileRuleSet(parseRuleSet({ version: 1, rules, lists: {} }).ruleSet);
  const { source, close } = openTrialSource({ path: join(folder, 'orderpulse.db') });
  try {
    const rows = source.records(0, 10_000, { from, to });
    return new Map(
      rows.flatMap(({ row, record }) => {
        if (row.inputs === null || row.judgedAt === null) return [];
        const hits = compiled.judge(JSON.parse(row.inputs) as FieldValue[], row.judgedAt, []);
        return [[record.channelOrderId, hits.map(({ ruleId }) => ruleId).sort()] as const];
      }),
    );
  } finally {
    close();
  }
}

const field = (id: string, more: Partial<Rule>) => rule(id, more);
const window = (count: 'orders' | 'buyers', by: 'buyer' | 'address' | 'phone', minutes: number) => ({
  field: 'window',
  window: { count, by, minutes },
});

const BASE = [rule('large'), rule('many', { when: { ...window('orders', 'phone', 600), op: '>', value: 1 } })];
/** Every kind of field nobody looked at under the base: of the order, windows, buyers, shops, regions, neighbours. */
const DRAFT: Rule[] = [
  rule('large', { when: { field: 'order-amount', op: '>', value: 5_000 } }),
  rule('many', { when: { ...window('orders', 'phone', 600), op: '>', value: 1 } }),
  field('longer-window', { when: { ...window('orders', 'buyer', 4_000), op: '>', value: 1 }, severity: 'high', action: 'freeze' }),
  field('shared-address', { when: { ...window('buyers', 'address', 9_000), op: '>', value: 1 } }),
  field('city', { when: { field: 'city', op: '==', value: '深圳市' }, severity: 'low', action: 'task' }),
  field('refunder', { when: { field: 'customer-refund-share', op: '>', value: 20 } }),
  field('known', { when: { field: 'customer-orders', op: '>=', value: 3 } }),
  field('repurchase', { when: { field: 'customer-repurchase-rate', op: '>', value: 40 } }),
  field('returns', { when: { field: 'region-return-rate', op: '>', value: 16 } }),
  field('above-shop', { when: { field: 'amount-vs-shop-average', op: '>', value: 1.45 } }),
  field('above-own', { when: { field: 'amount-vs-customer-average', op: '>', value: 1.2 } }),
  field('today', { when: { field: 'orders-today', op: '>', value: 1 } }),
  field('elsewhere', { when: { field: 'distance-from-usual-area', op: '>', value: 100 } }),
  field('neighbour', { when: { field: 'merge-candidates', op: '>', value: 0 }, severity: 'low', action: 'task' }),
];

describe('a trial of a draft', () => {
  test('says of every order what judging it by the draft from the beginning would have said', async () => {
    const story = orderHistory(400, DAYS, START, 7);
    const [now, then] = [await open(BASE), await open(DRAFT)];
    for (const { hub, time } of [now, then]) await tell(hub, time, story);
    const end = now.time.now();

    const trial = await tried(now.hub, DRAFT);
    const orders = await samples(now.hub, trial.id);

    const from = end - TRIED_DAYS * DAY;
    const before = firstJudgements(now.folder, BASE, from, end);
    const after = firstJudgements(then.folder, DRAFT, from, end);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect(trial).toMatchObject({ state: 'done', judged: after.size, orders: after.size, days: TRIED_DAYS, unknown: [] });
    for (const { rule: one, hits } of DRAFT.map((rule) => ({ rule, hits: [...after.values()].filter((ids) => ids.includes(rule.id)) }))) {
      expect(trial.rules.find(({ ruleId }) => ruleId === one.id)?.hitsAfter, one.id).toBe(hits.length);
      // A rule nobody hit would prove nothing.
      expect(hits.length, one.id).toBeGreaterThan(2);
    }
    const stops = (ids: readonly string[] | undefined) => (ids ?? []).some((id) => DRAFT.find((one) => one.id === id)?.action !== 'task');
    const moved = [...after].filter(([id, ids]) => stops(ids) !== stops(before.get(id)));
    expect(trial.newlyStopped + trial.newlyPassed).toBe(moved.length);
    const shown = new Map(orders.map((order) => [order.order.channelOrderId, order]));
    for (const [id, ids] of moved) {
      const sample = shown.get(id);
      expect(sample?.change, id).toBe(stops(ids) ? 'newly-stopped' : 'newly-passed');
      expect([...(sample?.rulesAfter ?? [])].sort(), id).toEqual(ids);
      expect([...(sample?.rulesBefore ?? [])].sort(), id).toEqual(before.get(id));
    }
    const froze = [...after.values()].filter((ids) => ids.includes('longer-window')).length;
    expect(trial.after).toMatchObject({ frozen: froze, held: [...after.values()].filter(stops).length - froze });
  });

  test('reads messages and measures declared values nobody had looked at', async () => {
    const draft = [
      rule('angry', { when: { field: 'complaint-tendency', op: '>=', value: 50 } }),
      rule('complains', { when: { field: 'message-intent', op: 'contains-any', value: ['complaint'] } }),
      rule('dutiable', { when: { field: 'duty-free-excess', op: '>', value: 0 } }),
      rule('declared', { when: { field: 'declared-vs-paid', op: '>', value: 1.1 } }),
    ];
    const exchangeRates = [{ from: 'USD', to: 'CNY', rate: 7.2, since: '2025-01-01' }];
    const dutyFree = [{ destinations: ['CN'], currency: 'CNY', limitMinor: 400_000, from: '2025-01-01', source: 'of the workspace' }];
    const orders: Record<string, Record<string, unknown>> = {
      plain: {},
      thanks: { buyerMessage: '请尽快发货，谢谢' },
      angry: { buyerMessage: '再拖下去我可要维权到底了，必须给个说法' },
      // 4,320 CNY, where goods to China are free up to 4,000 by the workspace's own row; the shipped one says 5,000.
      dutiable: { customs: { declaredMinor: 60_000, currency: 'USD' } },
      honest: { customs: { declaredMinor: 4_000, currency: 'CNY' } },
      unknown: { customs: { declaredMinor: 80_000, currency: 'EUR' } },
    };
    const silent = rule('silent', { when: { field: 'order-amount', op: '>', value: 1_000_000 } });
    const [now, then] = [await open([silent], { exchangeRates, dutyFree }), await open(draft, { exchangeRates, dutyFree })];
    for (const { hub, time } of [now, then]) {
      for (const [id, more] of Object.entries(orders)) await deliver(hub, 'order.paid', orderData(id, time.now(), more), time.now());
      time.advanceTo(START + DAY);
    }
    const trial = await tried(now.hub, draft);
    const judged = firstJudgements(then.folder, draft, START - DAY, START + DAY);
    expect(Object.fromEntries(judged)).toEqual({
      ...{ plain: [], thanks: [], honest: [], unknown: [] },
      ...{ angry: ['angry', 'complains'], dutiable: ['declared', 'dutiable'] },
    });
    const found = Object.fromEntries(
      (await samples(now.hub, trial.id)).map(({ order, rulesAfter }) => [order.channelOrderId, rulesAfter.sort()]),
    );
    expect(found).toEqual({ angry: judged.get('angry'), dutiable: judged.get('dutiable') });
    expect(trial.unknown).toEqual([]);
    expect(trial.derived.map(({ en }) => en)).toContain('Complaint tendency');
  });

  test('of the set in force changes nothing, and is looked at again by its id and its draft', async () => {
    const { hub, time, events } = await open(DRAFT);
    await tell(hub, time, orderHistory(80, 10, START, 11));
    const trial = await tried(hub, DRAFT);
    expect(trial).toMatchObject({ state: 'done', newlyStopped: 0, newlyPassed: 0, gradeChanged: 0, derived: [], unknown: [] });
    expect(trial.after).toEqual(trial.before);
    expect(trial.before?.held).toBeGreaterThan(0);
    expect(trial.rules.every(({ change, newHits, lostHits }) => change === 'same' && newHits + lostHits === 0)).toBe(true);
    expect(await samples(hub, trial.id)).toEqual([]);
    expect((await ask(hub, 'rules.trial.last', { draft: trial.draft })).trial).toEqual(trial);
    expect((await ask(hub, 'rules.trial.last', { draft: '99' })).trial).toBeNull();
    const told = events.flatMap((event) => (event.name === 'trial.changed' ? [event.payload.trial] : []));
    expect(told[0]).toMatchObject({ id: trial.id, state: 'running', rules: [] });
    expect(told.at(-1)).toEqual(trial);
  });

  test('shows the orders of one change or of one rule, a page at a time', async () => {
    const { hub, time } = await open(BASE);
    await tell(hub, time, orderHistory(80, 10, START, 13));
    const stricter = [rule('large', { when: { field: 'order-amount', op: '>', value: 1_000 } })];
    const trial = await tried(hub, stricter);
    expect(trial.rules.map(({ ruleId, change }) => [ruleId, change])).toEqual([
      ['large', 'changed'],
      ['many', 'removed'],
    ]);
    const all = await samples(hub, trial.id);
    expect(all.length).toBe(trial.newlyStopped + trial.newlyPassed + trial.gradeChanged);
    expect(all.length).toBeGreaterThan(10);
    const stopped = await samples(hub, trial.id, { change: 'newly-stopped', limit: 3 });
    expect(stopped).toHaveLength(trial.newlyStopped);
    expect(stopped).toEqual(all.filter(({ change }) => change === 'newly-stopped'));
    const sums = stopped.map(({ order }) => order.paidMinor);
    expect(sums).toEqual([...sums].sort((a, b) => b - a));
    expect(await samples(hub, trial.id, { ruleId: 'many' })).toEqual(
      all.filter(({ rulesBefore, rulesAfter }) => rulesBefore.includes('many') || rulesAfter.includes('many')),
    );
  });

  test('counts what people decided, and what was refunded after', async () => {
    const { hub, time } = await open([rule('large')]);
    for (const id of ['A', 'B', 'C', 'D']) await deliver(hub, 'order.paid', orderData(id, time.now()), time.now());
    const decide = async (id: string, method: 'holds.release' | 'holds.freeze') => {
      const { orderNo, version } = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: id });
      await ask(hub, method, { orderNo, version, reason: '已核实' });
    };
    await decide('A', 'holds.release');
    await decide('B', 'holds.release');
    await decide('C', 'holds.freeze');
    const refund = { id: 'R', amountMinor: 4_000, at: time.now(), state: 'succeeded' };
    await deliver(hub, 'refund.succeeded', { channelOrderId: 'B', refund, updatedAt: time.now() }, time.now());
    time.advanceTo(START + DAY);
    const trial = await tried(hub, []);
    expect(trial.before).toMatchObject({ held: 4, known: 3, good: 1, caught: 2, bad: 2, heldMinor: 16_000 });
    expect(trial.after).toMatchObject({ held: 0, known: 0, good: 0, caught: 0, bad: 2, heldMinor: 0, reviewsPerDay: 0 });
    const outcomes = (await samples(hub, trial.id)).map(({ order, outcome }) => [order.channelOrderId, outcome] as const);
    expect(new Map(outcomes)).toEqual(
      new Map([
        ['A', 'good'],
        ['B', 'bad'],
        ['C', 'bad'],
        ['D', 'unknown'],
      ]),
    );
  });

  test('reads a workspace that lies in memory as well', async () => {
    const { hub, time } = await open(BASE, { databasePath: ':memory:' });
    await tell(hub, time, orderHistory(20, 5, START, 17));
    expect(await tried(hub, BASE)).toMatchObject({ state: 'done', judged: 20 });
  });
});

describe('a trial that comes to no end', () => {
  async function running(overrides: HubOverrides = {}) {
    const opened = await open(BASE, overrides);
    await tell(opened.hub, opened.time, orderHistory(20, 5, START, 19));
    const draft = await draftOf(opened.hub, DRAFT);
    const start = { draft: draft.id, revision: draft.revision, days: TRIED_DAYS };
    return { ...opened, draft, start, trial: await ask(opened.hub, 'rules.trial.start', start, LIN) };
  }

  test('because it was stopped: at once, for good, and another may begin', async () => {
    const { hub, start, trial, events } = await running();
    const stopped = await ask(hub, 'rules.trial.cancel', { id: trial.id }, LIN);
    expect(stopped).toMatchObject({ id: trial.id, state: 'cancelled', problem: null, before: null, after: null });
    const [entry] = (await ask(hub, 'audit.list', { limit: 1 })).items;
    expect(entry).toMatchObject({ actor: 'lin', action: 'rules.trial.cancel' });
    expect((await refused(hub, 'rules.trial.cancel', { id: trial.id })).code).toBe('illegal_move');
    const next = await ask(hub, 'rules.trial.start', start, LIN);
    expect((await ended(hub, next.id)).state).toBe('done');
    expect(await ask(hub, 'rules.trial', { id: trial.id })).toEqual(stopped);
    const after = events
      .flatMap((event) => (event.name === 'trial.changed' ? [event.payload.trial] : []))
      .filter(({ id }) => id === trial.id);
    expect(after.at(-1)).toEqual(stopped);
  });

  test('because the program ended: told in words when it starts again', async () => {
    const { hub, folder, trial } = await running({ startTrial: () => ({ stop: () => Promise.resolve() }) });
    await hub.close();
    hubs.splice(hubs.indexOf(hub), 1);
    const again = await open(BASE, { folder });
    const found = await ask(again.hub, 'rules.trial', { id: trial.id });
    expect(found).toMatchObject({ state: 'failed', problem: { en: expect.stringContaining('started anew') as string } });
    expect(found.endedAt).not.toBeNull();
    expect((await ask(again.hub, 'rules.trial.last', { draft: trial.draft })).trial).toEqual(found);
  });

  test('because its thread broke: told in words, and another may begin', async () => {
    let listener: TrialListener | null = null;
    const { hub, start, trial } = await running({
      startTrial: (_task, told) => {
        listener = told;
        return { stop: () => Promise.resolve() };
      },
    });
    (listener as TrialListener | null)?.progress(5, 20);
    expect(await ask(hub, 'rules.trial', { id: trial.id })).toMatchObject({ state: 'running', judged: 5, orders: 20 });
    expect(await refused(hub, 'rules.trial.start', start)).toMatchObject({
      code: 'busy',
      message: expect.stringContaining('running') as string,
    });
    const problem = { zh: '磁盘出错', en: 'The disk failed' };
    (listener as TrialListener | null)?.end({ problem, error: new Error('disk') });
    expect(await ask(hub, 'rules.trial', { id: trial.id })).toMatchObject({ state: 'failed', problem });
    expect((await ask(hub, 'rules.trial.start', start, LIN)).state).toBe('running');
  });

  test('because it could not even begin', async () => {
    const { hub, trial, start } = await running({
      startTrial: () => {
        throw new Error('no thread');
      },
    });
    expect(trial).toMatchObject({ state: 'failed', problem: { en: expect.stringContaining('could not be started') as string } });
    expect(await ask(hub, 'rules.trial', { id: trial.id })).toEqual(trial);
    expect((await ask(hub, 'rules.trial.start', start, LIN)).state).toBe('failed');
  });

  test('because the workspace cannot be read', async () => {
    const { trialThreads } = await import('#main/host/trial-thread.ts');
    const startTrial = trialThreads(() => ({ place: { path: join(newFolder(), 'nowhere.db') }, exchangeRates: [] }));
    const { hub, trial } = await running({ startTrial });
    expect(await ended(hub, trial.id)).toMatchObject({ state: 'failed', problem: { zh: expect.stringContaining('数据目录') as string } });
  });
});

describe('a trial is refused', () => {
  test('of a draft that is not there, was saved since, was given up, or has mistakes', async () => {
    const { hub } = await open(BASE);
    const draft = await draftOf(hub, DRAFT);
    const start = (more: object) => refused(hub, 'rules.trial.start', { draft: draft.id, revision: draft.revision, ...more });
    expect(await start({ draft: '77' })).toMatchObject({ code: 'not_found' });
    expect(await start({ draft: 'x' })).toMatchObject({ code: 'not_found' });
    expect(await start({ revision: draft.revision - 1 })).toMatchObject({ code: 'stale_version' });
    const body = { rules: [rule('large', { when: { field: 'no-such-field', op: '>', value: 1 } })], lists: {} };
    const broken = await ask(hub, 'rules.draft.save', { id: draft.id, revision: draft.revision, body }, LIN);
    expect(await start({ revision: broken.revision })).toMatchObject({
      code: 'illegal_move',
      message: expect.stringContaining('no-such-field') as string,
    });
    await ask(hub, 'rules.draft.discard', { id: draft.id, revision: broken.revision }, LIN);
    expect(await start({ revision: broken.revision })).toMatchObject({ code: 'illegal_move' });
    expect((await refused(hub, 'rules.trial', { id: '1' })).code).toBe('not_found');
  });
});

test('a trial reads rows in their order, through no index of times', () => {
  const path = join(newFolder(), 'orderpulse.db');
  openSqliteStore(path).close();
  const database = openReader({ path });
  for (const sql of TRIAL_READS) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(0, 0, 0, 0) as { detail: string }[];
    const steps = plan.map(({ detail }) => detail).join('\n');
    expect(steps).toContain('SEARCH o USING INTEGER PRIMARY KEY');
    expect(steps).not.toContain('TEMP B-TREE');
  }
  database.close();
});
