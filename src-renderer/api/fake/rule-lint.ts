import type { MethodOutput } from '#shared/contract/index.ts';
import type { LintFinding, RuleBody } from '#shared/contract/rule-work.ts';
import { ruleSchema, type Compare, type Condition, type Rule } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { CATALOGUE, OPERATOR_WORDS } from './rule-catalogue.ts';

type Lint = MethodOutput<'rules.lint'>;

function conditionIn(condition: Condition, locale: keyof LocalisedText): string {
  const zh = locale === 'zh';
  if ('all' in condition) return condition.all.map((one) => conditionIn(one, locale)).join(zh ? ' 且 ' : ' and ');
  if ('any' in condition) return `(${condition.any.map((one) => conditionIn(one, locale)).join(zh ? ' 或 ' : ' or ')})`;
  if ('not' in condition) return `${zh ? '非 ' : 'not '}${conditionIn(condition.not, locale)}`;
  const field = CATALOGUE.fields.find(({ id }) => id === condition.field);
  const label = field?.label[locale] ?? condition.field;
  if (field?.type === 'boolean') return condition.value === true ? label : `${zh ? '非' : 'not '}${label}`;
  const value =
    field?.unit === 'minor' && typeof condition.value === 'number' ? (condition.value / 100).toFixed(2) : String(condition.value);
  return `${label} ${OPERATOR_WORDS[condition.op][locale]} ${value}`;
}
const both = (say: (locale: keyof LocalisedText) => string): LocalisedText => ({ zh: say('zh'), en: say('en') });

/** Above and below of one field in one "all" that leave no value between. */
function contradiction(all: readonly Condition[]): number {
  const compares = all.map((one) => ('field' in one ? one : null));
  const isNumber = (compare: Compare | null, op: '>' | '<'): compare is Compare & { value: number } =>
    compare?.op === op && typeof compare.value === 'number';
  return compares.findIndex(
    (upper) =>
      isNumber(upper, '<') && compares.some((lower) => isNumber(lower, '>') && lower.field === upper.field && lower.value >= upper.value),
  );
}

function lintCondition(rule: Rule, condition: Condition, path: string): LintFinding[] {
  const report = (at: string, kind: LintFinding['kind'], zh: string, en: string): LintFinding => ({
    ...{ ruleId: rule.id, path: at, kind, level: 'error', other: null },
    text: { zh, en },
  });
  if ('not' in condition) return lintCondition(rule, condition.not, `${path}.not`);
  const [name, children] = 'all' in condition ? ['all', condition.all] : 'any' in condition ? ['any', condition.any] : ['', []];
  if (name === '') {
    const blank = 'value' in condition && condition.value === '';
    return blank ? [report(`${path}.value`, 'shape', '还没有填写数值', 'A value is missing')] : [];
  }
  if (children.length === 0) return [report(path, 'blank', '条件组是空的', 'The group is empty')];
  const found = children.flatMap((child, index) => lintCondition(rule, child, `${path}.${name}.${index}`));
  const wrong = name === 'all' ? contradiction(children) : -1;
  if (wrong >= 0)
    found.push(
      report(`${path}.all.${wrong}`, 'contradiction', '与前面的条件矛盾，永远不会命中', 'Contradicts a condition before it; it never hits'),
    );
  return found;
}

/** A little lint for the invented hub: enough for every state the editor can show. The real one reasons far deeper. */
export function lintBody(body: RuleBody): Lint {
  const findings: LintFinding[] = [];
  const readings: Lint['readings'] = [];
  body.rules.forEach((raw, index) => {
    const result = ruleSchema.safeParse(raw);
    if (!result.success) {
      const path = `rules.${index}`;
      findings.push({
        ruleId: null,
        path,
        kind: 'shape',
        level: 'error',
        text: { zh: '不是完整的规则', en: 'Not a complete rule' },
        other: null,
      });
      return;
    }
    const rule = result.data;
    for (const part of ['name', 'sentence'] as const) {
      if (rule[part].zh !== '' && rule[part].en !== '') continue;
      const words = { zh: '中英文都要填写', en: 'Both languages are needed' };
      findings.push({ ruleId: rule.id, path: `rules.${index}.${part}`, kind: 'blank', level: 'error', text: words, other: null });
    }
    findings.push(...lintCondition(rule, rule.when, `rules.${index}.when`));
    readings.push({
      ruleId: rule.id,
      condition: both((locale) => conditionIn(rule.when, locale)),
      effect: both((locale) => `${OPERATOR_EFFECT[rule.action][locale]} · ${rule.role}`),
    });
  });
  for (const [list, words] of Object.entries(body.lists)) {
    if (words.length > 0) continue;
    const empty = { zh: '名单是空的', en: 'The list is empty' };
    findings.push({ ruleId: null, path: `lists.${list}`, kind: 'blank', level: 'warning', text: empty, other: null });
  }
  return { findings, readings };
}

const OPERATOR_EFFECT: Record<Rule['action'], LocalisedText> = {
  task: { zh: '建任务', en: 'opens a task' },
  hold: { zh: '拦截发货', en: 'holds the shipment' },
  freeze: { zh: '冻结订单', en: 'freezes the order' },
};
