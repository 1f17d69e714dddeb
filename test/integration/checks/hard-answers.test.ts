import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { CHECK_SOURCES } from '#shared/order.ts';
import type { CheckSource } from '#shared/order.ts';
import type { HubOverrides } from '#main/host/open-hub.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import { ask, SHOP } from '#test/support/hub.ts';
import { eventually, World } from './world.ts';
import type { WireOrder } from './world.ts';

/** B3: whatever a source answers, or does not, the order is decided in time, says so, and never passes in silence. */

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A source on the loopback interface that answers whatever it is told to. */
async function openSource(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => request.resume().on('end', () => answer(request, response)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
function partnersOf(source: CheckSource, url: string): NonNullable<HubConfigInput['partners']> {
  if (source === 'crm') return { crm: { url, token: 'customer-system-token' } };
  if (source === 'risk-list') return { riskList: { url, token: 'risk-list-token' } };
  return { wms: { url: `${url}/messages`, secret: SECRET, check: `${url}/check` } };
}
async function open(config: HubConfigInput, overrides: HubOverrides = {}): Promise<World> {
  const world = await World.open();
  closers.push(() => world.close());
  await world.connect([], config, overrides);
  return world;
}
/**
 * An order the source was heard about, whatever it said: how soon is no matter here, and a busy machine may take longer than the
 * third of a second it is waited for. Such an order is left, and another one placed.
 */
async function heard(world: World, source: CheckSource, id: string): Promise<{ id: string; order: WireOrder }> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { timeouts } = await world.source(source);
    const placed = `${id}-${attempt}`;
    await world.place(placed);
    await world.settled();
    if ((await world.source(source)).timeouts === timeouts) return { id: placed, order: await world.order(placed) };
  }
  throw new Error(`${source} is never heard in time`);
}

const GOOD: Record<CheckSource, unknown> = {
  crm: { tier: 'gold', discountLimitPercent: 90 },
  wms: { at: 1, items: [{ sku: 'CUP', warehouse: 'suzhou', spot: 1_000, presale: 0 }] },
  'risk-list': { score: 0, reasons: [] },
};
/** Well-formed, and not what was agreed. */
const ASTRAY: Record<CheckSource, unknown[]> = {
  crm: [
    { tier: 'gold' },
    { tier: 7, discountLimitPercent: 10 },
    { tier: 'gold', discountLimitPercent: '10' },
    { tier: 'gold', discountLimitPercent: 101 },
  ],
  wms: [
    { items: {} },
    { items: [{ sku: 'CUP', warehouse: 'suzhou', spot: -1, presale: 0 }] },
    { items: [{ sku: 'CUP', warehouse: 'suzhou', spot: 1.5, presale: 0 }] },
  ],
  'risk-list': [
    { score: 100.5 },
    { score: null },
    { score: 5, reasons: 'none' },
    { score: 5, reasons: Array.from({ length: 21 }, () => 'x') },
  ],
};

