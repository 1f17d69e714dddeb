import { DAY } from '#shared/time.ts';
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
  /** Orders before this moment are learnt from and not judged: they are the history of the file. */
  judgedFrom: number;
}

/** Orders followed for thirty days are not learnt sooner. */
const LATELY = 30 * DAY;

/** A forecast carried through a file: refitted as the running hub would, asked about each order before the order is learnt. */
export class Walk {
  readonly #rolling: RollingForecast<Forecast>;
  readonly #splitAt: number;
  readonly #judgedFrom: number;
  readonly #scores: Score[] = [];
  #frozen: Forecast | null | undefined = undefined;
  /** Rows of the latest orders before the split, whose outcome no model can know yet. */
  #lately: { score: Score; row: FeatureRow }[] = [];
  #orders = 0;
  #fits = 0;

  constructor(features: readonly FeatureSpec[], plan: RefitPlan, { splitAt, judgedFrom }: WalkOptions) {
    this.#splitAt = splitAt;
    this.#judgedFrom = judgedFrom;
    this.#rolling = new RollingForecast({ fit: (samples) => fitForecast(features, samples, recipeFor(samples)), plan });
  }

  order(id: string, row: FeatureRow, at: number): void {
    const isJudged = at >= this.#judgedFrom;
    if (isJudged) this.#orders += 1;
    if (this.#rolling.refit(at)) this.#fits += 1;
    const { model } = this.#rolling;
    if (at >= this.#splitAt && this.#frozen === undefined) this.#freeze(model);
    if (model && isJudged) {
      const frozen = at >= this.#splitAt && this.#frozen ? this.#frozen.probability(row) : null;
      const score = { id, at, probability: model.probability(row), ranking: model.ranking(row), frozen };
      this.#scores.push(score);
      if (at < this.#splitAt && at >= this.#splitAt - LATELY) this.#lately.push({ score, row });
    }
    this.#rolling.read(id, row, at);
  }

  /** The model of the split also says what it thinks of the orders just before it, which it has not learnt from. */
  #freeze(model: Forecast | null): void {
    this.#frozen = model;
    if (model) for (const { score, row } of this.#lately) score.frozen = model.probability(row);
    this.#lately = [];
  }

  outcome(id: string, came: boolean, knownAt: number): void {
    this.#rolling.learn(id, came, knownAt);
  }

  get result(): Scores {
    return { scores: this.#scores, orders: this.#orders, fits: this.#fits, learnt: this.#rolling.known };
  }
}
