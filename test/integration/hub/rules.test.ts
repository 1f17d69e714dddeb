import { describe, expect, test } from 'vitest';
import type { Principal } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';
import { MINUTE } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import { ruleDesk, START } from '#test/support/rule-desk.ts';
import { AGENT, LIN, rule, WANG } from '#test/support/rules.ts';

const desk = ruleDesk();

describe('a rule from the first word to its effect', () => {
  test('draft, lint, second person, the very next order, the open ones, and back again', async () => {
    await desk.order('O-1');
    expect(desk.orderOf('O-1').hold).toBeNull();
    const draft = await desk.draftWith([rule('large')]);
    expect(draft).toMatchObject({ author: 'lin', state: 'open', revision: 2, basedOn: 1, changes: { added: 1, changed: 0, removed: 0 } });
    expect(draft.findings.filter(({ level }) => level === 'error')).toEqual([]);
    const unconnected = draft.findings.filter(({ kind }) => kind === 'source').map(({ ruleId }) => ruleId);
    expect(unconnected).toEqual(['risk-service', 'tier-discount', 'wms-stock-short']);
    expect(draft.readings.find(({ ruleId }) => ruleId === 'large')?.condition.zh).toBe('订单金额 大于 30.00 元');

    const { draft: waiting, published } = await ask(desk.hub, 'rules.draft.submit', { id: draft.id, revision: 2, note: '今晚' }, LIN);
    expect(published).toBeNull();
    expect(waiting).toMatchObject({ state: 'submitted', note: '今晚', submittedAt: START, mayApprove: false });
    expect(desk.events.at(-1)).toMatchObject({ name: 'rules.changed', payload: { version: 1, waiting: 1, draft: draft.id } });
    expect((await ask(desk.hub, 'rules.drafts', {}, WANG)).items).toMatchObject([{ id: draft.id, mayApprove: true }]);
    expect((await desk.refused('rules.draft.approve', { id: draft.id, revision: 3 }, LIN)).code).toBe('forbidden');
    expect((await desk.refused('rules.draft.approve', { id: draft.id, revision: 3 }, AGENT)).code).toBe('forbidden');
    expect((await desk.refused('rules.draft.save', { id: draft.id, revision: 3, body: draft.body }, LIN)).code).toBe('illegal_move');

    expect(await ask(desk.hub, 'rules.draft.approve', { id: draft.id, revision: 3 }, WANG)).toMatchObject({
      published: 2,
      draft: { state: 'published', decidedBy: 'wang' },
    });
    expect(desk.events.at(-1)).toMatchObject({ name: 'rules.changed', payload: { version: 2, publishedAt: START, waiting: 0 } });
    expect((await desk.order('O-2')).hold?.reasons).toMatchObject([{ ruleId: 'large', ruleVersion: 1 }]);
    expect(desk.orderOf('O-1').hold).toBeNull();
    expect((await ask(desk.hub, 'orders.explain', { orderNo: desk.orderOf('O-2').orderNo })).ruleSetVersion).toBe(2);
    const old = await ask(desk.hub, 'orders.explain', { orderNo: desk.orderOf('O-1').orderNo });
    expect(old).toMatchObject({ ruleSetVersion: 1, rederived: true });
    expect(old.results.some(({ ruleId }) => ruleId === 'large')).toBe(false);

    await desk.reopen();
    const preview = await ask(desk.hub, 'rules.apply.preview', {}, WANG);
    expect(preview).toMatchObject({ state: 'previewed', by: 'wang', ruleSetVersion: 2, undoUntil: null });
    expect(preview.counts).toEqual({ hold: 1, freeze: 0, release: 0, reasons: 0, task: 0 });
    expect((await ask(desk.hub, 'rules.apply.changes', { id: preview.id })).items).toMatchObject([
      { orderNo: desk.orderOf('O-1').orderNo, version: 1, change: 'hold', sentence: { en: 'The amount 40.00 CNY is above 30.00 CNY' } },
    ]);
    expect(desk.orderOf('O-1').hold).toBeNull();

    await desk.reopen();
    expect(await ask(desk.hub, 'rules.apply.last', {})).toEqual({ run: preview, applied: null });
    const run = await ask(desk.hub, 'rules.apply.run', { id: preview.id }, WANG);
    expect(run).toMatchObject({ state: 'applied', leftAlone: [], undoUntil: START + 10 * MINUTE });
    expect(desk.orderOf('O-1')).toMatchObject({ version: 2, hold: { kind: 'held', reasons: [{ ruleId: 'large' }] } });

    await desk.reopen();
    desk.time.advanceTo(START + 9 * MINUTE);
    const undone = await ask(desk.hub, 'rules.apply.undo', { id: run.id }, LIN);
    expect(undone).toMatchObject({ state: 'undone', leftAlone: [], undoUntil: null });
    const later = await ask(desk.hub, 'rules.apply.preview', {}, WANG);
    expect(await ask(desk.hub, 'rules.apply.last', {})).toEqual({ run: later, applied: undone });
    expect(desk.orderOf('O-1')).toMatchObject({ version: 3, hold: null, holdEvidence: [], grade: 'pass' });
    const timeline = await ask(desk.hub, 'orders.timeline', { orderNo: desk.orderOf('O-1').orderNo });
    expect(timeline.items.at(-1)).toMatchObject({ kind: 'undo', actor: 'lin' });

    const actions = (await ask(desk.hub, 'audit.list', { limit: 500 })).items.map(({ actor, action }) => `${actor} ${action}`);
    for (const entry of [
      ...['lin rules.draft.create', 'lin rules.draft.save', 'lin rules.draft.submit', 'wang rules.draft.publish', 'lin rules.publish'],
      ...['wang rules.apply.preview', 'wang rules.apply.run', 'lin rules.apply.undo', 'lin order.restored'],
    ]) {
      expect(actions).toContain(entry);
    }
    expect((await ask(desk.hub, 'audit.verify', {})).intact).toBe(true);
  });

  test('where one person works alone, handing in publishes; the setting can ask for two all the same', async () => {
    await desk.reopen({ settings: { 'rules.twoPersons': 'off' } });
    expect((await ask(desk.hub, 'rules.drafts', {})).twoPersons).toBe(false);
    const { id, revision } = await desk.draftWith([rule('large')]);
    expect(await ask(desk.hub, 'rules.draft.submit', { id, revision }, LIN)).toMatchObject({ published: 2, draft: { state: 'published' } });
    expect((await desk.order('O-1')).hold?.kind).toBe('held');
    await desk.reopen({ settings: { 'rules.twoPersons': 'on' } });
    const second = await desk.draftWith([rule('large', { enabled: false })]);
    expect(await ask(desk.hub, 'rules.draft.submit', { id: second.id, revision: second.revision }, LIN)).toMatchObject({ published: null });
  });

  test('nobody who wrote in a draft is its second person, whoever began it', async () => {
    const { id, revision, body, writers, approvers } = await desk.draftWith([rule('large')]);
    expect({ writers, approvers }).toEqual({ writers: ['lin'], approvers: ['wang'] });
    const saved = await ask(desk.hub, 'rules.draft.save', { id, revision, body: { ...body, rules: [...body.rules, rule('other')] } }, WANG);
    expect(saved).toMatchObject({ writers: ['lin', 'wang'], approvers: [] });
    const { draft } = await ask(desk.hub, 'rules.draft.submit', { id, revision: saved.revision }, LIN);
    expect((await desk.refused('rules.draft.approve', { id, revision: draft.revision }, WANG)).code).toBe('forbidden');
    const third: Principal = { operator: 'chen', role: 'admin', locale: 'en' };
    expect(await ask(desk.hub, 'rules.draft.approve', { id, revision: draft.revision }, third)).toMatchObject({ published: 2 });
  });

  test('rules begin and end by themselves; open orders follow when they are looked at again', async () => {
    const [from, to] = [START + MINUTE, START + 5 * MINUTE];
    await desk.publish([rule('promo-night', { effectiveFrom: from, effectiveTo: to })]);
    expect((await desk.order('O-1')).hold).toBeNull();
    desk.time.advanceTo(from);
    expect((await desk.order('O-2')).hold?.kind).toBe('held');
    desk.time.advanceTo(to);
    expect((await desk.order('O-3')).hold).toBeNull();
    const preview = await ask(desk.hub, 'rules.apply.preview', {}, LIN);
    expect((await ask(desk.hub, 'rules.apply.changes', { id: preview.id })).items).toMatchObject([
      { orderNo: desk.orderOf('O-2').orderNo, change: 'release' },
    ]);
    await ask(desk.hub, 'rules.apply.run', { id: preview.id }, LIN);
    expect(desk.orderOf('O-2').hold).toBeNull();
  });
});

