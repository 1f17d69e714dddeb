import { computed, inject, onScopeDispose, provide, ref, shallowRef, watch, type InjectionKey } from 'vue';
import { useDebounceFn, useEventListener } from '@vueuse/core';
import { SECOND } from '#shared/time.ts';
import type { LintFinding, RuleBody, RuleDraft } from '#shared/contract/rule-work.ts';
import { ContractFailure, request } from '../../../api/client.ts';
import { useRules } from '../../../stores/rules.ts';
import { useSession } from '../../../stores/session.ts';
import { draftRules, type DraftRule } from './body.ts';
import { draftReceipts } from './receipts.ts';
import { keepUnsaved, takeUnsaved } from './unsaved.ts';
import { advanced, historyOf, redone, undone, type History } from './history.ts';

const LINT_AFTER = 350;
const SAVE_AFTER = 1_200;
const RETRY_AFTER = 3 * SECOND;
/** Refusals that may mean that somebody else changed the draft meanwhile. */
const OVERTAKEN: readonly string[] = ['stale_version', 'illegal_move', 'not_found'];

/** Failures that pass by themselves; any other stands until something else is written. */
const PASSING: readonly string[] = ['unreachable', 'busy', 'internal', 'store_unavailable', 'unauthenticated'];

export type SavingState = 'saved' | 'waiting' | 'saving' | 'failed' | 'refused';

/** A newer set that changed, in its own way, what the draft changed too. */
export interface Merge {
  version: number;
  /** Rule ids and `lists.<id>`; the draft has them as it had them before. */
  places: readonly string[];
  theirs: RuleBody;
  theirRules: readonly DraftRule[];
}

/**
 * One draft under work: what is written, step by step back and forth, saved by itself and linted while it is written. Somebody else's
 * saving is never overwritten: it becomes a `conflict` that a person decides.
 */
