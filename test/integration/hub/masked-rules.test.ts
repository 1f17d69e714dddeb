import { describe, expect, test } from 'vitest';
import type { Principal } from '#shared/contract/index.ts';
import type { RuleBody } from '#shared/contract/rule-work.ts';
import type { Rule } from '#shared/rule.ts';
import { ask } from '../../support/hub.ts';
import { ruleDesk } from '../../support/rule-desk.ts';
import { AGENT, LIN, rule, WANG } from '../../support/rules.ts';

const desk = ruleDesk();
const VIEWER: Principal = { operator: 'board', role: 'viewer', locale: 'en' };

/** Everything that finds somebody: none of it may reach whoever does not write rules. */
const SECRETS = [
  '203.0.113.7',
  '203.0.113.8',
  '198.51.100.23',
  '2001:db8:7::42',
  'fp-8841-a3c9',
  'fp-8841-a3d0',
  '13800138000',
  '13900139000',
];
const LISTS = {
  'blacklisted-ips': ['203.0.113.7', '2001:db8:7::42'],
  'blacklisted-devices': ['fp-8841-a3c9'],
  'phones-in-remarks': ['13800138000', '刷单'],
  'nobody-asks': ['fp-8841-a3d0'],
};
const RULES: Rule[] = [
  rule('inline', { when: { field: 'ip', op: 'contains-any', value: ['198.51.100.23'] } }),
  rule('pattern', { when: { field: 'remarks', op: 'matches', value: '13900139000|返现' } }),
  rule('remarks', {
    when: { field: 'remarks', op: 'contains-any', value: 'phones-in-remarks' },
    name: { zh: '留言含 13800138000', en: 'Remarks 13800138000' },
  }),
  rule('both', {
    when: {
      all: [
        { field: 'ip', op: 'contains-any', value: ['203.0.113.8'] },
        { field: 'ip', op: 'contains-any', value: ['203.0.113.8'] },
      ],
    },
  }),
];

async function secretDraft() {
  const { id, revision, body } = await ask(desk.hub, 'rules.draft.create', { title: '名单', from: 'current' }, LIN);
  const others = body.rules.filter((one) => !RULES.some((given) => given.id === (one as Rule).id));
  const written: RuleBody = { rules: [...others, ...RULES], lists: { ...body.lists, ...LISTS } };
  return ask(desk.hub, 'rules.draft.save', { id, revision, body: written }, LIN);
}

const secretsIn = (answer: unknown) => SECRETS.filter((secret) => JSON.stringify(answer).includes(secret));

