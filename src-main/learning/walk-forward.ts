import { TrainingError } from './boosting/table.ts';
import type { FeatureRow, Sample } from './boosting/table.ts';

/** Anything that gives a probability for a row. */
export interface Forecaster {
  probability(row: FeatureRow): number;
}

export interface JudgedForecast {
  at: number;
  probability: number;
  outcome: boolean;
}

export interface WalkOptions {
  /** When models are fitted, epoch ms, ascending; each serves until the next. */
  refitAt: readonly number[];
  /** End of the last model's service, epoch ms. */
  until: number;
  /** Fits on what was known. A TrainingError leaves the model before in service. */
  fit(known: readonly Sample[], at: number): Forecaster;
}

/**
 * What a forecast refitted on schedule would have said, sample by sample: each model learns only outcomes known before its day and
 * judges only rows read from then on. Rows before the first model are left out.
 */
export function walkForward(samples: readonly Sample[], { refitAt, until, fit }: WalkOptions): JudgedForecast[] {
  const judged: JudgedForecast[] = [];
  let model: Forecaster | null = null;
  refitAt.forEach((from, index) => {
    const to = refitAt[index + 1] ?? until;
    model = fitOrKeep(samples, from, fit) ?? model;
    for (const sample of samples) {
      if (model === null || sample.at < from || sample.at >= to) continue;
      judged.push({ at: sample.at, probability: model.probability(sample.row), outcome: sample.outcome });
    }
  });
  return judged;
}

function fitOrKeep(samples: readonly Sample[], at: number, fit: WalkOptions['fit']): Forecaster | null {
  const known = samples.filter(({ knownAt }) => knownAt < at);
  try {
    return fit(known, at);
  } catch (error) {
    if (error instanceof TrainingError) return null;
    throw error;
  }
}
