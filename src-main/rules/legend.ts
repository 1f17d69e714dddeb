import type { RuleLegend } from '#shared/contract/rules.ts';
import { fieldIdOf, type RuleSet } from '#shared/rule.ts';
import { fieldOf } from './catalogue.ts';
import { ruleComparisons } from './vector.ts';
import { listNames, namesList } from './words.ts';

/**
 * What the rules page needs to say a condition in words: every field the set reads, and the word lists it searches for.
 * Look-up lists (addresses, devices, phones) stay in the hub.
 */
export function legendOf(ruleSet: RuleSet): RuleLegend {
  const fields: RuleLegend['fields'] = {};
  const words: RuleLegend['words'] = {};
  const lists: RuleLegend['lists'] = {};
  for (const rule of ruleSet.rules) {
    for (const compare of ruleComparisons(rule)) {
      const id = fieldIdOf(compare);
      const definition = fieldOf(id);
      if (definition) fields[id] = { label: definition.label, about: definition.about, unit: definition.unit };
      if (!namesList(compare.op, compare.value)) continue;
      lists[compare.value] = listNames(compare.value);
      if (compare.op !== 'contains-any') continue;
      const list = ruleSet.lists[compare.value];
      if (list) words[compare.value] = list;
    }
  }
  return { fields, words, lists };
}
