import { evaluate } from '#main/learning/evaluation.ts';
import { ratio } from '../statistics.ts';
import type { Scores } from './scores.ts';

/** How a forecast carried through a file did. Shares from 0 to 1, null where nothing tells. */
export interface ForecastFigures {
  /** Orders that could be forecast; those a model judged and whose outcome is known; those that came before there was a model. */
  orders: number;
  judged: number;
  beforeTheFirstModel: number;
  fits: number;
  learnt: { yes: number; no: number };
  baseRate: number | null;
  /** Of the ranking (`Forecast.ranking`), over every judged order; of the orders after the split alone; of the probabilities. */
  auc: number | null;
  aucAfterSplit: number | null;
  aucOfProbability: number | null;
  topTenth: { precision: number; recall: number } | null;
  calibrationError: number | null;
  /** Orders called because the forecast said at least `threshold`. */
  calls: { threshold: number; called: number; precision: number | null; recall: number | null };
}

/** More likely than not by a clear margin. */
const CALL_FROM = 0.65;

/** `came`: what became of an order; null where unknown. Null without a single judged order. */
export function forecastFigures(
  { scores, orders, fits, learnt }: Scores,
  came: (id: string) => boolean | null,
  splitAt: number,
): ForecastFigures | null {
  const judged = scores.flatMap((score) => {
    const outcome = came(score.id);
    return outcome === null ? [] : [{ ...score, outcome: outcome ? 1 : 0 }];
  });
  const about = { orders, judged: judged.length, beforeTheFirstModel: orders - scores.length, fits, learnt };
  const called = judged.filter(({ probability }) => probability >= CALL_FROM);
  const right = called.filter(({ outcome }) => outcome === 1).length;
  if (judged.length === 0) return null;
  const outcomes = judged.map(({ outcome }) => outcome);
  const probabilities = evaluate(
    judged.map(({ probability }) => probability),
    outcomes,
  );
  const ranking = evaluate(
    judged.map((score) => score.ranking),
    outcomes,
  );
  const rest = judged.filter(({ at }) => at >= splitAt);
  const late = judged.filter(({ outcome }) => outcome === 1).length;
  return {
    ...about,
    baseRate: ratio(late, judged.length),
    auc: ranking.areaUnderCurve,
    aucAfterSplit:
      rest.length === 0
        ? null
        : evaluate(
            rest.map((score) => score.ranking),
            rest.map(({ outcome }) => outcome),
          ).areaUnderCurve,
    aucOfProbability: probabilities.areaUnderCurve,
    topTenth: ranking.topTenth && { precision: ranking.topTenth.precision, recall: ranking.topTenth.recall },
    calibrationError: probabilities.calibrationError,
    calls: { threshold: CALL_FROM, called: called.length, precision: ratio(right, called.length), recall: ratio(right, late) },
  };
}
