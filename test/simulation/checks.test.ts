import { afterEach, describe, expect, test } from 'vitest';
import { CHECK_SOURCES } from '#shared/order.ts';
import type { CheckSource } from '#shared/order.ts';
import { seededFaults } from '#simulators/kit/faults.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { World } from '../integration/checks/world.ts';
import { seededChance } from '#test/support/chance.ts';

const ORDERS = 1_000;
const TOGETHER = 100;
const POLICIES = { crm: 'pass-and-mark', wms: 'pass-and-mark', 'risk-list': 'hold' } as const;

let world: World;
afterEach(() => world.close());

/** Every kind of trouble a source can make, often enough to open its breaker now and then. */
function troubled(chance: () => number): FaultScript {
  return seededFaults(chance, {
    detail: { slow: 0.04, 'error-500': 0.12, garbage: 0.06, 'cut-body': 0.03, disconnect: 0.05, 'rate-429': 0.05 },
  });
}

/** Why this order may not look as it does; empty when everything is right. */
function wrongs(record: OrderRecord): string[] {
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`${record.channelOrderId}: ${what}`);
  const checks = record.checks ?? [];
  if (checks.length !== CHECK_SOURCES.length) say(`has ${checks.length} checks`);
  const told = world.hub.store.queries.timeline(record.orderNo);
  const shippedAt = told.findIndex(({ kind, text }) => kind === 'outbox' && text.en.startsWith('Every check passed'));
  for (const { source, state, value } of checks) {
    if (state === 'asked') say(`${source} was never decided`);
    const marked = record.tags.includes(`unchecked-${source}`);
    if (marked !== (state === 'unavailable')) say(`${source} is ${state}, marked ${marked}`);
    if (state === 'unavailable' && value !== null) say(`${source} told nothing and has a value`);
    const silent = state === 'unavailable' && POLICIES[source] === 'hold';
    if (silent && record.hold === null) say(`passed without ${source}`);
    const name = { crm: 'CRM', wms: 'WMS', 'risk-list': 'risk service' }[source];
    const decidedAt = told.findIndex(({ kind, text }) => kind === 'check' && text.en.includes(name));
    if (shippedAt >= 0 && (decidedAt < 0 || decidedAt > shippedAt)) say(`shipped before ${source} was decided`);
  }
  if (record.hold !== null && record.shipRequestedAt !== null) say('is held and on its way');
  return wrong;
}

describe.each([11, 12])('seed %i: sources that are slow, unreadable, broken and cut off', (seed) => {
  test('no order of a thousand ships before its checks are decided, and none passes unmarked', async () => {
    const chance = seededChance(seed);
    const faults = Object.fromEntries(CHECK_SOURCES.map((source) => [source, troubled(chance)])) as Record<CheckSource, FaultScript>;
    world = await World.open(faults);
    await world.connect(CHECK_SOURCES, {
      openingStock: [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 10 * ORDERS, safety: 100 }],
    });
    world.warehouse.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 10 * ORDERS });
    const ids = Array.from({ length: ORDERS }, (_, index) => `S${seed}-${index}`);
    for (const id of ids) if (chance() < 0.7) world.customers.tiers.set(`buyer-${id}`, { tier: 'basic', discountLimitPercent: 10 });
    for (let from = 0; from < ids.length; from += TOGETHER) {
      const group = ids.slice(from, from + TOGETHER);
      await Promise.all(group.map((id) => world.place(id, chance() < 0.3 ? { discountMinor: 1_000, paidMinor: 3_000 } : {})));
      if (chance() < 0.5) await world.settled();
    }
    await world.settled();
    const records = ids.map((id) => world.hub.store.orders.byPlatform('standard-webhooks', 'own', id)?.record as OrderRecord);
    expect(records.flatMap(wrongs)).toEqual([]);
    // The run met what it is about: answers and silence of every source, orders that went and orders that were held.
    for (const source of CHECK_SOURCES) {
      const states = new Set(records.map((record) => record.checks?.find((check) => check.source === source)?.state));
      expect(states, source).toEqual(new Set(['answered', 'unavailable']));
    }
    expect(records.some(({ shipRequestedAt }) => shipRequestedAt !== null)).toBe(true);
    expect(records.some(({ hold }) => hold?.reasons.some(({ ruleId }) => ruleId === 'tier-discount'))).toBe(true);
    expect(records.some(({ hold }) => hold?.reasons.some(({ ruleId }) => ruleId === 'check:risk-list'))).toBe(true);
  });
});
