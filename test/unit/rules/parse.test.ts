import { describe, expect, test } from 'vitest';
import { parseRuleSet, printRuleSet } from '#main/rules/index.ts';
import { parsedPack } from './pack.ts';

const GOOD = {
  id: 'good',
  version: 1,
  enabled: true,
  name: { zh: '好', en: 'Good' },
  about: { zh: '', en: '' },
  severity: 'low',
  action: 'task',
  role: 'service',
  when: { field: 'pieces', op: '>', value: 3 },
  sentence: { zh: '{value}', en: '{value}' },
};
const packOf = (...rules: unknown[]) => ({ version: 1, rules, lists: { words: ['a'] } });
const bad = (changes: object) => ({ ...GOOD, id: 'bad', ...changes });

describe('one bad rule never stops the others (M3)', () => {
  test.each([
    ['an unknown field', { when: { field: 'moon', op: '>', value: 1 } }, 'rules.1.when.field', 'There is no field "moon"'],
    [
      'an operator that does not fit',
      { when: { field: 'remarks', op: '==', value: 'x' } },
      'rules.1.when.op',
      '"Remarks" takes only: contains-any matches in-list not-in-list',
    ],
    ['a missing list', { when: { field: 'remarks', op: 'contains-any', value: 'none' } }, 'rules.1.when.value', 'There is no list "none"'],
    ['a value of the wrong type', { when: { field: 'presale', op: '==', value: 1 } }, 'rules.1.when.value', 'Yes or no is needed here'],
    [
      'a share written as a fraction',
      { when: { field: 'discount-share', op: '>', value: 0.9 } },
      'rules.1.when.value',
      'Percent runs from 0 to 100: write 90 instead of 0.9',
    ],
    [
      'yuan and a half of a fen',
      { when: { field: 'paid-amount', op: '>', value: 10.5 } },
      'rules.1.when.value',
      'The threshold of this field must be a whole number',
    ],
    [
      'an impossible hour',
      { when: { field: 'local-hour', op: '>=', value: 24 } },
      'rules.1.when.value',
      'Threshold of "Hour of the day" must lie between 0 and 23',
    ],
    [
      'no day of the week',
      { when: { field: 'weekday', op: '==', value: 9 } },
      'rules.1.when.value',
      'Threshold of "Day of the week" must lie between 1 and 7',
    ],
    [
      'a window without its specification',
      { when: { field: 'window', op: '>', value: 3 } },
      'rules.1.when.window',
      'Field "window" and a window specification belong together',
    ],
    ['an empty group', { when: { all: [] } }, 'rules.1.when.all', 'The group of conditions is empty'],
    [
      'a deep error',
      { when: { any: [{ not: { field: 'pieces', op: 'in', value: [] } }] } },
      'rules.1.when.any.0.not.value',
      'At least one number is needed here',
    ],
    [
      'a bad relaxation',
      { relax: [{ id: 'x', when: { field: 'x', op: '>', value: 1 }, effect: { skip: true }, why: GOOD.name }] },
      'rules.1.relax.0.when.field',
      'There is no field "x"',
    ],
    ['a template that quotes nothing', { sentence: { zh: '{moon}', en: '' } }, 'rules.1.sentence', '{moon} in the template is no field'],
    [
      'a template that quotes a person',
      { sentence: { zh: '{ip}', en: '' } },
      'rules.1.sentence',
      'The template may not quote the sensitive field {ip}',
    ],
    [
      'a medium rule that freezes',
      { severity: 'medium', action: 'freeze' },
      'rules.1.action',
      'Only a rule of high severity may freeze an order',
    ],
    ['dates the wrong way round', { effectiveFrom: 2, effectiveTo: 1 }, 'rules.1.effectiveTo', 'The rule ends before it begins'],
    ['an id used twice', { id: 'good' }, 'rules.1.id', 'The id "good" is used twice'],
  ])('%s is located', (_, changes, path, text) => {
    const { ruleSet, issues } = parseRuleSet(packOf(GOOD, bad(changes), { ...GOOD, id: 'third' }));
    expect(ruleSet.rules.map((rule) => rule.id)).toEqual(['good', 'third']);
    expect(issues.map(({ path: where, text: { en } }) => [where, en])).toEqual([[path, text]]);
  });

  test('a rule of the wrong shape is reported by name', () => {
    const { ruleSet, issues } = parseRuleSet(packOf(bad({ severity: 'urgent' }), GOOD));
    expect(ruleSet.rules.map((rule) => rule.id)).toEqual(['good']);
    expect(issues).toMatchObject([{ ruleId: 'bad', path: 'rules.0.severity' }]);
  });

  test.each([[null], ['text'], [{ version: 0, rules: [], lists: {} }], [{ rules: [GOOD] }]])('%j is no pack', (json) => {
    const { ruleSet, issues } = parseRuleSet(json);
    expect(ruleSet.rules).toEqual([]);
    expect(issues.length).toBeGreaterThan(0);
  });
});

test('what is printed reads back the same', () => {
  expect(parseRuleSet(JSON.parse(printRuleSet(parsedPack.ruleSet)))).toEqual(parsedPack);
});
