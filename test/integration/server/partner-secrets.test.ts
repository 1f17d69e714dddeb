import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { methods } from '#shared/contract/index.ts';
import type { MethodName } from '#shared/contract/index.ts';
import { PARTNER_IDS } from '#shared/contract/partners.ts';
import type { PartnerForm } from '#shared/contract/partners.ts';
import { orderData, SECRET, SHOP } from '#test/support/hub.ts';
import { IMPORT_HEADINGS, importRow } from '#test/support/import-file.ts';
import { randomSecret } from '#test/support/secrets.ts';
import { cellsOfTables, leaksIn, openRepeating, unpacked, workspaceFiles } from '#test/support/secret-search.ts';
import type { Heard } from '#test/support/secret-search.ts';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';
import { signStandard } from '#test/support/webhooks.ts';

/**
 * README: credentials are stored encrypted and never shown again, those of partners connected on screen as well. A hub on disk is given
 * every partner with random secrets; each of them repeats what it was sent in every word the hub reads. Then everything it wrote,
 * answered, told, logged and exported is searched for every secret in every form.
 */

const TOKEN = randomSecret();
const LIMIT = 60_000;
const secrets = new Map<string, string>([['access token of the administrator', TOKEN]]);
const told = new Map<string, string>();
/** Files people take home. */
const exported = new Map<string, Buffer>();
let service: Awaited<ReturnType<typeof openRepeating>>;
let post: { server: Server; port: number; heard: string[] };
let workspace: ReturnType<typeof temporaryWorkspace>;
let server: ServerProcess;
let socket: WebSocket;

function hear(place: string, text: string): void {
  told.set(place, `${told.get(place) ?? ''}\n${text}`);
}
function secret(name: string): string {
  const value = randomSecret();
  secrets.set(name, value);
  return value;
}
async function rpc<T = unknown>(method: string, params: unknown): Promise<T> {
  const { answer } = await server.rpc(TOKEN, method, params);
  hear(`rpc ${method}`, JSON.stringify(answer));
  if (!answer.ok) throw new Error(`${method}: ${answer.error.message}`);
  return answer.value as T;
}
async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + LIMIT; !(await done());) {
    if (Date.now() > limit) throw new Error(`not within ${LIMIT} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Every partner at once: well-formed answers, with what was sent in every field that takes words. */
function repeat({ path, authorization, body, said }: Heard): { status: number; body: unknown } {
  const bearer = authorization.replace('Bearer ', '').slice(0, 100);
  if (path.startsWith('/crm/')) return { status: 200, body: { tier: bearer, discountLimitPercent: 5 } };
  if (path.startsWith('/risk/'))
    return { status: 200, body: { score: 20, reasons: [bearer, authorization.slice(0, 200), body.slice(0, 200)] } };
  if (path.startsWith('/kuaidi100')) return { status: 200, body: { result: false, returnCode: '600', message: said } };
  if (path.startsWith('/kdniao')) return { status: 200, body: { Success: false, ResultCode: '101', Reason: `密钥 ${said}` } };
  if (path.startsWith('/robot')) return { status: 200, body: { errcode: `${said}`, errmsg: said, code: said, msg: said } };
  return { status: 409, body: { reason: { zh: said, en: said }, error: said } };
}

/** A mail server that repeats the log-in it refuses. */
async function openPost(): Promise<typeof post> {
  const heard: string[] = [];
  const mail = createServer((connection) => {
    connection.on('error', () => undefined);
    connection.write('220 mail\r\n');
    connection.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().split('\r\n').filter(Boolean)) {
        heard.push(line, Buffer.from(line.split(' ').at(-1) ?? '', 'base64').toString());
        if (/^EHLO|^HELO/.test(line)) connection.write('250-mail\r\n250 AUTH PLAIN LOGIN\r\n');
        else if (line.startsWith('AUTH')) connection.write(`535 5.7.8 ${line} ${heard.at(-1)?.replaceAll('\0', ' ') ?? ''}\r\n`);
        else if (line.startsWith('QUIT')) connection.end('221 bye\r\n');
        else connection.write(`502 ${line}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => mail.listen(0, '127.0.0.1', resolve));
  return { server: mail, port: (mail.address() as AddressInfo).port, heard };
}

