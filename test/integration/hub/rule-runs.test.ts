import { beforeEach, describe, expect, test } from 'vitest';
import type { MethodInput, MethodName } from '#shared/contract/index.ts';
import { MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';
import { LIN, publish, rule, WANG } from '#test/support/rules.ts';

const START = Date.parse('2025-06-18T04:30:00Z');

const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;
beforeEach(open);

async function open(): Promise<void> {
  ({ hub, time } = await workspace.open());
}
const orderOf = (id: string) => {
  const stored = hub.store.orders.byPlatform('standard-webhooks', 'own', id);
  if (!stored) throw new Error(`no order ${id}`);
  return stored.record;
};
const order = (id: string, more: Record<string, unknown> = {}) =>
  deliver(hub, 'order.updated', orderData(id, time.now(), more), time.now(), `msg_${id}_${time.now()}_${JSON.stringify(more).length}`);

async function refused<N extends MethodName>(method: N, params: MethodInput<N>) {
  const answer = await hub.request(method, params, LIN);
  if (answer.ok) throw new Error(`${method} was not refused`);
  return answer.error.code;
}
const changesOf = async (id: string) =>
  Object.fromEntries(
    (await ask(hub, 'rules.apply.changes', { id })).items.map(({ order: { channelOrderId }, change }) => [channelOrderId, change]),
  );

const LARGE = rule('large');

describe('applying the set in force to open orders (M4)', () => {
  test('says of each how it changes: held, frozen, released, other reasons, tasks', async () => {
    const above = (value: number) => ({ field: 'order-amount', op: '>', value }) as const;
    await publish(hub, rule('old-hold', { when: above(5_000) }));
    for (const [id, paidMinor] of [
      ['plain', 1_000],
      ['task', 2_500],
      ['hold', 4_000],
      ['held', 6_000],
      ['freeze', 9_000],
    ] as const) {
      await order(id, { paidMinor, goodsMinor: paidMinor });
    }
    await order('shipped', { status: 'shipped' });
    await publish(
      hub,
      rule('old-hold', { when: { all: [above(8_000), { field: 'presale', op: '==', value: true }] } }),
      rule('new-task', { when: { field: 'order-amount', op: 'between', value: [2_000, 3_000] }, action: 'task', severity: 'low' }),
      rule('new-hold', { when: { field: 'order-amount', op: 'between', value: [3_001, 5_000] } }),
      rule('new-freeze', { when: above(8_000), action: 'freeze', severity: 'high' }),
    );
    const preview = await ask(hub, 'rules.apply.preview', {}, LIN);
    expect(await changesOf(preview.id)).toEqual({ task: 'task', hold: 'hold', held: 'release', freeze: 'freeze' });
    expect(preview.counts).toEqual({ hold: 1, freeze: 1, release: 1, reasons: 0, task: 1 });
    const before = ['plain', 'task', 'hold', 'held', 'freeze', 'shipped'].map(orderOf);
    const run = await ask(hub, 'rules.apply.run', { id: preview.id }, LIN);
    expect(run).toMatchObject({ state: 'applied', leftAlone: [], counts: preview.counts });
    expect(['plain', 'task', 'hold', 'held', 'freeze', 'shipped'].map((id) => orderOf(id).hold?.kind ?? null)).toEqual([
      ...[null, null, 'held', null, 'frozen', null],
    ]);
    expect(orderOf('plain').version).toBe(1);
    expect(orderOf('task').openTasks).toHaveLength(1);
    expect((await ask(hub, 'tasks.list', {})).items).toMatchObject([{ orderNo: orderOf('task').orderNo }]);

    await ask(hub, 'rules.apply.undo', { id: run.id }, WANG);
    const after = ['plain', 'task', 'hold', 'held', 'freeze', 'shipped'].map(orderOf);
    const essence = (records: typeof after) =>
      records.map(({ hold, holdEvidence, clearances, openTasks, grade, healthScore }) => ({
        hold,
        holdEvidence,
        clearances,
        openTasks,
        grade,
        healthScore,
      }));
    expect(essence(after)).toEqual(essence(before));
    expect((await ask(hub, 'tasks.list', {})).items).toEqual([]);
    expect(hub.hub.hot.releases.next()).toBe(orderOf('held').hold?.releaseAt);
  });

  test('after the undo an order is explained by the decision it stands by again, which comes out again', async () => {
    await publish(hub, rule('old', { when: { field: 'order-amount', op: '>', value: 3_000 } }));
    await order('stopped');
    await publish(hub, rule('old', { enabled: false }));
    const { orderNo } = orderOf('stopped');
    const before = await ask(hub, 'orders.explain', { orderNo });
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'rules.apply.run', { id }, LIN);
    expect((await ask(hub, 'orders.explain', { orderNo })).sentence).not.toEqual(before.sentence);
    await ask(hub, 'rules.apply.undo', { id }, WANG);
    const { orderVersion, ...after } = await ask(hub, 'orders.explain', { orderNo });
    const { orderVersion: then, ...said } = before;
    expect(after).toEqual(said);
    expect(after).toMatchObject({ rederived: true, sentence: orderOf('stopped').hold?.reasons[0]?.sentence });
    expect([then, orderVersion]).toEqual([1, orderOf('stopped').version]);
    // Once more, over a decision that was itself restored.
    const again = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'rules.apply.run', { id: again.id }, LIN);
    await ask(hub, 'rules.apply.undo', { id: again.id }, WANG);
    expect((await ask(hub, 'orders.explain', { orderNo })).sentence).toEqual(before.sentence);
  });

  test('what a person decides after the undo says nothing of the rules of the run', async () => {
    await publish(hub, rule('old', { when: { field: 'order-amount', op: '>', value: 3_000 } }));
    await order('stopped');
    await publish(hub, rule('old', { enabled: false }), rule('new', { when: { field: 'pieces', op: '>=', value: 1 } }));
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'rules.apply.run', { id }, LIN);
    expect(orderOf('stopped').hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['new']);
    await ask(hub, 'rules.apply.undo', { id }, WANG);
    const { orderNo, version } = orderOf('stopped');
    await ask(hub, 'holds.release', { orderNo, version, reason: '已核实' }, LIN);
    const rates = (await ask(hub, 'rules.list', {}, LIN)).items.map(({ rule: { id: ruleId }, falseKillShare }) => [ruleId, falseKillShare]);
    expect(rates.filter(([ruleId]) => ruleId === 'old' || ruleId === 'new')).toEqual([
      ['old', 1],
      ['new', null],
    ]);
  });

  test('a task the run settled is open again after the undo', async () => {
    await publish(hub, rule('small', { action: 'task', severity: 'low' }));
    await order('O-1');
    const [task] = (await ask(hub, 'tasks.list', {})).items;
    await publish(hub, rule('small', { enabled: false }));
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'rules.apply.run', { id }, LIN);
    expect((await ask(hub, 'tasks.list', {})).items).toEqual([]);
    await ask(hub, 'rules.apply.undo', { id }, LIN);
    const { id: _old, ...same } = task as NonNullable<typeof task>;
    expect((await ask(hub, 'tasks.list', {})).items).toMatchObject([same]);
  });

  test('an order that moved since the preview is left alone and named; so is one that moved since the run', async () => {
    for (const id of ['A', 'B', 'C']) await order(id);
    await publish(hub, LARGE);
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'holds.note', { orderNo: orderOf('A').orderNo, text: '已电话确认' });
    const run = await ask(hub, 'rules.apply.run', { id }, LIN);
    expect(run.leftAlone).toEqual([orderOf('A').orderNo]);
    expect(['A', 'B', 'C'].map((one) => orderOf(one).hold !== null)).toEqual([false, true, true]);
    const { orderNo, version } = orderOf('B');
    await ask(hub, 'holds.release', { orderNo, version, reason: '老客户' });
    const undone = await ask(hub, 'rules.apply.undo', { id }, LIN);
    expect(undone.leftAlone).toEqual([orderOf('A').orderNo, orderNo]);
    expect(orderOf('B').clearances).toHaveLength(1);
    expect(orderOf('C').hold).toBeNull();
  });

  test('what a person released stays released', async () => {
    await publish(hub, LARGE);
    await order('O-1');
    const { orderNo, version } = orderOf('O-1');
    await ask(hub, 'holds.release', { orderNo, version, reason: '' });
    await publish(hub, rule('large', { name: { zh: '大额', en: 'Large' } }));
    expect((await ask(hub, 'rules.apply.preview', {}, LIN)).counts.hold).toBe(0);
  });

  test('only the latest run is taken back, once, and within ten minutes', async () => {
    await order('O-1');
    await publish(hub, LARGE);
    const first = await ask(hub, 'rules.apply.preview', {}, LIN);
    expect(await refused('rules.apply.undo', { id: first.id })).toBe('illegal_move');
    await ask(hub, 'rules.apply.run', { id: first.id }, LIN);
    expect(await refused('rules.apply.run', { id: first.id })).toBe('illegal_move');
    await order('O-2');
    const second = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'rules.apply.run', { id: second.id }, LIN);
    expect(await refused('rules.apply.undo', { id: first.id })).toBe('undo_expired');
    time.advanceTo(START + 10 * MINUTE + 1);
    expect(await refused('rules.apply.undo', { id: second.id })).toBe('undo_expired');
    expect(await refused('rules.apply.undo', { id: '77' })).toBe('not_found');
    expect(orderOf('O-1').hold).not.toBeNull();
  });

  test('a preview of another set is not run', async () => {
    await order('O-1');
    await publish(hub, LARGE);
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    await publish(hub, rule('other'));
    expect(await refused('rules.apply.run', { id })).toBe('illegal_move');
    expect(orderOf('O-1').version).toBe(1);
  });

  test('live orders come in between, and the list is read page by page', async () => {
    for (let index = 0; index < 60; index += 1) await order(`O-${index}`);
    await publish(hub, LARGE);
    const preview = await ask(hub, 'rules.apply.preview', {}, LIN);
    expect(preview.counts.hold).toBe(60);
    const first = await ask(hub, 'rules.apply.changes', { id: preview.id, limit: 40 });
    const rest = await ask(hub, 'rules.apply.changes', { id: preview.id, limit: 40, after: first.next });
    expect([first.items.length, rest.items.length, rest.next]).toEqual([40, 20, null]);
    const running = ask(hub, 'rules.apply.run', { id: preview.id }, LIN);
    expect(await refused('rules.apply.preview', {})).toBe('busy');
    await order('live');
    expect(orderOf('O-59').hold).toBeNull();
    expect(orderOf('live').hold).not.toBeNull();
    await running;
    expect(orderOf('O-59').hold).not.toBeNull();
  });

  test('who looks at a preview never runs another one made meanwhile', async () => {
    await order('O-1');
    await publish(hub, LARGE);
    const seen = await ask(hub, 'rules.apply.preview', {}, LIN);
    await order('O-2', { paidMinor: 9_000, goodsMinor: 9_000 });
    const newer = await ask(hub, 'rules.apply.preview', {}, WANG);
    expect(newer.id).not.toBe(seen.id);
    expect(await refused('rules.apply.run', { id: seen.id })).toBe('not_found');
    expect(orderOf('O-1').hold).toBeNull();
  });

  test('a preview the program closed upon is heard of by nobody, and is thrown away by the next one', async () => {
    await order('O-1');
    await publish(hub, LARGE);
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    await ask(hub, 'rules.apply.run', { id }, LIN);
    const half = hub.store.transaction(() => {
      const run = hub.store.ruleRuns.add({ ruleSetVersion: 2, at: START, by: 'lin', state: 'previewing', undoUntil: null });
      const sentence = { zh: '金额', en: 'The amount' };
      hub.store.ruleRuns.addOrders(run, [{ orderNo: orderOf('O-1').orderNo, version: 1, change: 'hold', sentence, counts: {} }]);
      return run;
    });
    await hub.close();
    await open();
    expect((await ask(hub, 'rules.apply.last', {})).run).toMatchObject({ id, state: 'applied' });
    expect(await refused('rules.apply.run', { id: String(half) })).toBe('illegal_move');
    await ask(hub, 'rules.apply.preview', {}, LIN);
    expect(await refused('rules.apply.changes', { id: String(half) })).toBe('not_found');
  });

  test('closed in the middle of a preview, the hub does not wait for it, and nothing of it is kept', async () => {
    for (let index = 0; index < 80; index += 1) await order(`O-${index}`);
    await publish(hub, LARGE);
    const previewing = hub.request('rules.apply.preview', {}, LIN);
    const closing = hub.close();
    expect(await previewing).toMatchObject({ ok: false, error: { code: 'busy' } });
    await closing;
    await open();
    expect((await ask(hub, 'rules.apply.last', {})).run).toBeNull();
    expect((await ask(hub, 'rules.apply.preview', {}, LIN)).counts.hold).toBe(80);
  });

  test('closed in the middle of a run or of its undo, it goes on with the next start', async () => {
    for (let index = 0; index < 80; index += 1) await order(`O-${index}`);
    await publish(hub, LARGE);
    const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
    const heldNow = () => Array.from({ length: 80 }, (_, index) => orderOf(`O-${index}`)).filter(({ hold }) => hold !== null).length;

    const running = hub.request('rules.apply.run', { id }, LIN);
    const closing = hub.close();
    expect(await running).toMatchObject({ ok: false, error: { code: 'busy' } });
    await closing;
    await open();
    expect(heldNow()).toBeGreaterThan(0);
    expect(heldNow()).toBeLessThan(80);
    await hub.hub.ruleWork.runs.settled();
    expect(heldNow()).toBe(80);
    expect((await ask(hub, 'rules.apply.last', {})).run).toMatchObject({ id, state: 'applied', leftAlone: [] });

    const undoing = hub.request('rules.apply.undo', { id }, LIN);
    const closingAgain = hub.close();
    await Promise.all([undoing, closingAgain]);
    await open();
    expect(heldNow()).toBeLessThan(80);
    await hub.hub.ruleWork.runs.settled();
    expect(heldNow()).toBe(0);
    expect((await ask(hub, 'rules.apply.last', {})).run).toMatchObject({ id, state: 'undone', leftAlone: [] });
  });
});
