import type { RuleLegend } from '#shared/contract/rules.ts';
import { fieldIdOf, type RuleSet } from '#shared/rule.ts';
import { fieldOf } from './catalogue.ts';
import { LIMIT_OF, placeholdersOf } from './sentence.ts';
import { ruleComparisons } from './vector.ts';
import { listNames, namesList } from './words.ts';

/**
 * What the rules page needs to say a condition in words: every field the set reads or its sentences name, and the word lists it searches for.
 * Look-up lists (addresses, devices, phones) stay in the hub.
 */
export function legendOf(ruleSet: RuleSet): RuleLegend {
  const fields: RuleLegend['fields'] = {};
  const words: RuleLegend['words'] = {};
  const lists: RuleLegend['lists'] = {};
  for (const rule of ruleSet.rules) {
    const spoken = [...placeholdersOf(rule.sentence)].map((place) => (place.startsWith(LIMIT_OF) ? place.slice(LIMIT_OF.length) : place));
    for (const id of [...Array.from(ruleComparisons(rule), fieldIdOf), ...spoken]) {
      const definition = fieldOf(id);
      if (definition) fields[id] = { label: definition.label, about: definition.about, unit: definition.unit };
    }
    for (const compare of ruleComparisons(rule)) {
      if (!namesList(compare.op, compare.value)) continue;
      lists[compare.value] = listNames(compare.value);
      if (compare.op !== 'contains-any') continue;
      const list = ruleSet.lists[compare.value];
      if (list) words[compare.value] = list;
    }
  }
  return { fields, words, lists };
}
