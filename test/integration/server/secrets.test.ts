import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import { methods } from '#shared/contract/index.ts';
import type { MethodName } from '#shared/contract/index.ts';
import type { Manifest } from '#shared/contract/connections.ts';
import { PARTNER_IDS } from '#shared/contract/partners.ts';
import { businessDayStart, MINUTE } from '#shared/time.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import type { PlatformSimulator, TruthOrder } from '#simulators/kit/types.ts';
import { formsOf, randomSecret, secretsIn } from '#test/support/secrets.ts';
import { cellsOfTables, leaksIn, openRepeating, workspaceFiles } from '#test/support/secret-search.ts';
import type { Heard } from '#test/support/secret-search.ts';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';
import { signStandard } from '#test/support/webhooks.ts';
import { paidOrder } from '../../simulation/feeds/orders.ts';
import { simulatorOf } from '../../simulation/conformance/ways.ts';

/**
 * README: credentials are stored encrypted and never shown again. Proved from outside: a hub of its own on disk is given shops of
 * every channel and every partner, all with random secrets, meets platforms that work, refuse, and repeat everything they were
 * sent, and then everything it wrote, answered, told and logged is searched for every secret in every form.
 */

const TOKEN = randomSecret();
const LIMIT = 60_000;
/** Every secret by what it is. */
const secrets = new Map<string, string>([['access token of the administrator', TOKEN]]);
/** Everything anybody but the platforms was told, by where. */
const told = new Map<string, string>();
const simulators = new Map<ChannelId, PlatformSimulator>();
let repeating: Awaited<ReturnType<typeof openRepeating>>;
let workspace: ReturnType<typeof temporaryWorkspace>;
let server: ServerProcess;
let socket: WebSocket;

function hear(place: string, text: string): void {
  told.set(place, `${told.get(place) ?? ''}\n${text}`);
}
function secret(name: string, value = randomSecret()): string {
  secrets.set(name, value);
  return value;
}
async function rpc(method: string, params: unknown): Promise<{ ok: boolean; value?: unknown }> {
  const { answer } = await server.rpc(TOKEN, method, params);
  hear(`rpc ${method}`, JSON.stringify(answer));
  return answer;
}
async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + LIMIT; !(await done());) {
    if (Date.now() > limit) throw new Error(`not within ${LIMIT} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A platform that refuses everything and repeats what it was sent, address, headers and body, wherever an error has room for words. */
function refusal({ said }: Heard): { status: number; body: object } {
  const error = {
    code: 41,
    msg: said,
    sub_code: 'isv.unheard-of',
    sub_msg: said,
    error_code: 41,
    error_msg: said,
    sub_error_msg: said,
  };
  const body = {
    ...error,
    ...{
      errcode: 41_000,
      errmsg: said,
      err_code: 41,
      err_msg: said,
      message: said,
      error: said,
      error_description: said,
      errors: said,
    },
    ...{ error_response: { ...error, zh_desc: said, en_desc: said }, gw_err_resp: error, result: 41, success: false, type: 'ISP' },
  };
  return { status: 400, body };
}

function configOf(url: string) {
  return {
    shops: [
      { channel: 'standard-webhooks' as const, shopId: 'own', credentials: { secret: `whsec_${secret('own store', random32())}` } },
      {
        ...{ channel: 'taobao' as const, shopId: 'file', endpoint: url, poll: true },
        credentials: { app_key: '12345678', secret: secret('taobao, from the file'), access_token: secret('taobao token, from the file') },
      },
    ],
    partners: {
      wms: { url: `${url}/wms`, secret: `whsec_${secret('warehouse', random32())}`, snapshot: `${url}/wms/stock`, feed: `${url}/wms/feed` },
      buyer: { url: `${url}/buyer`, secret: `whsec_${secret('buyer messages', random32())}` },
      mail: { smtp: `smtp://hub:${secret('mail')}@127.0.0.1:9`, from: 'hub@example.com', operations: 'desk@example.com' },
      crm: { url: `${url}/crm`, token: secret('customer system') },
      riskList: { url: `${url}/risk`, token: secret('risk list') },
      kuaidi100: {
        ...{ key: secret('kuaidi100'), callbackUrl: 'https://hub.example.com/hooks/partner/kuaidi100' },
        ...{ salt: secret('kuaidi100 salt'), endpoint: `${url}/kuaidi100` },
      },
      kdniao: { businessId: 'merchant', apiKey: secret('kdniao'), endpoint: `${url}/kdniao` },
      robots: [
        { kind: 'dingtalk' as const, url: `${url}/robot?access_token=${secret('robot address')}`, secret: secret('robot') },
        { kind: 'feishu' as const, url: `${url}/robot/${secret('second robot address')}`, secret: secret('second robot') },
      ],
    },
  };
}
function random32(): string {
  return Buffer.from(randomSecret().padEnd(32, 'x').slice(0, 32)).toString('base64');
}

