import type { RadarScorer } from '#main/model/radar.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { RADAR_MODEL, RADAR_REASONS, RADAR_SCORE, type CompiledRuleSet } from '#main/rules/index.ts';

/** Where a vector holds what the radar says, and what a model reads. */
interface Places {
  scorer: RadarScorer;
  score: number;
  reasons: number;
  model: number;
  /** -1: not in the vector, so unknown. */
  inputs: Int32Array;
  values: FieldValue[];
}

type Layout = Pick<CompiledRuleSet, 'fields'>;
const placesOf = new WeakMap<Layout, Places>();

function placesFor(layout: Layout, scorer: RadarScorer): Places {
  const known = placesOf.get(layout);
  if (known?.scorer === scorer) return known;
  const index = new Map(layout.fields.map((id, at) => [id, at]));
  const at = (id: string) => index.get(id) ?? -1;
  const places: Places = {
    scorer,
    score: at(RADAR_SCORE),
    reasons: at(RADAR_REASONS),
    model: at(RADAR_MODEL),
    inputs: Int32Array.from(scorer.inputs, at),
    values: new Array<FieldValue>(scorer.inputs.length).fill(null),
  };
  placesOf.set(layout, places);
  return places;
}

/**
 * Writes what the radar says of a vector into its places. Nothing happens, and nothing is paid for, where the vector has no place for a
 * score. What a model reads stands in every vector that has one (`beside` in the field catalogue).
 */
export function addRadar(vector: FieldValue[], layout: Layout, scorer: RadarScorer): void {
  const { score, reasons, model, inputs, values } = placesFor(layout, scorer);
  if (score < 0) return;
  for (let place = 0; place < inputs.length; place += 1) values[place] = vector[inputs[place] as number] ?? null;
  const reading = scorer.read(values);
  vector[score] = reading.score;
  if (reasons >= 0) vector[reasons] = reading.reasons;
  if (model >= 0) vector[model] = scorer.model;
}
