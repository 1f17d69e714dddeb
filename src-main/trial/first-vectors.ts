import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { historyNeeds, needsFolding } from './fields.ts';
import { History } from './history.ts';
import type { JudgedRow, TrialSource, TrialWorld } from './source.ts';
import { Vectors } from './vector.ts';

/** Orders opened at once. */
const TOGETHER = 400;

/** An order with the values of the wanted fields as they were then. `values` are filled again for the next one. */
export type OnVector = (row: JudgedRow, record: OrderRecord, values: readonly FieldValue[]) => void;

/**
 * The values of any fields for orders as they were judged first: what was looked at then, else derived as a trial derives it, else null.
 * An order that was never judged, because it had left before it was first told of, is read as it would have been: every field derived from
 * what is stored of it. Runs to its end in one go; false when it was told to stop.
 *
 * @param fields what is wanted, in this order
 * @param ids rows of the orders
 * @param progress told how many of the orders are done; false ends it
 */
export function readFirstVectors(
  source: TrialSource,
  world: TrialWorld,
  fields: readonly string[],
  ids: readonly number[],
  onVector: OnVector,
  progress: (done: number) => boolean,
): boolean {
  const wanted = [...new Set(ids)].sort((a, b) => a - b);
  const judged = new JudgedVectors(source, world, fields);
  const never = new Set<number>();
  let done = 0;
  const told = () => progress(done);
  const visit = (row: JudgedRow, record: OrderRecord): void => {
    const values = judged.valuesOf(row, record);
    if (!values) return void never.add(row.id);
    done += 1;
    onVector(row, record, values);
  };
  const whole = judged.folds
    ? foldThrough(source, judged.history, new Set(wanted), visit, told)
    : readOneByOne(source, wanted, visit, told);
  if (!whole || never.size === 0) return whole && told();
  const history = new History(source, fields, historyNeeds(fields), world);
  const derive = (row: JudgedRow, record: OrderRecord): void => {
    done += 1;
    onVector(row, record, history.valuesOf(row, record));
  };
  return foldThrough(source, history, never, derive, told);
}

/** Vectors of orders that were judged. */
class JudgedVectors {
  readonly #vectors: Vectors;
  readonly #derives: boolean;
  readonly history: History;
  /** Has every stored order to be taken in its turn? */
  readonly folds: boolean;

  constructor(source: TrialSource, world: TrialWorld, fields: readonly string[]) {
    this.#vectors = new Vectors([{ fields: [...fields] }], source.ruleSets());
    const { derived } = this.#vectors;
    const needs = historyNeeds(derived);
    this.#derives = derived.length > 0;
    this.history = new History(source, derived, needs, world);
    this.folds = this.#derives && needsFolding(needs);
  }

  /** Null: it was never judged. */
  valuesOf(row: JudgedRow, record: OrderRecord): readonly FieldValue[] | null {
    const { judgedAt, inputs, ruleSetVersion } = row;
    const layout = ruleSetVersion === null ? null : this.#vectors.layout(ruleSetVersion);
    if (judgedAt === null || inputs === null || !layout) return null;
    const told = layout.derives && this.#derives ? this.history.valuesOf(row, record) : null;
    return this.#vectors.fill(layout, JSON.parse(inputs) as FieldValue[], told)[0] ?? null;
  }
}

function readOneByOne(
  source: TrialSource,
  ids: readonly number[],
  visit: (row: JudgedRow, record: OrderRecord) => void,
  progress: () => boolean,
): boolean {
  for (let from = 0; from < ids.length; from += TOGETHER) {
    if (!progress()) return false;
    for (const { row, record } of source.recordsAt(ids.slice(from, from + TOGETHER))) visit(row, record);
  }
  return progress();
}

/** Every stored order is taken in its turn, so that what is folded is what the hub remembered then. */
function foldThrough(
  source: TrialSource,
  history: History,
  wanted: ReadonlySet<number>,
  visit: (row: JudgedRow, record: OrderRecord) => void,
  progress: () => boolean,
): boolean {
  let last = 0;
  for (const id of wanted) if (id > last) last = id;
  for (let after = 0; after < last;) {
    if (!progress()) return false;
    const rows = source.records(after, TOGETHER, null);
    for (const { row, record } of rows) {
      if (wanted.has(row.id)) visit(row, record);
      history.take(record);
    }
    const reached = rows.at(-1);
    if (!reached) break;
    after = reached.row.id;
  }
  return progress();
}
