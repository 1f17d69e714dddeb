import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { DayAudit } from '#shared/contract/feeds.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import { request } from '../api/client.ts';
import { laneKey } from './pulse.ts';
import { createSlice } from './slice.ts';

export function dayKey(audit: { channel: string; shopId: string; day: number }): string {
  return `${laneKey(audit)}/${audit.day}`;
}

/** Ids there against ids here, per shop and day. Loaded by the page that shows it, then kept by events. */
export const useGaps = defineStore('gaps', () => {
  const byDay = shallowRef<ReadonlyMap<string, DayAudit>>(new Map());
  const loaded = ref(false);
  /** How many days are asked for. */
  const days = ref(7);

  function put(audits: readonly DayAudit[]): void {
    const next = new Map(byDay.value);
    for (const audit of audits) next.set(dayKey(audit), audit);
    byDay.value = next;
  }
  const slice = createSlice(
    () => request('gaps.days', { days: days.value }),
    ({ items }) => {
      byDay.value = new Map(items.map((audit) => [dayKey(audit), audit]));
      loaded.value = true;
    },
    (event: StreamEvent) => {
      if (event.name === 'gaps.changed') put(event.payload.days);
    },
  );
  // Another number of days may be asked for while the ones before are still on their way.
  return { byDay, loaded, days, put, load: slice.refresh, apply: slice.apply };
});
