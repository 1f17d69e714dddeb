import type { LintFinding, RuleBody } from '#shared/contract/rule-work.ts';
import { fieldIdOf, type Compare, type Condition, type Rule } from '#shared/rule.ts';
import { fieldOf, parseWindowFieldId } from '../catalogue.ts';
import { formatBoth } from '../format.ts';
import { parseRuleSet, type ParsedRuleSet } from '../parse.ts';
import { readPattern } from '../pattern.ts';
import { LIMIT_OF, placeholdersOf } from '../sentence.ts';
import { comparisons, ruleComparisons } from '../vector.ts';
import { SOURCE_NAMES } from '../words.ts';
import { lintCondition, lintRelaxations } from './conditions.ts';
import { subjectOf, type LintSurroundings, type Report, type Subject } from './finding.ts';
import { lintRadar } from './radar.ts';
import { lintLists, lintShadows } from './set.ts';

/** Money below one unit, and multiples of a hundred, are nearly always a slip of the unit. */
const SMALLEST_SUM = 100;
const LARGEST_RATIO = 100;

/** Comparisons of a rule and of its relaxations, each at its place. */
function* placedComparisons({ rule, place }: Pick<Subject, 'rule' | 'place'>): Generator<{ compare: Compare; path: string }> {
  yield* comparisonsIn(rule.when, `${place}.when`);
  for (const [at, { when }] of rule.relax.entries()) yield* comparisonsIn(when, `${place}.relax.${at}.when`);
}

/** Every comparison of a condition at its place in the body. */
function* comparisonsIn(condition: Condition, path: string): Generator<{ compare: Compare; path: string }> {
  if ('not' in condition) yield* comparisonsIn(condition.not, `${path}.not`);
  else if ('all' in condition) for (const [at, child] of condition.all.entries()) yield* comparisonsIn(child, `${path}.all.${at}`);
  else if ('any' in condition) for (const [at, child] of condition.any.entries()) yield* comparisonsIn(child, `${path}.any.${at}`);
  else yield { compare: condition, path };
}

function lintUnits(subject: Subject, report: Report): void {
  const { rule } = subject;
  for (const { compare, path } of placedComparisons(subject)) {
    const definition = fieldOf(fieldIdOf(compare));
    const numbers = (Array.isArray(compare.value) ? compare.value : [compare.value]).filter((value) => typeof value === 'number');
    // The lower end of a range may well be a few fen.
    const value = compare.op === 'between' ? numbers[1] : numbers.find((number) => number > 0);
    if (value === undefined || !definition || value <= 0) continue;
    const slip =
      (definition.unit === 'minor' && value < SMALLEST_SUM) ||
      (definition.unit === 'ratio' && value >= LARGEST_RATIO && compare.op !== '<');
    if (!slip) continue;
    const shown = formatBoth(value, definition.unit, 'CNY');
    report({
      ...{ ruleId: rule.id, path, kind: 'unit', level: 'warning' },
      zh: `「${definition.label.zh}」的阈值是 ${shown.zh}，请确认单位`,
      en: `The threshold of "${definition.label.en}" is ${shown.en}; check its unit`,
    });
  }
}

/**
 * Steps of written-out repetitions a pattern may have. `.{0,30}` has sixty; with some hundred a message of five hundred characters takes
 * tens of milliseconds, on the way of every order.
 */
const MOST_REPEATED = 64;

function lintPatterns(subject: Subject, report: Report): void {
  const { rule } = subject;
  for (const { compare, path } of placedComparisons(subject)) {
    const { op, value } = compare;
    if (op !== 'matches') continue;
    const pattern = readPattern(String(value));
    if (!('test' in pattern) || pattern.repeated <= MOST_REPEATED) continue;
    report({
      ...{ ruleId: rule.id, path, kind: 'pattern', level: 'error' },
      zh: `表达式「${String(value)}」的重复次数太多，会拖慢每一单的判断；请减小花括号中的次数，或改用 * 与 +`,
      en: `The pattern "${String(value)}" repeats too often and would slow every order down; lower the counts in braces, or use * and +`,
    });
  }
}

/** A text compared with nothing: such a condition holds for no order, or for every one. */
function lintBlankValues(subject: Subject, report: Report): void {
  for (const { compare, path } of placedComparisons(subject)) {
    const values = Array.isArray(compare.value) ? compare.value : [compare.value];
    if (!values.some((value) => typeof value === 'string' && value.trim() === '')) continue;
    const text = { zh: '还没有填要比较的内容', en: 'What it is compared with is blank' };
    report({ ruleId: subject.rule.id, path: `${path}.value`, kind: 'blank', level: 'error', ...text });
  }
}

