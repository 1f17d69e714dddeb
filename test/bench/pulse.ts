import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CHANNEL_IDS } from '#shared/channels.ts';
import { STAGES, type Stage } from '#shared/pulse.ts';
import { SECOND } from '#shared/time.ts';
import { OpenOrders, type OpenOrder } from '#main/pulse/open-orders.ts';
import { percentile } from '#main/pulse/vitals.ts';
import { Ward, type WardUpdate } from '#main/pulse/ward.ts';
import { seededChance } from '#test/support/chance.ts';

const OPEN = 1_000_000;
const SCANS = 120;
/** Between two scans: orders that arrive, that move to their next stage, and that leave. 23,000 orders a minute (K4). */
const CHANGES = Math.round(23_000 / 6);
const PAUSE = 10 * SECOND;
const WAREHOUSES = ['suzhou', 'hefei', 'guangzhou', 'tianjin'];
const RULES = Array.from({ length: 23 }, (_, index) => `rule-${index}`);
const START = Date.UTC(2026, 10, 11);

/** Every run measures the same orders. */
const random = seededChance(11);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

/** Where a million open orders stand on a promotion day: most on their way to buyers, many waiting to be packed. */
function anyStage(): Stage {
  const share = random();
  if (share < 0.08) return 'pending_payment';
  if (share < 0.14) return 'paid';
  if (share < 0.18) return 'review';
  if (share < 0.45) return 'awaiting_shipment';
  return share < 0.8 ? 'shipped' : 'delivered';
}

function anyOrder(number: number, stage: Stage, since: number): OpenOrder {
  return {
    orderNo: `TB20261111${String(number).padStart(12, '0')}`,
    stage,
    since,
    channel: pick(CHANNEL_IDS),
    shopId: pick(['flagship', 'outlet']),
    warehouse: stage === 'pending_payment' || (stage === 'paid' && random() < 0.5) ? null : pick(WAREHOUSES),
    ruleId: stage === 'review' ? pick(RULES) : null,
    frozen: stage === 'review' && random() < 0.1,
  };
}

/**
 * Age within a stage, up to one and a half times its red limit. Half of the orders came in a rush (the first minutes of
 * a sale), so that while the scans run some thousands fall due at every one: half of those turn amber, half red.
 */
function anyAge(stage: Stage, orders: OpenOrders): number {
  const { amberAfterMs, redAfterMs } = orders.limits[stage];
  if (random() < 0.5) return random() * redAfterMs * 1.5;
  return pick([amberAfterMs, redAfterMs]) - random() * SCANS * PAUSE;
}

function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

/** One scan as the hub does it every ten seconds: what fell due, the strips of the ward, the stage line. */
function pulse(orders: OpenOrders, ward: Ward, now: number): { milliseconds: number; due: number; update: WardUpdate } {
  const begun = performance.now();
  const scan = orders.scan(now);
  const update = ward.update(scan, orders);
  orders.stageLoads(now);
  return { milliseconds: performance.now() - begun, due: scan.newlyAmber + scan.newlyRed.length, update };
}

/** Scans a million open orders again and again while they move on at promotion pace; the median scan, and the 99th percentile. */
export async function benchPulse(): Promise<Record<string, number>> {
  const before = heapMegabytes();
  const orders = new OpenOrders();
  const started = performance.now();
  orders.load(
    (function* () {
      for (let number = 0; number < OPEN; number += 1) {
        const stage = anyStage();
        yield anyOrder(number, stage, START - anyAge(stage, orders));
      }
    })(),
  );
  const loadMilliseconds = performance.now() - started;
  const ward = new Ward({
    shop: (channel, shopId) => ({ zh: `${channel}/${shopId}`, en: `${channel}/${shopId}` }),
    warehouse: (id) => ({ zh: id, en: id }),
    rule: (id) => ({ name: { zh: id, en: id }, role: 'operations' }),
  });
  const first = pulse(orders, ward, START);
  const megabytes = heapMegabytes() - before;
  const times: number[] = [];
  const changes: number[] = [];
  let due = 0;
  let oldest = 0;
  let newest = OPEN;
  for (let scan = 1; scan <= SCANS; scan += 1) {
    const now = START + scan * PAUSE;
    const begun = performance.now();
    for (let change = 0; change < CHANGES; change += 1) {
      const at = now - random() * PAUSE;
      orders.remove(`TB20261111${String(oldest++).padStart(12, '0')}`, at);
      orders.set(anyOrder(newest++, 'pending_payment', at), at);
      const moved = oldest + Math.floor(random() * (newest - oldest));
      orders.set(anyOrder(moved, pick(STAGES), at), at);
    }
    changes.push(((performance.now() - begun) * 1000) / (CHANGES * 3));
    const measured = pulse(orders, ward, now);
    times.push(measured.milliseconds);
    due += measured.due;
  }
  if (orders.size !== OPEN) throw new Error(`${orders.size} orders are open, not ${OPEN}.`);
  return {
    pulseScanMillionOpenOrdersMilliseconds: percentile(times, 0.5) ?? Number.NaN,
    pulseScanMillionOpenOrdersP99Milliseconds: percentile(times, 0.99) ?? Number.NaN,
    pulseScanOrdersNewlyDue: due / SCANS,
    pulseScanStrips: ward.strips().length,
    pulseFirstScanMilliseconds: first.milliseconds,
    pulseFirstScanOrdersDue: first.due,
    pulseChangeMicroseconds: percentile(changes, 0.5) ?? Number.NaN,
    pulseLoadMillionOpenOrdersMilliseconds: loadMilliseconds,
    pulseMillionOpenOrdersMegabytes: megabytes,
  };
}
