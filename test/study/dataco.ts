import { join } from 'node:path';
import type { FeatureSpec, Sample } from '#main/learning/boosting/table.ts';
import { fitForecast } from '#main/learning/forecast.ts';
import type { ForecastOptions } from '#main/learning/forecast.ts';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { DAY } from '#shared/time.ts';
import { digits, line } from './figures.ts';
import { csvByKey, jsonLines, timeOf } from './files.ts';

interface DatacoOrder {
  order_id: string;
  created_at: string;
  customer: { segment: string };
  ship_to: { country: string; region: string; market: string };
  payment_type: string;
  shipping_mode: string;
  items: { category: string; qty: number; unit_price_minor: number; discount_rate: number }[];
  total_minor: number;
}

const FEATURES: FeatureSpec[] = [
  ...['payment', 'shipping-mode', 'segment', 'market', 'region', 'country', 'category'].map((name): FeatureSpec => ({
    name,
    kind: 'category',
  })),
  ...['hour', 'weekday', 'month', 'amount', 'pieces', 'discount-rate'].map((name): FeatureSpec => ({ name, kind: 'number' })),
];

interface DatacoSample {
  order: DatacoOrder;
  row: Sample['row'];
  at: number;
  outcome: Record<string, string>;
}

async function readDataco(data: string): Promise<DatacoSample[]> {
  const outcomes = await csvByKey(join(data, 'dataco/dataco-outcomes-dev.csv.gz'), 'order_id');
  const samples: DatacoSample[] = [];
  for await (const order of jsonLines<DatacoOrder>(join(data, 'dataco/dataco-orders-dev.jsonl.gz'))) {
    const at = timeOf(order.created_at);
    const date = new Date(at);
    const [first] = order.items;
    const { market, region, country } = order.ship_to;
    samples.push({
      order,
      at,
      outcome: outcomes.get(order.order_id)!,
      row: [
        ...[order.payment_type, order.shipping_mode, order.customer.segment, market, region, country, first!.category],
        ...[date.getUTCHours(), date.getUTCDay(), date.getUTCMonth(), Math.log1p(order.total_minor)],
        ...[order.items.reduce((sum, { qty }) => sum + qty, 0), first!.discount_rate],
      ],
    });
  }
  return samples;
}

/** Half of the orders have the outcome here, so there is much to learn from and little to hold back. */
const RECIPE: Partial<ForecastOptions> = { ridge: 10, boosting: { rounds: 80, maxLeaves: 8, columnShare: 0.8, leastWeight: 6 } };

/** Fits on the first 60 %, judges the rest. */
function split(samples: readonly DatacoSample[], outcomeOf: (sample: DatacoSample) => boolean) {
  const labelled = samples.map((sample): Sample => ({
    row: sample.row,
    at: sample.at,
    outcome: outcomeOf(sample),
    knownAt: sample.at + 7 * DAY,
  }));
  const cut = labelled[Math.floor(labelled.length * 0.6)]!.at;
  const model = fitForecast(
    FEATURES,
    labelled.filter(({ knownAt }) => knownAt < cut),
    RECIPE,
  );
  return labelled.filter(({ at }) => at >= cut).map(({ row, at, outcome }) => ({ at, outcome, probability: model.probability(row) }));
}

/** Late deliveries of the DataCo set: shipping mode decides, and the model finds it. */
export async function datacoLateStudy(data: string): Promise<void> {
  const shipped = (await readDataco(data)).filter(({ outcome }) => outcome.late !== '');
  const judged = split(shipped, ({ outcome }) => outcome.late === '1');
  console.info(line('last 40 %', judged));
  const shippedLater = shipped.slice(-judged.length);
  const byMode = shippedLater.filter(({ order }) => order.shipping_mode === 'First Class' || order.shipping_mode === 'Second Class');
  const found = byMode.filter(({ outcome }) => outcome.late === '1').length;
  const late = judged.filter(({ outcome }) => outcome).length;
  console.info(`shipping mode as the rule: precision ${digits(found / byMode.length, 2)}, recall ${digits(found / late, 2)}`);
  const called = judged.toSorted((a, b) => b.probability - a.probability).slice(0, byMode.length);
  const right = called.filter(({ outcome }) => outcome).length;
  console.info(`as many of the model's likeliest: precision ${digits(right / called.length, 2)}, recall ${digits(right / late, 2)}`);
}

/** Suspected fraud of the DataCo set: payment TRANSFER or not, and nothing inside it. */
export async function datacoFraudStudy(data: string): Promise<void> {
  const samples = await readDataco(data);
  const isFraud = ({ outcome }: DatacoSample): boolean => outcome.suspected_fraud === '1';
  const transfers = samples.filter(({ order }) => order.payment_type === 'TRANSFER');
  const all = samples.filter(isFraud).length;
  const inside = transfers.filter(isFraud).length;
  console.info(`payment TRANSFER as the rule: precision ${digits(inside / transfers.length)}, recall ${digits(inside / all)}`);
  console.info(line('all orders, last 40 %', split(samples, isFraud)));
  const judged = split(transfers, isFraud);
  const area = areaUnderCurve(
    judged.map(({ probability }) => probability),
    judged.map(({ outcome }) => (outcome ? 1 : 0)),
  );
  console.info(
    `inside TRANSFER, last 40 %: ${judged.length} orders, AUC ${digits(area)} (0.5 is chance: no field tells fraud from the rest)`,
  );
}
