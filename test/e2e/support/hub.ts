import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HubConfigInput } from '#main/hub/config.ts';
import type { Answer, MethodInput, MethodName, MethodOutput, Role } from '#shared/contract/index.ts';

/** Within the minute a `beforeAll` has: on a machine with other work a start of two seconds takes many. */
const START_LIMIT = 50_000;
export const TOKEN = 'e2e-token';
const SECRET = `whsec_${Buffer.from('an invented secret, thirty-two b').toString('base64')}`;

export const SHOPS = [
  { channel: 'standard-webhooks', shopId: 'own', name: '品牌商城' },
  { channel: 'douyin', shopId: 'live', name: '抖店直播间' },
  { channel: 'taobao', shopId: 'flagship', name: '天猫旗舰店' },
] as const;
export type ShopId = (typeof SHOPS)[number]['shopId'];

/** Three shops on signed webhooks and a small stock: nothing moves unless a test sends it. */
export const CONFIG: HubConfigInput = {
  workspace: 'E2E',
  shops: SHOPS.map((shop) => ({ ...shop, door: 'standard-webhooks', credentials: { secret: SECRET } })),
  openingStock: ['suzhou', 'guangzhou', 'tianjin'].flatMap((warehouse) => [
    { sku: 'MB-1001', name: '有机米粉 250g', warehouse, spot: 900, safety: 200 },
    { sku: 'MB-1004', name: 'A2 婴幼儿奶粉 3 段', warehouse, spot: 600, safety: 200 },
  ]),
};

/** One order of the own-store convention; what a test leaves out is plain and harmless. */
export interface OrderFields {
  channelOrderId?: string;
  sku?: string;
  quantity?: number;
  goodsMinor?: number;
  discountMinor?: number;
  paidMinor?: number;
  buyerKey?: string;
  phone?: string;
  address?: string;
  buyerMessage?: string;
  /** Where it is not the one its type says. */
  status?: 'awaiting_shipment';
  type?: 'order.created' | 'order.paid' | 'order.shipped' | 'order.completed' | 'order.cancelled';
}

export interface TestHub {
  readonly url: string;
  readonly port: number;
  /** Sends a signed webhook and waits for its acknowledgement; answers the platform order number. */
  deliver(shopId: ShopId, fields?: OrderFields): Promise<string>;
  /** Sends any body, rightly signed: what the hub cannot read it keeps. */
  send(shopId: ShopId, body: string): Promise<void>;
  /** Asks the contract directly, as the access token's operator. */
  ask<N extends MethodName>(method: N, input: MethodInput<N>): Promise<MethodOutput<N>>;
  /** Ends the process as a crash would; `start` brings it back on the same data and port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** A person beside the one of `TOKEN`, with a token of their own. */
export interface TestOperator {
  operator: string;
  role: Role;
  token: string;
}

/** Starts the real server host on a fresh data folder and a free port. */
export async function startHub(config: HubConfigInput = CONFIG, operators: readonly TestOperator[] = []): Promise<TestHub> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-e2e-'));
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(config));
  const operatorsFile = join(folder, 'operators.json');
  if (operators.length > 0) writeFileSync(operatorsFile, JSON.stringify(operators));
  let child: ChildProcess | null = null;
  let port = 0;
  let died: string | null = null;

  async function start(): Promise<void> {
    const wanted = ['--data', join(folder, 'data'), '--port', String(port), '--token', TOKEN, '--config', configFile];
    if (operators.length > 0) wanted.push('--operators', operatorsFile);
    const starting = spawn(process.execPath, ['src-main/server/main.ts', ...wanted], { stdio: ['ignore', 'pipe', 'pipe'] });
    child = starting;
    const told = listening(starting);
    port = await told.port;
    starting.once('exit', (code, signal) => {
      if (child === starting) died = `the hub ended by itself with ${signal ?? `code ${code}`}:\n${told.lastWords()}`;
    });
  }
  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  }

  try {
    await start();
  } catch (error) {
    await kill();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    start,
    kill,
    deliver: (shopId, fields = {}) => deliver(url, shopId, fields),
    send: (shopId, body) => send(url, shopId, body),
    async ask(method, input) {
      const response = await fetch(`${url}/rpc/${method}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as Answer<MethodOutput<typeof method>>;
      if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return answer.value;
    },
    async stop() {
      await kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
      // Whatever else failed for it: this is why.
      if (died !== null) throw new Error(died);
    },
  };
}

const LAST_WORDS = 10_000;

/** Waits for the line `listening http://H:N`; fails with what the hub said instead. What it says later is kept to be asked for. */
function listening(child: ChildProcess): { port: Promise<number>; lastWords(): string } {
  let said = '';
  const port = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the hub did not start in time:\n${said}`)), START_LIMIT);
    const read = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-LAST_WORDS);
      const match = /listening http:\/\/[^\s:]+:(\d+)/.exec(said);
      if (!match) return;
      clearTimeout(timer);
      resolve(Number(match[1]));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the hub ended with code ${code}:\n${said}`));
    });
  });
  return { port, lastWords: () => said };
}

