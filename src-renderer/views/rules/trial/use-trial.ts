import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref } from 'vue';
import type { Trial } from '#shared/contract/rule-runs.ts';
import { request } from '../../../api/client.ts';
import { useReceipts } from '../../../stores/receipts.ts';
import { useSession } from '../../../stores/session.ts';
import { draftReceipts } from '../draft/receipts.ts';
import type { DraftWork } from '../draft/work.ts';

/** The trial of a draft: the latest one, how far it is while it runs, starting and stopping it. */
export function useTrial(work: DraftWork): {
  trial: Ref<Trial | null>;
  failure: Ref<unknown>;
  busy: Ref<boolean>;
  running: ComputedRef<boolean>;
  load: () => Promise<void>;
  start: (days: number) => Promise<void>;
  cancel: () => Promise<void>;
} {
  const receipts = useReceipts();
  const session = useSession();
  const aboutDraft = draftReceipts();
  const trial = shallowRef<Trial | null>(null);
  const failure = ref<unknown>(null);
  const busy = ref(false);
  const running = computed(() => trial.value?.state === 'running');
  async function load(): Promise<void> {
    failure.value = null;
    try {
      trial.value = (await request('rules.trial.last', { draft: work.id })).trial;
    } catch (error) {
      failure.value = error;
    }
  }
  async function act(run: () => Promise<Trial | null>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      const next = await run();
      if (next) trial.value = next;
    } catch (error) {
      receipts.refused(error);
    } finally {
      busy.value = false;
    }
  }
  const stopListening = session.listen(
    (event) => {
      if (event.name === 'trial.changed' && event.payload.trial.draft === work.id) trial.value = event.payload.trial;
    },
    () => void load(),
  );
  onScopeDispose(stopListening);
  return {
    trial,
    failure,
    busy,
    running,
    load,
    start: (days) =>
      act(async () => {
        // What is tried is what the hub keeps, so everything written is saved first.
        if (!(await work.save()) || !work.draft.value) {
          if (work.conflict.value === null) aboutDraft.notSaved();
          return null;
        }
        return request('rules.trial.start', { draft: work.id, revision: work.draft.value.revision, days });
      }),
    cancel: () => act(async () => (trial.value ? request('rules.trial.cancel', { id: trial.value.id }) : null)),
  };
}
