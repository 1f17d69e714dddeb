import { useRouter } from 'vue-router';
import type { RuleDraftSummary } from '#shared/contract/rule-work.ts';
import { t } from '../../../locales/texts.ts';
import { useReceipts } from '../../../stores/receipts.ts';

/** What the saving of a draft has to say in the bottom strip, also after its page was left. */
export function draftReceipts(): {
  refused: (error: unknown) => void;
  notSaved: () => void;
  unsaved: (draft: Pick<RuleDraftSummary, 'id' | 'title'>) => void;
} {
  const receipts = useReceipts();
  const router = useRouter();
  return {
    refused: receipts.refused,
    notSaved: () => receipts.warn(t('ruleWork.submit.notSaved')),
    unsaved({ id, title }) {
      const back = (): void => {
        receipts.clear();
        void router.push({ name: 'rules', query: { draft: id } });
      };
      receipts.warn(t('ruleWork.unsaved', { title }), { label: t('ruleWork.unsavedBack'), run: back });
    },
  };
}
