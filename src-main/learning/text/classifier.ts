import { z } from 'zod';
import { ModelError } from '../boosting/model.ts';
import { TrainingError } from '../boosting/table.ts';
import { fromLogOdds } from '../calibration.ts';
import { DEFAULT_SOLVE, solveLogistic } from '../logistic/solve.ts';
import { sparseRows } from '../logistic/sparse.ts';
import { DEFAULT_TEXT_FEATURES, readRuns, textColumns } from './features.ts';
import type { MessageText, TextFeatureOptions } from './features.ts';

/** A message whose classes a person has named; none where it belongs to no class. */
export interface LabelledMessage extends MessageText {
  labels: readonly string[];
}

export interface TextClassifierOptions {
  features: TextFeatureOptions;
  /** Pull of the weights towards 0. */
  ridge: number;
  /** A feature must stand in this many messages to be learnt. */
  leastMessages: number;
  /** Weights nearer to 0 than this are not stored. */
  leastWeight: number;
}

export const DEFAULT_TEXT_CLASSIFIER: TextClassifierOptions = {
  features: DEFAULT_TEXT_FEATURES,
  ridge: 0.5,
  leastMessages: 2,
  leastWeight: 0.005,
};

const documentSchema = z.object({
  format: z.literal('orderpulse-text'),
  version: z.literal(1),
  features: z.object({
    columns: z
      .int()
      .min(2)
      .max(2 ** 22),
    longestCharacters: z.int().min(0),
    longestWords: z.int().min(0),
  }),
  /** One yes-or-no regression a class: the hashed columns in use, ascending, each as its step from the one before, and their weights. */
  classes: z
    .array(z.object({ label: z.string(), intercept: z.number(), steps: z.array(z.int().min(0)), weights: z.array(z.number()) }))
    .min(1),
});

export type TextDocument = z.output<typeof documentSchema>;

export interface TextReason {
  /** Piece of the message. */
  text: string;
  /** Log-odds it adds for the class. */
  effect: number;
}

export interface TextVerdict {
  label: string;
  /** 0 … 1 for this class by itself: a message may be of several classes, or of none. */
  probability: number;
  /** The pieces that spoke most for it, strongest first. */
  reasons: TextReason[];
}

const REASONS = 5;

/** Learns one regression for each label against all other messages. Throws TrainingError with fewer than two labels. */
export function fitTextClassifier(messages: readonly LabelledMessage[], given: Partial<TextClassifierOptions> = {}): TextClassifier {
  const options = { ...DEFAULT_TEXT_CLASSIFIER, ...given };
  const labels = [...new Set(messages.flatMap((message) => message.labels))].sort();
  if (labels.length < 2) throw new TrainingError('Messages of at least two classes are needed.');
  const found = messages.map((message) => [...textColumns(message, options.features)]);
  const places = usedColumns(found, options.leastMessages);
  const rows = sparseRows(
    places.size,
    found.map((columns) => {
      const used = columns.flatMap((column) => places.get(column) ?? []);
      return { columns: used, values: used.map(() => valueOf(used.length)) };
    }),
  );
  const columns = [...places.keys()];
  const classes = labels.map((label) => {
    const outcomes = Uint8Array.from(messages, (message) => (message.labels.includes(label) ? 1 : 0));
    const solved = solveLogistic(rows, outcomes, new Float64Array(messages.length).fill(1), { ...DEFAULT_SOLVE, ridge: options.ridge });
    const kept = columns.map((column, place) => [column, Number(solved[place]!.toPrecision(3))] as const);
    const strong = kept.filter(([, weight]) => Math.abs(weight) >= options.leastWeight);
    return {
      label,
      intercept: solved[places.size]!,
      steps: strong.map(([column], at) => column - (strong[at - 1]?.[0] ?? 0)),
      weights: strong.map(([, weight]) => weight),
    };
  });
  return TextClassifier.parse({ format: 'orderpulse-text', version: 1, features: options.features, classes });
}

/** Long messages have many features; their sum counts as much as that of a short one. What was never learnt dilutes nothing. */
function valueOf(known: number): number {
  return 1 / Math.sqrt(Math.max(1, known));
}

function columnsOf(steps: readonly number[]): number[] {
  let column = 0;
  return steps.map((step) => (column += step));
}

