import { DAY } from '#shared/time.ts';
import type { FeatureRow, FeatureSpec, FeatureValue } from '../boosting/table.ts';
import { promisedDays } from './deliveries.ts';
import type { DeliveryHistory, DeliveryPast, PromisedOrder } from './deliveries.ts';

/** What is read of the past of each facet; the feature is named `late-share:carrier` and so on. */
const OF_A_PAST = [
  'late-share',
  'late-share-recently',
  'arrivals',
  'overdue',
  'days-since-late',
  'days-late',
  'taken-recently',
  'early-share',
  'promise-against-usual',
  'due-together',
] as const;

export type PastFeature = (typeof OF_A_PAST)[number];

/** A share of few arrivals is drawn to what is usual as if by this many. */
const FEW = 8;
const FEW_RECENTLY = 4;

/** The features `deliveryRow` gives, in its order: what is usual over everything first, then each facet. */
export function deliveryFeatures(facets: readonly string[]): FeatureSpec[] {
  return ['all', ...facets].flatMap((facet) => OF_A_PAST.map((name): FeatureSpec => ({ name: `${name}:${facet}`, kind: 'number' })));
}

/** What the past says about an order at a moment. Null: nothing like it was seen. Counts and days are log(1 + n). */
export function deliveryRow(history: DeliveryHistory, order: PromisedOrder, at: number): FeatureRow {
  history.passTime(at);
  const usual = history.all.late.shareAt(at, 0.05, 20);
  const usualRecently = history.all.lateRecently.shareAt(at, usual, 10);
  const pasts = [history.all, ...history.facets.map((facet) => history.pastOf(facet, order.facets[facet] ?? null))];
  return pasts.flatMap((past) => (past ? seen(past, order, at, [usual, usualRecently]) : NOTHING_ROW));
}

const NOTHING: Record<PastFeature, FeatureValue> = {
  'late-share': null,
  'late-share-recently': null,
  arrivals: 0,
  overdue: 0,
  'days-since-late': null,
  'days-late': null,
  'taken-recently': 0,
  'early-share': null,
  'promise-against-usual': null,
  'due-together': 0,
};

const NOTHING_ROW: FeatureRow = OF_A_PAST.map((name) => NOTHING[name]);

function seen(past: DeliveryPast, order: PromisedOrder, at: number, [usual, usualRecently]: [number, number]): FeatureRow {
  const arrivals = past.late.casesAt(at);
  const promised = promisedDays(order);
  const values: Record<PastFeature, FeatureValue> = {
    'late-share': past.late.shareAt(at, usual, FEW),
    'late-share-recently': past.lateRecently.shareAt(at, usualRecently, FEW_RECENTLY),
    arrivals: Math.log1p(arrivals),
    overdue: Math.log1p(past.overdue),
    'days-since-late': past.lastLateAt === null ? null : Math.log1p((at - past.lastLateAt) / DAY),
    'days-late': arrivals > 0 ? past.daysLate.valueAt(at) / (arrivals + 3) : null,
    'taken-recently': Math.log1p(past.taken.valueAt(at)),
    'early-share': arrivals > 0 ? past.early.shareAt(at, 0, 2) : null,
    'promise-against-usual': promised === null || past.promisedDays.mean === null ? null : promised - past.promisedDays.mean,
    'due-together': past.dueTogether.dueAt === order.dueAt ? Math.log1p(past.dueTogether.orders) : 0,
  };
  return OF_A_PAST.map((name) => values[name]);
}
