import type { Evaluation } from '#main/learning/evaluation.ts';
import type { FeatureSpec, Sample } from '#main/learning/boosting/table.ts';

export type ForecastKind = 'late' | 'return';

/** A fitted model as it is kept; it never changes. */
export interface StoredModel {
  kind: ForecastKind;
  trainedAt: number;
  /** Known outcomes when it was fitted. */
  known: number;
  samples: number;
  outcomes: number;
  /** How the same recipe did on the later part, learnt from the earlier. */
  evaluation: Evaluation | null;
  /** `put-aside`: it was worse than the one in service, which stayed. */
  state: 'in-service' | 'put-aside';
  /** `Forecast.toJSON()`. */
  document: unknown;
}

export interface ForecastStore {
  add(model: StoredModel): void;
  /** The newest one in service. */
  current(kind: ForecastKind): StoredModel | null;
  /** Newest first, without their documents. */
  list(kind: ForecastKind, limit: number): Omit<StoredModel, 'document'>[];
}

/** What a fit learns from. Structured-clone safe. */
export interface FitTask {
  features: readonly FeatureSpec[];
  samples: readonly Sample[];
}

/** Fits in the background: the document of the model, or null where there is too little of one kind to learn. */
export type StartFit = (task: FitTask) => { result: Promise<unknown>; stop(): Promise<void> };