async function catalogue(): Promise<Manifest[]> {
  return ((await rpc('channels.catalogue', {})).value as { items: Manifest[] }).items;
}

/** Values for every field of the form, random where it is secret. */
function typedIn({ id, fields }: Manifest): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ name, kind, pattern }) => {
      if (kind === 'url') return [name, repeating.url];
      if (kind === 'text') return [name, pattern?.includes('\\d') ? '12345678' : 'plain-value'];
      const value =
        id === 'standard-webhooks'
          ? random32()
          : name === 'encodingAESKey'
            ? randomSecret().padEnd(43, 'A').replace(/[-_]/g, 'b')
            : randomSecret();
      return [name, `${id === 'standard-webhooks' ? 'whsec_' : ''}${secret(`${id} ${name}`, value)}`];
    }),
  );
}

beforeAll(async () => {
  repeating = await openRepeating(refusal);
  workspace = temporaryWorkspace(configOf(repeating.url));
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
  await Promise.all([...simulators.values()].map((simulator) => simulator.stop()));
  await repeating.close();
  workspace.remove();
});

/** Connects a shop as the form does: test call, save, switch on. */
async function connect(shop: { channel: ChannelId; shopId: string }, fields: Record<string, string>, endpoint: string): Promise<void> {
  const draft = { ...shop, name: shop.shopId, fields, endpoint, options: { pollSeconds: 1 }, push: true, poll: true };
  await rpc('shops.test', draft);
  expect(await rpc('shops.connect', draft)).toMatchObject({ ok: true });
  expect(await rpc('shops.switch', { ...shop, on: true })).toMatchObject({ ok: true });
}

async function readEverything(): Promise<void> {
  const [order] = ((await rpc('orders.list', {})).value as { items: { orderNo: string; channelOrderId: string }[] }).items;
  const inputs = [
    {},
    ...CHANNEL_IDS.flatMap((channel) => ['repeats', 'works'].map((shopId) => ({ channel, shopId }))),
    ...CHANNEL_IDS.map((channel) => ({ channel })),
    ...CHANNEL_IDS.map((channel) => ({ channel, shopId: 'works', day: businessDayStart(Date.now()) })),
    { orderNo: order?.orderNo },
    { id: 1 },
    { days: 7 },
    { sku: 'SHIRT-W' },
    { channel: 'douyin', topic: '', payload: '{}' },
  ];
  for (const [method, { kind, input }] of Object.entries(methods) as [MethodName, (typeof methods)[MethodName]][]) {
    if (kind !== 'query') continue;
    const fitting = inputs.filter((candidate) => input.safeParse(candidate).success);
    for (const params of fitting) await rpc(method, params);
  }
  for (const path of ['/metrics', '/healthz', '/']) {
    const response = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    hear(`GET ${path}`, `${JSON.stringify([...response.headers])} ${await response.text()}`);
  }
}

const leaks = (places: ReadonlyMap<string, string | Buffer>): string[] => leaksIn(places, secrets);

describe('the search itself', () => {
  test('finds a secret in every form, in the middle of anything', () => {
    const hidden = secret('planted');
    for (const shift of ['', 'a', 'ab', 'abc']) {
      const text = `${shift}${hidden}tail`;
      for (const form of [text, Buffer.from(text).toString('base64'), Buffer.from(text).toString('hex'), encodeURIComponent(text)]) {
        expect(secretsIn(`before ${form} after`, secrets)).toEqual(['planted']);
      }
    }
    expect(secretsIn(JSON.stringify({ text: JSON.stringify({ hidden }) }), secrets)).toEqual(['planted']);
    expect(secretsIn('nothing of the kind', secrets)).toEqual([]);
    expect(formsOf(hidden).length).toBeGreaterThan(5);
    secrets.delete('planted');
  });
});

