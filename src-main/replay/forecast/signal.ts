import { TrainingError } from '#main/learning/boosting/table.ts';
import type { FeatureRow, FeatureSpec, Sample } from '#main/learning/boosting/table.ts';
import { fitForecast } from '#main/learning/forecast.ts';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { OWN_NUMBERS, ownNumbers, wordOf } from '#main/hub/forecast/order-view.ts';
import { recipeFor } from '#main/hub/forecast/recipes.ts';
import type { NumberedRow } from '../order-file.ts';
import type { RowFormat } from '../readers/row.ts';

/** Whether anything an order tells says how it ends, inside the orders that share one word. */
export interface Signal {
  word: string;
  value: string;
  /** Orders of the word after the split whose outcome is known, and how many went bad. */
  orders: number;
  bad: number;
  auc: number | null;
  /** 95 % of the time the true area lies here (Hanley and McNeil 1982, doi:10.1148/radiology.143.1.7063747). */
  interval: [number, number] | null;
  /** False: it is no better than chance as far as can be told. */
  found: boolean;
}

/** Learns from the orders of the word before the split, with every word and number they tell, and judges those after it. */
export async function replaySignal(
  rows: AsyncIterable<NumberedRow>,
  format: RowFormat,
  { word, value }: { word: string; value: string },
  { bad, knownAfterMs, splitAt }: { bad: (id: string) => boolean | null; knownAfterMs: number; splitAt: number },
): Promise<Signal> {
  const features: FeatureSpec[] = [
    ...OWN_NUMBERS.map((name): FeatureSpec => ({ name, kind: 'number' })),
    ...['destination', ...format.told.words].map((name): FeatureSpec => ({ name, kind: 'category' })),
  ];
  const samples: Sample[] = [];
  for await (const { row } of rows) {
    if (row.kind !== 'order' || wordOf(row.order, word) !== value) continue;
    const outcome = bad(row.order.channelOrderId);
    if (outcome === null) continue;
    const numbers = ownNumbers(row.order, row.order.createdAt, row.promisedAt ?? row.at);
    const values: FeatureRow = [
      ...OWN_NUMBERS.map((name) => numbers[name]),
      ...['destination', ...format.told.words].map((name) => wordOf(row.order, name)),
    ];
    samples.push({ row: values, at: row.at, outcome, knownAt: row.at + knownAfterMs });
  }
  return { word, value, ...judge(features, samples, splitAt) };
}

function judge(features: readonly FeatureSpec[], samples: readonly Sample[], splitAt: number): Omit<Signal, 'word' | 'value'> {
  const known = samples.filter(({ knownAt }) => knownAt < splitAt);
  const rest = samples.filter(({ at }) => at >= splitAt);
  const bad = rest.filter(({ outcome }) => outcome).length;
  const nothing = { orders: rest.length, bad, auc: null, interval: null, found: false };
  try {
    const model = fitForecast(features, known, recipeFor(known));
    const auc = areaUnderCurve(
      rest.map(({ row }) => model.ranking(row)),
      rest.map(({ outcome }) => (outcome ? 1 : 0)),
    );
    if (auc === null) return nothing;
    const interval = areaInterval(auc, bad, rest.length - bad);
    return { orders: rest.length, bad, auc, interval, found: interval[0] > 0.5 };
  } catch (error) {
    if (error instanceof TrainingError) return nothing;
    throw error;
  }
}

/** The interval that holds the true area in 95 of 100 cases. */
export function areaInterval(area: number, positives: number, negatives: number): [number, number] {
  const one = area / (2 - area);
  const two = (2 * area * area) / (1 + area);
  const variance =
    (area * (1 - area) + (positives - 1) * (one - area * area) + (negatives - 1) * (two - area * area)) / (positives * negatives);
  const reach = 1.96 * Math.sqrt(Math.max(0, variance));
  return [Math.max(0, area - reach), Math.min(1, area + reach)];
}
