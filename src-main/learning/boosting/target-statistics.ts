import type { FeatureSpec, Sample } from './table.ts';

/** Weight of the overall share in the share of a word, in rows. */
const PRIOR_ROWS = 10;
/** Words kept for a feature, the commonest first: a model stays small whatever the field holds. */
const WORDS_KEPT = 2_000;

/** How a category becomes a number: the share of outcomes of its word, drawn towards the share of all. */
export interface WordShares {
  /** For a word not seen. */
  otherwise: number;
  shares: ReadonlyMap<string, number>;
}

interface Seen {
  rows: number;
  outcomes: number;
}

function shareOf(seen: Seen | undefined, all: Seen): number {
  const overall = (all.outcomes + 0.5) / (all.rows + 1);
  return ((seen?.outcomes ?? 0) + PRIOR_ROWS * overall) / ((seen?.rows ?? 0) + PRIOR_ROWS);
}

/**
 * The column a category becomes in training. Each row is told only the shares of outcomes that were known when it was read
 * (ordered target statistics, Prokhorenkova et al. 2018, arXiv:1706.09516, with time as the order), so that no row learns from
 * itself or from what came after. NaN where the word is unknown. `samples` in order of `at`.
 */
export function orderedShares(samples: readonly Sample[], column: number): Float64Array {
  const byKnown = samples.map((_, index) => index).sort((a, b) => samples[a]!.knownAt - samples[b]!.knownAt || a - b);
  const words = new Map<string, Seen>();
  const all: Seen = { rows: 0, outcomes: 0 };
  const shares = new Float64Array(samples.length);
  let next = 0;
  samples.forEach((sample, index) => {
    for (; next < byKnown.length && samples[byKnown[next]!]!.knownAt < sample.at; next += 1)
      count(words, all, samples[byKnown[next]!]!, column);
    const word = sample.row[column];
    shares[index] = word == null ? Number.NaN : shareOf(words.get(String(word)), all);
  });
  return shares;
}

/** The shares a fitted model keeps for rows to come. */
export function finalShares(samples: readonly Sample[], column: number): WordShares {
  const words = new Map<string, Seen>();
  const all: Seen = { rows: 0, outcomes: 0 };
  for (const sample of samples) count(words, all, sample, column);
  const kept = [...words].sort((a, b) => b[1].rows - a[1].rows || (a[0] < b[0] ? -1 : 1)).slice(0, WORDS_KEPT);
  return { otherwise: shareOf(undefined, all), shares: new Map(kept.map(([word, seen]) => [word, shareOf(seen, all)])) };
}

function count(words: Map<string, Seen>, all: Seen, sample: Sample, column: number): void {
  const outcomes = sample.outcome ? 1 : 0;
  all.rows += 1;
  all.outcomes += outcomes;
  const word = sample.row[column];
  if (word == null) return;
  const seen = words.get(String(word));
  if (!seen) words.set(String(word), { rows: 1, outcomes });
  else {
    seen.rows += 1;
    seen.outcomes += outcomes;
  }
}

/** Every feature as a column of numbers, NaN where unknown; categories by ordered shares. */
export function numericColumns(features: readonly FeatureSpec[], samples: readonly Sample[]): Float64Array[] {
  return features.map((feature, column) => {
    if (feature.kind === 'category') return orderedShares(samples, column);
    return Float64Array.from(samples, ({ row }) => numberOf(row[column]));
  });
}

/** NaN for anything that is not a finite number. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}
