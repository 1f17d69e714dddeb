import { fieldIdOf, type Condition, type Rule } from '#shared/rule.ts';
import { businessDateTime } from '#shared/time.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import { fieldOf } from './catalogue.ts';
import { ROLE_NAMES, SEVERITY_NAMES } from './role-names.ts';
import { comparisonText } from './words.ts';

function conditionIn(condition: Condition, currency: string, locale: Locale): string {
  const zh = locale === 'zh';
  const inner = (child: Condition) => {
    const text = conditionIn(child, currency, locale);
    const grouped = ('all' in child && child.all.length > 1) || ('any' in child && child.any.length > 1);
    return grouped ? (zh ? `（${text}）` : `(${text})`) : text;
  };
  if ('all' in condition) return condition.all.map(inner).join(zh ? ' 且 ' : ' and ');
  if ('any' in condition) return condition.any.map(inner).join(zh ? ' 或 ' : ' or ');
  if ('not' in condition) return zh ? `非 ${inner(condition.not)}` : `not ${inner(condition.not)}`;
  const definition = fieldOf(fieldIdOf(condition));
  const label = definition?.label[locale] ?? condition.field;
  if (definition?.type === 'boolean') {
    const yes = (condition.value === true) === (condition.op === '==');
    return yes ? label : zh ? `非${label}` : `not ${label}`;
  }
  return `${label} ${comparisonText(condition.op, condition.value, definition?.unit ?? 'text', currency, locale)}`;
}

/** A condition as one line, every comparison named. Thresholds of money are shown in `currency`. */
export function conditionText(condition: Condition, currency = 'CNY'): LocalisedText {
  return { zh: conditionIn(condition, currency, 'zh'), en: conditionIn(condition, currency, 'en') };
}

/** To the minute, business time. */
function momentText(at: number): string {
  return businessDateTime(at).slice(0, 16);
}

const DONE: Record<Rule['action'], LocalisedText> = {
  task: { zh: '建任务，不拦截', en: 'opens a task, stops nothing' },
  hold: { zh: '拦截发货', en: 'holds the shipment' },
  freeze: { zh: '冻结订单', en: 'freezes the order' },
};

function holdIn({ action, hold, stock }: Rule, locale: Locale): string[] {
  const zh = locale === 'zh';
  const parts: string[] = [];
  if (hold && action === 'hold') {
    const { releaseAfterMinutes: minutes } = hold;
    if (minutes === null) parts.push(zh ? '只能由人放行' : 'only a person releases it');
    else parts.push(zh ? `${minutes} 分钟后自动放行` : `released by itself after ${minutes} min`);
  }
  if (hold?.releasedBy) {
    const roles = hold.releasedBy.map((role) => ROLE_NAMES[role][locale]).join(zh ? '、' : ', ');
    parts.push(zh ? `可放行：${roles}` : `may be released by ${roles}`);
  }
  if (stock === 'free' && action !== 'task') parts.push(zh ? '拦截期间释放库存' : 'its stock is freed meanwhile');
  return parts;
}

function relaxedIn({ relax }: Rule, locale: Locale): string[] {
  const zh = locale === 'zh';
  return relax.map(({ when, effect }) => {
    const text = conditionIn(when, 'CNY', locale);
    if ('skip' in effect) return zh ? `若${text}则不适用` : `does not apply if ${text}`;
    return zh ? `若${text}，阈值放宽为 ${effect.multiplyThreshold} 倍` : `thresholds × ${effect.multiplyThreshold} if ${text}`;
  });
}

function datesIn({ effectiveFrom, effectiveTo }: Rule, locale: Locale): string[] {
  const zh = locale === 'zh';
  const parts: string[] = [];
  if (effectiveFrom !== null) parts.push(zh ? `自 ${momentText(effectiveFrom)} 起` : `from ${momentText(effectiveFrom)}`);
  if (effectiveTo !== null) parts.push(zh ? `至 ${momentText(effectiveTo)} 止` : `until ${momentText(effectiveTo)}`);
  return parts;
}

/** What a rule does when it hits: severity, action, role, hold, relaxations and dates as one sentence. */
export function effectText(rule: Rule): LocalisedText {
  const inLocale = (locale: Locale): string => {
    const severity = SEVERITY_NAMES[rule.severity][locale];
    const what = locale === 'zh' ? `${severity}风险：${DONE[rule.action].zh}` : `${severity} risk: ${DONE[rule.action].en}`;
    const to = locale === 'zh' ? `转${ROLE_NAMES[rule.role].zh}` : `to ${ROLE_NAMES[rule.role].en}`;
    const parts = [what, to, ...holdIn(rule, locale), ...relaxedIn(rule, locale), ...datesIn(rule, locale)];
    return parts.join(locale === 'zh' ? '；' : '; ');
  };
  return { zh: inLocale('zh'), en: inLocale('en') };
}
