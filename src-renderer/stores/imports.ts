import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ImportState } from '#shared/contract/imports.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import { request } from '../api/client.ts';
import { createSlice } from './slice.ts';

/** Imports, newest first. Loaded by the page that shows them, then kept by events. */
export const useImports = defineStore('imports', () => {
  const byId = shallowRef<ReadonlyMap<number, ImportState>>(new Map());
  const next = ref<string | null>(null);
  const loaded = ref(false);
  const all = computed(() => [...byId.value.values()].sort((one, other) => other.id - one.id));

  /** Lays newer word over what is here, e.g. the answer to a command. */
  function put(imports: readonly ImportState[]): void {
    const nextById = new Map(byId.value);
    for (const one of imports) nextById.set(one.id, one);
    byId.value = nextById;
  }
  async function more(): Promise<void> {
    const page = await request('imports.list', { after: next.value });
    put(page.items);
    next.value = page.next;
  }
  const slice = createSlice(
    () => request('imports.list', {}),
    (page) => {
      byId.value = new Map(page.items.map((one) => [one.id, one]));
      next.value = page.next;
      loaded.value = true;
    },
    (event: StreamEvent) => {
      if (event.name === 'imports.changed') put(event.payload.imports);
    },
  );
  return { byId, all, next, loaded, put, more, load: slice.load, apply: slice.apply };
});
