import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { methods } from '#shared/contract/index.ts';
import type { Answer, MethodName, StreamEvent } from '#shared/contract/index.ts';
import { streamEventSchema } from '#shared/contract/events.ts';
import { startHubThread } from '#main/host/thread.ts';
import type { HubThread } from '#main/host/thread.ts';
import { configSchema } from '#main/hub/config.ts';
import { openHttpCarrier, openIpcCarrier } from '#test/support/carriers.ts';
import type { CarrierClient } from '#test/support/carriers.ts';
import { temporaryWorkspace } from '#test/support/server-process.ts';
import { signStandard } from '#test/support/webhooks.ts';

const SECRET = `whsec_${Buffer.from('an invented secret, thirty-two b').toString('base64')}`;
const workspace = temporaryWorkspace({});
let hub: HubThread;
let carriers: { http: CarrierClient; ipc: CarrierClient };
const events: Record<'http' | 'ipc', StreamEvent[]> = { http: [], ipc: [] };

let imported = 0;
let report = 0;
let radar: { samples: number; model: string };
let rules: { draft: string; version: number; trial: string; apply: string };
let sent = 0;
async function receive(data: Record<string, unknown>): Promise<void> {
  const payload = { type: 'order.paid', timestamp: new Date().toISOString(), data: { currency: 'CNY', ...data } };
  const { headers, body } = signStandard(SECRET, `m${(sent += 1)}`, Date.now(), payload);
  const receipt = await hub.receive({ channel: 'standard-webhooks', shopId: 'own', headers, body, receivedAt: Date.now() });
  expect(receipt.status).toBe(200);
}
function value<T>(answer: Answer<unknown>): T {
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value as T;
}

/** A draft, its trial and a preview of applying, so that each can be asked about. */
async function startRuleWork(): Promise<typeof rules> {
  const { http } = carriers;
  const { version } = value<{ version: number }>(await http.request('rules.list', {}));
  const draft = value<{ id: string; revision: number }>(await http.request('rules.draft.create', { title: '大促', from: 'current' }));
  const trial = value<{ id: string }>(await http.request('rules.trial.start', { draft: draft.id, revision: draft.revision, days: 1 }));
  const apply = value<{ id: string }>(await http.request('rules.apply.preview', {}));
  await vi.waitFor(async () => {
    expect(value<{ state: string }>(await http.request('rules.trial', { id: trial.id })).state).toBe('done');
  }, 30_000);
  return { draft: draft.id, version, trial: trial.id, apply: apply.id };
}

/** Two dozen orders, half of them disputed by a file, and the model learnt from it. */
async function startRadar(order: Record<string, unknown>): Promise<typeof radar> {
  const { http } = carriers;
  const names = Array.from({ length: 24 }, (_, index) => `radar-${index}`);
  for (const [index, channelOrderId] of names.entries()) {
    const receiver = { ...(order['receiver'] as object), phone: `137${String(10_000_000 + index * 7_919)}` };
    await receive({ ...order, channelOrderId, buyer: `radar-${index}`, receiver });
  }
  const file = Buffer.from(`订单号,纠纷\n${names.map((name, index) => `${name},${index % 2 === 0 ? '是' : '否'}`).join('\n')}\n`);
  const upload = { channel: 'standard-webhooks', shopId: 'own', name: 'disputes.csv', bytes: file.length };
  const { id } = value<{ id: number }>(await http.request('imports.begin', upload));
  value(await http.request('imports.append', { id, offset: 0, chunk: file.toString('base64') }));
  const mapping = { columns: { order: 0, label: 1 } };
  await vi.waitFor(async () => {
    expect(value<{ rows: unknown[] }>(await http.request('radar.inspect', { id, mapping })).rows).toHaveLength(20);
  });
  const samples = value<{ id: number }>(await http.request('radar.samples.take', { id, name: '纠纷', mapping })).id;
  value(await http.request('radar.train', { samples: [samples], fine: 'samples' }));
  await vi.waitFor(async () => {
    expect(value<{ newest: string | null }>(await http.request('radar.overview', {})).newest).toBe('radar-1');
  }, 30_000);
  return { samples, model: 'radar-1' };
}

beforeAll(async () => {
  const config = configSchema.parse({
    shops: [{ channel: 'standard-webhooks', shopId: 'own', name: '品牌商城', credentials: { secret: SECRET } }],
    openingStock: [{ sku: 'MB-1', name: '有机米粉', warehouse: 'suzhou', spot: 50, safety: 20 }],
  });
  hub = await startHubThread({ dataDirectory: workspace.data, config, demo: false });
  carriers = { http: await openHttpCarrier(hub), ipc: await openIpcCarrier(hub) };
  for (const name of ['http', 'ipc'] as const) await carriers[name].subscribe(null, (event) => events[name].push(event));
  const lines = [{ sku: 'MB-1', name: '有机米粉', quantity: 1, unitPriceMinor: 9_900 }];
  const receiver = {
    name: '陈小明',
    phone: '13812345678',
    province: '江苏省',
    city: '苏州市',
    district: '姑苏区',
    address: '示例路1号2幢301室',
  };
  await receive({ channelOrderId: 'plain', buyer: 'b1', receiver, lines });
  await receive({
    channelOrderId: 'shouting',
    buyer: 'b2',
    receiver: { ...receiver, phone: '13900001111' },
    buyerMessage: '刷单返现',
    lines,
  });
  const file = Buffer.from('订单号,金额\nA1,9.90\n');
  const upload = { channel: 'standard-webhooks', shopId: 'own', name: 'orders.csv', bytes: file.length };
  imported = value<{ id: number }>(await carriers.http.request('imports.begin', upload)).id;
  value(await carriers.http.request('imports.append', { id: imported, offset: 0, chunk: file.toString('base64') }));
  rules = await startRuleWork();
  report = value<{ id: number }>(await carriers.http.request('reports.make', { kind: 'weekly' })).id;
  await vi.waitFor(async () => {
    const page = value<{ items: unknown[] }>(await carriers.http.request('orders.list', {}));
    expect(page.items).toHaveLength(2);
  });
  radar = await startRadar({ receiver, lines });
}, 60_000);
afterAll(async () => {
  await carriers?.http.close();
  await carriers?.ipc.close();
  await hub?.close();
  workspace.remove();
});

