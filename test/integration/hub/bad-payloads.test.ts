import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { BAD_JSON, placesOf, replaced } from '#test/support/bad-values.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';
import { rule } from '#test/support/rules.ts';
import samples from '../../fixtures/channels/samples.json' with { type: 'json' };

const NOW = Date.now();
const SEED = 20_250_618;
const HERE = '\u0001here';
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), debug: vi.fn() };
let hub: LocalHub;
beforeAll(async () => {
  hub = await memoryHub(testConfig(), { logger });
});
afterAll(() => hub.close());

/** One request; its value, or null where it was refused in words. An error of the hub fails. */
async function answered<T>(method: string, params: object): Promise<T | null> {
  logger.error.mockClear();
  const answer = await hub.request(method, params, ADMIN);
  expect([method, ...logger.error.mock.calls.flat().map(String)]).toEqual([method]);
  structuredClone(answer);
  if (answer.ok) return answer.value as T;
  expect(answer.error.code).not.toBe('internal');
  expect(answer.error.message).not.toBe('');
  return null;
}

const NO_JSON = [
  ...[
    'a',
    '<xml></xml>',
    '<xml><Encrypt>',
    '%',
    '%7B%22',
    'a=1&b=%zz&=',
    'message=%7B%22tid%22%3A1%7D',
    '\uFEFF{}',
    '{"a":1}{"a":2}',
    "{'a':1}",
  ],
  ...['\uD83D', '{"id":"\\ud83d"}', Buffer.from('订单').toString('base64'), '='.repeat(900_000), '{"id":1,'.repeat(50_000)],
];
const TOPICS = [
  '',
  'order',
  'refund',
  'orders/paid',
  'orders/updated',
  'message_type_0',
  '101',
  'trade_TradePaid',
  'channels_ec_order_pay',
  '__proto__',
];

describe.each(CHANNEL_IDS)('a payload pasted for %s', (channel) => {
  const own = Object.entries(samples).filter(([name]) => name.startsWith(channel.replace('-', '_')));
  const tried = async (topic: string, payload: string, edits?: object) => {
    const result = await answered<MethodOutput<'mapping.try'>>('mapping.try', { channel, topic, payload, ...(edits && { edits }) });
    if (result && !result.ok) expect(result.reason?.zh).toMatch(/\p{Script=Han}/u);
    return result;
  };

  test('is read, or told in words why not', async () => {
    for (const topic of TOPICS) for (const payload of NO_JSON) await tried(topic, payload);
    for (const payload of BAD_JSON) await tried('order', payload.slice(0, 900_000));
    const pasted = fc.tuple(
      fc.constantFrom(...TOPICS),
      fc.oneof(fc.json(), fc.string({ minLength: 1, unit: 'binary' }), fc.webQueryParameters()),
    );
    await fc.assert(
      fc.asyncProperty(pasted, async ([topic, payload]) => void (await tried(topic, payload))),
      { numRuns: 25, seed: SEED },
    );
    expect(await answered('mapping.try', { channel, payload: 'x'.repeat(10_000_000) })).toBeNull();
  });

  test('of its own with anything in any of its places is', async () => {
    for (const [, sample] of own) {
      const places = placesOf(sample);
      const change = async (topic: string, place: number, json: string) => {
        const payload = JSON.stringify(replaced(sample, places[place % places.length] ?? [], HERE)).replace(
          JSON.stringify(HERE),
          () => json,
        );
        await tried(topic, payload.slice(0, 900_000), { statuses: { constructor: 'paid', [json.slice(0, 90) || 'x']: 'shipped' } });
      };
      const changes = fc.tuple(fc.constantFrom('order', 'refund', 'orders/paid', 'message_type_0'), fc.nat(), fc.constantFrom(...BAD_JSON));
      await fc.assert(
        fc.asyncProperty(changes, (of) => change(...of)),
        { numRuns: 25, seed: SEED },
      );
    }
  });

  test('is read with words every object has, once they have a meaning', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', '\uD83D', ' ', '\0'];
    const words = (meaning: string) => Object.fromEntries(names.map((name) => [name, meaning]));
    const edits = { statuses: words('paid'), refunds: words('open'), complaints: words('A') };
    const kept = await answered<MethodOutput<'mapping.set'>>('mapping.set', { channel, edits });
    expect(kept?.statuses.filter(({ edited }) => edited).map(({ word }) => word)).toContain('constructor');
    expect(await answered('mapping.get', { channel })).not.toBeNull();
  });
});

describe('a file of rules', () => {
  const good = { version: 1, rules: [rule('good'), rule('other')], lists: { words: ['刷单'] } };
  const imported = async (json: string) => {
    const draft = await answered<MethodOutput<'rules.draft.create'>>('rules.draft.create', { title: '文件', from: { json } });
    if (!draft) return null;
    const { id, revision } = draft;
    // A number no double holds is none in JSON.
    const body = JSON.parse(JSON.stringify(draft.body)) as typeof draft.body;
    for (const { path, text } of draft.findings) expect([path, text.zh, text.en]).not.toContain(undefined);
    expect(await answered('rules.draft', { id })).not.toBeNull();
    expect(await answered('rules.diff', { from: { version: 1 }, to: { draft: id } })).not.toBeNull();
    const exported = await answered<MethodOutput<'rules.export'>>('rules.export', { draft: id });
    expect(JSON.parse(exported?.json ?? '')).toEqual({ version: draft.basedOn, ...body });
    const saved = await answered<MethodOutput<'rules.draft.save'>>('rules.draft.save', { id, revision, body });
    expect(saved?.body).toEqual(body);
    await answered('rules.draft.discard', { id, revision: revision + 1 });
    return draft;
  };

  test('with anything in any of its places is kept, compared, handed out and saved as it is', async () => {
    const places = placesOf(good);
    const change = async (place: number, json: string) =>
      void (await imported(JSON.stringify(replaced(good, places[place] ?? [], HERE)).replace(JSON.stringify(HERE), () => json)));
    await fc.assert(fc.asyncProperty(fc.nat(places.length - 1), fc.constantFrom(...BAD_JSON), change), { numRuns: 50, seed: SEED });
  });

  test.each<[string, string]>([
    ['no JSON', '{"rules":['],
    ['rules nested ten thousand deep', `{"rules":[${'{"all":['.repeat(10_000)}${']}'.repeat(10_000)}]}`],
    [
      'a list of a hundred thousand words',
      JSON.stringify({ rules: [], lists: { words: Array.from({ length: 100_000 }, (_, at) => `w${at}`) } }),
    ],
    ['twenty thousand rules', JSON.stringify({ rules: Array.from({ length: 20_000 }, () => 0), lists: {} })],
    ['lists under bad names', '{"rules":[],"lists":{"__proto__":["x"],"constructor":["y"],"":["z"],"\\ud83d":["w"]}}'],
    ['a set within a set', JSON.stringify({ rules: [good], lists: { rules: good } })],
    ['words of every kind', '{"rules":[],"lists":{"a":[1,null,{},"x",["y"],"\\u0000"]}}'],
  ])('of %s is told in words', async (_what, json) => {
    const draft = await imported(json);
    if (draft) expect(Array.isArray(draft.findings)).toBe(true);
  });
});

test('after all that the hub takes and judges an order', async () => {
  expect((await deliver(hub, 'order.paid', orderData('LAST', NOW), NOW)).status).toBe(200);
  const key = { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'LAST' } as const;
  expect((await ask(hub, 'orders.explain', key)).rederived).toBe(true);
});
