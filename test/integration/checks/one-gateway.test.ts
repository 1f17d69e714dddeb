import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, deliver, memoryHub, orderData, SHOP, testConfig } from '#test/support/hub.ts';
import { eventually } from './world.ts';

/** Companies put their services behind one address: one that hangs must not keep the others from being asked. */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A customer system that never answers and a risk list that answers at once, on one port. */
async function gateway(): Promise<{ url: string; hanging: () => number }> {
  let hanging = 0;
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/crm/')) {
      hanging += 1;
      response.on('close', () => (hanging -= 1));
      return;
    }
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ score: 3, reasons: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hanging: () => hanging };
}

async function place(hub: LocalHub, id: string): Promise<void> {
  const now = Date.now();
  await deliver(hub, 'order.paid', orderData(id, now), now);
}

test('a service that hangs takes no connection from another one behind the same address', async () => {
  const { url, hanging } = await gateway();
  const partners = { crm: { url: `${url}/crm`, token: 'c' }, riskList: { url: `${url}/risk`, token: 'r' } };
  const hub = await memoryHub(testConfig({ partners }));
  closers.push(() => hub.close());
  hub.hub.checks.start();
  const checksOf = async (id: string) => {
    const { checks = [] } = await ask(hub, 'orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
    return Object.fromEntries(checks.map(({ source, state, value }) => [source, { state, value }]));
  };
  // As many as may be asked at once hang now, and go on hanging behind their cut-off.
  await Promise.all(Array.from({ length: 32 }, (_, index) => place(hub, `H${index}`)));
  await eventually(() => hanging() === 32);
  await hub.hub.checks.settled();
  const later = Array.from({ length: 8 }, (_, index) => `L${index}`);
  for (const id of later) {
    await place(hub, id);
    await hub.hub.checks.settled();
    // An answer a busy machine brought too late is an answer; none at all is what must not be.
    await eventually(async () => (await checksOf(id))['risk-list']?.state === 'answered');
    expect(await checksOf(id)).toEqual({ crm: { state: 'unavailable', value: null }, 'risk-list': { state: 'answered', value: 3 } });
  }
  // All of it was answered while the others were still hanging.
  expect(hanging()).toBeGreaterThanOrEqual(32);
});