function createDraftWork(id: string) {
  const session = useSession();
  const receipts = draftReceipts();
  const sets = useRules();
  /** As the hub keeps it. */
  const draft = shallowRef<RuleDraft | null>(null);
  const failure = ref<unknown>(null);
  const history = shallowRef<History<RuleBody>>(historyOf<RuleBody>({ rules: [], lists: {} }));
  const title = ref('');
  const findings = shallowRef<readonly LintFinding[]>([]);
  const readings = shallowRef<RuleDraft['readings']>([]);
  const lintFailed = ref(false);
  const saving = ref<SavingState>('saved');
  /** Theirs, when somebody else saved or moved this draft after it was read here. */
  const conflict = shallowRef<RuleDraft | null>(null);
  /** What both sides had changed when the draft was moved onto a newer set, until a person chose. */
  const merge = shallowRef<Merge | null>(null);
  /** The one who sits here knows what writing in somebody else's draft means, and does. */
  const joined = ref(false);
  let savedBody: RuleBody | null = null;
  let savedTitle = '';
  let underWay: Promise<boolean> | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** Its page is gone: what is planned for later is done by nobody any more, for another page may hold the draft by then. */
  let left = false;
  let lintRound = 0;

  const body = computed(() => history.value.present);
  const rules = computed(() => draftRules(body.value));
  const isOpen = computed(() => draft.value?.state === 'open' || draft.value?.state === 'rejected');
  /** Two persons are needed and this one wrote nothing in it yet: whoever changes a draft cannot approve it any more (L3). */
  const outside = computed(
    () =>
      session.maySupervise && isOpen.value && !joined.value && draft.value?.approvers != null && !draft.value.writers.includes(operator()),
  );
  const mayEdit = computed(() => session.maySupervise && isOpen.value && conflict.value === null && !outside.value);
  /** Who could approve it once the one who sits here has written in it; null where one person is enough. */
  const approversLeft = computed(() => draft.value?.approvers?.filter((name) => name !== operator()) ?? null);
  /** A newer set was published since it was started: it has to be moved onto that one before it can be published. */
  const stale = computed(
    () =>
      sets.inForce !== null &&
      draft.value !== null &&
      (isOpen.value || draft.value.state === 'submitted') &&
      draft.value.basedOn < sets.inForce.version,
  );
  const errors = computed(() => findings.value.filter(({ level }) => level === 'error'));
  const operator = (): string => session.hello?.operator ?? '';
  const dirty = (): boolean => draft.value !== null && (body.value !== savedBody || title.value.trim() !== savedTitle);

  /** Takes over what the hub keeps; what was written here and not saved is gone. */
  function take(next: RuleDraft): void {
    keep(next);
    conflict.value = null;
    history.value = historyOf(next.body);
    title.value = next.title;
    savedBody = history.value.present;
    saving.value = 'saved';
    lintRound += 1;
    findings.value = next.findings;
    readings.value = next.readings;
  }
  function keep(next: RuleDraft): void {
    draft.value = next;
    savedTitle = next.title;
  }
  async function load(): Promise<void> {
    failure.value = null;
    try {
      take(await request('rules.draft', { id }));
      takeBack();
    } catch (error) {
      failure.value = error;
    }
  }

  /** What was written here before and could not be saved when the page was left. */
  function takeBack(): void {
    const mine = takeUnsaved(id);
    const here = draft.value;
    if (mine === null || here === null || !session.maySupervise) return;
    joined.value = true;
    title.value = mine.title;
    if (isOpen.value && here.revision === mine.revision) show(advanced(history.value, mine.body));
    else {
      history.value = historyOf(mine.body);
      conflict.value = here;
    }
  }

  const lint = useDebounceFn(async () => {
    const mine = ++lintRound;
    try {
      const answer = await request('rules.lint', { body: body.value });
      if (mine !== lintRound) return;
      findings.value = answer.findings;
      readings.value = answer.readings;
      lintFailed.value = false;
    } catch {
      // What was found before stays on screen, said to be old; the next edit asks again, and submitting is checked by the hub.
      if (mine === lintRound) lintFailed.value = true;
    }
  }, LINT_AFTER);
  const saveSoon = useDebounceFn(() => left || save(), SAVE_AFTER);

  function edit(change: (body: RuleBody) => RuleBody, subject: string | null = null): void {
    if (mayEdit.value) show(advanced(history.value, change(history.value.present), subject));
  }
  function show(next: History<RuleBody> | null): void {
    if (next === null || next === history.value) return;
    history.value = next;
    changed();
  }
  function changed(): void {
    saving.value = dirty() ? 'waiting' : 'saved';
    void lint();
    void saveSoon();
  }
  function rename(next: string): void {
    if (!mayEdit.value) return;
    title.value = next;
    changed();
  }

  /** Saves what is not saved yet; true when the hub has everything. */
  async function save(): Promise<boolean> {
    while (underWay) await underWay;
    if (!dirty() || conflict.value !== null) return conflict.value === null;
    underWay = send();
    try {
      return await underWay;
    } finally {
      underWay = null;
    }
  }
  async function send(): Promise<boolean> {
    const mine = draft.value;
    if (mine === null) return false;
    const sent = body.value;
    saving.value = 'saving';
    try {
      const name = title.value.trim();
      const answer = await request('rules.draft.save', {
        ...{ id, revision: mine.revision, body: sent },
        ...(name === '' || name === mine.title ? {} : { title: name }),
      });
      keep(answer);
      if (name === '') savedTitle = '';
      savedBody = sent;
      saving.value = dirty() ? 'waiting' : 'saved';
      return !dirty() || send();
    } catch (error) {
      await failed(error);
      return false;
    }
  }
  async function failed(error: unknown): Promise<void> {
    await findConflict(error);
    const passes = !(error instanceof ContractFailure) || PASSING.includes(error.code);
    saving.value = passes || conflict.value !== null ? 'failed' : 'refused';
    clearTimeout(retry);
    if (conflict.value !== null || left) return;
    if (passes) retry = setTimeout(() => void save(), RETRY_AFTER);
    else receipts.refused(error);
  }
  async function findConflict(error: unknown): Promise<void> {
    if (!(error instanceof ContractFailure) || !OVERTAKEN.includes(error.code)) return;
    try {
      const theirs = await request('rules.draft', { id });
      if (theirs.revision !== draft.value?.revision || theirs.state !== draft.value.state) conflict.value = theirs;
    } catch (again) {
      if (again instanceof ContractFailure && again.code === 'not_found') failure.value = again;
    }
  }
  /** Somebody else's saving shows at once where nothing is written here; else it is a conflict. */
  async function heard(): Promise<void> {
    if (draft.value === null || underWay || conflict.value !== null) return;
    try {
      const theirs = await request('rules.draft', { id });
      if (underWay || draft.value === null || theirs.revision <= draft.value.revision) return;
      if (dirty()) conflict.value = theirs;
      else take(theirs);
    } catch {
      // The next saving finds out.
    }
  }
  const stopListening = session.listen(
    (event) => {
      if (event.name === 'rules.changed' && event.payload.draft === id) void heard();
    },
    () => void heard(),
  );
  watch(
    () => session.link,
    (link) => {
      if (link !== 'open') return;
      if (saving.value === 'failed') void save();
      if (lintFailed.value) void lint();
    },
  );
  useEventListener('beforeunload', (event) => {
    if (!dirty()) return;
    void save();
    event.preventDefault();
  });
  onScopeDispose(() => {
    stopListening();
    left = true;
    clearTimeout(retry);
    if (mayEdit.value && dirty()) void saveOnLeaving();
  });
  async function saveOnLeaving(): Promise<void> {
    const done = await save();
    const here = draft.value;
    if (done || here === null || !dirty()) return;
    keepUnsaved(id, { revision: here.revision, body: body.value, title: title.value });
    receipts.unsaved(here);
  }

  return {
    id,
    draft,
    failure,
    body,
    rules,
    title,
    findings,
    readings,
    lintFailed,
    errors,
    saving,
    conflict,
    merge,
    mayEdit,
    outside,
    approversLeft,
    stale,
    isOpen,
    join: () => (joined.value = true),
    canUndo: computed(() => mayEdit.value && history.value.past.length > 0),
    canRedo: computed(() => mayEdit.value && history.value.future.length > 0),
    load,
    take,
    edit,
    rename,
    save,
    undo: () => mayEdit.value && show(undone(history.value)),
    redo: () => mayEdit.value && show(redone(history.value)),
  };
}
export type DraftWork = ReturnType<typeof createDraftWork>;
const KEY: InjectionKey<DraftWork> = Symbol('draft work');

/** Opens a draft for the page that shows it and everything below. */
export function provideDraftWork(id: string): DraftWork {
  const work = createDraftWork(id);
  provide(KEY, work);
  return work;
}
export function useDraftWork(): DraftWork {
  const work = inject(KEY);
  if (!work) throw new Error('useDraftWork() belongs below a page that provides a draft');
  return work;
}
