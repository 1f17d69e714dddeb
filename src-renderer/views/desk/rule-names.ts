import { onMounted, shallowRef, type ShallowRef } from 'vue';
import type { LocalisedText } from '#shared/text.ts';
import { request } from '../../api/client.ts';
import { useReceipts } from '../../stores/receipts.ts';

/** What the desk says of a rule: its name in filters, its advice beside a case. */
export type RuleNames = ReadonlyMap<string, { name: LocalisedText; advice: LocalisedText | null }>;

/** The rules in force, read once when the desk opens. Without them the desk works and shows rule ids. */
export function useRuleNames(): ShallowRef<RuleNames> {
  const names = shallowRef<RuleNames>(new Map());
  const receipts = useReceipts();
  onMounted(async () => {
    try {
      const { items } = await request('rules.list', {});
      names.value = new Map(items.map(({ rule }) => [rule.id, { name: rule.name, advice: rule.advice ?? null }]));
    } catch (error) {
      receipts.refused(error);
    }
  });
  return names;
}