/** What an administrator types: random where it is secret, with the secret inside an address where the address is one. */
function typedIn({ id, fields }: PartnerForm): Record<string, string> {
  const valueOf = ({ name, kind }: PartnerForm['fields'][number]): string => {
    const what = `${id} ${name}`;
    if (name === 'smtp') return `smtp://hub:${secret(what)}@127.0.0.1:${post.port}`;
    if (name === 'dingtalkUrl') return `${service.url}/robot/send?access_token=${secret(what)}`;
    if (kind === 'secret' && name.endsWith('Url')) return `${service.url}/robot/hook/${secret(what)}`;
    if (name === 'callbackUrl') return 'https://hub.example.com/hooks/partner/kuaidi100';
    if (kind === 'url') {
      const place = { crm: 'crm', 'risk-list': 'risk' }[id as string] ?? (name === 'endpoint' ? id : `${id}/${name}`);
      return `${name === 'feed' ? service.url.replace('http', 'ws') : service.url}/${place}`;
    }
    if (kind === 'text') return name === 'from' || name === 'operations' ? `${name}@example.com` : '示例';
    if (id !== 'wms' && id !== 'buyer') return secret(what);
    const bytes = Buffer.from(randomSecret().slice(0, 32)).toString('base64');
    secrets.set(what, bytes);
    return `whsec_${bytes}`;
  };
  return Object.fromEntries(fields.map((field) => [field.name, valueOf(field)]));
}

async function place(id: string, more: Record<string, unknown> = {}): Promise<{ orderNo: string; version: number }> {
  const now = Date.now();
  const message = { type: 'order.paid', timestamp: new Date(now).toISOString(), data: orderData(id, now, more) };
  const taken = await server.hook(`${SHOP.channel}/${SHOP.shopId}`, signStandard(SECRET, `msg_${id}_${now}`, now, message));
  hear('hooks', taken.body);
  return rpc('orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
}

async function importBadRows(): Promise<number> {
  const file = Buffer.from(`${IMPORT_HEADINGS}\n${importRow(1)}\n${importRow(2, { quantity: 'two' })}\n${importRow(3, { paid: 'x' })}\n`);
  const { id } = await rpc<{ id: number }>('imports.begin', {
    channel: SHOP.channel,
    shopId: SHOP.shopId,
    name: 'orders.csv',
    bytes: file.length,
  });
  await rpc('imports.append', { id, offset: 0, chunk: file.toString('base64') });
  const { suggestion } = await rpc<{ suggestion: object }>('imports.inspect', { id });
  await rpc('imports.preview', { id, mapping: suggestion });
  await rpc('imports.start', { id, mapping: suggestion });
  const done = async () => (await rpc<{ items: { state: string }[] }>('imports.list', {})).items[0]?.state === 'done';
  await until('the file is imported', done);
  return (await rpc<{ items: unknown[] }>('imports.errors', { id })).items.length;
}

async function takeHome(): Promise<void> {
  const { id } = await rpc<{ id: number }>('reports.make', { kind: 'weekly' });
  for (const format of ['xlsx', 'html'] as const) {
    for (const language of ['zh', 'en'] as const) {
      const { base64, name } = await rpc<{ base64: string; name: string }>('reports.export', { id, format, language });
      const content = Buffer.from(base64, 'base64');
      exported.set(name, content);
      if (format === 'xlsx') for (const [part, text] of unpacked(content)) exported.set(`${name}/${part}`, text);
    }
  }
  const { version } = await rpc<{ version: number }>('rules.list', {});
  const { json, name } = await rpc<{ json: string; name: string }>('rules.export', { version });
  exported.set(name, Buffer.from(json));
}

async function askEverything(orderNo: string): Promise<void> {
  const inputs = [
    {},
    { orderNo },
    { id: 1 },
    { days: 7 },
    { sku: 'CUP' },
    ...PARTNER_IDS.map((id) => ({ id })),
    { channel: SHOP.channel, shopId: SHOP.shopId },
  ];
  for (const [method, { kind, input }] of Object.entries(methods) as [MethodName, (typeof methods)[MethodName]][]) {
    if (kind !== 'query') continue;
    for (const params of inputs.filter((candidate) => input.safeParse(candidate).success)) await rpc(method, params).catch(() => undefined);
  }
  for (const path of ['/metrics', '/healthz']) {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    hear(`GET ${path}`, await response.text());
  }
}

beforeAll(async () => {
  service = await openRepeating(repeat);
  post = await openPost();
  const openingStock = [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 1_000, safety: 100 }];
  workspace = temporaryWorkspace({ shops: [SHOP], openingStock });
  server = await ServerProcess.start(['--data', workspace.data, '--port', '0', '--token', TOKEN, '--config', workspace.config], {
    ORDERPULSE_LOG: 'trace',
  });
  socket = new WebSocket(`${server.url.replace('http', 'ws')}/events`, { headers: { authorization: `Bearer ${TOKEN}` } });
  socket.on('message', (data: Buffer) => hear('events', data.toString()));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
}, LIMIT);
afterAll(async () => {
  socket.terminate();
  await server.stop('SIGKILL');
  await service.close();
  await new Promise((resolve) => post.server.close(resolve));
  workspace.remove();
});

