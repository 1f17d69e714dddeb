import type { Compare } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import type { FieldDefinition } from './catalogue.ts';
import { TRUE, type Decided, type FALSE } from './decided.ts';

/** A comparison, and the truth it must come out as so that it settles its condition. */
export interface Gate {
  compare: Compare;
  definition: FieldDefinition;
  /** Place of its field in the vector. */
  at: number;
  settledBy: Settling;
  /** Do relaxations multiply its threshold? */
  scales: boolean;
  test(values: readonly FieldValue[], factor: number): Decided;
}
export type Settling = typeof FALSE | typeof TRUE;

/** Where every gate comes out as what settles it, the condition comes out as `decided`, whatever the rest of the vector holds. */
export interface Settlement {
  gates: readonly Gate[];
  decided: Decided;
}

/**
 * How a group is settled: by its first child alone where that stops it, else by all of its children together, and then it is the
 * first that is named. Null for a group that cannot be settled.
 */
export function settleGroup(children: readonly (() => Settlement | null)[], stops: boolean): Settlement | null {
  const [first, ...others] = children.slice(0, stops ? 1 : children.length).map((settle) => settle());
  if (!first || others.includes(null)) return null;
  return { gates: [first, ...others].flatMap((one) => one?.gates ?? []), decided: first.decided };
}

/** What settles a condition settles its contrary the other way round. */
export function settleContrary(inner: Settlement | null): Settlement | null {
  return inner && { ...inner, decided: inner.decided ^ TRUE };
}
