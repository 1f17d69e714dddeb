import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ERROR_CODES, methods, ROLES } from '#shared/contract/index.ts';
import type { MethodName, Role } from '#shared/contract/index.ts';
import type { PartnerId } from '#shared/contract/partners.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { openHub } from '#main/host/open-hub.ts';
import { BAD_VALUES, nestedArrays, placesOf, replaced } from '#test/support/bad-values.ts';
import { inputsOf } from '#test/support/contract-inputs.ts';
import type { KnownValues } from '#test/support/contract-inputs.ts';
import { ADMIN, ask, deliver, orderData, SHOP, testConfig } from '#test/support/hub.ts';
import { IMPORT_HEADINGS, importRow } from '#test/support/import-file.ts';
import { garbagePlatform } from '#test/support/garbage-platform.ts';
import { upload } from '#test/support/radar-history.ts';
import shipped from '../../../resources/rules.json' with { type: 'json' };

const NOW = Date.now();
const SEED = 20_250_618;
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9/';
let folder: string;
let hub: LocalHub;
const SHELF = { sku: 'CUP', warehouse: 'suzhou', kind: 'replenish' };
let round = 0;
let uploads: number[] = [];
let refresh: () => Promise<void>;
const PARTNERS: [PartnerId, Record<string, string>][] = [
  ['crm', { url: NOWHERE, token: 'secret' }],
  ['mail', { smtp: 'smtp://127.0.0.1:9', from: 'a@shop.example', operations: 'b@shop.example' }],
  ['kdniao', { businessId: '1', apiKey: 'secret', endpoint: NOWHERE }],
];
const unexpected: string[] = [];

const ORDERS = [IMPORT_HEADINGS, ...[1, 2, 3].map((index) => importRow(index))].join('\n');
const DISPUTES = '订单编号,结果\nG1,纠纷\nG2,正常\n';

/** Something of everything that has a number, a name or a version, anew for each method: others took theirs to an end. */
async function furnish(round: number): Promise<KnownValues> {
  await deliver(hub, 'order.paid', orderData(`G${round}`, NOW), NOW);
  await deliver(hub, 'order.paid', orderData(`BAD${round}`, NOW, { buyerMessage: '刷单返现' }), NOW);
  for (const id of uploads) await hub.request('imports.cancel', { id }, ADMIN);
  uploads = [await upload(hub, 'orders.csv', Buffer.from(ORDERS)), await upload(hub, 'disputes.csv', Buffer.from(DISPUTES))];
  const draft = await ask(hub, 'rules.draft.create', { title: '草稿', from: 'shipped' });
  const rest = { rules: draft.body.rules.slice(0, 4), lists: { words: ['刷单'], ips: ['10.0.0.1'] } };
  const { id } = await ask(hub, 'rules.draft.create', { title: '交上', from: { json: JSON.stringify(rest) } });
  await ask(hub, 'rules.draft.submit', { id, revision: 1, note: '' });
  const run = await ask(hub, 'rules.apply.preview', {});
  await ask(hub, 'shops.connect', { channel: 'woocommerce', shopId: 'woo', fields: {}, endpoint: NOWHERE });
  for (const [id, values] of PARTNERS) await ask(hub, 'partners.connect', { id, values });
  const orders = async () => (await ask(hub, 'orders.list', { limit: 4 })).items;
  let shown = await orders();
  refresh = async () => void (shown = await orders());
  return {
    orderNo: () => shown.map(({ orderNo }) => orderNo),
    with: () => shown.map(({ orderNo }) => orderNo),
    version: () => shown.map(({ version }) => version),
    revision: () => [1, 2, 3],
    shopId: () => ['own', 'woo'],
    channelOrderId: () => ['G1', `BAD${round}`],
    id: () => [...uploads, 1, 2, 3, '1', draft.id, id, run.id, 'own', ...shown.map(({ orderNo }) => orderNo)],
    draft: () => [draft.id, id],
    after: () => ['1', 'CUP@suzhou', shown[0]?.orderNo, `${NOW}:1`, '[1]', Buffer.from(`[${NOW},1]`).toString('base64url')],
    sku: () => ['CUP'],
    warehouse: () => ['suzhou'],
    ruleId: () => ['blacklisted-words'],
    day: () => [NOW, 0, NOW * 5],
    from: () => [NOW - 1, 0, 'current', 'shipped', { version: 1 }, { draft: draft.id }, { json: JSON.stringify(rest) }],
    to: () => [NOW, 0, { version: 1 }, { draft: id }],
    at: () => [NOW, 0],
    since: () => [0],
    body: () => [rest, { rules: [], lists: {} }],
    values: () => PARTNERS.map(([, values]) => values),
    endpoint: () => [NOWHERE],
    chunk: () => ['', 'YQ=='],
    columns: () => [
      { order: 0, outcome: 1 },
      { order: 9_999, outcome: 0 },
      { order: 0, label: 1 },
      { channelOrderId: { column: 0 }, sku: { fixed: 'CUP' } },
    ],
    samples: () => [[1], [1, 2]],
    assignee: () => ['admin', null],
    model: () => ['radar-1'],
  };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-bad-requests-'));
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), debug: vi.fn() };
  logger.error.mockImplementation((detail: { err?: unknown }, text: string) => {
    unexpected.push(`${text}: ${detail.err instanceof Error ? detail.err.stack : JSON.stringify(detail)}`);
  });
  // Threads that learn and try are no part of this: what they are asked is.
  const idle = () => ({ stop: () => Promise.resolve() });
  hub = await openHub(
    { dataDirectory: folder, config: testConfig(), demo: false, people: ROLES.map((role) => ({ operator: role, role })) },
    { runJobs: false, durable: false, logger, startTrial: idle, startTraining: idle, transport: garbagePlatform },
  );
  await ask(hub, 'reports.make', { kind: 'weekly' });
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One request; how it was answered. Fails where it is not an answer a host can carry. */
async function codeOf(method: string, params: unknown, role: Role): Promise<string> {
  unexpected.length = 0;
  const answer = await hub.request(method, params, { ...ADMIN, role });
  expect(unexpected).toEqual([]);
  expect(typeof JSON.stringify(structuredClone(answer))).toBe('string');
  if (answer.ok) return 'ok';
  expect(answer.error.code).not.toBe('internal');
  expect(ERROR_CODES).toContain(answer.error.code);
  expect(answer.error.message).not.toBe('');
  return answer.error.code;
}

