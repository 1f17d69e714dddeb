import type { CompareOperator, Rule, RuleValue } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { FieldUnit } from './catalogue.ts';
import { formatValue } from './format.ts';

export const SOURCE_NAMES: Record<Rule['source'], LocalisedText> = {
  order: { zh: '订单', en: 'the order' },
  crm: { zh: 'CRM 客户系统', en: 'the CRM' },
  wms: { zh: 'WMS 仓库系统', en: 'the WMS' },
  'risk-list': { zh: '外部风控服务', en: 'the risk service' },
  customs: { zh: '海关税则表', en: 'the customs table' },
  model: { zh: '训练模型', en: 'the trained model' },
};

const OPERATORS: Record<CompareOperator, LocalisedText> = {
  '>': { zh: '大于 {}', en: 'above {}' },
  '>=': { zh: '不少于 {}', en: 'at least {}' },
  '<': { zh: '小于 {}', en: 'below {}' },
  '<=': { zh: '不超过 {}', en: 'at most {}' },
  '==': { zh: '为 {}', en: '{}' },
  '!=': { zh: '不为 {}', en: 'other than {}' },
  between: { zh: '在 {} 之间', en: 'between {}' },
  in: { zh: '属于 {}', en: 'one of {}' },
  'not-in': { zh: '不属于 {}', en: 'none of {}' },
  'contains-any': { zh: '含{}中的词', en: 'containing a word of {}' },
  matches: { zh: '符合表达式 {}', en: 'matching the pattern {}' },
  'in-list': { zh: '在名单{}中', en: 'on the list {}' },
  'not-in-list': { zh: '不在名单{}中', en: 'not on the list {}' },
};

/** Names of the shipped lists; a list a shop made itself goes by its id. */
const LIST_NAMES: Record<string, LocalisedText> = {
  'remote-provinces': { zh: '偏远省份', en: 'remote provinces' },
  'malicious-tags': { zh: '恶意退货标签', en: 'tags of malicious returns' },
  'forbidden-words': { zh: '违规词', en: 'forbidden words' },
  'improper-invoice': { zh: '不合规开票用语', en: 'improper invoice wishes' },
  'complaint-words': { zh: '投诉用语', en: 'words of complaint' },
  'vague-places': { zh: '模糊地点用语', en: 'vague places' },
  'blacklisted-devices': { zh: '设备黑名单', en: 'blacklisted devices' },
  'blacklisted-ips': { zh: 'IP 黑名单', en: 'blacklisted IP addresses' },
};

/** Does this comparison name a list instead of carrying values? */
export function namesList(op: CompareOperator, value: RuleValue): value is string {
  return typeof value === 'string' && (op === 'in-list' || op === 'not-in-list' || op === 'contains-any');
}

/** The name of a list in one language; its id where a shop made it itself. */
export function listName(id: string, locale: Locale): string {
  return LIST_NAMES[id]?.[locale] ?? id;
}

/** The name of a list in both languages. */
export function listNames(id: string): LocalisedText {
  return (Object.hasOwn(LIST_NAMES, id) ? LIST_NAMES[id] : undefined) ?? { zh: id, en: id };
}

const QUOTES: Record<Locale, (text: string) => string> = { zh: (text) => `「${text}」`, en: (text) => `"${text}"` };

/** The right side of a comparison in words: a list by its name, words quoted, numbers in the field's unit. */
function thresholdText(op: CompareOperator, value: RuleValue, unit: FieldUnit, currency: string, locale: Locale): string {
  const quote = QUOTES[locale];
  if (namesList(op, value)) return quote(listName(value, locale));
  if (op === 'matches') return quote(String(value));
  if (op === 'between' && Array.isArray(value)) {
    const ends = value.map((end) => formatValue(end, unit, currency, locale));
    return ends.join(locale === 'zh' ? ' 到 ' : ' and ');
  }
  if (op === 'contains-any' && Array.isArray(value))
    return value.map((word) => quote(formatValue(String(word), unit, currency, locale))).join(locale === 'zh' ? '' : ', ');
  return formatValue(value, unit, currency, locale);
}

/** `大于 5000.00 元` / `above 5000.00 CNY`. */
export function comparisonText(op: CompareOperator, value: RuleValue, unit: FieldUnit, currency: string, locale: Locale): string {
  return OPERATORS[op][locale].replace('{}', () => thresholdText(op, value, unit, currency, locale));
}
