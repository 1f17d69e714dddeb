import { fitForecast } from '#main/learning/forecast.ts';
import type { Forecast } from '#main/learning/forecast.ts';
import type { FeatureRow, FeatureSpec } from '#main/learning/boosting/table.ts';
import { recipeFor } from '#main/hub/forecast/recipes.ts';
import { RollingForecast } from '#main/hub/forecast/rolling.ts';
import type { RefitPlan } from '#main/hub/forecast/rolling.ts';
import type { Score, Scores } from './scores.ts';

export interface WalkOptions {
  /** From here on the model of this moment also says what it thinks, unchanged. */
  splitAt: number;
}

/** A forecast carried through a file: refitted as the running hub would, asked about each order before the order is learnt. */
export class Walk {
  readonly #rolling: RollingForecast<Forecast>;
  readonly #splitAt: number;
  readonly #scores: Score[] = [];
  #frozen: Forecast | null | undefined = undefined;
  #orders = 0;
  #fits = 0;

  constructor(features: readonly FeatureSpec[], plan: RefitPlan, { splitAt }: WalkOptions) {
    this.#splitAt = splitAt;
    this.#rolling = new RollingForecast({ fit: (samples) => fitForecast(features, samples, recipeFor(samples)), plan });
  }

  order(id: string, row: FeatureRow, at: number): void {
    this.#orders += 1;
    if (this.#rolling.refit(at)) this.#fits += 1;
    const { model } = this.#rolling;
    if (at >= this.#splitAt) this.#frozen ??= model;
    if (model) {
      const frozen = at >= this.#splitAt && this.#frozen ? this.#frozen.probability(row) : null;
      this.#scores.push({ id, at, probability: model.probability(row), ranking: model.ranking(row), frozen });
    }
    this.#rolling.read(id, row, at);
  }

  outcome(id: string, came: boolean, knownAt: number): void {
    this.#rolling.learn(id, came, knownAt);
  }

  get result(): Scores {
    return { scores: this.#scores, orders: this.#orders, fits: this.#fits, learnt: this.#rolling.known };
  }
}
