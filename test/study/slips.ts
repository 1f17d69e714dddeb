import { fitBoosting } from '#main/learning/boosting/fit.ts';
import { PURCHASE_FEATURES } from '#main/learning/history/purchase-features.ts';
import type { PurchaseFeature } from '#main/learning/history/purchase-features.ts';
import { fitLogistic } from '#main/learning/logistic/model.ts';
import { logOdds } from '#main/learning/calibration.ts';
import { monthly } from './figures.ts';
import { readOrders, slipSamples } from './retail.ts';
import type { JudgedOrder } from './retail.ts';

const PLACES = new Map(PURCHASE_FEATURES.map(({ name }, place) => [name, place]));

function read(order: JudgedOrder, feature: PurchaseFeature): number {
  const value = order.row[PLACES.get(feature)!];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Amounts of the set are pence. */
const POUNDS = 100;

/** Rules a merchant could write; comparisons with an unknown value are false. */
const RULES: Record<string, (order: JudgedOrder) => boolean> = {
  // Only articles without a fixed price (prices of earlier orders spread by a factor of three), an amount of 200 or more that is
  // between 0.45 and 2.2 times the buyer's usual order: a booking entered by hand.
  'open-priced articles only, an amount like the usual order': (order) =>
    read(order, 'article-price-spread-least') > 1.2 &&
    read(order, 'amount-away-from-buyer-mean') < 0.8 &&
    order.purchase.totalMinor >= 200 * POUNDS,
  'all bought before, fewer of each, within 2 h of a return': (order) =>
    read(order, 'fewer-than-before-share') === 1 && read(order, 'buyer-hours-since-return') < Math.log1p(2),
  'all bought before, fewer of each, at another price': (order) =>
    read(order, 'fewer-than-before-share') === 1 && read(order, 'price-changed-share') >= 0.9,
  'the very articles and quantities that came back last': (order) => read(order, 'repeats-return-share') === 1,
  '5,000 pieces of an article or more, or 20,000 pounds or more': (order) =>
    read(order, 'largest-line-pieces') >= Math.log(5_000) || order.purchase.totalMinor >= 20_000 * POUNDS,
};

/** The rules worth shipping together; the fourth holds twice as many good orders as it finds slips since June. */
const PACK = Object.entries(RULES)
  .filter((_, index) => index !== 3)
  .map(([, rule]) => rule);

function counts(held: readonly JudgedOrder[], all: readonly JudgedOrder[]): string {
  const slips = all.filter(({ slip }) => slip);
  const found = held.filter(({ slip }) => slip);
  const money = (orders: readonly JudgedOrder[]): number => orders.reduce((sum, { purchase }) => sum + purchase.totalMinor, 0);
  const share = ((100 * held.length) / all.length).toFixed(2);
  const ofMoney = ((100 * money(found)) / money(slips)).toFixed(0);
  return `held ${held.length} of ${all.length} (${share} %), slips among them ${found.length} of ${slips.length}, by money ${ofMoney} %`;
}

interface Ranked {
  order: JudgedOrder;
  score: number;
}

/** Every order from March on, ranked by models that learnt only what was known when its month began. */
function rank(orders: readonly JudgedOrder[]): Ranked[] {
  const samples = slipSamples(orders);
  const until = orders.at(-1)!.purchase.at + 1;
  const months = monthly(Date.UTC(2011, 2, 1), until, 1);
  return months.flatMap((from, index) => {
    const known = samples.filter(({ knownAt }) => knownAt < from);
    const trees = fitBoosting(PURCHASE_FEATURES, known, {
      ...{ rounds: 80, laterShare: 0, maxLeaves: 6, lambda: 3, leastWeight: 0.3, columnShare: 0.4, leastGain: 0.001, runs: 3 },
    });
    const line = fitLogistic(PURCHASE_FEATURES, known, { ridge: 10 });
    return orders
      .filter(({ purchase }) => purchase.at >= from && purchase.at < (months[index + 1] ?? until))
      .map((order) => ({ order, score: logOdds(trees.probability(order.row)) + logOdds(line.probability(order.row)) }));
  });
}

function top(ranked: readonly Ranked[], most: number): JudgedOrder[] {
  return ranked
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ order }) => order);
}

/** Slips of the keyboard: how many are held within a budget of 0.5 % of all orders, by rules and by models. */
export async function slipsStudy(data: string): Promise<void> {
  const orders = await readOrders(data);
  const split = orders[Math.floor(orders.length * 0.6)]!.purchase.at;
  const parts = {
    'first 60 %': orders.filter(({ purchase }) => purchase.at < split),
    'last 40 %': orders.filter(({ purchase }) => purchase.at >= split),
    all: orders,
  };
  const pack = (order: JudgedOrder): boolean => PACK.some((rule) => rule(order));
  for (const [name, rule] of [...Object.entries(RULES), ['the pack: all but the fourth', pack] as const]) {
    console.info(name);
    for (const [part, all] of Object.entries(parts)) console.info(`  ${part}: ${counts(all.filter(rule), all)}`);
  }
  const ranked = rank(orders);
  const judged = ranked.map(({ order }) => order);
  const held = judged.filter(pack);
  console.info('models refitted monthly, March on, the top of the ranking');
  for (const share of [0.005, 0.01, 0.02]) console.info(`  ${counts(top(ranked, Math.round(judged.length * share)), judged)}`);
  console.info('the pack, then the models up to the budget, March on');
  for (const share of [0.005, 0.01, 0.02]) {
    const room = Math.max(0, Math.round(judged.length * share) - held.length);
    const rest = ranked.filter(({ order }) => !pack(order));
    console.info(`  ${counts([...held, ...top(rest, room)], judged)}`);
  }
  const repeats = orders.filter(({ repeat, kept }) => repeat && kept);
  const stopped = repeats.filter(pack).length;
  console.info(
    `good customers again within ten minutes: ${stopped} of ${repeats.length} held by the pack (${((100 * stopped) / repeats.length).toFixed(2)} %)`,
  );
}
