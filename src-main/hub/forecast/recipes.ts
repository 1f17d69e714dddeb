import type { Sample } from '#main/learning/boosting/table.ts';
import type { ForecastOptions } from '#main/learning/forecast.ts';
import { DEFAULT_REFIT } from './rolling.ts';
import type { RefitPlan } from './rolling.ts';

export const DELAY_REFIT: RefitPlan = DEFAULT_REFIT;

/** Returns are harder to tell: learnt from fewer followed orders than this, the ranking was hardly better than a regression's. */
export const RETURN_REFIT: RefitPlan = { ...DEFAULT_REFIT, leastKnown: 2_500, leastOfEach: 100 };

/** Where at least this share went either way there is much to learn from and little to hold back. */
const EVEN = 0.25;
const EVEN_RECIPE: Partial<ForecastOptions> = { ridge: 10, boosting: { rounds: 80, maxLeaves: 8, columnShare: 0.8, leastWeight: 6 } };

/** How samples are learnt: rare outcomes with much restraint, even ones with less. */
export function recipeFor(samples: readonly Sample[]): Partial<ForecastOptions> {
  const yes = samples.reduce((sum, { outcome }) => sum + (outcome ? 1 : 0), 0);
  return Math.min(yes, samples.length - yes) >= samples.length * EVEN ? EVEN_RECIPE : {};
}
