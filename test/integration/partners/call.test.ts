import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { callPartner } from '#main/partners/call.ts';
import { robotDeliverer } from '#main/partners/robots/robot.ts';

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
});

async function listening(listener: RequestListener): Promise<string> {
  const opened = createServer(listener);
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}/`;
}
const HELD = { topic: 'mail', key: 'k', payload: { orderNo: 'O-1' }, createdAt: 0, attempt: 1 } as const;

test('an answer that comes byte by byte is given up like one that does not come at all', async () => {
  const url = await listening((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  });
  await expect(callPartner({ method: 'GET', url, headers: {}, timeoutMs: 300 })).rejects.toThrow(
    'The partner could not be reached (ETIMEDOUT).',
  );
});

test('a group whose address cannot be used is told of at once, not when the attempt ends', async () => {
  const robot = robotDeliverer('robot:1:dingtalk', { kind: 'dingtalk', url: 'no address', timeoutMs: 1_000, now: () => 0 });
  await expect(robot.deliver(HELD)).rejects.toThrow('Invalid URL');
});

test('a clock that is set back costs a group no message', async () => {
  let now = 8 * 3_600_000;
  const url = await listening((_request, response) => response.end('{"errcode":0}'));
  const robot = robotDeliverer('robot:1:dingtalk', { kind: 'dingtalk', url, timeoutMs: 5_000, now: () => now });
  for (let times = 0; times < 20; times += 1) await robot.deliver(HELD);
  await expect(robot.deliver(HELD)).rejects.toMatchObject({ retryAfterMs: 60_000 });
  now = 0;
  await robot.deliver(HELD);
});
