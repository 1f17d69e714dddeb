import { z } from 'zod';
import { fitBoosting } from './boosting/fit.ts';
import type { BoostingOptions } from './boosting/fit.ts';
import { BoostedModel, ModelError } from './boosting/model.ts';
import type { Prediction, Reason } from './boosting/model.ts';
import { inOrderOfTime, TrainingError } from './boosting/table.ts';
import type { FeatureRow, FeatureSpec, Sample } from './boosting/table.ts';
import { calibrate, calibrationSchema, fitPlatt, fromLogOdds, logOdds, UNCHANGED } from './calibration.ts';
import type { Calibration } from './calibration.ts';
import { evaluate, evaluationSchema } from './evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { fitLogistic, LogisticModel } from './logistic/model.ts';
import { logLoss } from './metrics.ts';

export interface ForecastOptions {
  seed: number;
  /** See BoostingOptions; what is not named is small trees, few of them, much pull: outcomes are rare in a shop. */
  boosting: Partial<BoostingOptions>;
  ridge: number;
  halfLifeDays: number | null;
  /** The latest share of the samples that calibration and the stored figures are measured on. */
  laterShare: number;
}

export const DEFAULT_FORECAST: ForecastOptions = {
  seed: 1,
  boosting: { rounds: 120, laterShare: 0, maxLeaves: 6, lambda: 10, bins: 32, leastWeight: 1.5, columnShare: 0.3 },
  ridge: 300,
  halfLifeDays: null,
  laterShare: 0.2,
};

/** Fewer outcomes in the later part say too little about calibration. */
const LEAST_LATER_OUTCOMES = 10;

const documentSchema = z.object({
  format: z.literal('orderpulse-forecast'),
  version: z.literal(1),
  boosted: z.unknown(),
  logistic: z.unknown(),
  calibration: calibrationSchema,
  samples: z.int().min(0),
  outcomes: z.int().min(0),
  evaluation: evaluationSchema.nullable(),
});

export type ForecastDocument = z.output<typeof documentSchema>;

interface Parts {
  boosted: BoostedModel;
  logistic: LogisticModel;
  calibration: Calibration;
  samples: number;
  outcomes: number;
  evaluation: Evaluation | null;
}

/**
 * A yes-or-no forecast: boosted trees, which see how features go together, and a regression, which is steady where outcomes are few;
 * the mean of their log-odds, calibrated. Better than either on the data measured in docs/learning.md.
 */
export class Forecast {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads a stored forecast. Throws ModelError. */
  static parse(stored: unknown): Forecast {
    const parsed = documentSchema.safeParse(stored);
    if (!parsed.success) throw new ModelError(`Not a stored forecast of this version: ${z.prettifyError(parsed.error)}`);
    const boosted = BoostedModel.parse(parsed.data.boosted);
    const logistic = LogisticModel.parse(parsed.data.logistic);
    if (boosted.features.length !== logistic.features.length)
      throw new ModelError('The stored forecast is damaged: its models read different features.');
    return new Forecast({ ...parsed.data, boosted, logistic });
  }

  get features(): readonly FeatureSpec[] {
    return this.#parts.boosted.features;
  }

