import type { RadarScorer } from '#main/model/radar.ts';
import { openScorer, RadarDocumentError } from '#main/radar/scorer.ts';
import type { ExplainingScorer } from '#main/radar/scorer.ts';
import { radarModelFor, radarModelNumber } from '#main/rules/index.ts';
import type { RuleSet } from '#shared/rule.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import type { Logger, Store } from '../ports.ts';
import type { RuleBook } from '../rules/rule-book.ts';

/** Models kept open: the one in force, those of drafts under trial, those somebody looks at. */
const OPEN = 8;

export interface RadarModelsParts {
  store: Store;
  book: Pick<RuleBook, 'ruleSet' | 'onChange'>;
  logger: Logger;
}

/** Stored models ready to score, and the one the rules in force name. */
export class RadarModels {
  readonly #parts: RadarModelsParts;
  readonly #open = new BoundedMap<number, ExplainingScorer>(OPEN);
  /** Undefined: not looked for since the rules changed. */
  #inForce: RadarScorer | null | undefined;

  constructor(parts: RadarModelsParts) {
    this.#parts = parts;
    parts.book.onChange(() => (this.#inForce = undefined));
  }

  /** Null where no rule in force names a model that is there: then every score is unknown. */
  get inForce(): RadarScorer | null {
    if (this.#inForce === undefined) {
      const name = radarModelFor(this.#parts.book.ruleSet);
      this.#inForce = name === null ? null : this.scorer(name);
      if (name !== null && this.#inForce === null)
        this.#parts.logger.warn({ model: name }, 'the rules name a radar model that is not there');
    }
    return this.#inForce;
  }

  /** Null: there is no such model, or it cannot be read. */
  scorer(name: string): ExplainingScorer | null {
    const id = radarModelNumber(name);
    if (id === null) return null;
    const known = this.#open.get(id);
    if (known) return known;
    const stored = this.#parts.store.radar.document(id);
    if (stored === null) return null;
    try {
      const scorer = openScorer(name, stored);
      this.#open.set(id, scorer);
      return scorer;
    } catch (error) {
      if (!(error instanceof RadarDocumentError)) throw error;
      this.#parts.logger.error({ err: error, model: name }, 'a stored radar model cannot be read');
      return null;
    }
  }

  /** The model a rule set names with its weights, for a thread that has no store; null: it names none that is there. */
  stored(ruleSet: RuleSet): { name: string; document: unknown } | null {
    const name = radarModelFor(ruleSet);
    if (name === null || this.scorer(name) === null) return null;
    return { name, document: this.#parts.store.radar.document(radarModelNumber(name) ?? 0) };
  }
}