/** Sends an order of the own-store convention; answers its platform number. */
export async function deliver(url: string, shopId: ShopId, fields: OrderFields): Promise<string> {
  const data = orderData(fields);
  await send(url, shopId, JSON.stringify({ type: fields.type ?? 'order.paid', timestamp: new Date().toISOString(), data }));
  return String(data['channelOrderId']);
}

/** Sends any body to a shop of the configuration, rightly signed. */
async function send(url: string, shopId: ShopId, body: string): Promise<void> {
  const channel = SHOPS.find((shop) => shop.shopId === shopId)?.channel;
  await post(`${url}/hooks/${channel}/${shopId}`, SECRET, body);
}

/** Sends an order of the own-store convention to an address, signed with a secret. */
export function sendSigned(address: string, secret: string, fields: OrderFields): Promise<void> {
  const body = { type: fields.type ?? 'order.paid', timestamp: new Date().toISOString(), data: orderData(fields) };
  return post(address, secret, JSON.stringify(body));
}

/** Signs a body and posts it. Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, key from the secret after `whsec_`. */
async function post(address: string, secret: string, body: string): Promise<void> {
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  });
  if (response.status !== 200) throw new Error(`webhook answered ${response.status}: ${await response.text()}`);
}

const STATUS_OF_TYPE = {
  'order.created': 'pending_payment',
  'order.paid': 'paid',
  'order.shipped': 'shipped',
  'order.completed': 'completed',
  'order.cancelled': 'cancelled',
} as const;

function orderData(fields: OrderFields): Record<string, unknown> {
  const quantity = fields.quantity ?? 1;
  const goodsMinor = fields.goodsMinor ?? 6_800 * quantity;
  const discountMinor = fields.discountMinor ?? 0;
  const at = Date.now();
  return {
    channelOrderId: fields.channelOrderId ?? randomUUID(),
    status: fields.status ?? STATUS_OF_TYPE[fields.type ?? 'order.paid'],
    currency: 'CNY',
    goodsMinor,
    freightMinor: 0,
    discountMinor,
    paidMinor: fields.paidMinor ?? goodsMinor - discountMinor,
    refundedMinor: 0,
    createdAt: at - 2_000,
    paidAt: fields.type === 'order.created' ? null : at - 1_000,
    updatedAt: at,
    buyer: { key: fields.buyerKey ?? `buyer-${randomUUID().slice(0, 8)}`, name: '林晓雨', tags: [] },
    receiver: {
      name: '林晓雨',
      phone: fields.phone ?? `138${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`,
      country: 'CN',
      province: '江苏省',
      city: '苏州市',
      district: '吴中区',
      address: fields.address ?? `示例路 ${Math.floor(Math.random() * 900) + 1} 号 2 栋 301 室`,
    },
    buyerMessage: fields.buyerMessage ?? '',
    sellerMemo: '',
    presale: null,
    lines: [{ sku: fields.sku ?? 'MB-1001', name: '有机米粉 250g', quantity, unitPriceMinor: Math.round(goodsMinor / quantity) }],
  };
}
