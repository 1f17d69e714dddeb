import type { CompareOperator } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { domainOf, type FieldType } from './catalogue.ts';
import { FALSE, truthOf, type Truth } from './decided.ts';
import type { Gate, Settlement } from './settlement.ts';
import type { Traced } from './trace.ts';

type Values = readonly FieldValue[];
type Lists = Readonly<Record<string, readonly string[]>>;

/** A rule as the index takes it. */
export interface IndexedRule {
  /** Place in the set. */
  position: number;
  /** Null: it has to be run for every order. */
  settlement: Settlement | null;
  /** What a trace holds of it where its settlement holds. */
  settled: Traced;
  /** Where its condition reads one field only: what a trace holds of it while that field is unknown; else null. */
  unknown: Traced | null;
}

/** Places of rules as bits, in the order of the set. */
class Marks {
  readonly bits: Int32Array;

  constructor(rules: number) {
    this.bits = new Int32Array((rules + 31) >> 5);
  }

  add(positions: Int32Array, count: number): void {
    const { bits } = this;
    for (let at = 0; at < count; at++) {
      const position = positions[at] as number;
      bits[position >> 5] = (bits[position >> 5] as number) | (1 << (position & 31));
    }
  }

  addAll(positions: Int32Array): void {
    this.add(positions, positions.length);
  }
}

/** 1: reached from below, as by `>`; -1: from above, as by `<`. */
interface Way {
  way: 1 | -1;
  equalReaches: boolean;
}
type Step = [limit: number, position: number];

/** Limits of one field, sorted: a value reaches all those up to its own place among them. */
class Ladder {
  readonly #limits: Float64Array;
  readonly #positions: Int32Array;
  readonly #way: Way;

  constructor(way: Way, steps: readonly Step[]) {
    const sorted = steps.map(([limit, position]): Step => [way.way * limit, position]).sort((a, b) => a[0] - b[0]);
    this.#way = way;
    this.#limits = Float64Array.from(sorted, ([limit]) => limit);
    this.#positions = Int32Array.from(sorted, ([, position]) => position);
  }