test('secrets of partners connected on screen are used, and nowhere to be found', { timeout: 4 * LIMIT }, async () => {
  const { items: forms } = await rpc<{ items: PartnerForm[] }>('partners.catalogue', {});
  expect(forms.map(({ id }) => id).sort()).toEqual([...PARTNER_IDS].sort());
  for (const form of forms) {
    const values = typedIn(form);
    await rpc('partners.test', { id: form.id, values });
    await rpc('partners.connect', { id: form.id, values });
    await rpc('partners.switch', { id: form.id, on: false });
    await rpc('partners.switch', { id: form.id, on: true });
    await rpc('partners.test', { id: form.id });
    // What is left blank stays.
    await rpc('partners.connect', {
      id: form.id,
      values: Object.fromEntries(
        Object.entries(values).filter(([name]) => form.fields.find((field) => field.name === name)?.kind !== 'secret'),
      ),
    });
  }

  const before = service.heard.length;
  post.heard.length = 0;
  // Held (mail, robots), asked about (customer system, risk list, warehouse), shipped (warehouse, carriers), told to its buyer.
  await place('P1', { discountMinor: 2_000, paidMinor: 2_000 });
  const plain = await place('P2');
  await place('P3', { receiver: { ...(orderData('P3', 0)['receiver'] as object), phone: '1391234' } });
  const gone = await place('P4');
  const decided = async (orderNo: string) =>
    (await rpc<{ checks?: { state: string }[] }>('orders.get', { orderNo })).checks?.every(({ state }) => state !== 'asked') ?? false;
  for (const { orderNo } of [plain, gone]) await until('the sources have told', () => decided(orderNo));
  const { version } = await rpc<{ version: number }>('orders.get', { orderNo: plain.orderNo });
  const { version: known } = await rpc<{ version: number }>('orders.get', { orderNo: gone.orderNo });
  await rpc('orders.ship', { orderNo: gone.orderNo, version: known, trackingNumber: 'SF1234567890123', carrier: 'sf' });
  await rpc('orders.requestWaybill', { orderNo: plain.orderNo, version, carrier: 'zto' }).catch(() => undefined);
  const heardOf = (place: string) => service.heard.slice(before).some((said) => said.includes(place));
  for (const path of ['/crm/', '/risk/', '/wms/', '/buyer/', '/kuaidi100', '/kdniao', '/robot/'])
    await until(`${path} was called`, () => heardOf(path));

  await until('mail was tried', () => post.heard.some((line) => line.startsWith('AUTH')));

  expect(await importBadRows()).toBe(2);
  await takeHome();
  await askEverything(plain.orderNo);

  // They were really sent, and the words that came back are really kept, without them.
  const used = leaksIn(new Map([['heard', [...service.heard, ...post.heard].join('\n')]]), secrets);
  const sent = [
    'crm token',
    'risk-list token',
    'kuaidi100 key',
    'kuaidi100 salt',
    'mail smtp',
    'robots dingtalkUrl',
    'robots feishuUrl',
    'robots wecomUrl',
  ];
  expect(used).toEqual(expect.arrayContaining(sent.map((name) => `${name} in heard`)));
  expect(told.get('rpc orders.get')).toContain('等级 ***');
  expect(told.get('rpc orders.get')).toContain('风险分 20：***');

  expect(exported.size).toBeGreaterThan(10);
  expect([...exported.keys()]).toEqual(expect.arrayContaining([expect.stringMatching(/xl\/worksheets\/sheet1\.xml$/) as string]));
  expect(leaksIn(told, secrets)).toEqual([]);
  expect(leaksIn(exported, secrets)).toEqual([]);
  const running = workspaceFiles(workspace.data);
  expect([...running.keys()]).toEqual(expect.arrayContaining(['orderpulse.db', 'orderpulse.db-wal']));
  expect(leaksIn(running, secrets)).toEqual([]);
  const ended = await server.stop();
  expect(leaksIn(workspaceFiles(workspace.data), secrets)).toEqual([]);
  expect(leaksIn(cellsOfTables(workspace.data), secrets)).toEqual([]);
  const log = [...ended.out, ...ended.errors].join('\n');
  expect(log.length).toBeGreaterThan(1_000);
  expect(leaksIn(new Map([['log', log]]), secrets)).toEqual([]);
  const database = new Database(join(workspace.data, 'orderpulse.db'), { readonly: true });
  expect(database.prepare('SELECT count(*) FROM partner_connections').pluck().get()).toBe(PARTNER_IDS.length);
  database.close();
});
