import { describe, expect, it } from 'vitest';
import type { MethodInput, MethodName, MethodOutput, StreamEvent } from '#shared/contract/index.ts';
import type { Rule } from '#shared/rule.ts';
import { fakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';

const NOW = 1_763_800_000_000;

function invented() {
  let now = NOW;
  const carrier = fakeCarrier({ now: () => now, seed: 7, live: false });
  const heard: string[] = [];
  carrier.subscribe(null, { event: ({ name }: StreamEvent) => heard.push(name), state: () => undefined });
  async function ask<N extends MethodName>(name: N, input: MethodInput<N>): Promise<MethodOutput<N>> {
    const answer = await carrier.request(name, input, 'zh');
    if (!answer.ok) throw new Error(answer.error.code);
    return answer.value as MethodOutput<N>;
  }
  return { ask, heard, pass: (ms: number) => (now += ms) };
}

describe('the invented hub and its rules', () => {
  it('takes a draft from writing over a second person to a version, and refuses an old revision', async () => {
    const { ask, heard } = invented();
    const draft = await ask('rules.draft.create', { title: '试写', from: 'current' });
    const [first, ...rest] = draft.body.rules as Rule[];
    if (!first) throw new Error('no rule');
    const body = { ...draft.body, rules: [{ ...first, severity: 'high' as const }, ...rest] };
    const saved = await ask('rules.draft.save', { id: draft.id, revision: draft.revision, body });
    expect(saved.changes).toEqual({ added: 0, changed: 1, removed: 0 });
    await expect(ask('rules.draft.save', { id: draft.id, revision: draft.revision, body })).rejects.toThrow('stale_version');
    expect((await ask('rules.diff', { from: { version: saved.basedOn }, to: { draft: draft.id } })).items).toHaveLength(1);
    const waiting = (await ask('rules.drafts', {})).items.find(({ state }) => state === 'submitted');
    const { published } = await ask('rules.draft.approve', { id: waiting?.id ?? '', revision: waiting?.revision ?? 1 });
    expect((await ask('rules.versions', {})).items[0]).toMatchObject({ version: published, current: true });
    expect(heard).toContain('rules.changed');
  });

  it('finds what contradicts and what is blank, at its place', async () => {
    const { ask } = invented();
    const draft = await ask('rules.draft.create', { title: '矛盾', from: 'current' });
    const rule = draft.body.rules[0] as Rule;
    const above = { field: 'order-amount', op: '>' as const, value: 500_000 };
    const below = { field: 'order-amount', op: '<' as const, value: 300_000 };
    const lint = async (when: Rule['when']): Promise<string[]> =>
      (await ask('rules.lint', { body: { rules: [{ ...rule, when }], lists: {} } })).findings.map(({ path, kind }) => `${path} ${kind}`);
    expect(await lint({ all: [above, below] })).toEqual(['rules.0.when.all.1 contradiction']);
    expect(await lint({ any: [above, { all: [] }] })).toEqual(['rules.0.when.any.1 blank']);
    expect(await lint({ any: [above, below] })).toEqual([]);
  });

  it('runs a trial to its end, and one to its cancelling', async () => {
    const { ask, pass } = invented();
    const { id: draft, revision } = await ask('rules.draft.create', { title: '试算', from: 'current' });
    const trial = await ask('rules.trial.start', { draft, revision, days: 30 });
    expect(trial.state).toBe('running');
    pass(10_000);
    expect(await ask('rules.trial', { id: trial.id })).toMatchObject({ state: 'done', judged: trial.orders });
    const second = await ask('rules.trial.start', { draft, revision, days: 7 });
    expect((await ask('rules.trial.cancel', { id: second.id })).state).toBe('cancelled');
  });
});
