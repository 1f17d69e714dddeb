import { join } from 'node:path';
import type { FeatureSpec, FeatureValue, Sample } from '#main/learning/boosting/table.ts';
import { fitForecast } from '#main/learning/forecast.ts';
import type { Forecast } from '#main/learning/forecast.ts';
import { deliveryFeatures, deliveryRow } from '#main/learning/history/delivery-features.ts';
import { DeliveryHistory } from '#main/learning/history/deliveries.ts';
import type { Arrival, PromisedOrder } from '#main/learning/history/deliveries.ts';
import { walkForward } from '#main/learning/walk-forward.ts';
import type { Forecaster } from '#main/learning/walk-forward.ts';
import { DAY } from '#shared/time.ts';
import { byPart, byPeriod, monthly } from './figures.ts';
import { csvByKey, jsonLines, timeOf } from './files.ts';

interface Shipment {
  order_id: string;
  po: string;
  quote: string;
  project: string;
  country: string;
  fulfil_via: string;
  incoterm: string;
  mode: string | null;
  vendor: string;
  quoted_on: string | null;
  ordered_on: string | null;
  promised_on: string;
  items: { sub: string; molecule: string; pack_size: number; qty: number; pack_price_minor: number; site: string }[];
  total_minor: number;
}

const FACETS: Record<string, (shipment: Shipment) => string | null> = {
  vendor: ({ vendor }) => vendor,
  site: ({ items }) => items[0]!.site,
  destination: ({ country }) => country,
  mode: ({ mode }) => mode ?? 'unknown',
  programme: ({ project }) => project,
  'product-group': ({ items }) => items[0]!.sub,
  product: ({ items }) => items[0]!.molecule,
  'vendor+destination': ({ vendor, country }) => `${vendor}|${country}`,
  'destination+mode': ({ country, mode }) => `${country}|${mode}`,
  'site+destination': ({ items, country }) => `${items[0]!.site}|${country}`,
  'purchase-order': ({ po }) => po,
  quote: ({ quote }) => quote,
  'fulfilled-via': ({ fulfil_via }) => fulfil_via,
  incoterm: ({ incoterm }) => incoterm,
};

const WORDS = ['vendor', 'site', 'destination', 'mode', 'product-group', 'incoterm'];

const OWN_FEATURES: FeatureSpec[] = [
  ...['weekday', 'day-of-month', 'month', 'days-since-ordered', 'days-since-quoted', 'days-from-quote-to-order'],
  ...['amount', 'lines', 'packs', 'pack-price', 'pack-size', 'order-day-known', 'quote-day-known'],
].map((name) => ({ name, kind: 'number' }));

export const FEATURES: FeatureSpec[] = [
  ...deliveryFeatures(Object.keys(FACETS)),
  ...OWN_FEATURES,
  ...WORDS.map((name): FeatureSpec => ({ name, kind: 'category' })),
];

function ownValues(shipment: Shipment, facets: PromisedOrder['facets']): FeatureValue[] {
  const due = timeOf(shipment.promised_on);
  const ordered = shipment.ordered_on === null ? null : timeOf(shipment.ordered_on);
  const quoted = shipment.quoted_on === null ? null : timeOf(shipment.quoted_on);
  const date = new Date(due);
  const [first] = shipment.items;
  return [
    ...[date.getUTCDay(), date.getUTCDate(), date.getUTCMonth()],
    ordered === null ? null : (due - ordered) / DAY,
    quoted === null ? null : (due - quoted) / DAY,
    ordered === null || quoted === null ? null : (ordered - quoted) / DAY,
    Math.log1p(shipment.total_minor),
    shipment.items.length,
    Math.log1p(shipment.items.reduce((sum, { qty }) => sum + qty, 0)),
    ...[first!.pack_price_minor, first!.pack_size, ordered === null ? 0 : 1, quoted === null ? 0 : 1],
    ...WORDS.map((name) => facets[name] ?? null),
  ];
}

/** Reads the shipments in the order of their promises and gives each the features of its promised morning. */
export async function samplesOf(directory: string): Promise<Sample[]> {
  const outcomes = await csvByKey(join(directory, 'scms-outcomes-dev.csv.gz'), 'order_id');
  const history = new DeliveryHistory(Object.keys(FACETS));
  const arrivals: Arrival[] = [];
  const samples: Sample[] = [];
  for await (const shipment of jsonLines<Shipment>(join(directory, 'scms-shipments-dev.jsonl.gz'))) {
    const at = timeOf(shipment.promised_on);
    arrivals.sort((a, b) => a.at - b.at);
    while (arrivals[0] && arrivals[0].at < at) history.observeArrival(arrivals.shift()!);
    const facets = Object.fromEntries(Object.entries(FACETS).map(([name, of]) => [name, of(shipment)]));
    const placed = shipment.ordered_on ?? shipment.quoted_on;
    const order: PromisedOrder = { id: shipment.order_id, placedAt: placed === null ? null : timeOf(placed), dueAt: at, facets };
    const outcome = outcomes.get(shipment.order_id)!;
    const late = outcome.late === '1';
    // A day's news is known when the day is over, and never before the shipment itself is known.
    const toldAt = Math.max(timeOf(outcome.recorded_on!), at) + DAY - 1;
    // That it is late is known as soon as the promised day has passed without it; how late, when it arrives.
    const knownAt = late ? at + DAY - 1 : toldAt;
    samples.push({ row: [...deliveryRow(history, order, at), ...ownValues(shipment, facets)], outcome: late, at, knownAt });
    history.observeOrder(order, at);
    arrivals.push({ id: order.id, at: toldAt, arrivedAt: timeOf(outcome.delivered_on!) });
  }
  return samples;
}

/** Delay forecast (G5) on real promises and arrivals: refitted every quarter, learning only from what was recorded before. */
export async function delayStudy(data: string): Promise<void> {
  const samples = await samplesOf(join(data, 'scms'));
  const until = samples.at(-1)!.at + 1;
  const refitAt = monthly(Date.UTC(2009, 0, 1), until, 3);
  const fitted = new Map<number, Forecast>();
  const split = samples[Math.floor(samples.length * 0.6)]!.at;
  const show = (title: string, fit: (known: readonly Sample[], at: number) => Forecaster): void => {
    console.info(title);
    const forecasts = walkForward(samples, { refitAt, until, fit });
    for (const text of byPeriod(forecasts, (at) => String(new Date(at).getUTCFullYear()))) console.info(text);
    for (const text of byPart(forecasts, split)) console.info(text);
  };
  show('probabilities', (known, at) => {
    const model = fitForecast(FEATURES, known);
    fitted.set(at, model);
    return model;
  });
  show('ranking (before calibration)', (_, at) => ({ probability: (row) => fitted.get(at)?.ranking(row) ?? 0.5 }));
  const last = fitForecast(FEATURES, samples);
  const rows = samples.slice(-200).map(({ row }) => row);
  const late = rows.toSorted((a, b) => last.probability(b) - last.probability(a))[0]!;
  console.info('likeliest of the last 200:', JSON.stringify(last.explain(late, 5)));
}
