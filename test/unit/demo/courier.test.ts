import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Courier } from '#main/demo/courier.ts';
import type { Letter } from '#main/demo/platforms/letter.ts';
import { seededRandom } from '#main/demo/random.ts';

interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A door that answers with the given statuses in turn, then 200. */
async function door(statuses: number[], headers: Record<string, string> = {}): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(statuses[heard.length - 1] ?? 200, headers).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

function courierTo(url: string, seed = 'courier'): Courier {
  const courier = new Courier({ baseUrl: url, random: seededRandom(seed), now: Date.now });
  closers.push(() => courier.stop());
  return courier;
}

function letter(id: string, history = false, shop = 'jd/shop'): Letter {
  return { shop, id, history, body: Buffer.from(`{"id":"${id}"}`), headers: (at) => ({ 'webhook-id': id, 'x-at': String(at) }) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 8_000) throw new Error('It did not happen within 8 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('courier', () => {
  it('brings the exact bytes to the door of the shop', async () => {
    const { url, heard } = await door([]);
    courierTo(url).post([letter('one')]);
    await until(() => heard.length === 1);
    expect(heard[0]).toMatchObject({ path: '/hooks/jd/shop', body: '{"id":"one"}', headers: { 'webhook-id': 'one' } });
  });

  it('tries again after a refusal with the same id, signed anew', async () => {
    const { url, heard } = await door([503]);
    const courier = courierTo(url);
    courier.post([letter('again')]);
    await until(() => heard.length === 2);
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual(['again', 'again']);
    expect(Number(heard[1]?.headers['x-at']) - Number(heard[0]?.headers['x-at'])).toBeGreaterThan(800);
    await until(() => courier.waiting === 0);
    expect(courier.counts()).toMatchObject({ delivered: 1, retried: 1, refusals: { 503: 1 } });
  });

  it('waits as long as it is asked to', async () => {
    const { url, heard } = await door([429], { 'retry-after': '2' });
    courierTo(url).post([letter('slowly')]);
    await until(() => heard.length === 2);
    expect(Number(heard[1]?.headers['x-at']) - Number(heard[0]?.headers['x-at'])).toBeGreaterThan(1_900);
  });

  it('tries again when nobody listens', async () => {
    const courier = courierTo('http://127.0.0.1:1');
    courier.post([letter('nobody')]);
    await until(() => courier.counts().retried === 1);
    expect(courier.counts().refusals).toEqual({ 0: 1 });
  });

  it('stops for good after 410', async () => {
    const { url, heard } = await door([410]);
    const courier = courierTo(url);
    courier.post([letter('gone')]);
    await until(() => courier.counts().lost === 1);
    courier.post([letter('silent')]);
    await until(() => courier.counts().lost === 2);
    expect(heard.length).toBe(1);
  });

  it('lets new messages pass the history', async () => {
    const { url, heard } = await door([]);
    const courier = courierTo(url);
    const old = Array.from({ length: 300 }, (_, index) => letter(`old-${index}`, true));
    let done = false;
    courier.post(old);
    courier.whenHistoryDone(() => {
      done = true;
    });
    courier.post([letter('new')]);
    await until(() => done);
    const ids = heard.map(({ headers }) => headers['webhook-id']);
    expect(ids.indexOf('new')).toBeLessThan(30);
    expect(ids.filter((id) => String(id).startsWith('old')).length).toBe(300);
  });

  it('sends a few messages twice and a few late', async () => {
    const { url, heard } = await door([]);
    const courier = courierTo(url);
    courier.post(Array.from({ length: 300 }, (_, index) => letter(`m${index}`)));
    await until(() => courier.counts().delivered === 300 + courier.counts().duplicates && courier.waiting === 0);
    const { duplicates, late } = courier.counts();
    expect(duplicates).toBeGreaterThan(1);
    expect(duplicates).toBeLessThan(30);
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(25);
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(300);
  });

  it('sends nothing after it was stopped', async () => {
    const { url, heard } = await door([503, 503, 503, 503]);
    const courier = courierTo(url);
    courier.post([letter('one'), letter('two')]);
    await until(() => heard.length >= 2);
    await courier.stop();
    const count = heard.length;
    courier.post([letter('three')]);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(heard.length).toBe(count);
  });
});