function usedColumns(found: readonly number[][], least: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const column of found.flat()) counts.set(column, (counts.get(column) ?? 0) + 1);
  const used = [...counts].filter(([, messages]) => messages >= least).map(([column]) => column);
  return new Map(used.sort((a, b) => a - b).map((column, place) => [column, place]));
}

/** Says of which classes a message is, and which pieces of it say so. */
export class TextClassifier {
  readonly labels: readonly string[];
  readonly #document: TextDocument;
  readonly #intercepts: Float64Array;
  /** For each column where its weights begin, one for each label from there on; -1: never learnt. A table, because a map of its size is slow. */
  readonly #places: Int32Array;
  readonly #weights: Float64Array;

  private constructor(document: TextDocument) {
    const { classes } = document;
    this.#document = document;
    this.labels = classes.map(({ label }) => label);
    this.#intercepts = Float64Array.from(classes, ({ intercept }) => intercept);
    const columns = classes.map(({ steps }) => columnsOf(steps));
    const used = [...new Set(columns.flat())];
    this.#places = new Int32Array(document.features.columns).fill(-1);
    used.forEach((column, place) => (this.#places[column] = place * classes.length));
    this.#weights = new Float64Array(used.length * classes.length);
    classes.forEach(({ weights }, at) => {
      columns[at]!.forEach((column, index) => (this.#weights[this.#places[column]! + at] = weights[index]!));
    });
  }

  /** Reads a stored classifier. Throws ModelError. */
  static parse(stored: unknown): TextClassifier {
    const parsed = documentSchema.safeParse(stored);
    if (!parsed.success) throw new ModelError(`Not a stored text model of this version: ${z.prettifyError(parsed.error)}`);
    const { classes, features } = parsed.data;
    if (classes.some(({ steps, weights }) => steps.length !== weights.length)) {
      throw new ModelError('The stored text model is damaged: a feature has no weight.');
    }
    if (classes.some(({ steps }) => (columnsOf(steps).at(-1) ?? 0) >= features.columns)) {
      throw new ModelError('The stored text model is damaged: a feature lies outside its columns.');
    }
    return new TextClassifier(parsed.data);
  }

  /** Log-odds of every class, in the order of `labels`: each by itself, because a message may be of several classes, or of none. */
  scores(message: MessageText): Float64Array {
    const places = this.#places;
    const weights = this.#weights;
    const sums = new Float64Array(this.labels.length);
    let known = 0;
    for (const column of textColumns(message, this.#document.features)) {
      const place = places[column]!;
      if (place < 0) continue;
      known += 1;
      for (let at = 0; at < sums.length; at += 1) sums[at] = sums[at]! + weights[place + at]!;
    }
    const value = valueOf(known);
    for (let at = 0; at < sums.length; at += 1) sums[at] = this.#intercepts[at]! + sums[at]! * value;
    return sums;
  }

  /** The pieces that spoke most for a class, strongest first, at most `most`; none for a label it has not learnt. */
  reasons(message: MessageText, label: string, most = REASONS): TextReason[] {
    const at = this.labels.indexOf(label);
    if (at < 0) return [];
    const seen = new Set<number>();
    // A word stands there as a word and as characters; a person sees one piece.
    const effects = new Map<string, number>();
    readRuns(message, this.#document.features, (column, parts, from, length, between) => {
      const place = this.#places[column]!;
      if (place < 0 || seen.has(column)) return;
      seen.add(column);
      const shown = parts.slice(from, from + length).join(between);
      effects.set(shown, (effects.get(shown) ?? 0) + this.#weights[place + at]!);
    });
    const value = valueOf(seen.size);
    return [...effects]
      .map(([text, effect]): TextReason => ({ text, effect: effect * value }))
      .filter(({ effect }) => effect > 0)
      .sort((a, b) => b.effect - a.effect || b.text.length - a.text.length)
      .slice(0, most);
  }

  /** Every class with its probability, the likeliest first. A message without any known piece is told by how common classes were. */
  classify(message: MessageText): TextVerdict[] {
    const scores = this.scores(message);
    return this.labels
      .map((label, at) => ({ label, probability: fromLogOdds(scores[at]!), reasons: this.reasons(message, label) }))
      .sort((a, b) => b.probability - a.probability || (a.label < b.label ? -1 : 1));
  }

  toJSON(): TextDocument {
    return this.#document;
  }
}