const QUERIES = (Object.keys(methods) as MethodName[]).filter((name) => methods[name].kind === 'query');
/** Asked about the first order. */
const OF_AN_ORDER = new Set(
  QUERIES.filter((name) => !methods[name].input.safeParse({}).success && methods[name].input.safeParse({ orderNo: 'any' }).success),
);

describe('the whole contract on a real hub in its thread', () => {
  it.each(QUERIES)('%s answers the same over both carriers, as its schema says', async (name) => {
    const [first] = value<{ items: { orderNo: string }[] }>(await carriers.http.request('orders.list', { limit: 1 })).items;
    const shop = { channel: 'standard-webhooks', shopId: 'own' };
    const mapping = { columns: { channelOrderId: { column: 0 } } };
    const extra: Partial<Record<MethodName, unknown>> = {
      'stock.movements': { sku: 'MB-1' },
      'holds.shift': { since: 0 },
      'shops.connection': shop,
      'partners.connection': { id: 'wms' },
      'reports.get': { id: report },
      'reports.orders': { id: report, group: 'held' },
      'reports.export': { id: report, format: 'html', language: 'zh' },
      'outcomes.inspect': { id: imported },
      'radar.inspect': { id: imported },
      'radar.samples.errors': { id: radar.samples },
      'radar.model': { model: radar.model },
      'radar.orders': { model: radar.model },
      'rules.lint': { body: { rules: [], lists: {} } },
      'rules.draft': { id: rules.draft },
      'checks.unanswered': { source: 'crm' },
      'rules.diff': { from: { version: rules.version }, to: { draft: rules.draft } },
      'rules.export': { version: rules.version },
      'rules.trial': { id: rules.trial },
      'rules.trial.last': { draft: rules.draft },
      'rules.trial.orders': { id: rules.trial },
      'rules.apply.changes': { id: rules.apply },
      'gaps.list': { ...shop, day: 86_400_000 },
      'mapping.get': { channel: 'douyin' },
      'mapping.try': { channel: 'douyin', payload: '{}' },
      'imports.inspect': { id: imported },
      'imports.preview': { id: imported, mapping },
      'imports.errors': { id: imported },
    };
    const params = OF_AN_ORDER.has(name) ? { orderNo: first?.orderNo } : (extra[name] ?? {});
    const [overHttp, overIpc] = [value(await carriers.http.request(name, params)), value(await carriers.ipc.request(name, params))];
    expect(methods[name].output.safeParse(overHttp).error).toBeUndefined();
    expect(methods[name].output.safeParse(overIpc).error).toBeUndefined();
    // Clocks and rates move between two questions; everything else must be the same.
    const still = (json: unknown) =>
      JSON.parse(JSON.stringify(json, (_key, part: unknown) => (typeof part === 'number' ? 0 : part))) as unknown;
    const moving: MethodName[] = ['pulse.snapshot', 'health.current', 'stock.map'];
    if (!moving.includes(name)) expect(still(overIpc)).toEqual(still(overHttp));
  });

  it('both consoles see the same numbered events, each as its schema says', async () => {
    await receive({ channelOrderId: 'late', buyer: 'b3', lines: [{ sku: 'MB-1', quantity: 1, unitPriceMinor: 9_900 }] });
    const seen = (name: 'http' | 'ipc') => events[name].findIndex((event) => event.name === 'orders.beat' && event.seq > 3);
    await vi.waitFor(() => expect([seen('http') >= 0, seen('ipc') >= 0]).toEqual([true, true]), 5_000);
    const common = Math.min(events.http.at(-1)?.seq ?? 0, events.ipc.at(-1)?.seq ?? 0);
    const first = Math.max(events.http[0]?.seq ?? 0, events.ipc[0]?.seq ?? 0);
    const shared = (list: StreamEvent[]) => list.filter(({ seq }) => seq >= first && seq <= common);
    expect(shared(events.ipc)).toEqual(shared(events.http));
    expect(shared(events.http).map(({ seq }) => seq)).toEqual(
      Array.from({ length: common - first + 1 }, (_unused, index) => first + index),
    );
    for (const event of events.http) expect(streamEventSchema.safeParse(event).error).toBeUndefined();
  });

  it('a decision taken on one console is told to the other, and the stale one is refused there', async () => {
    const held = value<{ items: { orderNo: string; version: number }[] }>(await carriers.ipc.request('holds.list', {}));
    const [target] = held.items;
    expect(target).toBeDefined();
    const before = events.http.length;
    const decision = await carriers.ipc.request('holds.release', { orderNo: target?.orderNo, version: target?.version, reason: '已核实' });
    expect(decision).toMatchObject({ ok: true, value: { order: { orderNo: target?.orderNo, hold: null } } });
    await vi.waitFor(() => {
      const closed = events.http.slice(before).flatMap((event) => (event.name === 'holds.changed' ? event.payload.closed : []));
      expect(closed).toContain(target?.orderNo);
    });
    const stale = await carriers.http.request('holds.freeze', { orderNo: target?.orderNo, version: target?.version });
    expect(stale).toMatchObject({ ok: false, error: { code: 'stale_version' } });
  });
});
