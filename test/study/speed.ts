import { fitBoosting } from '#main/learning/boosting/fit.ts';
import type { FeatureSpec, Sample } from '#main/learning/boosting/table.ts';
import { fitForecast } from '#main/learning/forecast.ts';
import { fitLogistic } from '#main/learning/logistic/model.ts';
import { chanceOf } from '#main/learning/random.ts';
import { MINUTE } from '#shared/time.ts';

const ROWS = 100_000;
const COLUMNS = 40;

function invented(): { features: FeatureSpec[]; samples: Sample[] } {
  const chance = chanceOf(7);
  const features = Array.from({ length: COLUMNS }, (_, column): FeatureSpec => ({
    name: `feature ${column}`,
    kind: column < 4 ? 'category' : 'number',
  }));
  const samples = Array.from({ length: ROWS }, (_, index): Sample => {
    const row = features.map(({ kind }) =>
      chance() < 0.05 ? null : kind === 'category' ? `word ${Math.floor(chance() * 200)}` : chance() * 100,
    );
    const score = (Number(row[5] ?? 50) - 50) / 20 + (Number(row[6] ?? 50) > 80 && Number(row[7] ?? 50) < 30 ? 2 : 0) - 2;
    return { row, outcome: chance() < 1 / (1 + Math.exp(-score)), at: index * MINUTE, knownAt: index * MINUTE + 60 * MINUTE };
  });
  return { features, samples };
}

function timed<Value>(label: string, work: () => Value): Value {
  const started = process.cpuUsage();
  const wall = performance.now();
  const value = work();
  const { user, system } = process.cpuUsage(started);
  console.info(
    `${label}: ${((user + system) / 1e6).toFixed(1)} s of processor, ${((performance.now() - wall) / 1e3).toFixed(1)} s on the clock`,
  );
  return value;
}

/** Time to fit 100,000 invented rows of 40 features, and to forecast with the fitted models. */
export function speedStudy(): void {
  const { features, samples } = invented();
  timed('boosting with early stopping', () => fitBoosting(features, samples));
  timed('logistic regression', () => fitLogistic(features, samples));
  const forecast = timed('forecast (both, calibrated, evaluated)', () => fitForecast(features, samples));
  const model = fitBoosting(features, samples.slice(0, 20_000), { rounds: 100, laterShare: 0, maxLeaves: 6 });
  for (const [label, predict] of [
    ['boosting, 100 trees of 6 leaves', (row: Sample['row']) => model.probability(row)],
    ['forecast', (row: Sample['row']) => forecast.probability(row)],
    ['forecast with reasons', (row: Sample['row']) => forecast.explain(row).probability],
  ] as const) {
    const started = process.cpuUsage();
    for (const { row } of samples) predict(row);
    const { user, system } = process.cpuUsage(started);
    console.info(`${label}: ${Math.round(ROWS / ((user + system) / 1e6)).toLocaleString('en')} rows a second of processor`);
  }
  console.info(`stored forecast: ${Math.round(JSON.stringify(forecast).length / 1024)} kB, ${model.trees} trees in the boosting above`);
}
