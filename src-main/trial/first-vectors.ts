import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { historyNeeds, needsFolding } from './fields.ts';
import { History } from './history.ts';
import type { JudgedRow, TrialSource, TrialWorld } from './source.ts';
import { Vectors } from './vector.ts';

/** Orders opened at once. */
const TOGETHER = 400;

/** An order that was judged, with the values of the wanted fields as they were then. `values` are filled again for the next one. */
export type OnVector = (row: JudgedRow, record: OrderRecord, values: readonly FieldValue[]) => void;

/**
 * The values of any fields for orders as they were judged first: what was looked at then, else derived as a trial derives it, else null.
 * Orders that were never judged are left out. Runs to its end in one go; false when it was told to stop.
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
  const vectors = new Vectors([{ fields: [...fields] }], source.ruleSets());
  const { derived } = vectors;
  const needs = historyNeeds(derived);
  const history = derived.length > 0 ? new History(source, derived, needs, world) : null;
  let done = 0;
  const visit = (row: JudgedRow, record: OrderRecord): void => {
    done += 1;
    const { judgedAt, inputs, ruleSetVersion } = row;
    if (judgedAt === null || inputs === null || ruleSetVersion === null) return;
    const layout = vectors.layout(ruleSetVersion);
    if (!layout) return;
    const told = layout.derives && history ? history.valuesOf(row, record) : null;
    const [values = []] = vectors.fill(layout, JSON.parse(inputs) as FieldValue[], told);
    onVector(row, record, values);
  };
  const wanted = [...new Set(ids)].sort((a, b) => a - b);
  if (history && needsFolding(needs)) return foldThrough(source, history, new Set(wanted), visit, () => progress(done));
  for (let from = 0; from < wanted.length; from += TOGETHER) {
    if (!progress(done)) return false;
    for (const { row, record } of source.recordsAt(wanted.slice(from, from + TOGETHER))) visit(row, record);
  }
  return progress(done);
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
