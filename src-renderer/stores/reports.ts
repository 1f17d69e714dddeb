import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { MethodOutput, StreamEvent } from '#shared/contract/index.ts';
import type { ReportSummary, Suggestions } from '#shared/contract/reports.ts';
import { request } from '../api/client.ts';
import { createSlice } from './slice.ts';

type Listed = MethodOutput<'reports.list'>;
const PAGE = 50;

/** Reports that are kept, what the learning loop suggests, and how much is known. Loaded by its page, then kept by events. */
export const useReports = defineStore('reports', () => {
  const items = shallowRef<readonly ReportSummary[]>([]);
  const next = ref<string | null>(null);
  const due = shallowRef<Pick<Listed, 'nextWeekly' | 'nextMonthly'> | null>(null);
  const suggestions = shallowRef<Suggestions | null>(null);
  const outcomes = shallowRef<MethodOutput<'outcomes.counts'> | null>(null);
  const loaded = ref(false);
  /** Why what is on screen could not be read again after something had changed; null when it is up to date. */
  const failure = shallowRef<unknown>(null);

  const slice = createSlice(
    () => Promise.all([request('reports.list', { limit: PAGE }), request('suggestions.current', {}), request('outcomes.counts', {})]),
    ([list, found, counts]) => {
      items.value = list.items;
      next.value = list.next;
      due.value = list;
      suggestions.value = found;
      outcomes.value = counts;
      loaded.value = true;
      failure.value = null;
    },
    (event: StreamEvent) => {
      if (event.name === 'reports.changed') heard(event.payload.looking);
    },
  );
  /** While suggestions are computed only the progress moves; everything else is rare, and what changed is asked for again. */
  function heard(progress: Suggestions['progress']): void {
    const known = suggestions.value;
    if (progress !== null && known?.state === 'running') suggestions.value = { ...known, progress };
    else void slice.load().catch((error: unknown) => (failure.value = error));
  }
  async function more(): Promise<void> {
    if (next.value === null) return;
    const list = await request('reports.list', { limit: PAGE, after: next.value });
    items.value = [...items.value, ...list.items];
    next.value = list.next;
  }
  return { items, next, due, suggestions, outcomes, loaded, failure, more, load: slice.load, apply: slice.apply };
});
