import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { EventPayload, StreamEvent } from '#shared/contract/index.ts';

export type Notice = EventPayload<'notice.raised'> & { read: boolean };

const KEPT = 100;

/** What a person should notice: high-risk freezes, silent channels, store trouble. Newest first. */
export const useNotices = defineStore('notices', () => {
  const list = ref<Notice[]>([]);
  const unread = computed(() => list.value.filter((notice) => !notice.read && notice.level !== 'info').length);

  function apply(event: StreamEvent): void {
    if (event.name !== 'notice.raised') return;
    list.value = [{ ...event.payload, read: false }, ...list.value.filter(({ id }) => id !== event.payload.id)].slice(0, KEPT);
  }

  function readAll(): void {
    list.value = list.value.map((notice) => ({ ...notice, read: true }));
  }

  return { list, unread, apply, readAll };
});