  /** Samples it learnt from, and how many had the outcome. */
  get learntFrom(): { samples: number; outcomes: number } {
    return { samples: this.#parts.samples, outcomes: this.#parts.outcomes };
  }

  /** How good the same recipe was on the later part, learnt from the earlier; null where there was too little to say. */
  get evaluation(): Evaluation | null {
    return this.#parts.evaluation;
  }

  /** Calibrated probability, 0 … 1. */
  probability(row: FeatureRow): number {
    return calibrate(this.#parts.calibration, this.ranking(row));
  }

  /**
   * What the models say before calibration, 0 … 1: rank by this where forecasts of several fits stand side by side, since each fit
   * calibrates anew.
   */
  ranking(row: FeatureRow): number {
    return meanOf(this.#parts.boosted.probability(row), this.#parts.logistic.probability(row));
  }

  /** Calibrated probability and the features that moved it most; an effect is the mean of what both models say, in log-odds. */
  explain(row: FeatureRow, most = 5): Prediction {
    const { boosted, logistic, calibration } = this.#parts;
    const [trees, line] = [boosted.explain(row, Infinity), logistic.explain(row, Infinity)];
    const effects = new Map<string, Reason>();
    for (const reason of [...trees.reasons, ...line.reasons]) {
      const known = effects.get(reason.feature);
      effects.set(reason.feature, { ...reason, effect: (known?.effect ?? 0) + reason.effect / 2 });
    }
    const reasons = [...effects.values()].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, most);
    return { probability: calibrate(calibration, meanOf(trees.probability, line.probability)), reasons };
  }

  toJSON(): ForecastDocument {
    const { boosted, logistic, ...rest } = this.#parts;
    return { format: 'orderpulse-forecast', version: 1, ...rest, boosted: boosted.toJSON(), logistic: logistic.toJSON() };
  }
}

function meanOf(a: number, b: number): number {
  return fromLogOdds((logOdds(a) + logOdds(b)) / 2);
}

/**
 * Learns a forecast from the past. First on the earlier part alone, which is then judged and calibrated on the later part; then on all
 * of it. Of the earlier part only outcomes known before the later began are learnt. Throws TrainingError when there is too little.
 */
export function fitForecast(features: readonly FeatureSpec[], samples: readonly Sample[], given: Partial<ForecastOptions> = {}): Forecast {
  const options: ForecastOptions = { ...DEFAULT_FORECAST, ...given, boosting: { ...DEFAULT_FORECAST.boosting, ...given.boosting } };
  const sorted = inOrderOfTime(samples);
  const judged = judge(features, sorted, options);
  return new Forecast({
    ...fitBoth(features, sorted, options),
    ...judged,
    samples: sorted.length,
    outcomes: sorted.filter(({ outcome }) => outcome).length,
  });
}

function fitBoth(features: readonly FeatureSpec[], samples: readonly Sample[], options: ForecastOptions) {
  const { seed, halfLifeDays, ridge } = options;
  return {
    boosted: fitBoosting(features, samples, { seed, halfLifeDays, ...options.boosting }),
    logistic: fitLogistic(features, samples, { ridge, halfLifeDays }),
  };
}

function judge(
  features: readonly FeatureSpec[],
  sorted: readonly Sample[],
  options: ForecastOptions,
): Pick<Parts, 'calibration' | 'evaluation'> {
  const later = sorted.slice(Math.floor(sorted.length * (1 - options.laterShare)));
  const laterOutcomes = later.filter(({ outcome }) => outcome).length;
  if (Math.min(laterOutcomes, later.length - laterOutcomes) < LEAST_LATER_OUTCOMES) return { calibration: UNCHANGED, evaluation: null };
  const earlier = sorted.slice(0, sorted.length - later.length).filter(({ knownAt }) => knownAt < later[0]!.at);
  try {
    const { boosted, logistic } = fitBoth(features, earlier, options);
    const scores = later.map(({ row }) => meanOf(boosted.probability(row), logistic.probability(row)));
    const outcomes = later.map(({ outcome }) => (outcome ? 1 : 0));
    return { calibration: provenCalibration(scores, outcomes), evaluation: evaluate(scores, outcomes) };
  } catch (error) {
    if (error instanceof TrainingError) return { calibration: UNCHANGED, evaluation: null };
    throw error;
  }
}

/** A correction must lower the log loss by this share on orders it was not fitted on. */
const LEAST_GAIN = 0.05;

/**
 * A correction learnt from one season can be wrong in the next; it is kept only where one fitted on the first half of the later part
 * clearly helped on the second half.
 */
function provenCalibration(scores: readonly number[], outcomes: readonly number[]): Calibration {
  const half = Math.floor(scores.length / 2);
  const trial = fitPlatt(scores.slice(0, half), outcomes.slice(0, half));
  const rest = scores.slice(half);
  const plain = logLoss(rest, outcomes.slice(half));
  const corrected = logLoss(
    rest.map((score) => calibrate(trial, score)),
    outcomes.slice(half),
  );
  return corrected < plain * (1 - LEAST_GAIN) ? fitPlatt(scores, outcomes) : UNCHANGED;
}
