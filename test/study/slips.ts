import { join } from 'node:path';
import { purchaseOf } from '#main/hub/forecast/order-view.ts';
import type { Purchase } from '#main/learning/history/purchases.ts';
import { SlipHistory } from '#main/learning/history/slips.ts';
import type { SlipReading } from '#main/learning/history/slips.ts';
import { readOrderFile, recogniseFile } from '#main/replay/order-file.ts';
import { readOutcomes } from '#main/replay/outcomes.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { oddities } from './oddities.ts';
import type { Oddities } from './oddities.ts';

export interface SlipOrder {
  purchase: Purchase;
  reading: SlipReading;
  odd: Oddities;
  /** Wholly returned within 24 hours. */
  slip: boolean;
  /** Nothing of it came back, and its buyer had ordered within the ten minutes before. */
  goodRepeat: boolean;
}

/** The orders of the Online Retail set as a hub takes them in: each read before it was observed, refunds when they were told. */
async function readOrders(data: string): Promise<SlipOrder[]> {
  const path = (name: string): string => join(data, 'online-retail', `online-retail-${name}`);
  const became = new Map<string, { slip: boolean; kept: boolean }>();
  for await (const { row } of readOutcomes(path('outcomes-dev.csv.gz'))) {
    const slip = row.fully_returned === '1' && Number(row.first_return_hours) * HOUR <= DAY;
    became.set(row.order_id ?? '', { slip, kept: row.matchable === '1' && Number(row.returned_value_minor) === 0 });
  }
  const events = path('events-dev.jsonl.gz');
  const history = new SlipHistory();
  const odd = oddities();
  const buyers = new Map<string, string>();
  const lastOrder = new Map<string, number>();
  const orders: SlipOrder[] = [];
  for await (const { row } of readOrderFile(events, await recogniseFile(events))) {
    if (row.kind === 'refund') {
      for (const { channelOrderId, refund } of row.refunds) {
        const buyer = buyers.get(channelOrderId);
        if (buyer === undefined) continue;
        const { id, amountMinor, lines } = refund;
        history.observeRefund({ at: row.at, buyer, refundId: id, orderId: channelOrderId, amountMinor, lines });
        odd.returned(buyer, row.at, lines);
      }
    }
    if (row.kind !== 'order') continue;
    const purchase = purchaseOf(row.order, row.order.channelOrderId);
    const { buyer, orderId, at } = purchase;
    const { slip = false, kept = false } = became.get(orderId) ?? {};
    const before = buyer === null ? undefined : lastOrder.get(buyer);
    const goodRepeat = kept && before !== undefined && at - before <= 10 * MINUTE;
    orders.push({ purchase, reading: history.read(purchase), odd: odd.read(purchase), slip, goodRepeat });
    history.observeOrder(purchase);
    odd.ordered(purchase);
    if (buyer === null) continue;
    buyers.set(orderId, buyer);
    lastOrder.set(buyer, at);
  }
  return orders;
}

/** As in resources/rules.json. */
const RULES: Record<string, (reading: SlipReading) => boolean> = {
  'rebooked-refund': (reading) => reading['rebooked-refund'] >= 15,
  'open-price-order': (reading) => reading['open-price-order'] >= 15,
  'huge-quantity': (reading) => reading['quantity-vs-shop'] >= 30,
};

function counts(held: readonly SlipOrder[], all: readonly SlipOrder[]): string {
  const slips = all.filter(({ slip }) => slip);
  const found = held.filter(({ slip }) => slip);
  const money = (orders: readonly SlipOrder[]): number => orders.reduce((sum, { purchase }) => sum + purchase.totalMinor, 0);
  const share = ((100 * held.length) / all.length).toFixed(2);
  const ofMoney = ((100 * money(found)) / money(slips)).toFixed(0);
  return `held ${held.length} of ${all.length} (${share} %), slips among them ${found.length} of ${slips.length}, by money ${ofMoney} %`;
}

/** What the best choice among groups of like orders would find, knowing how each ends: no honest rule can do better with these signs. */
function inHindsight(orders: readonly SlipOrder[], budget: number): string {
  const groups = [...Map.groupBy(orders, ({ odd }) => odd.join())].map(([, group]) => ({
    held: group.length,
    slips: group.filter(({ slip }) => slip).length,
  }));
  groups.sort((a, b) => b.slips / b.held - a.slips / a.held);
  let [held, slips] = [0, 0];
  for (const group of groups) {
    if (held + group.held > budget) break;
    held += group.held;
    slips += group.slips;
  }
  return `${slips} slips with ${held} held`;
}

/** Slips of the keyboard: what the shipped rules hold of them at order time, and how much any choice among broader signs could. */
export async function slipsStudy(data: string): Promise<void> {
  const orders = await readOrders(data);
  const split = Math.floor(orders.length * 0.6);
  const parts = { 'first 60 %': orders.slice(0, split), 'last 40 %': orders.slice(split), all: orders };
  const isHeld = ({ reading }: SlipOrder): boolean => Object.values(RULES).some((rule) => rule(reading));
  const named = [...Object.entries(RULES).map(([name, rule]) => [name, ({ reading }: SlipOrder) => rule(reading)] as const)];
  for (const [name, rule] of [...named, ['the three rules', isHeld] as const]) {
    console.info(name);
    for (const [part, all] of Object.entries(parts)) console.info(`  ${part}: ${counts(all.filter(rule), all)}`);
  }
  const known = orders.filter(({ purchase }) => purchase.buyer !== null);
  const plain = known.filter(({ odd }) => odd.length === 0);
  console.info(`orders with none of the broad signs: ${plain.length}, slips among them ${plain.filter(({ slip }) => slip).length}`);
  for (const share of [0.005, 0.01, 0.02]) {
    console.info(
      `the best groups of orders with the same signs, in hindsight, ${share * 100} %: ${inHindsight(known, orders.length * share)}`,
    );
  }
  const repeats = orders.filter(({ goodRepeat }) => goodRepeat);
  console.info(`good customers again within ten minutes: ${repeats.filter(isHeld).length} of ${repeats.length} held by the three rules`);
}
