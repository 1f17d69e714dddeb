import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { MethodInput, MethodName, StreamEvent } from '#shared/contract/index.ts';
import type { RuleBody, Trial, TrialOrder } from '#shared/contract/rule-work.ts';
import type { Rule } from '#shared/rule.ts';
import { DAY } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import type { TrialListener } from '#main/hub/trial/trial-ports.ts';
import { ManualTime } from '#main/hub/time.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet, parseRuleSet } from '#main/rules/index.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import { openTrialSource } from '#main/storage/trial-source.ts';
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
  { folder = newFolder(), ...overrides }: HubOverrides & { folder?: string } = {},
): Promise<Opened> {
  const time = new ManualTime(START);
  const config = testConfig({ openingStock: [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 100_000 }] });
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
});
