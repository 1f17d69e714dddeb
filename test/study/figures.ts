import { evaluate } from '#main/learning/evaluation.ts';
import type { JudgedForecast } from '#main/learning/walk-forward.ts';

export function digits(value: number | null | undefined, places = 3): string {
  return value == null || Number.isNaN(value) ? '-' : value.toFixed(places);
}

/** One line of figures over some forecasts. */
export function line(label: string, forecasts: readonly JudgedForecast[]): string {
  const { rows, outcomes, areaUnderCurve, topTenth, brier, calibrationError } = evaluate(
    forecasts.map(({ probability }) => probability),
    forecasts.map(({ outcome }) => (outcome ? 1 : 0)),
  );
  const share = digits((100 * outcomes) / rows, 1);
  const top = topTenth ? `top tenth: precision ${digits(topTenth.precision, 2)}, recall ${digits(topTenth.recall, 2)}` : 'top tenth: -';
  return `${label.padEnd(26)} rows ${String(rows).padStart(5)}  outcome ${share.padStart(4)} %  AUC ${digits(areaUnderCurve)}  ${top}  Brier ${digits(brier)}  calibration error ${digits(calibrationError)}`;
}

/** The figures of each calendar year or quarter, then of all. */
export function byPeriod(forecasts: readonly JudgedForecast[], periodOf: (at: number) => string): string[] {
  const periods = Map.groupBy(forecasts, ({ at }) => periodOf(at));
  return [...[...periods].map(([period, judged]) => line(period, judged)), line('all', forecasts)];
}

/** First day of every `months`-th month from one day to another, epoch ms. */
export function monthly(from: number, until: number, months: number): number[] {
  const days: number[] = [];
  const start = new Date(from);
  for (let month = start.getUTCMonth(); ; month += months) {
    const day = Date.UTC(start.getUTCFullYear(), month, 1);
    if (day >= until) return days;
    days.push(day);
  }
}

/** Figures of the earlier and of the later orders, apart. */
export function byPart(forecasts: readonly JudgedForecast[], split: number): string[] {
  const before = forecasts.filter(({ at }) => at < split);
  const after = forecasts.filter(({ at }) => at >= split);
  return [line('first 60 %', before), line('last 40 %', after)];
}
