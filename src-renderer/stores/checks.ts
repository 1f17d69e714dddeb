import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ChecksState } from '#shared/contract/checks.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import { request } from '../api/client.ts';

/** The sources of cross-checks. Loaded by the page that shows them, then kept by events. */
export const useChecks = defineStore('checks', () => {
  const state = shallowRef<ChecksState | null>(null);
  const loaded = computed(() => state.value !== null);

  /** An answer may be overtaken by the event that follows it. */
  function put(next: ChecksState): void {
    if (state.value === null || next.at >= state.value.at) state.value = next;
  }
  async function load(): Promise<void> {
    // Another run of the hub begins its counts anew, and its clock may stand earlier.
    state.value = await request('checks.state', {});
  }
  function apply(event: StreamEvent): void {
    if (event.name === 'checks.changed' && loaded.value) put(event.payload);
  }
  return { state, loaded, put, load, apply };
});