describe('drafts', () => {
  test('a stale revision is refused, and nothing is lost of what stands there', async () => {
    const draft = await desk.draftWith([rule('large')]);
    const stale = { id: draft.id, revision: 1 };
    expect(await desk.refused('rules.draft.save', { ...stale, body: { rules: [], lists: {} } }, WANG)).toMatchObject({
      code: 'stale_version',
    });
    for (const method of ['rules.draft.rebase', 'rules.draft.discard', 'rules.draft.submit'] as const) {
      expect((await desk.refused(method, stale, WANG)).code).toBe('stale_version');
    }
    expect(await ask(desk.hub, 'rules.draft', { id: draft.id }, LIN)).toEqual(draft);
    expect((await desk.refused('rules.draft', { id: '99' }, LIN)).code).toBe('not_found');
  });

  test('an unfinished rule is kept and named, and the draft cannot be handed in', async () => {
    const draft = await ask(desk.hub, 'rules.draft.create', { title: '草稿', from: 'current' }, LIN);
    const half = { id: 'half', when: { field: 'no-such-field', op: '>', value: 1 } };
    const body = { ...draft.body, rules: [...draft.body.rules, half] };
    const saved = await ask(desk.hub, 'rules.draft.save', { id: draft.id, revision: 1, body }, LIN);
    expect(saved.body.rules.at(-1)).toEqual(half);
    expect(saved.findings.some(({ ruleId, level }) => ruleId === 'half' && level === 'error')).toBe(true);
    const error = await desk.refused('rules.draft.submit', { id: draft.id, revision: 2 }, LIN);
    expect(error.code).toBe('illegal_move');
    expect(error.message).toContain(`rules.${draft.body.rules.length}`);
    expect((await ask(desk.hub, 'rules.list', {})).version).toBe(1);
  });

  test('rejected with a reason, written on, withdrawn, given up', async () => {
    const { id, body } = await desk.draftWith([rule('large')]);
    await ask(desk.hub, 'rules.draft.submit', { id, revision: 2 }, LIN);
    const rejected = await ask(desk.hub, 'rules.draft.reject', { id, revision: 3, reason: '阈值太低' }, WANG);
    expect(rejected).toMatchObject({ state: 'rejected', decidedBy: 'wang', reason: '阈值太低' });
    await ask(desk.hub, 'rules.draft.save', { id, revision: 4, title: '再来', body }, LIN);
    await ask(desk.hub, 'rules.draft.submit', { id, revision: 5 }, LIN);
    expect(await ask(desk.hub, 'rules.draft.withdraw', { id, revision: 6 }, LIN)).toMatchObject({ state: 'open', submittedAt: null });
    expect(await ask(desk.hub, 'rules.draft.discard', { id, revision: 7 }, LIN)).toMatchObject({ state: 'discarded', title: '再来' });
    expect((await ask(desk.hub, 'rules.drafts', {})).items).toEqual([]);
    expect((await ask(desk.hub, 'rules.drafts', { all: true })).items).toMatchObject([{ id, state: 'discarded' }]);
    expect((await desk.refused('rules.draft.submit', { id, revision: 8 }, LIN)).code).toBe('illegal_move');
  });

  test('one that began from an older version is rebased: both changes stand, what both touched is named', async () => {
    const mine = await desk.draftWith([rule('mine'), rule('both', { severity: 'low', action: 'task' })]);
    await desk.publish([rule('theirs'), rule('both')]);
    expect((await desk.refused('rules.draft.submit', { id: mine.id, revision: mine.revision }, LIN)).message).toContain('rebase');
    const { draft, conflicts } = await ask(desk.hub, 'rules.draft.rebase', { id: mine.id, revision: mine.revision }, LIN);
    expect(conflicts).toEqual(['both']);
    expect(draft).toMatchObject({ basedOn: 2, state: 'open', changes: { added: 1, changed: 1, removed: 0 } });
    const severities = new Map((draft.body.rules as Rule[]).map(({ id, severity }) => [id, severity]));
    expect(['mine', 'theirs', 'both'].map((id) => severities.get(id))).toEqual(['medium', 'medium', 'low']);
    const handed = await ask(desk.hub, 'rules.draft.submit', { id: draft.id, revision: draft.revision }, LIN);
    expect(await ask(desk.hub, 'rules.draft.approve', { id: draft.id, revision: handed.draft.revision }, WANG)).toMatchObject({
      published: 3,
    });
  });

  test('two who wait: the second one has to be rebased before it can be approved', async () => {
    const [one, other] = [await desk.draftWith([rule('one')]), await desk.draftWith([rule('other')], WANG)];
    await ask(desk.hub, 'rules.draft.submit', { id: one.id, revision: 2 }, LIN);
    await ask(desk.hub, 'rules.draft.submit', { id: other.id, revision: 2 }, WANG);
    await ask(desk.hub, 'rules.draft.approve', { id: one.id, revision: 3 }, WANG);
    expect((await desk.refused('rules.draft.approve', { id: other.id, revision: 3 }, LIN)).code).toBe('illegal_move');
    const { draft } = await ask(desk.hub, 'rules.draft.rebase', { id: other.id, revision: 3 }, WANG);
    expect(draft).toMatchObject({ state: 'open', submittedAt: null });
    const ids = (draft.body.rules as Rule[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['one', 'other']));
  });

  test('who rebases the draft of another wrote nothing in it and may approve it', async () => {
    const { id } = await desk.draftWith([rule('one')]);
    await desk.publish([rule('other')]);
    const { draft } = await ask(desk.hub, 'rules.draft.rebase', { id, revision: 2 }, WANG);
    await ask(desk.hub, 'rules.draft.submit', { id, revision: draft.revision }, LIN);
    const key = { id, revision: draft.revision + 1 };
    expect((await desk.refused('rules.draft.approve', key, LIN)).code).toBe('forbidden');
    expect((await ask(desk.hub, 'rules.draft.approve', key, WANG)).published).toBe(3);
  });
});

test('a rule waits for its source, and is on as soon as that is connected', async () => {
  const stateOf = async (source: Rule['source']) => {
    const { items } = await ask(desk.hub, 'rules.list', {});
    return new Set(items.filter((row) => row.rule.source === source && row.rule.enabled).map(({ state }) => state));
  };
  expect([await stateOf('order'), await stateOf('crm')]).toEqual([new Set(['on']), new Set(['waiting'])]);
  await desk.reopen({ partners: { crm: { url: 'http://127.0.0.1:9', token: 'a-token' } } });
  expect([await stateOf('crm'), await stateOf('wms')]).toEqual([new Set(['on']), new Set(['waiting'])]);
});

test('an editor is offered every field with its operators, bounds and choices', async () => {
  const { fields, windows, operators } = await ask(desk.hub, 'rules.catalogue', {}, AGENT);
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
  const { id } = await desk.draftWith([rule('large')]);
  const told = desk.events.length;
  await desk.refused('rules.draft.approve', { id, revision: 2 }, WANG);
  await desk.refused('rules.draft.submit', { id, revision: 1 }, LIN);
  expect(desk.events.length).toBe(told);
  expect((await ask(desk.hub, 'rules.list', {})).version).toBe(1);
});
