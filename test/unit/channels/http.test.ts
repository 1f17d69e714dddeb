import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { axiosTransport } from '#main/channels/http.ts';
import type { Transport } from '#main/channels/transport.ts';

let server: Server | null = null;
let transport: Transport | null = null;
afterEach(async () => {
  transport?.close();
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
});

async function against(listener: RequestListener, timeoutMs: number): Promise<{ transport: Transport; url: string }> {
  const opened = createServer(listener);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  transport = axiosTransport({ timeoutMs, now: () => Date.now() });
  return { transport, url: `http://127.0.0.1:${(opened.address() as AddressInfo).port}/` };
}
const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;

test('an answer that comes byte by byte is given up like one that does not come at all', async () => {
  const { transport, url } = await against((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  }, 300);
  await expect(transport.send(get(url))).rejects.toMatchObject({ code: 'transient', details: { detail: 'ETIMEDOUT' } });
});

test('a closed line ends what is under way', async () => {
  const { transport, url } = await against(() => undefined, 60_000);
  const sent = transport.send(get(url));
  setTimeout(() => transport.close(), 50);
  await expect(sent).rejects.toMatchObject({ code: 'transient', details: { detail: 'ERR_CANCELED' } });
});
