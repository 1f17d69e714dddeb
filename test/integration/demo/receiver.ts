import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HubConfig } from '#main/hub/config.ts';

/** One delivery as a stranger reads it: no code of the hub or of the demo is used. */
export interface Received {
  shop: string;
  id: string;
  topic: string;
  signed: boolean;
  orderId: string;
  status: string | null;
  createdAt: number;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Asks the demo's warehouse to ship, as the hub would. */
  askToShip(delivery: Received): Promise<number>;
  close(): void;
}

function isSigned(headers: IncomingHttpHeaders, body: Buffer, secret: string): boolean {
  const shopify = headers['x-shopify-hmac-sha256'];
  if (shopify !== undefined) return createHmac('sha256', secret).update(body).digest('base64') === shopify;
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > 300) return false;
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'));
  return `v1,${mac.update(`${String(id)}.${String(timestamp)}.${body.toString('utf8')}`).digest('base64')}` === signature;
}

interface Body {
  type?: string;
  data?: { channelOrderId: string; status: string; createdAt: number };
  id?: number;
  order_id?: number;
  created_at?: string;
}

/**
 * Listens where the hub's doors would, and checks every signature with the secrets of the configuration. What simulated
 * platforms push for their own shops is answered as they want it and not looked at: their conformance has tests of its own.
 */
export async function openReceiver(config: HubConfig): Promise<Receiver> {
  const secrets = new Map(
    config.shops.map(({ channel, shopId, credentials }) => [`/hooks/${channel}/${shopId}`, String(credentials.secret)]),
  );
  const platforms = new Set(
    config.shops.filter(({ endpoint }) => endpoint !== undefined).map(({ channel, shopId }) => `/hooks/${channel}/${shopId}`),
  );
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const path = request.url ?? '';
      if (platforms.has(path)) {
        response.end('{"code":0,"msg":"success"}');
        return;
      }
      const body = JSON.parse(bytes.toString()) as Body;
      received.push({
        shop: path.replace('/hooks/', ''),
        id: String(request.headers['webhook-id'] ?? request.headers['x-shopify-webhook-id']),
        topic: body.type ?? String(request.headers['x-shopify-topic']),
        signed: isSigned(request.headers, bytes, secrets.get(path) ?? ''),
        orderId: body.data?.channelOrderId ?? String(body.order_id ?? body.id),
        status: body.data?.status ?? null,
        createdAt: body.data?.createdAt ?? Date.parse(body.created_at ?? ''),
      });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { url = '', secret = '' } = config.partners.wms ?? {};
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async askToShip({ shop, orderId }) {
      const [channel, shopId] = shop.split('/');
      const body = JSON.stringify({
        type: 'wms.ship',
        timestamp: new Date().toISOString(),
        data: { channel, shopId, channelOrderId: orderId },
      });
      const id = `ship-${orderId}`;
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'));
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${mac.update(`${id}.${timestamp}.${body}`).digest('base64')}`,
      };
      return (await fetch(url, { method: 'POST', body, headers })).status;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function until(condition: () => boolean, seconds = 30): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; !condition();) {
    if (Date.now() > end) throw new Error(`It did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
