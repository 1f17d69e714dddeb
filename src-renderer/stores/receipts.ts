import { defineStore } from 'pinia';
import { ref } from 'vue';
import { SECOND } from '#shared/time.ts';
import { ContractFailure } from '../api/client.ts';
import { t } from '../locales/texts.ts';

export interface Receipt {
  id: number;
  tone: 'done' | 'refused';
  text: string;
  /** A way back, e.g. undo, shown as a button with its key. */
  action?: { label: string; key?: string; run: () => void } | undefined;
}

/**
 * What the last action led to, said in the bottom strip, where it covers nothing. One at a time; the next replaces it.
 */
export const useReceipts = defineStore('receipts', () => {
  const current = ref<Receipt | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let count = 0;

  function show(tone: Receipt['tone'], text: string, action: Receipt['action'], lasts: number): void {
    clearTimeout(timer);
    count += 1;
    current.value = { id: count, tone, text, action };
    timer = setTimeout(() => (current.value = null), lasts);
  }

  return {
    current,
    done: (text: string, action?: Receipt['action'], lasts = 10 * SECOND) => show('done', text, action, lasts),
    /** Says why something was refused: the hub's words, or ours when there are none. */
    refused(error: unknown): void {
      const text =
        error instanceof ContractFailure
          ? `${t(`common.failure.${error.code}`)}${error.message ? ` · ${error.message}` : ''}`
          : `${t('common.failure.console')} · ${error instanceof Error ? error.message : String(error)}`;
      show('refused', text, undefined, 12 * SECOND);
    },
    /** Something is left to do: why, and a way there where there is one. */
    warn: (text: string, action?: Receipt['action']) => show('refused', text, action, (action ? 60 : 12) * SECOND),
    clear: () => (current.value = null),
  };
});
