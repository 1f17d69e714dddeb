import type { RadarReading, RadarReason, RadarScorer, ReasonValue } from '#main/model/radar.ts';
import { reasonText } from '#main/model/radar.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { radarDocumentSchema } from './document.ts';
import type { RadarDocument, RadarFeatureDocument } from './document.ts';
import { choiceKey, featureId, readerOf, standardised, UNKNOWN } from './features.ts';

/** The stored model cannot be read. */
export class RadarDocumentError extends Error {
  override name = 'RadarDocumentError';
}

/** Reasons kept beside a score, and the least effect worth naming. */
const REASONS = 5;
const LEAST_EFFECT = 0.05;

/** A scorer that also tells every contribution. */
export interface ExplainingScorer extends RadarScorer {
  /** Log-odds of the average labelled order. */
  readonly base: number;
  /** Every effect that is not 0, largest first. With `base` they add up to the log-odds of the score. */
  contributions(values: readonly FieldValue[]): RadarReason[];
  /** Log-odds of an order, not rounded. */
  logOdds(values: readonly FieldValue[]): number;
}

/** 0 to 100, one digit after the point. */
export function scoreOf(logOdds: number): number {
  return Math.round(1_000 / (1 + Math.exp(-logOdds))) / 10;
}

interface Part {
  id: string;
  at: number;
  read(value: FieldValue): ReasonValue;
  effect(value: ReasonValue): number;
  /** What is shown of the value: of many words only those that count. */
  shown(value: ReasonValue): ReasonValue;
}

const asItIs = (value: ReasonValue): ReasonValue => value;

function partOf(feature: RadarFeatureDocument, inputs: readonly string[]): Part {
  const { weights, offset } = feature;
  const weightOf = (key: string): number => (Object.hasOwn(weights, key) ? (weights[key] as number) : 0);
  const at = inputs.indexOf(feature.field);
  if (at < 0) throw new RadarDocumentError(`The model reads "${feature.field}", which is none of its inputs.`);
  const part = { id: featureId(feature), at, read: readerOf(feature) };
  switch (feature.kind) {
    case 'number': {
      const [slope, unknown] = [weightOf('z'), weightOf(UNKNOWN)];
      const effect = (value: ReasonValue) => offset + (typeof value === 'number' ? slope * standardised(value, feature) : unknown);
      return { ...part, effect, shown: asItIs };
    }
    case 'choice':
      return { ...part, effect: (value) => offset + weightOf(choiceKey(value, feature.step)), shown: asItIs };
    case 'words': {
      const present = (value: ReasonValue) => (Array.isArray(value) ? [...new Set(value)].filter((word) => weightOf(word) !== 0) : []);
      const effect = (value: ReasonValue) => (value === null ? offset : present(value).reduce((sum, word) => sum + weightOf(word), offset));
      return { ...part, effect, shown: present };
    }
    case 'check': {
      const hit = weightOf('hit');
      return { ...part, effect: (value) => (value === true ? offset + hit : offset), shown: asItIs };
    }
  }
}

/** Reads a stored model. Throws RadarDocumentError. @param model its name, `radar-3` */
export function openScorer(model: string, stored: unknown): ExplainingScorer {
  const parsed = radarDocumentSchema.safeParse(stored);
  if (!parsed.success) throw new RadarDocumentError(`Not a stored model of this version: ${parsed.error.message}`);
  return scorerOf(model, parsed.data);
}

/** A model ready to score. Throws RadarDocumentError where it reads what is none of its inputs. */
export function scorerOf(model: string, { inputs, features, base }: RadarDocument): ExplainingScorer {
  const parts = features.map((feature) => partOf(feature, inputs));
  const values: ReasonValue[] = new Array<ReasonValue>(parts.length).fill(null);
  const effects = new Float64Array(parts.length);

  /** Fills `values` and `effects`; the log-odds. Always added up in the same order, so that the same values give the same number. */
  function run(vector: readonly FieldValue[]): number {
    let sum = base;
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index] as Part;
      const value = part.read(vector[part.at] ?? null);
      const effect = part.effect(value);
      values[index] = value;
      effects[index] = effect;
      sum += effect;
    }
    return sum;
  }

  function sorted(least: number): number[] {
    const named: number[] = [];
    for (let index = 0; index < parts.length; index += 1) if (Math.abs(effects[index] as number) > least) named.push(index);
    return named.sort((a, b) => Math.abs(effects[b] as number) - Math.abs(effects[a] as number) || a - b);
  }

  const reasonAt = (index: number): RadarReason => {
    const part = parts[index] as Part;
    return { feature: part.id, value: part.shown(values[index] as ReasonValue), effect: effects[index] as number };
  };

  return {
    model,
    inputs,
    base,
    read(vector): RadarReading {
      const score = scoreOf(run(vector));
      return {
        score,
        reasons: sorted(LEAST_EFFECT)
          .slice(0, REASONS)
          .map((index) => reasonText(reasonAt(index))),
      };
    },
    contributions(vector) {
      run(vector);
      return sorted(0).map(reasonAt);
    },
    logOdds: run,
  };
}