function lintWords({ rule, place }: Subject, report: Report): void {
  for (const part of ['name', 'sentence'] as const) {
    if (rule[part].zh.trim() !== '' && rule[part].en.trim() !== '') continue;
    const text =
      part === 'name' ? { zh: '规则名称为空', en: 'The rule has no name' } : { zh: '原因说明为空', en: 'The reason sentence is empty' };
    report({ ruleId: rule.id, path: `${place}.${part}`, kind: 'blank', level: 'error', ...text });
  }
  const changes = rule.relax.some(({ effect }) => 'multiplyThreshold' in effect);
  const scalable = [...comparisons(rule.when)].some((compare) => ['>', '>=', '<', '<='].includes(compare.op));
  if (changes && !scalable) {
    const text = { zh: '放宽倍数没有可放大的阈值', en: 'There is no threshold that a relaxation could multiply' };
    report({ ruleId: rule.id, path: `${place}.relax`, kind: 'relaxation', level: 'warning', ...text });
  }
}

/** What a sentence quotes of the condition has to stand in it, else it always reads "unknown". */
function lintQuotes({ rule, place }: Subject, report: Report): void {
  const compared = new Set(Array.from(comparisons(rule.when), fieldIdOf));
  const counts = [...compared].some((field) => parseWindowFieldId(field));
  for (const name of placeholdersOf(rule.sentence)) {
    const empty = name === 'minutes' ? !counts : name.startsWith(LIMIT_OF) && !compared.has(name.slice(LIMIT_OF.length));
    if (!empty) continue;
    report({
      ...{ ruleId: rule.id, path: `${place}.sentence`, kind: 'blank', level: 'warning' },
      zh: `原因说明中的 {${name}} 在条件里没有对应的比较，会显示为空或「未知」`,
      en: `{${name}} in the reason sentence has no comparison in the condition and will read empty or "unknown"`,
    });
  }
}

function lintDates({ rule, place }: Subject, now: number, report: Report): void {
  if (!rule.enabled || rule.effectiveTo === null || rule.effectiveTo > now) return;
  report({
    ...{ ruleId: rule.id, path: `${place}.effectiveTo`, kind: 'dates', level: 'warning' },
    zh: '规则的有效期已过，不会再命中',
    en: 'The rule has ended; it will not hit again',
  });
}

function lintSources({ rule, place }: Subject, connected: LintSurroundings['connected'], report: Report): void {
  const missing = new Set<Rule['source']>();
  for (const compare of ruleComparisons(rule)) {
    const source = fieldOf(fieldIdOf(compare))?.source ?? 'order';
    if (source !== 'order' && !connected.has(source)) missing.add(source);
  }
  for (const source of missing) {
    const name = SOURCE_NAMES[source];
    report({
      ...{ ruleId: rule.id, path: `${place}.when`, kind: 'source', level: 'hint' },
      zh: `${name.zh}尚未接入，读取它的条件暂不判断`,
      en: `Not connected yet: ${name.en}; conditions that read it decide nothing until then`,
    });
  }
}

/**
 * What is wrong or doubtful in a rule set that is being written (M3): first what cannot be read, then what can be told by reasoning
 * over intervals and sets. Whatever is called never true really is: a doubt is no finding.
 *
 * @param now epoch ms, for dates that have passed
 */
export function lintRuleSet(
  body: RuleBody,
  { now, connected }: Omit<LintSurroundings, 'lists'>,
): { findings: LintFinding[]; parsed: ParsedRuleSet } {
  const parsed = parseRuleSet({ version: 1, ...body });
  const findings: LintFinding[] = parsed.issues.map((issue) => ({ ...issue, kind: 'shape', level: 'error', other: null }));
  const report: Report = ({ zh, en, other, ...finding }) => findings.push({ ...finding, text: { zh, en }, other: other ?? null });
  const places = new Map<unknown, number>();
  body.rules.forEach((raw, at) => {
    const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
    if (!places.has(id)) places.set(id, at);
  });
  const { rules, lists } = parsed.ruleSet;
  const surroundings: LintSurroundings = { lists, now, connected };
  const subjects = rules.map((rule) => subjectOf(rule, `rules.${places.get(rule.id) ?? 0}`, lists));
  for (const subject of subjects) {
    lintCondition(subject, surroundings, report);
    lintRelaxations(subject, surroundings, report);
    lintUnits(subject, report);
    lintPatterns(subject, report);
    lintBlankValues(subject, report);
    lintWords(subject, report);
    lintQuotes(subject, report);
    lintDates(subject, now, report);
    lintSources(subject, connected, report);
  }
  lintRadar(subjects, report);
  lintShadows(subjects, report);
  lintLists(rules, lists, report);
  return { findings, parsed };
}
