import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { FeedState } from '#shared/contract/feeds.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import { request } from '../api/client.ts';
import { laneKey } from './pulse.ts';
import { createSlice } from './slice.ts';

/** How each shop is read. Loaded by the pages that show it, then kept by events. */
export const useFeeds = defineStore('feeds', () => {
  const byShop = shallowRef<ReadonlyMap<string, FeedState>>(new Map());
  const loaded = ref(false);
  const all = computed(() => [...byShop.value.values()]);

  function applyEvent(event: StreamEvent): void {
    if (event.name !== 'feeds.changed') return;
    const next = new Map(byShop.value);
    for (const feed of event.payload.feeds) next.set(laneKey(feed), feed);
    byShop.value = next;
  }
  const slice = createSlice(
    () => request('feeds.list', {}),
    ({ items }) => {
      byShop.value = new Map(items.map((feed) => [laneKey(feed), feed]));
      loaded.value = true;
    },
    applyEvent,
  );
  return { byShop, all, loaded, load: slice.load, apply: slice.apply };
});
