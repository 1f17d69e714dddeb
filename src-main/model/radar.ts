import type { FieldValue } from './verdict.ts';

/** What a radar model says of one order. */
export interface RadarReading {
  /** 0 to 100, one digit after the point. */
  score: number;
  /** What moved it most, largest effect first: `RadarReason` as text. */
  reasons: string[];
}

/**
 * A radar model ready to score (B8). It is a fact of a decision like the order itself: the same values always give the same reading, and
 * nothing else is looked at.
 */
export interface RadarScorer {
  /** `radar-3`. */
  readonly model: string;
  /** Ids of the fields it reads. */
  readonly inputs: readonly string[];
  /** @param values in the order of `inputs`; null where nothing is known */
  read(values: readonly FieldValue[]): RadarReading;
}

/** A value a reason speaks of; of free text only whether something was found in it. */
export type ReasonValue = number | string | boolean | string[] | null;

/** How one feature moved one score. Kept as text in the vector, so that the reasons of a verdict need no model. */
export interface RadarReason {
  /** Id of a field, or of a text check (`textCheckId`). */
  feature: string;
  value: ReasonValue;
  /** Log-odds against the average order; above 0 speaks for a dispute. */
  effect: number;
}

export function reasonText({ feature, value, effect }: RadarReason): string {
  return JSON.stringify([feature, value, Number(effect.toFixed(2))]);
}

/** Null: not the text of a reason. */
export function reasonOf(text: string): RadarReason | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(read) || read.length !== 3) return null;
  const [feature, value, effect] = read as [unknown, ReasonValue, unknown];
  return typeof feature === 'string' && typeof effect === 'number' ? { feature, value, effect } : null;
}

/** What a text check looks for: a word list by its name, words, or a pattern. */
export interface TextCheck {
  field: string;
  op: 'contains-any' | 'matches' | 'in-list';
  /** Name of the list, the pattern, or the words joined by commas: what a person calls it. */
  name: string;
}

export function textCheckId({ field, op, name }: TextCheck): string {
  return `${field} ${op} ${name}`;
}

/** Null: the id of a plain field. */
export function textCheckOf(feature: string): TextCheck | null {
  const found = /^(\S+) (contains-any|matches|in-list) (.+)$/s.exec(feature);
  if (!found) return null;
  const [, field = '', op, name = ''] = found;
  return { field, op: op as TextCheck['op'], name };
}
