import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { ChannelAdapter } from './channel.ts';

/** Every channel is a folder of its name with an `adapter.ts`; adding one is that folder and its line in src-shared/channels.ts. */
async function load(id: ChannelId): Promise<[ChannelId, ChannelAdapter]> {
  const { adapter } = (await import(`./${id}/adapter.ts`)) as { adapter: ChannelAdapter };
  if (adapter.manifest.id !== id) throw new Error(`The folder ${id} holds the adapter of ${adapter.manifest.id}.`);
  return [id, adapter];
}

export const ADAPTERS: ReadonlyMap<ChannelId, ChannelAdapter> = new Map(await Promise.all(CHANNEL_IDS.map(load)));

export function adapterOf(id: ChannelId): ChannelAdapter {
  const adapter = ADAPTERS.get(id);
  if (!adapter) throw new RangeError(`There is no adapter for ${id}.`);
  return adapter;
}
