import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { MethodInput, StreamEvent } from '#shared/contract/index.ts';
import type { HealthSnapshot } from '#shared/health.ts';
import { request } from '../api/client.ts';

/** The Order Health Index: the figure of the top bar, kept by events; the page's details, asked for with its filters. */
export const useHealth = defineStore('health', () => {
  const ohi = ref<number | null>(null);
  const measuredAt = ref<number | null>(null);
  const snapshot = shallowRef<HealthSnapshot | null>(null);
  let asked: MethodInput<'health.current'> = {};

  /** Fetches the index; `filter` stays in force for later calls without one. */
  async function load(filter: MethodInput<'health.current'> = asked): Promise<void> {
    asked = filter;
    const answer = await request('health.current', filter);
    if (asked !== filter) return;
    snapshot.value = answer;
    if (filter.channel === undefined && filter.shopId === undefined) {
      ohi.value = answer.ohi;
      measuredAt.value = answer.at;
    }
  }

  function apply(event: StreamEvent): void {
    if (event.name !== 'health.changed') return;
    ohi.value = event.payload.ohi;
    measuredAt.value = event.payload.at;
  }

  return { ohi, measuredAt, snapshot, load, apply };
});
