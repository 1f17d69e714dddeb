import { adapterOf } from '#main/channels/registry.ts';
import type { ShopOptions } from '#main/channels/channel.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { ChannelMappingView } from '#shared/contract/mapping.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';
import { tryMessage } from '../preview.ts';

type MappingHandlers = Pick<Handlers, Extract<keyof Handlers, `mapping.${string}`>>;

/** The mapping library (A4): what each channel's words mean, and a bench to try a payload on. */
export function mappingHandlers({ store, clock, mappings, rereading }: HubContext): MappingHandlers {
  const viewOf = (channel: ChannelId): ChannelMappingView => ({ ...mappings.view(channel), reread: rereading.stateOf(channel) });
  return {
    'mapping.get': ({ channel }) => viewOf(channel),
    'mapping.set': ({ channel, edits }, { operator }) => {
      store.transaction(() => {
        rereading.begin(channel, mappings.set(channel, edits, clock.now(), operator));
        const detail = {
          statuses: Object.keys(edits.statuses),
          refunds: Object.keys(edits.refunds),
          complaints: Object.keys(edits.complaints),
        };
        store.audit.append({ actor: operator, action: 'mapping.set', subject: channel, detail }, clock.now());
      });
      mappings.takeUp(channel);
      rereading.wake();
      return viewOf(channel);
    },
    'mapping.try': ({ channel, topic, payload, edits }) => {
      const adapter = adapterOf(channel);
      const options: ShopOptions = Object.fromEntries(adapter.manifest.options.map((option) => [option.name, option.default]));
      const shop = { channel, shopId: 'bench', options, mapping: mappings.with(channel, edits ?? null) };
      return tryMessage(adapter, { topic, body: new TextEncoder().encode(payload), observedAt: null }, shop);
    },
  };
}
