import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ChannelId } from '#shared/channels.ts';
import type { Manifest } from '#shared/contract/connections.ts';
import { request } from '../api/client.ts';

/** What each channel can do and what its form asks for: the same for one run of the hub, so it is read once. */
export const useCatalogue = defineStore('catalogue', () => {
  const items = shallowRef<Manifest[]>([]);
  const byId = computed(() => new Map<ChannelId, Manifest>(items.value.map((manifest) => [manifest.id, manifest])));
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    try {
      items.value = (await request('channels.catalogue', {})).items;
    } finally {
      reading = null;
    }
  }
  /** Reads the catalogue unless it is here. */
  function load(): Promise<void> {
    return items.value.length > 0 ? Promise.resolve() : (reading ??= read());
  }
  return { items, byId, load };
});
