import { fieldIdOf, type Rule, type RuleSet } from '#shared/rule.ts';
import { isRadarField, RADAR_MODEL } from './radar-fields.ts';
import { comparisons, ruleComparisons } from './vector.ts';

const NAME = /^radar-([1-9]\d{0,8})$/;

/** Number of a model by its name; null: no name of a model. */
export function radarModelNumber(name: unknown): number | null {
  const found = typeof name === 'string' ? NAME.exec(name) : null;
  return found ? Number(found[1]) : null;
}

/** Models a rule names in its own condition. */
export function radarModelsOf(rule: Rule): string[] {
  return [...comparisons(rule.when)]
    .filter(({ field, op }) => field === RADAR_MODEL && (op === '==' || op === 'in'))
    .flatMap(({ value }) => (Array.isArray(value) ? value.map(String) : [String(value)]))
    .filter((name) => radarModelNumber(name) !== null);
}

/** Does any comparison of the rule read what the radar says? */
export function readsRadar(rule: Rule): boolean {
  for (const compare of ruleComparisons(rule)) if (isRadarField(fieldIdOf(compare))) return true;
  return false;
}

/**
 * The model a rule set is judged with: the newest one its rules name. It is part of what is published, so no score changes but with
 * a published set. Null: no rule names one, and the score is unknown.
 */
export function radarModelFor({ rules }: Pick<RuleSet, 'rules'>): string | null {
  let newest: string | null = null;
  for (const rule of rules) {
    if (!rule.enabled) continue;
    for (const name of radarModelsOf(rule)) if ((radarModelNumber(name) ?? 0) > (radarModelNumber(newest) ?? 0)) newest = name;
  }
  return newest;
}
