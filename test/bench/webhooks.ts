import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';
import { signShopify, signStandard } from '#test/support/webhooks.ts';
import type { SignedMessage } from '#test/support/webhooks.ts';

/** Orders per second that are sent whatever the answers do: a platform does not wait for us either. */
const RATE = 200;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;
const DISK_PROBES = 300;
const STANDARD_SECRET = `whsec_${Buffer.from('an invented secret, thirty-two b').toString('base64')}`;
const SHOPIFY_SECRET = 'shpss_bench';

interface Addressed {
  path: string;
  message: SignedMessage;
}

/** Every second message comes from each of the two doors; each is a new order of a new buyer, about one kilobyte. */
function nextMessage(number: number): Addressed {
  const at = Date.now();
  const id = `bench-${number}`;
  const phone = `139${String(number).padStart(8, '0')}`;
  if (number % 2 === 0) {
    const data = {
      channelOrderId: id,
      currency: 'CNY',
      paidAt: at,
      paidMinor: 19_800,
      buyer: { key: `buyer-${number}`, name: '陈小明' },
      receiver: {
        name: '陈小明',
        phone,
        province: '江苏省',
        city: '苏州市',
        district: '姑苏区',
        address: `示例路 ${number} 号 2 幢 301 室`,
      },
      lines: [{ sku: `SKU-${number % 300}`, name: '有机米粉 250g', quantity: 2, unitPriceMinor: 9_900 }],
    };
    const payload = { type: 'order.paid', timestamp: new Date(at).toISOString(), data };
    return { path: '/hooks/standard-webhooks/own', message: signStandard(STANDARD_SECRET, id, at, payload) };
  }
  const time = new Date(at).toISOString();
  const payload = {
    id: 5_550_000_000_000 + number,
    financial_status: 'paid',
    fulfillment_status: null,
    created_at: time,
    updated_at: time,
    currency: 'CNY',
    total_price: '198.00',
    total_discounts: '0.00',
    customer: { id: 9_000_000 + number, first_name: '小明', last_name: '陈' },
    client_details: { browser_ip: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}` },
    shipping_address: { name: '陈小明', phone, address1: `示例路 ${number} 号`, city: '杭州市', province: '浙江省', country_code: 'CN' },
    line_items: [{ id: number, sku: `SKU-${number % 300}`, title: '有机米粉 250g', quantity: 2, price: '99.00' }],
    refunds: [],
  };
  return { path: '/hooks/shopify/bench', message: signShopify(SHOPIFY_SECRET, 'orders/paid', id, payload) };
}

function send(agent: Agent, url: string, { path, message }: Addressed): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...message.headers, 'content-length': message.body.length };
    const call = request(`${url}${path}`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject);
    call.end(message.body);
  });
}

interface Run {
  /** Milliseconds from the moment a message was due to its answer, in order of sending. */
  latencies: number[];
  refused: number;
}

/** Sends at a steady rate; each message counts from when it was due, so that a stall of ours or theirs is not forgiven. */
async function sendSteadily(agent: Agent, url: string, first: number, seconds: number): Promise<Run> {
  const run: Run = { latencies: [], refused: 0 };
  const total = RATE * seconds;
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * RATE) + 1);
    for (; sent < due; sent += 1) {
      const at = started + (sent / RATE) * 1000;
      const index = sent;
      pending.push(
        send(agent, url, nextMessage(first + sent)).then((status) => {
          run.latencies[index] = performance.now() - at;
          if (status !== 200) run.refused += 1;
        }),
      );
    }
    await sleep(1);
  }
  await Promise.all(pending);
  return run;
}

/** What the disk alone takes to keep four kilobytes, one at a time: no acknowledgement can be quicker than that. */
async function measureDisk(directory: string): Promise<number[]> {
  const file = openSync(join(directory, 'disk-probe'), 'w');
  const block = Buffer.alloc(4_096, 1);
  const times: number[] = [];
  for (let count = 0; count < DISK_PROBES; count += 1) {
    writeSync(file, block);
    const started = performance.now();
    fsyncSync(file);
    times.push(performance.now() - started);
    await sleep(1000 / RATE);
  }
  closeSync(file);
  return times.toSorted((left, right) => left - right);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/**
 * Signed webhooks at 200/s for ten seconds over loopback against the real server process: verified, on disk with
 * `synchronous=FULL`, acknowledged, while the same orders are judged, reserved and routed behind it.
 * The disk's own time for one durable write is measured in the same run.
 */
export async function benchWebhooks(): Promise<Record<string, number>> {
  const workspace = temporaryWorkspace({
    shops: [
      { channel: 'standard-webhooks', shopId: 'own', credentials: { secret: STANDARD_SECRET } },
      { channel: 'shopify', shopId: 'bench', credentials: { secret: SHOPIFY_SECRET } },
    ],
    openingStock: Array.from({ length: 300 }, (_unused, index) => ({
      sku: `SKU-${index}`,
      warehouse: 'suzhou',
      spot: 100_000,
      safety: 100,
    })),
  });
  const server = await ServerProcess.start([
    '--data',
    workspace.data,
    '--port',
    '0',
    '--token',
    'bench-token',
    '--config',
    workspace.config,
  ]);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  try {
    const disk = await measureDisk(workspace.directory);
    await sendSteadily(agent, server.url, 0, WARM_UP_SECONDS);
    const { latencies, refused } = await sendSteadily(agent, server.url, RATE * WARM_UP_SECONDS, SECONDS);
    const sorted = latencies.toSorted((left, right) => left - right);
    return {
      webhooksPerSecond: RATE,
      webhooksSent: sorted.length,
      webhooksRefused: refused,
      webhookAckP50Ms: quantile(sorted, 0.5),
      webhookAckP99Ms: quantile(sorted, 0.99),
      webhookAckMaxMs: sorted.at(-1) ?? 0,
      rawDiskSyncP50Ms: quantile(disk, 0.5),
      rawDiskSyncP99Ms: quantile(disk, 0.99),
    };
  } finally {
    agent.destroy();
    await server.stop();
    workspace.remove();
  }
}
