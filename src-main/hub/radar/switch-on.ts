import type { MethodParams } from '#shared/contract/index.ts';
import type { RadarDoubleCheck, RadarModel } from '#shared/contract/radar.ts';
import type { Compare, Condition, Rule } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { patternProblem } from '#main/rules/pattern.ts';
import { RADAR_MODEL, RADAR_SCORE } from '#main/rules/index.ts';

/** The rule that asks the radar; switching on another model or threshold changes this one. */
export const RADAR_RULE = 'anomaly-radar';

/** More false alarms than this are worth a word. */
const MANY_FALSE = 0.05;

type Wish = MethodParams<'radar.switchOn'>;

function patternsOf({ patterns, of, field }: RadarDoubleCheck): Condition {
  const found = patterns.map((value): Compare => ({ field, op: 'matches', value }));
  const [only] = found;
  if (only && found.length === 1) return only;
  return of === 'all' ? { all: found } : { any: found };
}

/** A score from the threshold on, by the very model that was looked at; with patterns as a double check where they are wished. */
function conditionOf({ model, threshold, channels, check }: Wish): Condition {
  const scored: Condition[] = [
    { field: RADAR_SCORE, op: '>=', value: threshold },
    { field: RADAR_MODEL, op: '==', value: model },
  ];
  const limits: Condition[] = channels.length > 0 ? [{ field: 'channel', op: 'in', value: channels }] : [];
  if (check === null) return { all: [...limits, ...scored] };
  if (check.with === 'and') return { all: [...limits, ...scored, patternsOf(check)] };
  const either: Condition = { any: [{ all: scored }, patternsOf(check)] };
  return limits.length > 0 ? { all: [...limits, either] } : either;
}

function sentenceOf({ threshold, check }: Wish): LocalisedText {
  if (check?.with === 'and') {
    return {
      zh: `异常雷达评分 {radar-score}（${threshold} 起），且文字命中「{words}」：{radar-reasons}`,
      en: `Anomaly radar score {radar-score} (from ${threshold} on), and the text holds "{words}": {radar-reasons}`,
    };
  }
  if (check?.with === 'or') {
    return {
      zh: `异常雷达评分 {radar-score}（${threshold} 起），或文字命中双重检查：{radar-reasons}`,
      en: `Anomaly radar score {radar-score} (from ${threshold} on), or the text was found by the double check: {radar-reasons}`,
    };
  }
  return {
    zh: `异常雷达评分 {radar-score}（${threshold} 起）：{radar-reasons}`,
    en: `Anomaly radar score {radar-score} (from ${threshold} on): {radar-reasons}`,
  };
}

/** The rule of a wish; what a supervisor changed of the one before (role, release, relaxations) stays. */
export function radarRule(wish: Wish, before: Rule | null): Rule {
  const base: Rule = before ?? {
    ...{ id: RADAR_RULE, version: 1, enabled: true, role: 'risk', relax: [], stock: 'keep', effectiveFrom: null, effectiveTo: null },
    ...{ severity: wish.severity, action: wish.action, when: { all: [] }, sentence: { zh: '', en: '' }, source: 'model' },
    name: { zh: '异常雷达', en: 'Anomaly radar' },
    about: {
      zh: '与历史纠纷相似的订单：由纠纷样本训练的分类器评分，换模型或改阈值都要重新审批',
      en: 'Orders like past disputes: scored by a classifier taught with samples; another model or threshold needs approval again',
    },
    advice: {
      zh: '看依据逐项核对，确认正常就放行：放行会成为下次训练的正常样本',
      en: 'Check the reasons one by one and release what is fine: a release is a fine sample of the next training',
    },
  };
  return {
    ...base,
    enabled: true,
    severity: wish.severity,
    action: wish.action,
    when: conditionOf(wish),
    sentence: sentenceOf(wish),
    source: 'model',
  };
}

/** Patterns that cannot be used are refused with their place. */
export function refusePatterns(check: RadarDoubleCheck | null): void {
  const wrong = (check?.patterns ?? []).flatMap((pattern, index) => {
    const problem = patternProblem(pattern);
    return problem ? [{ path: `check.patterns.${index}`, text: problem }] : [];
  });
  const [first] = wrong;
  if (!first) return;
  const place = Number(first.path.split('.').at(-1)) + 1;
  throw new Refusal('bad_request', { zh: `第 ${place} 个${first.text.zh}`, en: `Pattern ${place}: ${first.text.en}` }, { patterns: wrong });
}

/** What a person should know before handing it in. */
export function warningsOf(model: Pick<RadarModel, 'readiness' | 'advice' | 'curve'>, { threshold, check }: Wish): LocalisedText[] {
  const warnings: LocalisedText[] = [];
  if (model.readiness === 'no-signal') warnings.push(model.advice);
  const falseShare = model.curve[threshold]?.falseShare ?? 0;
  if (falseShare > MANY_FALSE && check?.with !== 'and') {
    const share = Math.round(falseShare * 100);
    warnings.push({
      zh: `这个阈值会拦下约 ${share}% 的正常订单`,
      en: `This threshold would hold about ${share} % of the fine orders`,
    });
  }
  return warnings;
}
