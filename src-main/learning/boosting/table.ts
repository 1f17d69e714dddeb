/** What a model reads of one thing: a number, a word (a category), or null where it is unknown. */
export type FeatureValue = number | string | null;

/** Values of one row, in the order of the table's features. */
export type FeatureRow = readonly FeatureValue[];

export interface FeatureSpec {
  /** Unique in the table; it is what reasons name. */
  name: string;
  kind: 'number' | 'category';
  /** 1: a larger value may only raise the risk; -1: only lower it; 0: free. Numbers only. */
  monotone?: -1 | 0 | 1;
}

/** One thing of the past whose outcome is known. */
export interface Sample {
  row: FeatureRow;
  /** True: what is forecast came about. */
  outcome: boolean;
  /** When the row was read (epoch ms): nothing in it may have become known later. */
  at: number;
  /** When the outcome became known (epoch ms). */
  knownAt: number;
}

/** There is too little, or nothing of one kind, to learn from. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}

/** Samples by the moment they were read; equal moments keep their order. */
export function inOrderOfTime(samples: readonly Sample[]): Sample[] {
  return samples
    .map((sample, index) => ({ sample, index }))
    .sort((a, b) => a.sample.at - b.sample.at || a.index - b.index)
    .map(({ sample }) => sample);
}
