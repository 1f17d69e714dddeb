import { z } from 'zod';
import { fieldIdOf, ruleSetSchema, type Compare, type Condition, type Rule, type RuleSet } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { thresholdBounds, FIELDS, fieldOf, operatorsFor, type FieldDefinition } from './catalogue.ts';
import { patternProblem } from './pattern.ts';
import { LIMIT_OF, placeholdersOf, SENTENCE_PLACEHOLDERS } from './sentence.ts';
import { readShape, shapeFaults, type ShapeFault } from './shape.ts';

/** Something wrong with a rule pack, where it is, in words a supervisor can act on. */
export interface RuleIssue {
  /** Null when it concerns the pack as a whole. */
  ruleId: string | null;
  /** Path inside the pack, e.g. `rules.3.when.all.0.value`. */
  path: string;
  text: LocalisedText;
}

/** The good rules of a pack and what is wrong with the others. */
export interface ParsedRuleSet {
  ruleSet: RuleSet;
  issues: RuleIssue[];
}

type Report = (path: (string | number)[], zh: string, en: string) => void;
type Lists = RuleSet['lists'];

const DEEPEST = 8;

function checkNumber(value: number, definition: FieldDefinition, path: (string | number)[], report: Report): void {
  const domain = thresholdBounds(definition);
  if (domain && (value < domain.lowest || value > domain.highest)) {
    const { lowest, highest } = domain;
    report(
      path,
      `「${definition.label.zh}」的阈值应在 ${lowest} 到 ${highest} 之间`,
      `Threshold of "${definition.label.en}" must lie between ${lowest} and ${highest}`,
    );
  }
  if (definition.unit === 'percent' && value > 0 && value < 1) {
    // 0.07 * 100 is not quite 7.
    const percent = Number((value * 100).toPrecision(12));
    report(path, `百分比按 0–100 填写：${value} 应写成 ${percent}`, `Percent runs from 0 to 100: write ${percent} instead of ${value}`);
  }
  if (domain?.whole && !Number.isInteger(value)) {
    report(path, '此字段的阈值必须是整数', 'The threshold of this field must be a whole number');
  }
}

/** Two ends; only hours of the day may run from the greater to the lesser, over midnight. */
function checkBetween(value: Compare['value'], definition: FieldDefinition, path: (string | number)[], report: Report): void {
  const ends: readonly unknown[] = Array.isArray(value) ? value : [];
  const [from, to] = ends;
  if (ends.length !== 2 || typeof from !== 'number' || typeof to !== 'number')
    return report(path, '应填两个数：从、到', 'Two numbers are needed here: from and to');
  checkNumber(from, definition, path, report);
  checkNumber(to, definition, path, report);
  if (from > to && definition.unit !== 'hour') report(path, '起点大于终点', 'The range ends before it begins');
}

const VALUE_WORDS = {
  number: { zh: '数字', en: 'A number' },
  boolean: { zh: '是或否', en: 'Yes or no' },
  string: { zh: '文字', en: 'A text' },
} as const;

function checkValue(compare: Compare, definition: FieldDefinition, lists: Lists, path: (string | number)[], report: Report): void {
  const { op, value } = compare;
  const at = [...path, 'value'];
  if (op === 'in-list' || op === 'not-in-list' || (op === 'contains-any' && typeof value === 'string')) {
    if (typeof value !== 'string') report(at, '应填名单的名称', 'The name of a list is needed here');
    else if (!Object.hasOwn(lists, value)) report(at, `名单「${value}」不存在`, `There is no list "${value}"`);
    return;
  }
  if (op === 'between') return checkBetween(value, definition, at, report);
  if (op === 'matches') {
    const problem = typeof value === 'string' ? patternProblem(value) : { zh: '应填表达式', en: 'A pattern is needed here' };
    if (problem) report(at, problem.zh, problem.en);
    return;
  }
  if (op === 'in' || op === 'not-in' || op === 'contains-any') {
    const wanted = definition.type === 'number' ? 'number' : 'string';
    const fits = Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === wanted);
    if (!fits && definition.type === 'number') report(at, '这里至少要填一个数字', 'At least one number is needed here');
    else if (!fits) report(at, '这里至少要填一项内容', 'At least one entry is needed here');
    else if (wanted === 'number') for (const entry of value) checkNumber(entry as number, definition, at, report);
    return;
  }
  const wanted = definition.type === 'number' ? 'number' : definition.type === 'boolean' ? 'boolean' : 'string';
  if (typeof value !== wanted) report(at, `这里要填${VALUE_WORDS[wanted].zh}`, `${VALUE_WORDS[wanted].en} is needed here`);
  else if (typeof value === 'number') checkNumber(value, definition, at, report);
}

