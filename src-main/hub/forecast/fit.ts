import { TrainingError } from '#main/learning/boosting/table.ts';
import { fitForecast } from '#main/learning/forecast.ts';
import type { ForecastDocument } from '#main/learning/forecast.ts';
import type { FitTask } from './forecast-ports.ts';
import { recipeFor } from './recipes.ts';

/** Fits a forecast; null where there is too little of one kind to learn. Seconds of work: not for the hub's own thread. */
export function fitTask({ features, samples }: FitTask): ForecastDocument | null {
  try {
    return fitForecast(features, samples, recipeFor(samples)).toJSON();
  } catch (error) {
    if (error instanceof TrainingError) return null;
    throw error;
  }
}