describe('secrets', () => {
  test(
    'of every channel and partner are used, and nothing that is written, answered, told or logged holds one',
    { timeout: 4 * LIMIT },
    async () => {
      const manifests = await catalogue();
      expect(manifests.map(({ id }) => id).sort()).toEqual([...CHANNEL_IDS].sort());
      const placed: { channel: ChannelId; order: TruthOrder }[] = [];
      for (const [index, manifest] of manifests.entries()) {
        const { id: channel } = manifest;
        await connect({ channel, shopId: 'repeats' }, typedIn(manifest), repeating.url);
        const after = (delayMs: number, task: () => void) => {
          const timer = setTimeout(task, delayMs);
          return () => clearTimeout(timer);
        };
        const options = { now: Date.now, after, chance: () => 0.5, faults: noFaults(), shopId: 'works', hub: server.url };
        const simulator = await (await simulatorOf(channel))(options);
        simulators.set(channel, simulator);
        const fields = simulator.credentials();
        for (const { name, kind } of manifest.fields) {
          const value = fields[name]?.replace(/^whsec_/, '');
          if (kind === 'secret' && value !== undefined && value.length >= 8) secret(`${channel} ${name} of a shop that works`, value);
        }
        // Old enough for the list of the slowest platform.
        const order = paidOrder(channel, index, Date.now() - 10 * MINUTE);
        simulator.apply(order, 'created');
        placed.push({ channel, order });
        await connect({ channel, shopId: 'works' }, fields, simulator.url);
      }

      // A change of now, for the platforms that push.
      for (const { channel, order } of placed)
        simulators.get(channel)?.apply({ ...order, sellerMemo: '加急', updatedAt: Date.now() }, 'changed');
      const here = async (channel: ChannelId, id: string) => (await rpc('orders.get', { channel, shopId: 'works', channelOrderId: id })).ok;
      for (const { channel, order } of placed) await until(`${channel} is read`, () => here(channel, order.id));
      for (const { channel, order } of placed) {
        const stored = (await rpc('orders.get', { channel, shopId: 'works', channelOrderId: order.id })).value as { orderNo: string };
        await rpc('orders.memo', { orderNo: stored.orderNo, memo: '请勿压', flag: 1 });
      }
      for (const id of PARTNER_IDS) await rpc('partners.test', { id });
      // Pushes signed with something else, and one no reader understands.
      for (const channel of CHANNEL_IDS) {
        const forged = signStandard(`whsec_${random32()}`, 'msg_1', Date.now(), { type: 'order.paid', data: {} });
        for (const shopId of ['works', 'repeats']) hear('hooks', (await server.hook(`${channel}/${shopId}`, forged)).body);
      }
      for (const id of ['wms', 'kuaidi100', 'kdniao']) {
        hear(
          'hooks',
          (await server.hook(`partner/${id}`, { headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') } as never)).body,
        );
      }
      // From now on the platforms refuse what was right before.
      for (const simulator of simulators.values()) simulator.set({ secret: randomSecret(), revoked: true });
      for (const channel of CHANNEL_IDS) for (const shopId of ['works', 'repeats']) await rpc('feeds.poll', { channel, shopId });
      const troubled = async () => {
        const { items } = (await rpc('feeds.list', {})).value as { items: { problem: unknown }[] };
        return items.filter(({ problem }) => problem !== null).length > CHANNEL_IDS.length;
      };
      await until('most shops are in trouble', troubled);
      await readEverything();

      // What was searched for was really there, and really used.
      const used = new Map([['what the repeating platform heard', repeating.heard.join('\n')]]);
      expect(leaks(used).length).toBeGreaterThan(CHANNEL_IDS.length / 2);
      const answers = [...told].filter(([place]) => place.startsWith('rpc ')).length;
      expect(answers).toBeGreaterThan(25);
      expect(leaks(told)).toEqual([]);
      // Once while the log of the database is there, and once more after it was put away.
      const running = workspaceFiles(workspace.data);
      expect([...running.keys()]).toEqual(expect.arrayContaining(['orderpulse.db', 'orderpulse.db-wal']));
      expect(leaks(running)).toEqual([]);
      const ended = await server.stop();
      expect(leaks(workspaceFiles(workspace.data))).toEqual([]);
      expect(leaks(cellsOfTables(workspace.data))).toEqual([]);
      const log = [...ended.out, ...ended.errors].join('\n');
      expect(log.length).toBeGreaterThan(1_000);
      expect(leaks(new Map([['log', log]]))).toEqual([]);

      const key = join(workspace.data, 'vault.key');
      expect(statSync(key).mode & 0o077).toBe(0);
      const database = new Database(join(workspace.data, 'orderpulse.db'), { readonly: true });
      const sealed = database.prepare('SELECT sealed FROM connections').pluck().all() as Buffer[];
      database.close();
      expect(sealed).toHaveLength(2 * CHANNEL_IDS.length);
      for (const one of sealed) expect(one.byteLength).toBeGreaterThan(40);
      // The vault is open to who has the key: nothing was lost.
      expect(readFileSync(key, 'utf8').trim().length).toBeGreaterThan(30);
    },
  );
});
