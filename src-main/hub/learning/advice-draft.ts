import type { FrontierPoint, Suggestion, ThresholdChange } from '#shared/contract/reports.ts';
import type { Rule } from '#shared/rule.ts';
import { withThreshold } from './thresholds.ts';

/** Longest title of a draft. */
const TITLE = 100;

/** What may become a draft: one suggested threshold, or a point of the frontier. */
export type Draftable = Extract<Suggestion, { kind: 'suggestion' }> | FrontierPoint;

export function changesOf(chosen: Draftable): readonly ThresholdChange[] {
  return 'changes' in chosen ? chosen.changes : [chosen];
}

/** In both languages: a title is read by whoever approves it. */
export function titleOf(changes: readonly ThresholdChange[]): string {
  const [first] = changes;
  if (!first || changes.length > 1) return `阈值方案：改 ${changes.length} 条规则 / Thresholds of ${changes.length} rules`;
  const { name, fromText, toText } = first;
  const both = `阈值建议：${name.zh} ${fromText.zh} → ${toText.zh} / Threshold: ${name.en}`;
  return both.slice(0, TITLE);
}

/** The rules of a draft with the changed thresholds. */
export function withChanges(
  rules: readonly unknown[],
  changes: readonly ThresholdChange[],
  ruleOf: (id: string) => Rule | null,
): unknown[] {
  const changed = new Map<string, Rule>();
  for (const { ruleId, place, to } of changes) {
    const rule = changed.get(ruleId) ?? ruleOf(ruleId);
    if (rule) changed.set(ruleId, withThreshold(rule, place, to));
  }
  return rules.map((rule) => {
    const id = typeof rule === 'object' && rule !== null && 'id' in rule ? rule.id : null;
    return (typeof id === 'string' && changed.get(id)) || rule;
  });
}
