import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MethodInput, MethodName, Principal, StreamEvent } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';
import { MINUTE } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';
import { AGENT, LIN, rule, WANG } from '#test/support/rules.ts';

const START = Date.parse('2025-06-18T04:30:00Z');

let folder: string;
let time: ManualTime;
let hub: LocalHub;
let events: StreamEvent[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-rules-'));
  time = new ManualTime(START);
  await open();
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(settings: Record<string, string> = {}): Promise<void> {
  const options = {
    dataDirectory: folder,
    config: testConfig({ settings }),
    demo: false,
    roles: ['supervisor', 'supervisor', 'agent'] as const,
  };
  hub = await openHub(options, { clock: time, timers: time, runJobs: false });
  events = [];
  hub.subscribe((event) => events.push(event));
}
async function reopen(settings: Record<string, string> = {}): Promise<void> {
  await hub.close();
  await open(settings);
}

const orderOf = (id: string) => {
  const stored = hub.store.orders.byPlatform('standard-webhooks', 'own', id);
  if (!stored) throw new Error(`no order ${id}`);
  return stored.record;
};
async function order(id: string, more: Record<string, unknown> = {}) {
  await deliver(hub, 'order.updated', orderData(id, time.now(), more), time.now(), `msg_${id}_${time.now()}`);
  return orderOf(id);
}
async function refused<N extends MethodName>(method: N, params: MethodInput<N>, who: Principal) {
  const answer = await hub.request(method, params, who);
  if (answer.ok) throw new Error(`${method} was not refused`);
  return answer.error;
}

/** The set in force as a draft, with some rules more or others. */
async function draftWith(rules: readonly Rule[], who = LIN) {
  const draft = await ask(hub, 'rules.draft.create', { title: '大促前', from: 'current' }, who);
  const others = draft.body.rules.filter((one) => !rules.some(({ id }) => id === (one as Rule).id));
  return ask(
    hub,
    'rules.draft.save',
    { id: draft.id, revision: draft.revision, body: { ...draft.body, rules: [...others, ...rules] } },
    who,
  );
}
/** Written by one, approved by the other. */
async function publish(rules: readonly Rule[]): Promise<number> {
  const { id, revision } = await draftWith(rules);
  const { draft } = await ask(hub, 'rules.draft.submit', { id, revision }, LIN);
  const { published } = await ask(hub, 'rules.draft.approve', { id, revision: draft.revision }, WANG);
  return published;
}
const inForce = async () => (await ask(hub, 'rules.list', {})).items.map(({ rule: { id, version } }) => `${id}@${version}`);

describe('a rule from the first word to its effect', () => {
  test('draft, lint, second person, the very next order, the open ones, and back again', async () => {
    await order('O-1');
    expect(orderOf('O-1').hold).toBeNull();
    const draft = await draftWith([rule('large')]);
    expect(draft).toMatchObject({ author: 'lin', state: 'open', revision: 2, basedOn: 1, changes: { added: 1, changed: 0, removed: 0 } });
    expect(draft.findings.filter(({ level }) => level === 'error')).toEqual([]);
    const unconnected = draft.findings.filter(({ kind }) => kind === 'source').map(({ ruleId }) => ruleId);
    expect(unconnected).toEqual(['risk-service', 'tier-discount', 'wms-stock-short']);
    expect(draft.readings.find(({ ruleId }) => ruleId === 'large')?.condition.zh).toBe('订单金额 大于 30.00 元');

    const { draft: waiting, published } = await ask(hub, 'rules.draft.submit', { id: draft.id, revision: 2, note: '今晚' }, LIN);
    expect(published).toBeNull();
    expect(waiting).toMatchObject({ state: 'submitted', note: '今晚', submittedAt: START, mayApprove: false });
    expect(events.at(-1)).toMatchObject({ name: 'rules.changed', payload: { version: 1, waiting: 1, draft: draft.id } });
    expect((await ask(hub, 'rules.drafts', {}, WANG)).items).toMatchObject([{ id: draft.id, mayApprove: true }]);
    expect((await refused('rules.draft.approve', { id: draft.id, revision: 3 }, LIN)).code).toBe('forbidden');
    expect((await refused('rules.draft.approve', { id: draft.id, revision: 3 }, AGENT)).code).toBe('forbidden');
    expect((await refused('rules.draft.save', { id: draft.id, revision: 3, body: draft.body }, LIN)).code).toBe('illegal_move');

    expect(await ask(hub, 'rules.draft.approve', { id: draft.id, revision: 3 }, WANG)).toMatchObject({
      published: 2,
      draft: { state: 'published', decidedBy: 'wang' },
    });
    expect(events.at(-1)).toMatchObject({ name: 'rules.changed', payload: { version: 2, publishedAt: START, waiting: 0 } });
    expect((await order('O-2')).hold?.reasons).toMatchObject([{ ruleId: 'large', ruleVersion: 1 }]);
    expect(orderOf('O-1').hold).toBeNull();
    expect((await ask(hub, 'orders.explain', { orderNo: orderOf('O-2').orderNo })).ruleSetVersion).toBe(2);
    const old = await ask(hub, 'orders.explain', { orderNo: orderOf('O-1').orderNo });
    expect(old).toMatchObject({ ruleSetVersion: 1, rederived: true });
    expect(old.results.some(({ ruleId }) => ruleId === 'large')).toBe(false);

    await reopen();
    const preview = await ask(hub, 'rules.apply.preview', {}, WANG);
    expect(preview).toMatchObject({ state: 'previewed', by: 'wang', ruleSetVersion: 2, undoUntil: null });
    expect(preview.counts).toEqual({ hold: 1, freeze: 0, release: 0, reasons: 0, task: 0 });
    expect((await ask(hub, 'rules.apply.changes', { id: preview.id })).items).toMatchObject([
      { orderNo: orderOf('O-1').orderNo, version: 1, change: 'hold', sentence: { en: 'The amount 40.00 CNY is above 30.00 CNY' } },
    ]);
    expect(orderOf('O-1').hold).toBeNull();

    await reopen();
    expect(await ask(hub, 'rules.apply.last', {})).toEqual({ run: preview, applied: null });
    const run = await ask(hub, 'rules.apply.run', { id: preview.id }, WANG);
    expect(run).toMatchObject({ state: 'applied', leftAlone: [], undoUntil: START + 10 * MINUTE });
    expect(orderOf('O-1')).toMatchObject({ version: 2, hold: { kind: 'held', reasons: [{ ruleId: 'large' }] } });

    await reopen();
    time.advanceTo(START + 9 * MINUTE);
    const undone = await ask(hub, 'rules.apply.undo', { id: run.id }, LIN);
    expect(undone).toMatchObject({ state: 'undone', leftAlone: [], undoUntil: null });
    const later = await ask(hub, 'rules.apply.preview', {}, WANG);
    expect(await ask(hub, 'rules.apply.last', {})).toEqual({ run: later, applied: undone });
    expect(orderOf('O-1')).toMatchObject({ version: 3, hold: null, holdEvidence: [], grade: 'pass' });
    const timeline = await ask(hub, 'orders.timeline', { orderNo: orderOf('O-1').orderNo });
    expect(timeline.items.at(-1)).toMatchObject({ kind: 'undo', actor: 'lin' });

    const actions = (await ask(hub, 'audit.list', { limit: 500 })).items.map(({ actor, action }) => `${actor} ${action}`);
    for (const entry of [
      ...['lin rules.draft.create', 'lin rules.draft.save', 'lin rules.draft.submit', 'wang rules.draft.publish', 'lin rules.publish'],
      ...['wang rules.apply.preview', 'wang rules.apply.run', 'lin rules.apply.undo', 'lin order.restored'],
    ]) {
      expect(actions).toContain(entry);
    }
    expect((await ask(hub, 'audit.verify', {})).intact).toBe(true);
  });

  test('where one person works alone, handing in publishes; the setting can ask for two all the same', async () => {
    await reopen({ 'rules.twoPersons': 'off' });
    expect((await ask(hub, 'rules.drafts', {})).twoPersons).toBe(false);
    const { id, revision } = await draftWith([rule('large')]);
    expect(await ask(hub, 'rules.draft.submit', { id, revision }, LIN)).toMatchObject({ published: 2, draft: { state: 'published' } });
    expect((await order('O-1')).hold?.kind).toBe('held');
    await reopen({ 'rules.twoPersons': 'on' });
    const second = await draftWith([rule('large', { enabled: false })]);
    expect(await ask(hub, 'rules.draft.submit', { id: second.id, revision: second.revision }, LIN)).toMatchObject({ published: null });
  });

  test('nobody who wrote in a draft is its second person, whoever began it', async () => {
    const { id, revision, body } = await draftWith([rule('large')]);
    const saved = await ask(hub, 'rules.draft.save', { id, revision, body: { ...body, rules: [...body.rules, rule('other')] } }, WANG);
    const { draft } = await ask(hub, 'rules.draft.submit', { id, revision: saved.revision }, LIN);
    expect((await refused('rules.draft.approve', { id, revision: draft.revision }, WANG)).code).toBe('forbidden');
    const third: Principal = { operator: 'chen', role: 'admin', locale: 'en' };
    expect(await ask(hub, 'rules.draft.approve', { id, revision: draft.revision }, third)).toMatchObject({ published: 2 });
  });

  test('rules begin and end by themselves; open orders follow when they are looked at again', async () => {
    const [from, to] = [START + MINUTE, START + 5 * MINUTE];
    await publish([rule('promo-night', { effectiveFrom: from, effectiveTo: to })]);
    expect((await order('O-1')).hold).toBeNull();
    time.advanceTo(from);
    expect((await order('O-2')).hold?.kind).toBe('held');
    time.advanceTo(to);
    expect((await order('O-3')).hold).toBeNull();
    const preview = await ask(hub, 'rules.apply.preview', {}, LIN);
    expect((await ask(hub, 'rules.apply.changes', { id: preview.id })).items).toMatchObject([
      { orderNo: orderOf('O-2').orderNo, change: 'release' },
    ]);
    await ask(hub, 'rules.apply.run', { id: preview.id }, LIN);
    expect(orderOf('O-2').hold).toBeNull();
  });
});

describe('drafts', () => {
  test('a stale revision is refused, and nothing is lost of what stands there', async () => {
    const draft = await draftWith([rule('large')]);
    const stale = { id: draft.id, revision: 1 };
    expect(await refused('rules.draft.save', { ...stale, body: { rules: [], lists: {} } }, WANG)).toMatchObject({ code: 'stale_version' });
    for (const method of ['rules.draft.rebase', 'rules.draft.discard', 'rules.draft.submit'] as const) {
      expect((await refused(method, stale, WANG)).code).toBe('stale_version');
    }
    expect(await ask(hub, 'rules.draft', { id: draft.id }, LIN)).toEqual(draft);
    expect((await refused('rules.draft', { id: '99' }, LIN)).code).toBe('not_found');
  });

  test('an unfinished rule is kept and named, and the draft cannot be handed in', async () => {
    const draft = await ask(hub, 'rules.draft.create', { title: '草稿', from: 'current' }, LIN);
    const half = { id: 'half', when: { field: 'no-such-field', op: '>', value: 1 } };
    const body = { ...draft.body, rules: [...draft.body.rules, half] };
    const saved = await ask(hub, 'rules.draft.save', { id: draft.id, revision: 1, body }, LIN);
    expect(saved.body.rules.at(-1)).toEqual(half);
    expect(saved.findings.some(({ ruleId, level }) => ruleId === 'half' && level === 'error')).toBe(true);
    const error = await refused('rules.draft.submit', { id: draft.id, revision: 2 }, LIN);
    expect(error.code).toBe('illegal_move');
    expect(error.message).toContain(`rules.${draft.body.rules.length}`);
    expect((await ask(hub, 'rules.list', {})).version).toBe(1);
  });

  test('rejected with a reason, written on, withdrawn, given up', async () => {
    const { id, body } = await draftWith([rule('large')]);
    await ask(hub, 'rules.draft.submit', { id, revision: 2 }, LIN);
    const rejected = await ask(hub, 'rules.draft.reject', { id, revision: 3, reason: '阈值太低' }, WANG);
    expect(rejected).toMatchObject({ state: 'rejected', decidedBy: 'wang', reason: '阈值太低' });
    await ask(hub, 'rules.draft.save', { id, revision: 4, title: '再来', body }, LIN);
    await ask(hub, 'rules.draft.submit', { id, revision: 5 }, LIN);
    expect(await ask(hub, 'rules.draft.withdraw', { id, revision: 6 }, LIN)).toMatchObject({ state: 'open', submittedAt: null });
    expect(await ask(hub, 'rules.draft.discard', { id, revision: 7 }, LIN)).toMatchObject({ state: 'discarded', title: '再来' });
    expect((await ask(hub, 'rules.drafts', {})).items).toEqual([]);
    expect((await ask(hub, 'rules.drafts', { all: true })).items).toMatchObject([{ id, state: 'discarded' }]);
    expect((await refused('rules.draft.submit', { id, revision: 8 }, LIN)).code).toBe('illegal_move');
  });

  test('one that began from an older version is rebased: both changes stand, what both touched is named', async () => {
    const mine = await draftWith([rule('mine'), rule('both', { severity: 'low', action: 'task' })]);
    await publish([rule('theirs'), rule('both')]);
    expect((await refused('rules.draft.submit', { id: mine.id, revision: mine.revision }, LIN)).message).toContain('rebase');
    const { draft, conflicts } = await ask(hub, 'rules.draft.rebase', { id: mine.id, revision: mine.revision }, LIN);
    expect(conflicts).toEqual(['both']);
    expect(draft).toMatchObject({ basedOn: 2, state: 'open', changes: { added: 1, changed: 1, removed: 0 } });
    const severities = new Map((draft.body.rules as Rule[]).map(({ id, severity }) => [id, severity]));
    expect(['mine', 'theirs', 'both'].map((id) => severities.get(id))).toEqual(['medium', 'medium', 'low']);
    const handed = await ask(hub, 'rules.draft.submit', { id: draft.id, revision: draft.revision }, LIN);
    expect(await ask(hub, 'rules.draft.approve', { id: draft.id, revision: handed.draft.revision }, WANG)).toMatchObject({ published: 3 });
  });

  test('two who wait: the second one has to be rebased before it can be approved', async () => {
    const [one, other] = [await draftWith([rule('one')]), await draftWith([rule('other')], WANG)];
    await ask(hub, 'rules.draft.submit', { id: one.id, revision: 2 }, LIN);
    await ask(hub, 'rules.draft.submit', { id: other.id, revision: 2 }, WANG);
    await ask(hub, 'rules.draft.approve', { id: one.id, revision: 3 }, WANG);
    expect((await refused('rules.draft.approve', { id: other.id, revision: 3 }, LIN)).code).toBe('illegal_move');
    const { draft } = await ask(hub, 'rules.draft.rebase', { id: other.id, revision: 3 }, WANG);
    expect(draft.state).toBe('open');
    const ids = (draft.body.rules as Rule[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['one', 'other']));
  });
});

describe('versions', () => {
  test('a rule keeps its id; its version grows only when it changes, and is never used again', async () => {
    await publish([rule('large'), rule('other')]);
    await publish([rule('large', { severity: 'high' })]);
    expect((await inForce()).filter((id) => /^(large|other)@/.test(id)).sort()).toEqual(['large@2', 'other@1']);
    const without = await ask(hub, 'rules.draft.create', { title: '去掉', from: 'current' }, LIN);
    const body = { ...without.body, rules: without.body.rules.filter((one) => (one as Rule).id !== 'large') };
    const saved = await ask(hub, 'rules.draft.save', { id: without.id, revision: 1, body }, LIN);
    const handed = await ask(hub, 'rules.draft.submit', { id: saved.id, revision: saved.revision }, LIN);
    await ask(hub, 'rules.draft.approve', { id: saved.id, revision: handed.draft.revision }, WANG);
    await publish([rule('large', { version: 99 })]);
    expect(await inForce()).toContain('large@3');
  });

  test('are listed with who and why, compared in words, and rolled back by two people', async () => {
    await publish([rule('large')]);
    await publish([rule('large', { when: { field: 'order-amount', op: '>', value: 500_000 }, severity: 'high' })]);
    const page = await ask(hub, 'rules.versions', { limit: 2 });
    expect(page.items).toMatchObject([
      { version: 3, by: 'lin', approvedBy: 'wang', origin: 'draft', current: true },
      { version: 2, current: false },
    ]);
    expect((await ask(hub, 'rules.versions', { limit: 2, after: page.next })).items).toMatchObject([
      { version: 1, by: 'hub', origin: 'shipped' },
    ]);
    const { items } = await ask(hub, 'rules.diff', { from: { version: 2 }, to: { version: 3 } });
    expect(items).toMatchObject([
      {
        kind: 'changed',
        id: 'large',
        parts: [
          { label: { zh: '条件' }, before: { zh: '订单金额 大于 30.00 元' }, after: { zh: '订单金额 大于 5000.00 元' } },
          { label: { zh: '处置' } },
        ],
      },
    ]);
    expect((await refused('rules.rollBack', { version: 3 }, LIN)).code).toBe('illegal_move');
    expect((await refused('rules.rollBack', { version: 9 }, LIN)).code).toBe('not_found');
    const { draft, published } = await ask(hub, 'rules.rollBack', { version: 2, note: '太松' }, LIN);
    expect([published, draft.state]).toEqual([null, 'submitted']);
    await ask(hub, 'rules.draft.approve', { id: draft.id, revision: draft.revision }, WANG);
    expect((await ask(hub, 'rules.versions', {})).items[0]).toMatchObject({ version: 4, origin: 'roll-back', note: '太松' });
    expect((await ask(hub, 'rules.diff', { from: { version: 2 }, to: { version: 4 } })).items).toEqual([]);
    expect(await inForce()).toContain('large@3');
  });

  test('an export read in again says the same; a draft goes out unfinished and comes back unfinished', async () => {
    const version = await publish([rule('large')]);
    const { name, json } = await ask(hub, 'rules.export', { version }, LIN);
    expect(name).toBe('rules-v2.json');
    const draft = await ask(hub, 'rules.draft.create', { title: '来自文件', from: { json } }, LIN);
    expect(draft.changes).toEqual({ added: 0, changed: 0, removed: 0 });
    expect((await ask(hub, 'rules.diff', { from: { version }, to: { draft: draft.id } })).items).toEqual([]);
    const body = { ...draft.body, rules: [...draft.body.rules, { id: 'half', when: 'later' }] };
    await ask(hub, 'rules.draft.save', { id: draft.id, revision: 1, body }, LIN);
    const file = await ask(hub, 'rules.export', { draft: draft.id }, LIN);
    const again = await ask(hub, 'rules.draft.create', { title: '再读', from: { json: file.json } }, LIN);
    expect(again.body).toEqual(body);
  });

  test('the shipped pack can be had back at any time', async () => {
    await publish([rule('large')]);
    const draft = await ask(hub, 'rules.draft.create', { title: '恢复出厂', from: 'shipped' }, LIN);
    expect(draft.changes).toEqual({ added: 0, changed: 0, removed: 1 });
    expect((await ask(hub, 'rules.diff', { from: { version: 1 }, to: { draft: draft.id } })).items).toEqual([]);
  });
});

describe('files that are not as they should be', () => {
  test('unknown fields, wrong units and patterns out of bounds are named with their place; everything else is there', async () => {
    const rules = [
      { ...rule('good') },
      { ...rule('unknown-key'), colour: 'red' },
      rule('unknown-field', { when: { field: 'weather', op: '==', value: 1 } }),
      rule('wrong-unit', { when: { field: 'discount-share', op: '>', value: 0.9 } }),
      rule('out-of-bounds', { when: { field: 'local-hour', op: '>', value: 2_200 } }),
      rule('pathological', { when: { field: 'remarks', op: 'matches', value: '(a+)+(?=b)\\1' } }),
      rule('grade', { action: 'freeze' }),
      'no rule at all',
    ];
    const lists = { words: ['刷单', 7, '返现'], table: 'no list' };
    const json = JSON.stringify({ version: 4, rules, lists, author: 'somebody' });
    const draft = await ask(hub, 'rules.draft.create', { title: '外来', from: { json } }, LIN);
    expect(draft.body.rules).toEqual(JSON.parse(JSON.stringify(rules)));
    expect(draft.body.lists).toEqual({ words: ['刷单', '返现'] });
    const errors = draft.findings.filter(({ level }) => level === 'error');
    expect([...new Set(errors.map(({ ruleId, path }) => `${ruleId} ${path}`))]).toEqual([
      'unknown-key rules.1',
      'unknown-field rules.2.when.field',
      'wrong-unit rules.3.when.value',
      'out-of-bounds rules.4.when.value',
      'pathological rules.5.when.value',
      'grade rules.6.action',
      'null rules.7',
    ]);
    const leftOut = draft.findings.filter(({ level, kind }) => level === 'warning' && kind === 'shape');
    expect(leftOut.map(({ path }) => path)).toEqual(['author', 'lists.words.1', 'lists.table']);
    for (const { text } of [...errors, ...leftOut]) expect(text.zh.length).toBeGreaterThan(3);
    expect((await refused('rules.draft.submit', { id: draft.id, revision: 1 }, LIN)).code).toBe('illegal_move');
  });

  test.each([
    ['{"rules": [', 'JSON'],
    ['[]', 'rules'],
    ['{"name": "x"}', 'rules'],
  ])('%s is refused with the reason', async (json, word) => {
    const error = await refused('rules.draft.create', { title: 'x', from: { json } }, LIN);
    expect(error.code).toBe('bad_request');
    expect(error.message).toContain(word);
    expect((await ask(hub, 'rules.drafts', { all: true })).items).toEqual([]);
  });

  test('one made to exhaust the stack is left out, and saving one is refused', async () => {
    const deep = `${'{"not":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;
    const json = `{"rules": [${JSON.stringify(rule('good'))}, {"id": "deep", "when": ${deep}}], "lists": {}}`;
    const draft = await ask(hub, 'rules.draft.create', { title: '深', from: { json } }, LIN);
    expect(draft.body.rules).toHaveLength(1);
    expect(draft.findings).toMatchObject([{ path: 'rules.1', ruleId: 'deep' }]);
    const body = { rules: [JSON.parse(deep) as unknown], lists: {} };
    expect((await refused('rules.draft.save', { id: draft.id, revision: 1, body }, LIN)).code).toBe('bad_request');
    expect((await refused('rules.lint', { body }, LIN)).code).toBe('bad_request');
  });
});

test('a rule waits for its source, and is on as soon as that is connected', async () => {
  const stateOf = async (source: Rule['source']) => {
    const { items } = await ask(hub, 'rules.list', {});
    return new Set(items.filter((row) => row.rule.source === source && row.rule.enabled).map(({ state }) => state));
  };
  expect([await stateOf('order'), await stateOf('crm')]).toEqual([new Set(['on']), new Set(['waiting'])]);
  await hub.close();
  const crm = { url: 'http://127.0.0.1:9', token: 'a-token' };
  hub = await openHub(
    { dataDirectory: folder, config: testConfig({ partners: { crm } }), demo: false },
    { clock: time, timers: time, runJobs: false },
  );
  expect([await stateOf('crm'), await stateOf('wms')]).toEqual([new Set(['on']), new Set(['waiting'])]);
});

test('an editor is offered every field with its operators, bounds and choices', async () => {
  const { fields, windows, operators } = await ask(hub, 'rules.catalogue', {}, AGENT);
  const field = (id: string) => fields.find((one) => one.id === id);
  expect(field('order-amount')).toMatchObject({ unit: 'minor', type: 'number', whole: true, group: 'amount', choices: null });
  expect(field('local-hour')).toMatchObject({ lowest: 0, highest: 23 });
  expect(field('channel')?.choices).toContainEqual({ value: 'taobao', label: expect.anything() as unknown });
  expect(field('shop')?.choices).toMatchObject([{ value: 'own' }]);
  expect(field('province')?.choices?.length).toBeGreaterThan(30);
  expect(windows.keys.map(({ id }) => id)).toContain('device');
  const offered = new Set(operators.map(({ id }) => id));
  for (const { operators: allowed } of fields) for (const op of allowed) expect(offered.has(op)).toBe(true);
});

test('a step that is refused changes nothing and tells nobody', async () => {
  const { id } = await draftWith([rule('large')]);
  const told = events.length;
  await refused('rules.draft.approve', { id, revision: 2 }, WANG);
  await refused('rules.draft.submit', { id, revision: 1 }, LIN);
  expect(events.length).toBe(told);
  expect((await ask(hub, 'rules.list', {})).version).toBe(1);
});
