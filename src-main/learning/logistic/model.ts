import { z } from 'zod';
import { ModelError } from '../boosting/model.ts';
import type { Prediction, Reason } from '../boosting/model.ts';
import { inOrderOfTime, TrainingError } from '../boosting/table.ts';
import type { FeatureRow, FeatureSpec, Sample } from '../boosting/table.ts';
import { encodeRow, fitEncoder, visitColumns } from './encode.ts';
import type { Encoder } from './encode.ts';
import { DEFAULT_SOLVE, solveLogistic } from './solve.ts';
import { sparseRows } from './sparse.ts';

const documentSchema = z.object({
  format: z.literal('orderpulse-logistic'),
  version: z.literal(1),
  features: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['number', 'category']),
      monotone: z.union([z.literal(-1), z.literal(0), z.literal(1)]).optional(),
    }),
  ),
  rules: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('number'), mean: z.number(), deviation: z.number(), column: z.int().min(0), unknown: z.int().min(0) }),
      z.object({ kind: z.literal('category'), columns: z.record(z.string(), z.int().min(0)) }),
    ]),
  ),
  weights: z.array(z.number()),
  intercept: z.number(),
});

export type LogisticDocument = z.output<typeof documentSchema>;

export interface LogisticOptions {
  /** Pull of the weights towards 0, in rows. */
  ridge: number;
  /** Half-life of a sample's weight by age, days; null: all weigh the same. */
  halfLifeDays: number | null;
}

const DAY = 86_400_000;

/** Regularised logistic regression over a table: few parameters, steady where outcomes are few. Throws TrainingError when one kind is missing. */
export function fitLogistic(
  features: readonly FeatureSpec[],
  samples: readonly Sample[],
  given: Partial<LogisticOptions> = {},
): LogisticModel {
  const options: LogisticOptions = { ridge: 10, halfLifeDays: null, ...given };
  const sorted = inOrderOfTime(samples);
  const outcomes = Uint8Array.from(sorted, ({ outcome }) => (outcome ? 1 : 0));
  if (!outcomes.includes(1) || !outcomes.includes(0)) throw new TrainingError('Samples with and without the outcome are needed.');
  const encoder = fitEncoder(features, sorted);
  const rows = sparseRows(
    encoder.width,
    sorted.map(({ row }) => encodeRow(encoder, row)),
  );
  const latest = sorted.at(-1)!.at;
  const halfLife = options.halfLifeDays === null ? Infinity : options.halfLifeDays * DAY;
  const rowWeights = Float64Array.from(sorted, ({ at }) => 2 ** ((at - latest) / halfLife));
  const solved = solveLogistic(rows, outcomes, rowWeights, { ...DEFAULT_SOLVE, ridge: options.ridge });
  return LogisticModel.parse({
    format: 'orderpulse-logistic',
    version: 1,
    features: features.map((feature) => ({ ...feature })),
    rules: encoder.rules,
    weights: [...solved.subarray(0, encoder.width)],
    intercept: solved[encoder.width]!,
  });
}

/** A fitted regression: probability and reasons of a row. */
export class LogisticModel {
  readonly #document: LogisticDocument;
  readonly #encoder: Encoder;

  private constructor(document: LogisticDocument) {
    this.#document = document;
    this.#encoder = { rules: document.rules, width: document.weights.length };
  }

  /** Reads a stored model. Throws ModelError. */
  static parse(stored: unknown): LogisticModel {
    const parsed = documentSchema.safeParse(stored);
    if (!parsed.success) throw new ModelError(`Not a stored model of this version: ${z.prettifyError(parsed.error)}`);
    const { weights, features, rules } = parsed.data;
    const columns = rules.flatMap((rule) => (rule.kind === 'number' ? [rule.column, rule.unknown] : Object.values(rule.columns)));
    if (rules.length !== features.length || columns.some((column) => column >= weights.length)) {
      throw new ModelError('The stored model is damaged: a column has no weight.');
    }
    return new LogisticModel(parsed.data);
  }

  get features(): readonly FeatureSpec[] {
    return this.#document.features;
  }

  probability(row: FeatureRow): number {
    const { weights, intercept } = this.#document;
    let score = intercept;
    visitColumns(this.#encoder, row, (_, column, value) => (score += weights[column]! * value));
    return 1 / (1 + Math.exp(-score));
  }

  /** Effects are log-odds against the average row of training. */
  explain(row: FeatureRow, most = 5): Prediction {
    const { weights, intercept } = this.#document;
    const effects = new Map<number, number>();
    let score = intercept;
    visitColumns(this.#encoder, row, (feature, column, value) => {
      const effect = weights[column]! * value;
      score += effect;
      effects.set(feature, (effects.get(feature) ?? 0) + effect);
    });
    const reasons = [...effects]
      .map(([feature, effect]): Reason => ({ feature: this.features[feature]!.name, value: row[feature] ?? null, effect }))
      .filter(({ effect }) => effect !== 0)
      .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
      .slice(0, most);
    return { probability: 1 / (1 + Math.exp(-score)), reasons };
  }

  toJSON(): LogisticDocument {
    return this.#document;
  }
}