  mark(value: number, marks: Marks): void {
    const limits = this.#limits;
    const { way, equalReaches } = this.#way;
    const reaching = way * value;
    let from = 0;
    for (let to = limits.length; from < to;) {
      const middle = (from + to) >> 1;
      const limit = limits[middle] as number;
      if (limit < reaching || (equalReaches && limit === reaching)) from = middle + 1;
      else to = middle;
    }
    marks.add(this.#positions, from);
  }
}

/** A comparison that can only be tried, once for all the rules that share it. */
interface Search {
  test: Gate['test'];
  settledBy: Truth;
  positions: Int32Array;
}

/** What one field decides. */
interface FieldIndex {
  at: number;
  type: FieldType;
  ladders: readonly Ladder[];
  table: ReadonlyMap<FieldValue, Int32Array>;
  searches: readonly Search[];
  /** Rules that read only this field, and what a trace holds of each while it is unknown. */
  alone: Int32Array;
  unknown: Int32Array;
  /** The other rules. */
  others: Int32Array;
}

function isOfType(value: FieldValue, type: FieldType): boolean {
  switch (type) {
    case 'number':
      // What is no number compares as nothing else does.
      return typeof value === 'number' && !Number.isNaN(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string';
    case 'words':
      return Array.isArray(value);
  }
}

/** The limit a value must reach before a comparison is open; null for a comparison that has none. */
function limitOf({ compare: { op, value }, definition, settledBy }: Gate): (Way & { limit: number }) | null {
  const asWritten = settledBy === FALSE;
  if (typeof value === 'number') {
    if (op === '>' || op === '>=') return { way: asWritten ? 1 : -1, equalReaches: asWritten === (op === '>='), limit: value };
    // Not below is at least, and not at most is above.
    if (op === '<' || op === '<=') return { way: asWritten ? -1 : 1, equalReaches: asWritten === (op === '<='), limit: value };
  }
  if (op !== 'between' || !asWritten || !Array.isArray(value)) return null;
  const [from, to] = value as [number, number];
  if (from > to) return null;
  // One end is enough: the lower, unless every value lies above it.
  const lowest = domainOf(definition)?.lowest ?? -Infinity;
  return from > lowest ? { way: 1, equalReaches: true, limit: from } : { way: -1, equalReaches: true, limit: to };
}

const FINDS: readonly CompareOperator[] = ['==', 'in', 'in-list'];
const SHUTS_OUT: readonly CompareOperator[] = ['!=', 'not-in', 'not-in-list'];

/** The values that leave a comparison open; null where these cannot be counted. */
function valuesOf({ compare: { op, value }, definition: { type }, settledBy }: Gate, lists: Lists): readonly FieldValue[] | null {
  const asWritten = settledBy === FALSE;
  if (type === 'boolean') return [(op === '==') === asWritten ? value === true : value !== true];
  const found = (asWritten ? FINDS : SHUTS_OUT).includes(op) || (asWritten && op === 'contains-any' && type === 'words');
  if (!found) return null;
  if (op === '==' || op === '!=') return [value as FieldValue];
  return typeof value === 'string' ? (lists[value] ?? []) : (value as readonly FieldValue[]);
}

function entry<K, V>(map: Map<K, V>, key: K, fresh: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = fresh();
  map.set(key, made);
  return made;
}

/** Collects what the gates of one field ask. */
class FieldBuilder {
  readonly #at: number;
  readonly #type: FieldType;
  readonly #ladders = new Map<string, { way: Way; steps: Step[] }>();
  readonly #table = new Map<FieldValue, number[]>();
  readonly #searches = new Map<string, { gate: Gate; positions: number[] }>();
  readonly #rules = new Map<number, Traced | null>();

  constructor({ at, definition }: Gate) {
    this.#at = at;
    this.#type = definition.type;
  }

  add(gate: Gate, { position, unknown }: IndexedRule, lists: Lists): void {
    this.#rules.set(position, unknown);
    const limit = limitOf(gate);
    if (limit) {
      const { way, equalReaches } = limit;
      entry(this.#ladders, `${way} ${equalReaches}`, () => ({ way: { way, equalReaches }, steps: [] })).steps.push([limit.limit, position]);
      return;
    }
    const values = valuesOf(gate, lists);
    if (values) {
      for (const value of new Set(values)) entry(this.#table, value, () => []).push(position);
      return;
    }
    const { op, value } = gate.compare;
    entry(this.#searches, JSON.stringify([op, value, gate.settledBy]), () => ({ gate, positions: [] })).positions.push(position);
  }

  build(): FieldIndex {
    const alone = [...this.#rules].filter((rule): rule is [number, Traced] => rule[1] !== null);
    const others = [...this.#rules].filter(([, unknown]) => unknown === null);
    return {
      at: this.#at,
      type: this.#type,
      ladders: Array.from(this.#ladders.values(), ({ way, steps }) => new Ladder(way, steps)),
      table: new Map(Array.from(this.#table, ([value, positions]) => [value, Int32Array.from(positions)])),
      searches: Array.from(this.#searches.values(), ({ gate: { test, settledBy }, positions }) => ({
        ...{ test, settledBy, positions: Int32Array.from(positions) },
      })),
      alone: Int32Array.from(alone, ([position]) => position),
      unknown: Int32Array.from(alone, ([, unknown]) => unknown),
      others: Int32Array.from(others, ([position]) => position),
    };
  }
}

/**
 * Which rules of a large set an order can concern at all. Most rules need one comparison to hold that most orders fail: more pieces
 * than a limit, one of some articles, a word in a text. Such comparisons are looked up together, by field: limits in sorted order,
 * values in a table, searches of a text once for all rules that share them. A rule none of whose comparisons came up is settled: what
 * it says follows from the set alone, to the very comparison that decides it.
 */
export class Candidates {
  readonly #marks: Marks;
  readonly #always: Int32Array;
  readonly #fields: readonly FieldIndex[];
  readonly #settled: Int32Array;

  /** @param rules those that are switched on; @param size of the whole set; @param silent what a trace holds of the others */
  constructor(rules: readonly IndexedRule[], size: number, silent: Traced, lists: Lists) {
    this.#marks = new Marks(size);
    this.#settled = new Int32Array(size).fill(silent);
    const always: number[] = [];
    const builders = new Map<number, FieldBuilder>();
    for (const rule of rules) {
      this.#settled[rule.position] = rule.settled;
      if (!rule.settlement) always.push(rule.position);
      for (const gate of rule.settlement?.gates ?? []) entry(builders, gate.at, () => new FieldBuilder(gate)).add(gate, rule, lists);
    }
    this.#always = Int32Array.from(always);
    this.#fields = Array.from(builders.values(), (builder) => builder.build());
  }

  /**
   * The places of the rules that have to be run for a vector, as bits; they are worked out anew by the next call. What all others say
   * is written into `trace`.
   */
  of(values: Values, trace: Int32Array | null): Int32Array {
    const marks = this.#marks;
    marks.bits.fill(0);
    trace?.set(this.#settled);
    marks.addAll(this.#always);
    for (let place = 0; place < this.#fields.length; place++) {
      const field = this.#fields[place] as FieldIndex;
      try {
        this.#lookUp(field, values, trace);
      } catch {
        // What cannot be looked up settles nothing: its rules are run, and each fails on its own.
        marks.addAll(field.others);
        marks.addAll(field.alone);
      }
    }
    return marks.bits;
  }

  #lookUp(field: FieldIndex, values: Values, trace: Int32Array | null): void {
    const marks = this.#marks;
    const value = values[field.at] ?? null;
    if (!isOfType(value, field.type)) {
      marks.addAll(field.others);
      if (value !== null) marks.addAll(field.alone);
      else if (trace) for (let at = 0; at < field.alone.length; at++) trace[field.alone[at] as number] = field.unknown[at] as number;
      return;
    }
    const { ladders, table, searches } = field;
    if (typeof value === 'number') for (let at = 0; at < ladders.length; at++) (ladders[at] as Ladder).mark(value, marks);
    if (table.size > 0) {
      if (Array.isArray(value)) for (const word of value) this.#markFound(table.get(word));
      else this.#markFound(table.get(value));
    }
    for (let at = 0; at < searches.length; at++) {
      const { test, settledBy, positions } = searches[at] as Search;
      if (truthOf(test(values, 1)) !== settledBy) marks.addAll(positions);
    }
  }

  #markFound(positions: Int32Array | undefined): void {
    if (positions) this.#marks.addAll(positions);
  }
}
