import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { StockSeen } from '#main/hub/partner-ports.ts';
import { WmsStock } from '#main/partners/wms-stock.ts';

let server: Server | null = null;
let lines: Duplex[] = [];
afterEach(async () => {
  for (const line of lines) line.destroy();
  lines = [];
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
});

/** One text message of a server, of up to 2^32 bytes (RFC 6455, section 5.2). */
function message(text: string): Buffer {
  const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(Buffer.byteLength(text), 6);
  return Buffer.concat([head, Buffer.from(text)]);
}
const change = (seq: number) => message(JSON.stringify({ seq, sku: 'CUP', warehouse: 'suzhou', spot: seq, at: 1 }));

/** A warehouse whose line says what it likes and never closes by itself. */
async function warehouse(says: (line: Duplex) => void): Promise<WmsStock> {
  const opened = createServer();
  server = opened;
  opened.on('upgrade', ({ headers }, line) => {
    lines.push(line);
    line.on('error', () => undefined).resume();
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    line.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    says(line);
  });
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  const { port } = opened.address() as AddressInfo;
  const at = `127.0.0.1:${port}`;
  return new WmsStock({
    snapshot: `http://${at}/s`,
    feed: `ws://${at}/f`,
    secret: Buffer.alloc(32, 1).toString('base64'),
    now: () => Date.now(),
  });
}
const isOver = (line: Duplex | undefined) => line?.readableEnded === true || line?.destroyed === true;

test.each([
  ['garbage', message('garbage'), 'does not follow docs/wms.md'],
  ['a message without an end', message('x'.repeat(256 * 1024)), 'broke off'],
  ['what is no frame at all', Buffer.from([0xff, 0xff, 1, 2, 3, 4, 5, 6]), 'broke off'],
])('a line that says %s is ended, nothing more is heard of it, and nobody waits for its farewell', async (_name, bytes, reason) => {
  const seen: StockSeen[] = [];
  const stock = await warehouse((line) => {
    line.write(change(1));
    line.write(bytes);
    line.write(change(2));
  });
  await expect(stock.feed((one) => seen.push(one), new AbortController().signal)).rejects.toThrow(reason);
  await expect.poll(() => isOver(lines[0])).toBe(true);
  expect(seen.map(({ seq }) => seq)).toEqual([1]);
});

test('a line that is told to end has ended, whatever the other side does', async () => {
  const end = new AbortController();
  const stock = await warehouse((line) => line.write(change(1)));
  const listening = stock.feed(() => end.abort(), end.signal);
  await expect(listening).resolves.toBeUndefined();
  await expect.poll(() => isOver(lines[0])).toBe(true);
});
