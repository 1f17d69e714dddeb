import type { CommonFeature } from '#shared/contract/reports.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { fieldOf, formatBoth } from '#main/rules/index.ts';

/** Groups with fewer missed orders are left out: so few come together by chance. */
export const SMALLEST_GROUP = 5;
/** A value is common to misses from this lift on. */
const LEAST_LIFT = 1.5;
const MOST_FEATURES = 12;
/** Values of one text field that are told apart; rarer ones come too late to matter. */
const MOST_VALUES = 500;
/** Orders whose numbers decide where ranges begin. */
const FIRST_ORDERS = 1_000;
const RANGES = 5;

interface Group {
  field: string;
  value: LocalisedText;
  missed: number;
  passed: number;
}

/** Places where a field's numbers are cut into ranges of about as many orders each. */
function cutsOf(numbers: readonly number[]): number[] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const cuts = Array.from({ length: RANGES - 1 }, (_, index) => sorted[Math.floor(((index + 1) * sorted.length) / RANGES)] ?? 0);
  return [...new Set(cuts)].filter((cut) => cut > (sorted[0] ?? 0));
}

function rangeText(cuts: readonly number[], range: number, print: (value: number) => LocalisedText): LocalisedText {
  const [low, high] = [cuts[range - 1], cuts[range]];
  if (low === undefined && high === undefined) return { zh: '全部', en: 'any' };
  if (low === undefined) return { zh: `低于 ${print(high as number).zh}`, en: `below ${print(high as number).en}` };
  if (high === undefined) return { zh: `${print(low).zh} 及以上`, en: `${print(low).en} and more` };
  return { zh: `${print(low).zh} 至 ${print(high).zh}`, en: `${print(low).en} to ${print(high).en}` };
}

/**
 * Counts the values orders that were let through have, the missed ones apart, and finds what is more common among those (I2).
 * Free text and personal data are never looked at. Numbers are put in five ranges by the first orders told.
 */
export class FeatureCounts {
  readonly #waiting: { fields: readonly string[]; values: readonly FieldValue[]; missed: boolean }[] = [];
  readonly #groups = new Map<string, Map<string, Group>>();
  readonly #usable = new Map<string, boolean>();
  #cuts: Map<string, number[]> | null = null;
  #missed = 0;
  #passed = 0;
  /** Of the first order told: money of others is not put in one row of ranges with it. */
  #currency: FieldValue = null;

  get missed(): number {
    return this.#missed;
  }
  /** Orders let through, the missed ones among them. */
  get passed(): number {
    return this.#passed;
  }

  add(fields: readonly string[], values: readonly FieldValue[], missed: boolean): void {
    this.#passed += 1;
    if (missed) this.#missed += 1;
    this.#currency ??= values[0] ?? null;
    if (this.#cuts) return this.#count(fields, values, missed);
    this.#waiting.push({ fields, values, missed });
    if (this.#waiting.length >= FIRST_ORDERS) this.#cut();
  }

  /** The strongest first; empty where nothing stands out. */
  features(): CommonFeature[] {
    this.#cut();
    const found: CommonFeature[] = [];
    for (const groups of this.#groups.values()) {
      for (const { field, value, missed, passed } of groups.values()) {
        const missedShare = missed / this.#missed;
        const passedShare = passed / this.#passed;
        const lift = missedShare / passedShare;
        if (missed < SMALLEST_GROUP || lift < LEAST_LIFT) continue;
        found.push({
          field,
          label: fieldOf(field)?.label ?? { zh: field, en: field },
          value,
          missed,
          missedShare,
          passed,
          passedShare,
          lift,
        });
      }
    }
    // What explains most misses beyond what chance would.
    const beyond = ({ missed, passedShare }: CommonFeature) => missed - passedShare * this.#missed;
    return found.sort((a, b) => beyond(b) - beyond(a) || b.lift - a.lift).slice(0, MOST_FEATURES);
  }

  #cut(): void {
    if (this.#cuts) return;
    const numbers = new Map<string, number[]>();
    for (const { fields, values } of this.#waiting) {
      for (const [place, field] of fields.entries()) {
        const value = values[place];
        if (typeof value !== 'number' || !this.#isUsable(field) || this.#isForeign(field, values)) continue;
        const list = numbers.get(field);
        if (list) list.push(value);
        else numbers.set(field, [value]);
      }
    }
    this.#cuts = new Map([...numbers].map(([field, list]) => [field, cutsOf(list)]));
    for (const { fields, values, missed } of this.#waiting.splice(0)) this.#count(fields, values, missed);
  }

  #count(fields: readonly string[], values: readonly FieldValue[], missed: boolean): void {
    for (const [place, field] of fields.entries()) {
      const value = values[place] ?? null;
      if (value === null || !this.#isUsable(field) || this.#isForeign(field, values)) continue;
      if (Array.isArray(value)) for (const word of new Set(value)) this.#add(field, word, missed, () => ({ zh: word, en: word }));
      else if (typeof value === 'number') this.#addNumber(field, value, missed);
      else this.#add(field, String(value), missed, () => formatBoth(value, fieldOf(field)?.unit ?? 'text', ''));
    }
  }

  #addNumber(field: string, value: number, missed: boolean): void {
    const cuts = this.#cuts?.get(field) ?? [];
    const range = cuts.filter((cut) => value >= cut).length;
    const unit = fieldOf(field)?.unit ?? 'count';
    this.#add(field, `#${range}`, missed, () => rangeText(cuts, range, (number) => formatBoth(number, unit, String(this.#currency ?? ''))));
  }

  #add(field: string, key: string, missed: boolean, text: () => LocalisedText): void {
    let groups = this.#groups.get(field);
    if (!groups) this.#groups.set(field, (groups = new Map()));
    let group = groups.get(key);
    if (!group) {
      if (groups.size >= MOST_VALUES) return;
      groups.set(key, (group = { field, value: text(), missed: 0, passed: 0 }));
    }
    group.passed += 1;
    if (missed) group.missed += 1;
  }

  #isForeign(field: string, values: readonly FieldValue[]): boolean {
    return fieldOf(field)?.unit === 'minor' && values[0] !== this.#currency;
  }

  #isUsable(field: string): boolean {
    const known = this.#usable.get(field);
    if (known !== undefined) return known;
    const definition = fieldOf(field);
    const usable = definition !== null && !definition.sensitive && definition.unit !== 'reason' && field !== 'goods-names';
    this.#usable.set(field, usable);
    return usable;
  }
}
