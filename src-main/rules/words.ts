import type { CompareOperator, Rule } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';

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
  in: { zh: '属于 {}', en: 'one of {}' },
  'not-in': { zh: '不属于 {}', en: 'none of {}' },
  'contains-any': { zh: '含「{}」中的词', en: 'containing a word of "{}"' },
  'in-list': { zh: '在名单「{}」中', en: 'on the list "{}"' },
  'not-in-list': { zh: '不在名单「{}」中', en: 'not on the list "{}"' },
};

/** `大于 5000.00 元` / `above 5000.00 CNY`. */
export function operatorText(op: CompareOperator, value: string, locale: Locale): string {
  return OPERATORS[op][locale].replace('{}', value);
}
