import { DAY } from '#shared/time.ts';
import type { FeatureRow, FeatureSpec, FeatureValue } from '#main/learning/boosting/table.ts';
import { deliveryFeatures, deliveryRow } from '#main/learning/history/delivery-features.ts';
import type { DeliveryHistory, PromisedOrder } from '#main/learning/history/deliveries.ts';
import { OWN_NUMBERS, ownNumbers, toldNumber, wordOf } from './order-view.ts';
import type { ForecastOrder } from './order-view.ts';

/** Words a source tells of its orders (`facets` of an order), text and numbers apart. Numbers named `…-at` are moments, epoch ms. */
export interface ToldNames {
  words: readonly string[];
  numbers: readonly string[];
}

/** What a delay forecast compares orders by. Two plans with the same content make the same rows. */
export interface DelayPlan {
  words: readonly string[];
  /** Two words together, `vendor+destination`. */
  pairs: readonly (readonly [string, string])[];
  numbers: readonly string[];
}

/** Words of which there are nearly as many as orders: their past is looked at, they are no category. */
const BATCHES: ReadonlySet<string> = new Set(['purchase-order', 'quote', 'buyer', 'article', 'product']);
/** Words that mean more together with the destination. */
const WITH_DESTINATION: ReadonlySet<string> = new Set(['vendor', 'site', 'mode', 'carrier', 'warehouse', 'shipping-mode']);

/** The plan of a source: its own words and those it is told. */
export function planOf(own: readonly string[], told: ToldNames): DelayPlan {
  const words = [...new Set([...own, ...told.words])];
  const pairs = words.includes('destination')
    ? words.filter((word) => WITH_DESTINATION.has(word)).map((word): [string, string] => [word, 'destination'])
    : [];
  return { words, pairs, numbers: told.numbers };
}

/** Names a memory of this plan is opened with. */
export function facetNames({ words, pairs }: DelayPlan): string[] {
  return [...words, ...pairs.map(([a, b]) => `${a}+${b}`)];
}

/** The order as the memory of deliveries sees it. Times are epoch ms. */
export function promisedOrder(plan: DelayPlan, order: ForecastOrder, id: string, placedAt: number | null, dueAt: number): PromisedOrder {
  const facets: Record<string, string | null> = {};
  for (const word of plan.words) facets[word] = wordOf(order, word);
  for (const [a, b] of plan.pairs) {
    const [one, other] = [facets[a], facets[b]];
    facets[`${a}+${b}`] = one == null || other == null ? null : `${one}|${other}`;
  }
  return { id, placedAt, dueAt, facets };
}

function isMoment(name: string): boolean {
  return name.endsWith('-at');
}

function categories({ words }: DelayPlan): string[] {
  return words.filter((word) => !BATCHES.has(word));
}

/** The features `delayRow` gives, in its order. */
export function delayFeatures(plan: DelayPlan): FeatureSpec[] {
  const numbers = [...OWN_NUMBERS, ...plan.numbers.map((name) => (isMoment(name) ? `days-since:${name.slice(0, -3)}` : name))];
  return [
    ...deliveryFeatures(facetNames(plan)),
    ...numbers.map((name): FeatureSpec => ({ name, kind: 'number' })),
    ...categories(plan).map((name): FeatureSpec => ({ name, kind: 'category' })),
  ];
}

/** What is known of a promised order at a moment, before it is observed. */
export function delayRow(plan: DelayPlan, history: DeliveryHistory, order: ForecastOrder, promised: PromisedOrder, at: number): FeatureRow {
  const own = ownNumbers(order, promised.placedAt, promised.dueAt);
  const told = plan.numbers.map((name): FeatureValue => {
    const value = toldNumber(order, name);
    return value !== null && isMoment(name) ? (promised.dueAt - value) / DAY : value;
  });
  return [
    ...deliveryRow(history, promised, at),
    ...OWN_NUMBERS.map((name) => own[name]),
    ...told,
    ...categories(plan).map((name) => promised.facets[name] ?? null),
  ];
}
