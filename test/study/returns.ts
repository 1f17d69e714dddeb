import { fitForecast } from '#main/learning/forecast.ts';
import type { Forecast } from '#main/learning/forecast.ts';
import { PURCHASE_FEATURES } from '#main/learning/history/purchase-features.ts';
import type { JudgedForecast } from '#main/learning/walk-forward.ts';
import { byPart, byPeriod, monthly } from './figures.ts';
import { readOrders, returnSamples } from './retail.ts';

/** Return risk at order time, refitted every month on orders followed for thirty days. */
export async function returnsStudy(data: string): Promise<void> {
  const orders = await readOrders(data);
  const until = orders.at(-1)!.purchase.at;
  const judged: JudgedForecast[] = [];
  const ranked: JudgedForecast[] = [];
  let model: Forecast | null = null;
  const months = monthly(Date.UTC(2011, 2, 1), until, 1);
  months.forEach((from, index) => {
    const to = months[index + 1] ?? until;
    model = fitForecast(PURCHASE_FEATURES, returnSamples(orders, from));
    for (const { purchase, row, attributable, followUpDays, firstReturnAt } of orders) {
      if (purchase.at < from || purchase.at >= to || !attributable || followUpDays < 30) continue;
      const outcome = firstReturnAt !== null;
      judged.push({ at: purchase.at, probability: model.probability(row), outcome });
      ranked.push({ at: purchase.at, probability: model.ranking(row), outcome });
    }
  });
  for (const text of byPeriod(judged, (at) => new Date(at).toISOString().slice(0, 7))) console.info(text);
  const split = orders[Math.floor(orders.length * 0.6)]!.purchase.at;
  for (const text of byPart(judged, split)) console.info(text);
  console.info('ranking (before calibration)');
  for (const text of byPart(ranked, split)) console.info(text);
  if (model)
    console.info(
      'the likeliest of the last 500:',
      JSON.stringify(
        likeliest(
          model,
          orders.slice(-500).map(({ row }) => row),
        ),
      ),
    );
}

function likeliest(model: Forecast, rows: readonly Parameters<Forecast['explain']>[0][]): ReturnType<Forecast['explain']> {
  return model.explain(rows.toSorted((a, b) => model.probability(b) - model.probability(a))[0]!);
}
