import { computed, onMounted, shallowRef, type ComputedRef } from 'vue';
import type { MethodOutput } from '#shared/contract/index.ts';
import { CHECK_SOURCES } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { request } from '../../api/client.ts';
import { t } from '../../locales/texts.ts';
import { useReceipts } from '../../stores/receipts.ts';

/** What the desk says of a rule: its name in filters, its advice beside a case. */
export type RuleNames = ReadonlyMap<string, { name: LocalisedText; advice: LocalisedText | null }>;

/** Holds that wait for a source of cross-checks have no rule behind them; their name is the console's own, in the language it speaks. */
function silentSources(): [string, { name: LocalisedText; advice: null }][] {
  return CHECK_SOURCES.map((source) => {
    const text = t('checks.silent', { source: t(`checks.source.${source}`) });
    return [`check:${source}`, { name: { zh: text, en: text }, advice: null }];
  });
}

/** The rules in force, read once when the desk opens. Without them the desk works and shows rule ids. */
export function useRuleNames(): ComputedRef<RuleNames> {
  const rows = shallowRef<MethodOutput<'rules.list'>['items']>([]);
  const receipts = useReceipts();
  onMounted(async () => {
    try {
      rows.value = (await request('rules.list', {})).items;
    } catch (error) {
      receipts.refused(error);
    }
  });
  return computed(
    () =>
      new Map([...silentSources(), ...rows.value.map(({ rule }) => [rule.id, { name: rule.name, advice: rule.advice ?? null }] as const)]),
  );
}