describe.each(Object.keys(methods) as MethodName[])('%s', (method) => {
  const { roles } = methods[method];

  test('answers whatever it is asked', async () => {
    const known = await furnish((round += 1));
    const inputs = inputsOf(method, known);
    const asked = fc.tuple(inputs, fc.nat(), fc.nat(BAD_VALUES.length - 1), fc.constantFrom(...roles));
    const ask = async ([input, at, bad, role]: [unknown, number, number, Role]) => {
      await codeOf(method, input, role);
      await refresh();
      const places = placesOf(input);
      await codeOf(method, replaced(input, places[at % places.length] ?? [], BAD_VALUES[bad]), role);
    };
    await fc.assert(fc.asyncProperty(asked, ask), { numRuns: 8, seed: SEED, endOnFailure: true });
    for (const bad of BAD_VALUES) await codeOf(method, bad, roles[0] as Role);
  });

  test('is forbidden to every other role, whatever is asked', async () => {
    for (const role of ROLES.filter((one) => !roles.includes(one)))
      for (const params of [{}, nestedArrays(5_000)]) expect(await codeOf(method, params, role)).toBe('forbidden');
  });
});

describe('what was answered as an error of the hub once', () => {
  const own = { channel: SHOP.channel, shopId: SHOP.shopId };
  const late = { ...shipped.rules[0], effectiveFrom: 8_900_000_000_000_000, effectiveTo: 9_000_000_000_000_000 };

  test.each<[string, MethodName, unknown, string]>([
    ['more pieces than a shelf can count', 'stock.adjust', { ...SHELF, quantity: Number.MAX_SAFE_INTEGER }, 'bad_request'],
    ['the day before the first one', 'gaps.check', { ...own, day: 0 }, 'bad_request'],
    ['a day no calendar has', 'gaps.check', { ...own, day: 9e15 }, 'bad_request'],
    ['a shop under half a character', 'shops.connect', { channel: 'woocommerce', shopId: '\uD83D', fields: {} }, 'bad_request'],
    ['an article under half a character', 'stock.adjust', { ...SHELF, sku: '\uD83D', quantity: 1 }, 'ok'],
    ['a rule with dates no calendar has', 'rules.draft.create', { title: '日期', from: { json: JSON.stringify({ rules: [late] }) } }, 'ok'],
  ])('%s', async (_what, method, params, code) => {
    expect(await codeOf(method, params, 'admin')).toBe(code);
    expect(await codeOf('channels.list', {}, 'admin')).toBe('ok');
    expect(await codeOf('stock.list', {}, 'admin')).toBe('ok');
    expect((await ask(hub, 'audit.verify', {})).intact).toBe(true);
  });

  test('a draft of such a rule says what is wrong with it', async () => {
    const { id } = await ask(hub, 'rules.draft.create', { title: '日期', from: { json: JSON.stringify({ rules: [late] }) } });
    const { findings } = await ask(hub, 'rules.draft', { id });
    expect(findings.filter(({ level }) => level === 'error').map(({ path }) => path)).toEqual([
      'rules.0.effectiveFrom',
      'rules.0.effectiveTo',
    ]);
  });
});

test('names that are no method are refused', async () => {
  for (const name of ['__proto__', 'constructor', '', 'a\0', '\uD800', 'x'.repeat(100_000)])
    expect(await codeOf(name, {}, 'admin')).toBe('unknown_method');
});

test('after all that the hub takes and judges an order, and no object of the program was changed', async () => {
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  const receipt = await deliver(hub, 'order.paid', orderData('LAST', NOW), NOW);
  expect(receipt.status).toBe(200);
  const key = { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: 'LAST' };
  expect((await ask(hub, 'orders.explain', key)).rederived).toBe(true);
  expect((await ask(hub, 'audit.verify', {})).intact).toBe(true);
});