function checkCompare(compare: Compare, lists: Lists, path: (string | number)[], report: Report): void {
  if ((compare.field === 'window') !== (compare.window !== undefined)) {
    return report([...path, 'window'], '字段 window 与窗口定义必须同时出现', 'Field "window" and a window specification belong together');
  }
  const definition = compare.window ? fieldOf(fieldIdOf(compare)) : (FIELDS.get(compare.field) ?? null);
  if (!definition) return report([...path, 'field'], `没有名为「${compare.field}」的字段`, `There is no field "${compare.field}"`);
  const operators = operatorsFor(definition);
  if (!operators.includes(compare.op)) {
    const allowed = operators.join(' ');
    return report([...path, 'op'], `「${definition.label.zh}」只能用：${allowed}`, `"${definition.label.en}" takes only: ${allowed}`);
  }
  checkValue(compare, definition, lists, path, report);
}

function checkCondition(condition: Condition, lists: Lists, path: (string | number)[], depth: number, report: Report): void {
  if (depth > DEEPEST) return report(path, `条件嵌套超过 ${DEEPEST} 层`, `Conditions are nested deeper than ${DEEPEST}`);
  if ('not' in condition) return checkCondition(condition.not, lists, [...path, 'not'], depth + 1, report);
  if (!('all' in condition) && !('any' in condition)) return checkCompare(condition, lists, path, report);
  const kind = 'all' in condition ? 'all' : 'any';
  const children = 'all' in condition ? condition.all : condition.any;
  if (children.length === 0) report([...path, kind], '条件组为空', 'The group of conditions is empty');
  children.forEach((child, at) => checkCondition(child, lists, [...path, kind, at], depth + 1, report));
}

function checkSentence(sentence: LocalisedText, path: (string | number)[], report: Report): void {
  for (const name of placeholdersOf(sentence)) {
    const fieldName = name.startsWith(LIMIT_OF) ? name.slice(LIMIT_OF.length) : name;
    if ((SENTENCE_PLACEHOLDERS as readonly string[]).includes(name)) continue;
    const definition = fieldOf(fieldName);
    if (!definition) report(path, `模板中的 {${name}} 不是字段`, `{${name}} in the template is no field`);
    else if (definition.sensitive)
      report(path, `模板不能引用敏感字段 {${name}}`, `The template may not quote the sensitive field {${name}}`);
  }
}

function checkRule(rule: Rule, lists: Lists, report: Report): void {
  checkCondition(rule.when, lists, ['when'], 1, report);
  rule.relax.forEach((relaxation, at) => checkCondition(relaxation.when, lists, ['relax', at, 'when'], 1, report));
  checkSentence(rule.sentence, ['sentence'], report);
  if (rule.effectiveFrom !== null && rule.effectiveTo !== null && rule.effectiveFrom >= rule.effectiveTo) {
    report(['effectiveTo'], '失效时间早于生效时间', 'The rule ends before it begins');
  }
  if (rule.action === 'freeze' && rule.severity !== 'high') {
    report(['action'], '只有高风险规则可以冻结订单', 'Only a rule of high severity may freeze an order');
  }
}

function shapeIssues(faults: readonly ShapeFault[], ruleId: string | null, prefix: string): RuleIssue[] {
  return faults.map(({ path, text }) => ({ ruleId, path: [prefix, ...path].filter(Boolean).join('.'), text }));
}

/** The pack as a whole; its rules are read one by one. */
const ENVELOPE = ruleSetSchema.extend({ rules: z.array(z.unknown()) });

function nameOf(raw: unknown): string | null {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : null;
  return typeof id === 'string' ? id : null;
}

/**
 * Reads a rule pack. One bad rule never stops the others (M3): the good ones are returned, each bad one is reported with
 * its place. A pack that is no pack at all gives an empty set of version 1 and an issue without a rule.
 */
export function parseRuleSet(json: unknown): ParsedRuleSet {
  const envelope = ENVELOPE.safeParse(json);
  if (!envelope.success)
    return { ruleSet: { version: 1, rules: [], lists: {} }, issues: shapeIssues(shapeFaults(ENVELOPE, json), null, '') };
  const { version, lists } = envelope.data;
  const issues: RuleIssue[] = [];
  const rules: Rule[] = [];
  const ids = new Set<string>();
  envelope.data.rules.forEach((raw, at) => {
    const read = readShape(raw);
    if ('faults' in read) return void issues.push(...shapeIssues(read.faults, nameOf(raw), `rules.${at}`));
    const { rule } = read;
    const before = issues.length;
    const report: Report = (path, zh, en) => issues.push({ ruleId: rule.id, path: ['rules', at, ...path].join('.'), text: { zh, en } });
    checkRule(rule, lists, report);
    if (ids.has(rule.id)) report(['id'], `编号「${rule.id}」重复`, `The id "${rule.id}" is used twice`);
    ids.add(rule.id);
    if (issues.length === before) rules.push(rule);
  });
  return { ruleSet: { version, rules, lists }, issues };
}

/** The pack as text; reading it back gives the same set. */
export function printRuleSet(ruleSet: RuleSet): string {
  return `${JSON.stringify(ruleSet, null, 2)}\n`;
}