describe('values that tell who somebody is', () => {
  test('are masked in a draft for those who may not write rules; whoever may sees them plain', async () => {
    const { id } = await secretDraft();
    const plain = await ask(desk.hub, 'rules.draft', { id }, LIN);
    expect(secretsIn(plain)).toEqual(SECRETS);
    const seen = await ask(desk.hub, 'rules.draft', { id }, AGENT);
    expect(secretsIn(seen)).toEqual([]);
    expect(seen.body.lists).toMatchObject({
      'blacklisted-ips': ['203.0.*.*', '2001:*'],
      'blacklisted-devices': ['fp****'],
      'phones-in-remarks': ['138****8000', '刷单'],
      'nobody-asks': ['fp****'],
    });
    expect(seen.readings.find(({ ruleId }) => ruleId === 'inline')?.condition.zh).toContain('198.51.*.*');
    // The same findings: what is wrong is told to both.
    expect(seen.findings.map(({ path, kind }) => [path, kind])).toEqual(plain.findings.map(({ path, kind }) => [path, kind]));
    expect(seen.findings.find(({ ruleId, kind }) => ruleId === 'both' && kind === 'redundant')?.text.en).toContain('203.0.*.*');
  });

  test('are masked in what differs, and still differ', async () => {
    const { id } = await secretDraft();
    const version = (await ask(desk.hub, 'rules.list', {})).version;
    const differing = { from: { version }, to: { draft: id } };
    expect(secretsIn(await ask(desk.hub, 'rules.diff', differing, LIN))).not.toEqual([]);
    const seen = await ask(desk.hub, 'rules.diff', differing, AGENT);
    expect(secretsIn(seen)).toEqual([]);
    expect(seen.items.find((item) => item.id === 'blacklisted-ips')?.parts).toContainEqual(
      expect.objectContaining({ after: { zh: '203.0.*.*、2001:*', en: '203.0.*.*, 2001:*' } }),
    );
    expect(seen.items.some((item) => item.id === 'inline')).toBe(true);
  });

  test('are masked in the set in force for everybody else', async () => {
    const { id, revision } = await secretDraft();
    const { draft } = await ask(desk.hub, 'rules.draft.submit', { id, revision }, LIN);
    await ask(desk.hub, 'rules.draft.approve', { id, revision: draft.revision }, WANG);
    for (const who of [AGENT, VIEWER]) expect(secretsIn(await ask(desk.hub, 'rules.list', {}, who))).toEqual([]);
    const plain = await ask(desk.hub, 'rules.list', {}, WANG);
    expect(secretsIn(plain)).toEqual(['203.0.113.8', '198.51.100.23', '13800138000', '13900139000']);
    expect(plain.legend.words['phones-in-remarks']).toEqual(LISTS['phones-in-remarks']);
  });

  test('are masked in what is said of an order', async () => {
    const { id, revision } = await secretDraft();
    const { draft } = await ask(desk.hub, 'rules.draft.submit', { id, revision }, LIN);
    await ask(desk.hub, 'rules.draft.approve', { id, revision: draft.revision }, WANG);
    const { orderNo, hold } = await desk.order('A1', { ip: '203.0.113.7', deviceId: 'fp-8841-a3c9', buyerMessage: '找 13800138000' });
    expect(hold?.reasons.map(({ ruleId }) => ruleId)).toContain('blacklisted-device');
    const explained = await ask(desk.hub, 'orders.explain', { orderNo }, AGENT);
    expect(explained.rederived).toBe(true);
    expect(explained.results.find(({ ruleId }) => ruleId === 'blacklisted-device')).toMatchObject({ result: 'hit' });
    // What a rule is called is what its writer wants read everywhere.
    const said = explained.results.map(({ name: _name, ...result }) => result);
    expect(secretsIn([said, explained.sentence, hold])).toEqual([]);
  });
});

test('what is not finished is masked as well', async () => {
  const { id, revision } = await ask(desk.hub, 'rules.draft.create', { title: '半成品', from: 'current' }, LIN);
  const rules = [
    { id: 'no-operator', when: { field: 'device', op: '', value: ['fp-8841-a3c9'] } },
    { id: 'no-field', when: { all: [{ op: 'in', value: ['203.0.113.7'] }] }, note: '13800138000' },
  ];
  await ask(desk.hub, 'rules.draft.save', { id, revision, body: { rules, lists: {} } }, LIN);
  const seen = await ask(desk.hub, 'rules.draft', { id }, AGENT);
  expect(secretsIn(seen)).toEqual([]);
  expect(seen.body.rules).toMatchObject([
    { id: 'no-operator', when: { value: ['fp****'] } },
    { when: { all: [{ value: ['203.0.*.*'] }] } },
  ]);
});

describe('what was masked', () => {
  test('is never kept as if it were the value', async () => {
    const { id, revision, title } = await secretDraft();
    const seen = await ask(desk.hub, 'rules.draft', { id }, AGENT);
    const kept = await desk.refused('rules.draft.save', { id, revision, title, body: seen.body }, LIN);
    expect(kept).toMatchObject({ code: 'bad_request', message: expect.stringContaining('masked') as string });
    const oneList = { ...seen.body, rules: RULES, lists: { ...LISTS, 'blacklisted-ips': ['203.0.*.*'] } };
    expect((await desk.refused('rules.draft.save', { id, revision, body: oneList }, LIN)).code).toBe('bad_request');
    // What a person writes with a star of its own is theirs.
    const starred = { rules: RULES, lists: { ...LISTS, 'phones-in-remarks': ['138****0000', '五星*'] } };
    await ask(desk.hub, 'rules.draft.save', { id, revision, body: starred }, LIN);
  });

  test('is no file either', async () => {
    const { id, revision } = await secretDraft();
    const { draft } = await ask(desk.hub, 'rules.draft.submit', { id, revision }, LIN);
    await ask(desk.hub, 'rules.draft.approve', { id, revision: draft.revision }, WANG);
    const seen = await ask(desk.hub, 'rules.draft', { id }, AGENT);
    const json = JSON.stringify({ version: 1, ...seen.body });
    expect((await desk.refused('rules.draft.create', { title: 'x', from: { json } }, LIN)).code).toBe('bad_request');
    expect((await desk.refused('rules.export', { draft: id }, AGENT)).code).toBe('forbidden');
  });
});
