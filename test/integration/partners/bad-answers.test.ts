import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WaybillRefused } from '#main/hub/partner-ports.ts';
import { kdniao } from '#main/partners/carriers/kdniao.ts';
import { kuaidi100, SubscriptionRefused } from '#main/partners/carriers/kuaidi100.ts';
import { crmClient, riskClient, wmsCheckClient } from '#main/partners/lookups.ts';
import { PartnerError } from '#main/partners/policy.ts';
import { WmsStock } from '#main/partners/wms-stock.ts';
import { BAD_JSON, placesOf, replaced } from '#test/support/bad-values.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const HERE = '\u0001here';
let server: Server;
let url: string;
let answer = '{}';
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const carrier = { salt: undefined, timeoutMs: 10_000 };
const receiver = { Name: '张晓明', Mobile: '13900000000' };
const lines = [{ name: '杯子', quantity: 1 }];
const issuer = () => kdniao({ businessId: '1', apiKey: 'k', endpoint: url, sender: {}, timeoutMs: 10_000 });
const follower = () => kuaidi100({ ...carrier, key: 'k', callbackUrl: `${url}/hooks`, endpoint: url });
const question = (link: { ask: ReturnType<typeof crmClient>['ask'] }) => link.ask('buyer', () => undefined, new AbortController().signal);

/** Every question the hub asks of a partner, each by a client that has not failed yet, and an answer as it was agreed. */
const QUESTIONS: [string, unknown, () => Promise<unknown>][] = [
  ['the tier of a buyer', { tier: 'gold', discountLimitPercent: 10 }, () => question(crmClient({ url, token: 't' }))],
  [
    'the score of a buyer',
    { score: 5, reasons: ['x'] },
    () => riskClient({ url, token: 't' }).ask({} as never, () => undefined, new AbortController().signal),
  ],
  [
    'pieces that are there',
    { items: [{ sku: 'CUP', warehouse: 'suzhou', spot: 1, presale: 0 }] },
    () => wmsCheckClient({ url, secret: SECRET, now: Date.now }).ask([], () => undefined, new AbortController().signal),
  ],
  [
    'a page of stock',
    { at: 1, seq: 1, items: [{ sku: 'CUP', warehouse: 'suzhou', spot: 1 }], next: null },
    () => new WmsStock({ snapshot: url, feed: undefined, secret: SECRET, now: Date.now }).page(null),
  ],
  [
    'a parcel followed by Kuaidi100',
    { result: true, returnCode: '200', message: '提交成功' },
    () => follower().subscribe('yto', 'YT1', null),
  ],
  ['a parcel followed by Kdniao', { Success: true, Reason: '', ResultCode: '100' }, () => issuer().subscribe('yto', 'YT1', null)],
  [
    'a waybill',
    { Success: true, Reason: '', ResultCode: '100', Order: { LogisticCode: 'YT1' }, PrintTemplate: '<p>' },
    () => issuer().request({ orderNo: 'OP1', carrier: 'yto', receiver, lines }),
  ],
  ['a waybill given back', { Success: true, Reason: '' }, () => issuer().cancel({ orderNo: 'OP1', carrier: 'yto', number: 'YT1' })],
];

/** What a question came to: an answer, or words of ours for its failure. Whatever else is thrown fails. */
async function cameTo(ask: () => Promise<unknown>): Promise<'told' | 'not told'> {
  try {
    const told = (await ask()) as { ok?: boolean; error?: unknown } | string | undefined;
    expect(JSON.stringify(structuredClone(told) ?? null).length).toBeLessThan(1_500_000);
    if (typeof told === 'object' && told.ok === false) expect(told.error).toBeInstanceOf(PartnerError);
    return typeof told === 'object' && told.ok === false ? 'not told' : 'told';
  } catch (error) {
    const known = [PartnerError, SubscriptionRefused, WaybillRefused].some((kind) => error instanceof kind);
    if (!known) throw error;
    expect((error as Error).message.length).toBeLessThan(1_000);
    return 'not told';
  }
}

test.each(QUESTIONS)('%s: what is no answer is told as one, whatever stands in it', async (_what, agreed, ask) => {
  answer = JSON.stringify(agreed);
  // A machine under load may be too slow for the shortest of them once.
  await expect.poll(() => cameTo(ask), { timeout: 60_000 }).toBe('told');
  const places = placesOf(agreed);
  const change = async (place: number, json: string) => {
    answer = JSON.stringify(replaced(agreed, places[place] ?? [], HERE)).replace(JSON.stringify(HERE), () => json);
    await cameTo(ask);
  };
  await fc.assert(fc.asyncProperty(fc.nat(places.length - 1), fc.constantFrom(...BAD_JSON), change), { numRuns: 60, seed: 20_250_618 });
  for (answer of ['', 'null', '[]', '<html>', '{"', BAD_JSON.at(-1) as string]) expect(await cameTo(ask)).toBe('not told');
});

test('a buyer whose key holds half a character is asked about like any other', async () => {
  answer = JSON.stringify({ tier: 'gold', discountLimitPercent: 10 });
  asked.length = 0;
  const ask = () => crmClient({ url, token: 't' }).ask('买家\uD83D', () => undefined, new AbortController().signal);
  await expect.poll(() => cameTo(ask), { timeout: 60_000 }).toBe('told');
  expect(asked.at(-1)).toBe(`/customers/${encodeURIComponent('买家\uFFFD')}/tier`);
});