interface Bad {
  name: string;
  words: RegExp;
  send(response: ServerResponse): void;
}
const json = { 'content-type': 'application/json' };
const body = (
  name: string,
  text: string | Buffer,
  words = /无法读懂|不符合约定/,
  status = 200,
  headers: Record<string, string> = json,
): Bad => ({
  name,
  words,
  send: (response) => void response.writeHead(status, headers).end(text),
});
const BAD: Bad[] = [
  body('a page', '<!doctype html><title>Welcome</title>', undefined, 200, { 'content-type': 'text/html' }),
  body('nothing', ''),
  body('no content', '', /HTTP 204/, 204),
  body('null', 'null'),
  body('a list', '[]'),
  body('a text', '"ok"'),
  body('half of it', '{"tier":"go'),
  body('bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80])),
  body('brackets without end', '['.repeat(100_000)),
  body('an endless body', ' '.repeat(6 * 1024 * 1024)),
  body('a small body that unpacks to a large one', gzipSync(' '.repeat(64 * 1024 * 1024)), undefined, 200, {
    ...json,
    'content-encoding': 'gzip',
  }),
  body('another place', '', /HTTP 302/, 302, { location: 'http://127.0.0.1:9/' }),
  body('not allowed', '{}', /HTTP 401：密钥或令牌不对/, 401),
  body('trouble of its own', 'Internal Server Error', /HTTP 500：对方系统出错/, 500),
  body('too many questions', '{}', /HTTP 429/, 429),
  body('an error page where the buyer would be', '<html>not found</html>', /HTTP 404|无法读懂/, 404, { 'content-type': 'text/html' }),
  { name: 'a cut connection', words: /无法连通/, send: (response) => void response.socket?.destroy() },
  {
    name: 'a cut body',
    words: /无法连通/,
    send: (response) =>
      void response.writeHead(200, { ...json, 'content-length': '500' }).write('{"tier"', () => response.socket?.destroy()),
  },
];

describe.each(CHECK_SOURCES)('what is no answer of %s', (source) => {
  test('counts as unavailable with its reason, leaves a mark or a hold, and no good answer is mistaken for it', async () => {
    const astray = ASTRAY[source].map((value, index) => body(`astray ${index}`, JSON.stringify(value), /不符合约定/));
    let send = BAD[0]?.send;
    const url = await openSource((_request, response) => send?.(response));
    // The clock stands, or whoever was not answered would be asked about again meanwhile.
    const now = Date.now();
    const world = await open({ partners: partnersOf(source, url) }, { clock: { now: () => now } });
    const policy = (await world.source(source)).policy;
    for (const [index, bad] of [...BAD, ...astray].entries()) {
      ({ send } = bad);
      const { id, order } = await heard(world, source, `${source}-${index}`);
      const check = world.check(order, source);
      expect(check, bad.name).toMatchObject({ state: 'unavailable', value: null, late: false });
      expect(check.words?.zh, bad.name).toMatch(bad.words);
      expect(order.tags, bad.name).toContain(`unchecked-${source}`);
      if (policy === 'hold') expect(order.hold?.reasons, bad.name).toMatchObject([{ ruleId: `check:${source}` }]);
      else expect(order.executable.find((line) => line.id === 'checks')?.note?.zh, bad.name).toContain('未核验，已标记');
      const { items } = await ask(world.hub, 'orders.timeline', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
      expect(
        items.some(({ kind, text }) => kind === 'check' && text.zh.includes('未能核验')),
        bad.name,
      ).toBe(true);
      // One good answer between them, or the source would be left alone.
      ({ send } = body('good', JSON.stringify(GOOD[source])));
      const { order: good } = await heard(world, source, `${id}-good`);
      expect(world.check(good, source), bad.name).toMatchObject({ state: 'answered' });
      expect(good.hold, bad.name).toBeNull();
    }
    expect(await world.source(source)).toMatchObject({ answers: BAD.length + astray.length, breaker: 'closed' });
  });
});

describe('an answer that drips', () => {
  test('is cut off for each source at its own time, and its call is ended', async () => {
    let begun = 0;
    let ended = 0;
    const drip = (_request: IncomingMessage, response: ServerResponse) => {
      begun += 1;
      response.writeHead(200, json);
      const drops = setInterval(() => response.write(' '), 20);
      response.on('close', () => {
        clearInterval(drops);
        ended += 1;
      });
    };
    const url = await openSource(drip);
    const world = await open({ partners: { ...partnersOf('crm', url), ...partnersOf('wms', url), ...partnersOf('risk-list', url) } });
    await world.place('D1');
    await world.settled();
    const order = await world.order('D1');
    const words = CHECK_SOURCES.map((source) => world.check(order, source).words?.zh);
    expect(words).toEqual(['对方 800 毫秒内没有应答', '对方 500 毫秒内没有应答', '对方 300 毫秒内没有应答']);
    expect(order.hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['check:risk-list']);
    expect(order.tags).toEqual(expect.arrayContaining(CHECK_SOURCES.map((source) => `unchecked-${source}`)));
    for (const source of CHECK_SOURCES)
      expect(await world.source(source)).toMatchObject({
        timeouts: 1,
        answers: 0,
        timeoutMs: { crm: 800, wms: 500, 'risk-list': 300 }[source],
      });
    // A call is not kept for ever: all three connections are closed from here.
    await eventually(() => begun === 3 && ended === 3);
    for (const source of CHECK_SOURCES) expect(await world.source(source)).toMatchObject({ asking: 0, late: 0 });
  });
});

describe('the time of all sources together', () => {
  test('ends a question that was asked late in its turn, and one that never had a turn; both are told late', async () => {
    let asked = 0;
    const url = await openSource((_request, response) => {
      asked += 1;
      setTimeout(() => response.writeHead(200, json).end(JSON.stringify(GOOD.crm)), 1_100);
    });
    const world = await open({ partners: partnersOf('crm', url), settings: { checksParallel: 1 } });
    await Promise.all(['E1', 'E2', 'E3'].map((id) => world.place(id)));
    await world.settled();
    const said = async (id: string) => {
      const { items } = await ask(world.hub, 'orders.timeline', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
      return items.filter(({ kind }) => kind === 'check').map(({ text }) => text.zh)[0];
    };
    expect(await said('E1')).toContain('对方 800 毫秒内没有应答');
    expect(await said('E2')).toContain('超过总时限');
    expect(await said('E3')).toContain('排队超时，未轮到询问');
    await eventually(async () => world.check(await world.order('E2'), 'crm').late);
    expect(world.check(await world.order('E2'), 'crm')).toMatchObject({ state: 'answered', value: 90 });
    // What was given up before its turn was never asked.
    expect(asked).toBe(2);
  });
});

describe.each(CHECK_SOURCES)('policies of %s', (source) => {
  test.each(['hold', 'pass-and-mark'] as const)('%s is what becomes of an order it cannot tell about', async (policy) => {
    let down = true;
    const url = await openSource((_request, response) => void response.writeHead(down ? 503 : 200, json).end(JSON.stringify(GOOD[source])));
    const world = await open({ partners: partnersOf(source, url), settings: { [`checks.${source}`]: policy } });
    await world.place('F1');
    await world.settled();
    const order = await world.order('F1');
    expect(order.tags).toContain(`unchecked-${source}`);
    if (policy === 'hold') {
      const role = { crm: 'operations', wms: 'warehouse', 'risk-list': 'risk' }[source];
      expect(order.hold).toMatchObject({
        kind: 'held',
        role,
        openedBy: 'rule',
        reasons: [{ ruleId: `check:${source}`, severity: 'medium' }],
      });
      expect(order.status).toBe('paid');
    } else expect(order).toMatchObject({ hold: null });
    down = false;
    await world.change('F1', {
      discountMinor: 400,
      paidMinor: 3_600,
      buyer: { key: 'another', name: '李' },
      lines: [{ sku: 'CUP', name: '杯子', quantity: 1, unitPriceMinor: 4_000 }],
    });
    const after = await world.answered('F1');
    expect(after).toMatchObject({ hold: null, tags: expect.not.arrayContaining([`unchecked-${source}`]) as string[] });
  });
});
