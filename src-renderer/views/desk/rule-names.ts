import { onMounted, shallowRef, type ShallowRef } from 'vue';
import { CHECK_SOURCES } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { request } from '../../api/client.ts';
import { en } from '../../locales/en/index.ts';
import { zh } from '../../locales/zh/index.ts';
import { useReceipts } from '../../stores/receipts.ts';

/** What the desk says of a rule: its name in filters, its advice beside a case. */
export type RuleNames = ReadonlyMap<string, { name: LocalisedText; advice: LocalisedText | null }>;

/** Holds that wait for a source of cross-checks have no rule behind them. */
const SILENT = CHECK_SOURCES.map((source) => {
  const said = (messages: typeof zh) => messages.checks.silent.replace('{source}', messages.checks.source[source]);
  return [`check:${source}`, { name: { zh: said(zh), en: said(en) }, advice: null }] as const;
});

/** The rules in force, read once when the desk opens. Without them the desk works and shows rule ids. */
export function useRuleNames(): ShallowRef<RuleNames> {
  const names = shallowRef<RuleNames>(new Map());
  const receipts = useReceipts();
  onMounted(async () => {
    try {
      const { items } = await request('rules.list', {});
      names.value = new Map([...SILENT, ...items.map(({ rule }) => [rule.id, { name: rule.name, advice: rule.advice ?? null }] as const)]);
    } catch (error) {
      receipts.refused(error);
    }
  });
  return names;
}
