import { ref, type Ref } from 'vue';
import { useRouter, type Router } from 'vue-router';
import type { MethodInput } from '#shared/contract/index.ts';
import type { RuleBody, RuleDraft } from '#shared/contract/rule-work.ts';
import { request } from '../../../api/client.ts';
import { dayAndTime } from '../../../format/time.ts';
import { t } from '../../../locales/texts.ts';
import { hubNow } from '../../../stores/clock.ts';
import { useReceipts } from '../../../stores/receipts.ts';
import { useRules } from '../../../stores/rules.ts';
import { asJson, draftRules } from './body.ts';
import type { DraftWork, Merge } from './work.ts';

type Origin = MethodInput<'rules.draft.create'>['from'];
const LONGEST_TITLE = 100;

/** Starting, giving up and moving drafts: what a person does with a draft as a whole. What is refused is said in the bottom strip. */
export function useDraftActions(): {
  busy: Ref<boolean>;
  create: (title: string, from: Origin, ruleId?: string | null) => Promise<boolean>;
  discard: (work: DraftWork) => Promise<void>;
  withdraw: (work: DraftWork) => Promise<void>;
  rebase: (work: DraftWork) => Promise<void>;
} {
  const rules = useRules();
  const receipts = useReceipts();
  const router: Router = useRouter();
  const busy = ref(false);

  async function act(run: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    // What was refused before is over once something else is done.
    if (receipts.current?.tone === 'refused') receipts.clear();
    try {
      await run();
      return true;
    } catch (error) {
      receipts.refused(error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  const create = (title: string, from: Origin, ruleId: string | null = null): Promise<boolean> =>
    act(async () => {
      const draft = await request('rules.draft.create', { title: title.slice(0, LONGEST_TITLE), from });
      await rules.loadDrafts();
      await router.push({ name: 'rules', query: { draft: draft.id, ...(ruleId === null ? {} : { rule: ruleId }) } });
    });
  function keyOf(draft: RuleDraft): { id: string; revision: number } {
    return { id: draft.id, revision: draft.revision };
  }
  async function discard(work: DraftWork): Promise<void> {
    await act(async () => {
      await work.save();
      const draft = work.draft.value;
      if (!draft) return;
      const [title, json] = [draft.title, asJson(work.body.value, draft.basedOn)];
      await request('rules.draft.discard', keyOf(draft));
      await work.load();
      await rules.loadDrafts();
      await router.push({ name: 'rules' });
      receipts.done(t('ruleWork.discarded', { title }), {
        label: t('ruleWork.undo'),
        run: () => {
          receipts.clear();
          void create(title, { json });
        },
      });
    });
  }
  async function withdraw(work: DraftWork): Promise<void> {
    await act(async () => {
      if (!work.draft.value) return;
      await request('rules.draft.withdraw', keyOf(work.draft.value));
      await Promise.all([work.load(), rules.loadDrafts()]);
      receipts.done(t('ruleWork.withdrawn'));
    });
  }
  async function rebase(work: DraftWork): Promise<void> {
    await act(async () => {
      if (!(await work.save()) || !work.draft.value) {
        if (work.conflict.value === null) receipts.warn(t('ruleWork.submit.notSaved'));
        return;
      }
      const { draft, conflicts } = await request('rules.draft.rebase', keyOf(work.draft.value));
      work.take(draft);
      work.merge.value = conflicts.length === 0 ? null : await mergeWith(draft.basedOn, conflicts);
      await Promise.all([rules.load(), rules.loadDrafts()]);
      const { basedOn: version } = draft;
      receipts.done(
        conflicts.length === 0
          ? t('ruleWork.rebase.done', { version })
          : t('ruleWork.rebase.conflicts', { version, count: conflicts.length }, conflicts.length),
      );
    });
  }
  return { busy, create, discard, withdraw, rebase };
}

async function mergeWith(version: number, places: readonly string[]): Promise<Merge> {
  const { json } = await request('rules.export', { version });
  const { rules, lists } = JSON.parse(json) as RuleBody;
  const theirs = { rules, lists };
  return { version, places, theirs, theirRules: draftRules(theirs) };
}

/** What a draft is called until somebody names it. */
export function draftTitle(about: string): string {
  return t('ruleWork.newTitle', { about, time: dayAndTime(hubNow()) });
}
