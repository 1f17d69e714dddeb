import { fieldIdOf, type Rule } from '#shared/rule.ts';
import { RADAR_SCORE } from '../radar-fields.ts';
import { radarModelFor, radarModelsOf } from '../radar-models.ts';
import { comparisons } from '../vector.ts';
import type { Report, Subject } from './finding.ts';

function readsScore(rule: Rule): boolean {
  for (const compare of comparisons(rule.when)) if (fieldIdOf(compare) === RADAR_SCORE) return true;
  return false;
}

/**
 * One model scores the orders of a set: the newest its rules name. A rule that reads the score without any rule naming a model decides
 * nothing, and one that names an older model never hits.
 */
export function lintRadar(subjects: readonly Subject[], report: Report): void {
  const model = radarModelFor({ rules: subjects.map(({ rule }) => rule) });
  for (const { rule, place } of subjects) {
    if (!rule.enabled) continue;
    const about = { ruleId: rule.id, path: `${place}.when`, kind: 'source', level: 'warning' } as const;
    const named = radarModelsOf(rule);
    if (model === null && readsScore(rule)) {
      report({
        ...about,
        zh: '没有规则指定雷达模型，评分未知，这个条件不起作用：请加上条件「雷达模型 为 radar-…」',
        en: 'No rule names a radar model, so the score is unknown and decides nothing: add the condition "Radar model is radar-…"',
      });
    }
    if (model !== null && named.length > 0 && !named.includes(model)) {
      report({
        ...about,
        zh: `指定的是 ${named.join('、')}，但规则集里最新的雷达模型是 ${model}，只有它评分，本规则不会命中`,
        en: `It names ${named.join(', ')}, but the newest radar model of the set is ${model}, and only that one scores: this rule never hits`,
      });
    }
  }
}
