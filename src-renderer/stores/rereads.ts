import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { ChannelId } from '#shared/channels.ts';
import type { RereadState } from '#shared/contract/mapping.ts';
import type { StreamEvent } from '#shared/contract/index.ts';
import { request } from '../api/client.ts';

/** How orders are read again after a channel's words were given a meaning. Begins with what a page was answered, then kept by events. */
export const useRereads = defineStore('rereads', () => {
  const byChannel = shallowRef<ReadonlyMap<ChannelId, RereadState>>(new Map());
  const loaded = computed(() => byChannel.value.size > 0);

  /** An answer may be overtaken by the events that follow it: a run only ever goes on. */
  function put(state: RereadState): void {
    const known = byChannel.value.get(state.channel);
    const isOlder =
      known && (known.startedAt > state.startedAt || (known.startedAt === state.startedAt && known.progress > state.progress));
    if (!isOlder) byChannel.value = new Map(byChannel.value).set(state.channel, state);
  }
  async function load(): Promise<void> {
    const open = [...byChannel.value.values()].filter(({ finishedAt }) => finishedAt === null);
    const views = await Promise.all(open.map(({ channel }) => request('mapping.get', { channel })));
    for (const { reread } of views) if (reread) put(reread);
  }
  function apply(event: StreamEvent): void {
    if (event.name === 'mapping.reread') put(event.payload.reread);
  }
  return { byChannel, loaded, put, load, apply };
});
