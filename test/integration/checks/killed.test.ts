import { afterEach, expect, test } from 'vitest';
import type { MethodOutput } from '#shared/contract/index.ts';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import { orderData, SECRET, SHOP } from '#test/support/hub.ts';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';
import { signStandard } from '#test/support/webhooks.ts';
import { eventually, World } from './world.ts';

const TOKEN = 'killed-run-token-0123456789';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('a hub killed between question and answer asks again when it is back, and only then ships', async () => {
  const world = await World.open({ crm: scriptedFaults([{ call: 'detail', nth: 1, fault: 'slow' }]) });
  closers.push(() => world.close());
  // Longer than anything waits: the first question has no answer before the process is dead.
  world.customers.slowMs = 6_000;
  world.customers.tiers.set('buyer-Q1', { tier: 'gold', discountLimitPercent: 60 });
  const workspace = temporaryWorkspace(world.config(['crm', 'wms'], { settings: { 'checks.crm': 'hold' } }));
  closers.push(workspace.remove);
  const start = async (): Promise<ServerProcess> => {
    const server = await ServerProcess.start(['--data', workspace.data, '--port', '0', '--token', TOKEN, '--config', workspace.config]);
    closers.push(() => server.kill('SIGKILL'));
    return server;
  };
  const first = await start();
  const now = Date.now();
  const message = { type: 'order.paid', timestamp: new Date(now).toISOString(), data: orderData('Q1', now) };
  const taken = await first.hook(`${SHOP.channel}/${SHOP.shopId}`, signStandard(SECRET, 'msg_Q1', now, message));
  expect(taken.status).toBe(200);
  await eventually(() => world.customers.calls > 0);
  first.kill('SIGKILL');
  await first.ended;
  expect(world.warehouse.taken).toEqual([]);

  const second = await start();
  await eventually(() => world.warehouse.taken.length > 0);
  expect(world.warehouse.taken.map(({ type }) => type)).toEqual(['wms.ship']);
  expect(world.customers.calls).toBeGreaterThanOrEqual(2);
  const { answer } = await second.rpc(TOKEN, 'orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: 'Q1' });
  const { value } = answer as { value: MethodOutput<'orders.get'> };
  expect(value.checks?.find(({ source }) => source === 'crm')).toMatchObject({ state: 'answered', value: 60 });
});

test('what a hub starts with are the orders nobody was told about; those decided without an answer come after them', async () => {
  const world = await World.open();
  closers.push(() => world.close());
  await world.risks.stop();
  const hub = await world.connect(['risk-list']);
  await world.place('U1');
  await world.place('U2');
  await world.settled();
  // From here on nobody is asked, as when the process is killed.
  await hub.hub.checks.stop();
  await world.place('A1');
  const { orders } = hub.store;
  const states = (limit: number) => orders.unchecked(limit).map(({ record }) => [record.channelOrderId, record.checks?.[0]?.state]);
  expect(states(1)).toEqual([['A1', 'asked']]);
  expect(states(9)).toEqual([
    ['A1', 'asked'],
    ['U1', 'unavailable'],
    ['U2', 'unavailable'],
  ]);
});
