import { expect, test } from 'vitest';
import { parseRuleSet } from '#main/rules/index.ts';
import { rule } from '../../support/rules.ts';

const PIECES = { field: 'pieces', op: '>', value: 3 };

/** Place and Chinese words of whatever is wrong with the one rule of a file. */
function faults(changes: object): [path: string, zh: string][] {
  const { ruleSet, issues } = parseRuleSet({ version: 1, rules: [{ ...rule('one'), ...changes }, rule('other')], lists: {} });
  expect(ruleSet.rules.map(({ id }) => id)).toEqual(['other']);
  return issues.map(({ path, text }) => [path, text.zh]);
}

test('a misspelt field of a condition is named where it stands, however deep', () => {
  const typo = { all: [PIECES, { any: [{ not: { feild: 'pieces', op: '>', value: 1 } }] }] };
  expect(faults({ when: typo })).toEqual([
    ['rules.0.when.all.1.any.0.not.field', '格式不符：缺少此项'],
    ['rules.0.when.all.1.any.0.not', expect.stringContaining('feild')],
  ]);
});

test('an operator nobody knows, a window by nobody, a relaxation that does nothing: each at its own place', () => {
  expect(faults({ when: { all: [PIECES, { ...PIECES, op: '=>' }] } })).toEqual([
    ['rules.0.when.all.1.op', expect.stringContaining('"between"')],
  ]);
  const window = { count: 'orders', by: 'fax', minutes: 10 };
  expect(faults({ when: { any: [{ field: 'window', window, op: '>', value: 3 }] } })).toEqual([
    ['rules.0.when.any.0.window.by', expect.stringContaining('"phone"')],
  ]);
  const relaxation = { id: 'loyal', when: PIECES, why: { zh: '', en: '' } };
  expect(faults({ relax: [{ ...relaxation, effect: { multiplyThreshold: '2' } }] })).toEqual([
    ['rules.0.relax.0.effect.multiplyThreshold', expect.stringContaining('数字')],
  ]);
});

test('what is no condition at all is said of the condition', () => {
  expect(faults({ when: 5 })).toEqual([['rules.0.when', '格式不符：无效输入']]);
});

test('no word of English stands in the Chinese reason', () => {
  for (const changes of [{ severity: undefined }, { when: { all: 3 } }, { version: '1' }, { hold: {} }]) {
    for (const [, zh] of faults(changes)) expect(zh).not.toMatch(/Invalid|expected|received|Required/);
  }
});
