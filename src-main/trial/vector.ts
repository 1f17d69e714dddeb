import { isRadarField, type CompiledRuleSet } from '#main/rules/index.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import type { TrialSource } from './source.ts';
import { isAnswer, isDerivable } from './fields.ts';

type PublishedSet = ReturnType<TrialSource['ruleSets']>[number];

const UNKNOWN = -1;

/** Where each value of a wanted vector comes from, for judgements made with one published rule set. */
export interface Layout {
  /** For each set, for each place: a place of the stored vector, `UNKNOWN`, or -2 - the place among the derived fields. */
  takes: readonly Int32Array[];
  /** Does anything of it have to be derived? */
  derives: boolean;
  /** Places of the stored vector that hold answers of services, by field. */
  answers: readonly { id: string; stored: number }[];
}

/**
 * Builds the vectors both sides are judged on: the stored value where the field was looked at then, else the value derived
 * from stored orders, else unknown.
 */
export class Vectors {
  /** Fields that are derived for some of the span's orders, in the order of the values handed in. */
  readonly derived: string[];
  /** Fields nobody can tell for some of the span's orders. */
  readonly unknown: string[];
  readonly #sets: readonly Pick<CompiledRuleSet, 'fields'>[];
  readonly #layouts = new Map<number, Layout>();
  readonly #values: FieldValue[][];

  /**
   * @param sets What the radar says in them is left unknown: it depends on the model, and follows from the rest of the vector.
   * @param published the sets the span's orders can have been judged with
   */
  constructor(sets: readonly Pick<CompiledRuleSet, 'fields'>[], published: readonly PublishedSet[]) {
    this.#sets = sets;
    this.#values = sets.map(({ fields }) => new Array<FieldValue>(fields.length).fill(null));
    const derived = new Set<string>();
    const unknown = new Set<string>();
    for (const { fields } of published) {
      const stored = new Set(fields);
      for (const set of sets) {
        for (const id of set.fields) if (!stored.has(id) && !isRadarField(id)) (isDerivable(id) ? derived : unknown).add(id);
      }
    }
    this.derived = [...derived];
    this.unknown = [...unknown];
    for (const { version, fields } of published) this.#layouts.set(version, this.#layoutOf(fields));
  }

  layout(version: number): Layout | null {
    return this.#layouts.get(version) ?? null;
  }

  /** The vectors of the sets, in their order. They are filled again by the next call. */
  fill(layout: Layout, stored: readonly FieldValue[], derived: readonly FieldValue[] | null): readonly FieldValue[][] {
    for (let set = 0; set < this.#values.length; set++) {
      const values = this.#values[set] as FieldValue[];
      const takes = layout.takes[set] as Int32Array;
      for (let place = 0; place < values.length; place++) {
        const from = takes[place] as number;
        values[place] = from >= 0 ? (stored[from] ?? null) : from === UNKNOWN ? null : (derived?.[-2 - from] ?? null);
      }
    }
    return this.#values;
  }

  #layoutOf(fields: readonly string[]): Layout {
    const places = new Map(fields.map((id, place) => [id, place]));
    const derived = new Map(this.derived.map((id, place) => [id, place]));
    const takes = this.#sets.map((set) =>
      Int32Array.from(set.fields, (id) => {
        if (isRadarField(id)) return UNKNOWN;
        const stored = places.get(id);
        if (stored !== undefined) return stored;
        const place = derived.get(id);
        return place === undefined ? UNKNOWN : -2 - place;
      }),
    );
    const wanted = new Set(this.#sets.flatMap((set) => set.fields));
    return {
      takes,
      derives: takes.some((places) => places.some((from) => from < UNKNOWN)),
      answers: fields.flatMap((id, stored) => (isAnswer(id) && wanted.has(id) ? [{ id, stored }] : [])),
    };
  }
}
