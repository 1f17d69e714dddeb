import { addRadar } from '#main/engine/index.ts';
import type { RadarScorer } from '#main/model/radar.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { openScorer } from '#main/radar/scorer.ts';
import { RADAR_SCORE, type CompiledRuleSet } from '#main/rules/index.ts';

/** A radar model as it is stored. */
export interface StoredRadar {
  name: string;
  document: unknown;
}

/** The models that the set in force and the draft name; null: none, and their scores are unknown. */
export interface RadarSides {
  current: StoredRadar | null;
  draft: StoredRadar | null;
}

const NONE: RadarSides = { current: null, draft: null };

/**
 * Scores of the two sides of a trial: each set's own model on the vector of the first judgement, however that came to be known. Rules
 * that both sides share are only those that read no score, or the same model's (`compareSets`).
 */
export class TrialRadar {
  readonly #scorers: readonly (RadarScorer | null)[];
  readonly #parts: readonly CompiledRuleSet[];
  /** A rule of either side reads the radar's score. */
  readonly asked: boolean;
  /** A model has scored an order; where none has, the trial names the score among what stayed unknown. */
  told = false;

  /** @param parts rules of both sides, of the set in force alone, of the draft alone; vectors are handed in in this order */
  constructor(sides: RadarSides | undefined, parts: readonly [CompiledRuleSet, CompiledRuleSet, CompiledRuleSet]) {
    const { current, draft } = sides ?? NONE;
    const asks = parts.map(({ fields }) => fields.includes(RADAR_SCORE));
    const open = (stored: StoredRadar | null) => stored && openScorer(stored.name, stored.document);
    this.#parts = parts;
    this.#scorers = [draft, current, draft].map((stored, part) => (asks[part] ? open(stored) : null));
    this.asked = asks.includes(true);
  }

  add(vectors: readonly FieldValue[][]): void {
    if (!this.asked) return;
    this.#scorers.forEach((scorer, part) => {
      const [vector, compiled] = [vectors[part], this.#parts[part]];
      if (!scorer || !vector || !compiled) return;
      addRadar(vector, compiled, scorer);
      this.told = true;
    });
  }
}
