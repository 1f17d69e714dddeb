import type { RadarModel } from '#shared/contract/radar.ts';
import type { LocalisedText } from '#shared/text.ts';
import { fieldOf, formatValue } from '#main/rules/index.ts';
import type { RadarFeatureDocument } from './document.ts';
import { UNKNOWN } from './features.ts';
import type { Area } from './figures.ts';
import { LEAST_ORDERS, READY_ORDERS } from './learn.ts';

/** Values named as speaking for a dispute. */
const NAMED = 3;

function keyText(key: string, feature: RadarFeatureDocument, locale: 'zh' | 'en'): string {
  if (key === UNKNOWN) return locale === 'zh' ? '未知' : 'unknown';
  if (key === 'true' || key === 'false') return formatValue(key === 'true', 'boolean', '', locale);
  const unit = fieldOf(feature.field)?.unit ?? 'text';
  if (feature.kind === 'choice' && feature.step > 1) return `${key}–${Number(key) + feature.step - 1}`;
  return formatValue(key, unit, '', locale);
}

/** Which values of a feature speak for a dispute, in words. */
export function directionOf(feature: RadarFeatureDocument): LocalisedText {
  const { weights } = feature;
  if (feature.kind === 'number' && (weights['z'] ?? 0) !== 0) {
    return (weights['z'] ?? 0) > 0 ? { zh: '越大越可疑', en: 'larger is riskier' } : { zh: '越小越可疑', en: 'smaller is riskier' };
  }
  if (feature.kind === 'number') {
    return (weights[UNKNOWN] ?? 0) > 0
      ? { zh: '未知时更可疑', en: 'riskier where unknown' }
      : { zh: '未知时较安全', en: 'safer where unknown' };
  }
  if (feature.kind === 'check') {
    return (weights['hit'] ?? 0) > 0 ? { zh: '命中时更可疑', en: 'riskier where found' } : { zh: '命中时较安全', en: 'safer where found' };
  }
  const riskiest = Object.entries(weights)
    .filter(([, weight]) => weight > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, NAMED)
    .map(([key]) => key);
  if (riskiest.length === 0) return { zh: '均不增加可疑程度', en: 'no value is riskier' };
  return {
    zh: `更可疑：${riskiest.map((key) => keyText(key, feature, 'zh')).join('、')}`,
    en: `riskier: ${riskiest.map((key) => keyText(key, feature, 'en')).join(', ')}`,
  };
}

/** What a readiness means for whoever wants to switch the model on. */
export function adviceFor(readiness: RadarModel['readiness'], counts: { disputed: number; fine: number }, area: Area): LocalisedText {
  const shown = (value: number) => value.toFixed(2);
  const interval = `${shown(area.value)}（${shown(area.low)}–${shown(area.high)}）`;
  if (readiness === 'too-little') {
    return {
      zh: `样本太少：纠纷 ${counts.disputed} 单、正常 ${counts.fine} 单，各至少要 ${READY_ORDERS} 单才能启用；现有指标不可靠`,
      en: `Too few samples: ${counts.disputed} disputed and ${counts.fine} fine orders; switching on needs ${READY_ORDERS} of each. The figures are not to be relied on`,
    };
  }
  if (readiness === 'no-signal') {
    return {
      zh: `看不出规律：区分能力 ${interval} 可能只是碰巧（0.5 为碰巧），启用前请三思`,
      en: `No signal: an area under the curve of ${shown(area.value)} (${shown(area.low)} to ${shown(area.high)}) may be chance, which is 0.5; think twice before switching it on`,
    };
  }
  return {
    zh: `可以启用：随机取一单纠纷和一单正常，${Math.round(area.value * 100)}% 的情况下纠纷单评分更高（95% 区间 ${shown(area.low)}–${shown(area.high)}）`,
    en: `Ready: of a disputed and a fine order the disputed one scores higher in ${Math.round(area.value * 100)} % of cases (95 % interval ${shown(area.low)} to ${shown(area.high)})`,
  };
}

/** Why nothing can be learnt. */
export function tooFewText({ disputed, fine }: { disputed: number; fine: number }): LocalisedText {
  return {
    zh: `可用样本太少：纠纷 ${disputed} 单、正常 ${fine} 单。两类各至少要 ${LEAST_ORDERS} 单，且来自不同的买家`,
    en: `Too few orders to learn from: ${disputed} disputed and ${fine} fine ones. At least ${LEAST_ORDERS} of each are needed, of different buyers`,
  };
}
