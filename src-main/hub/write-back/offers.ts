import type { Effect } from '#main/model/outcome.ts';
import { missingFields } from '#main/channels/keys.ts';
import type { Shop } from '../shops.ts';

export const WRITE_TOPICS = ['channel.ship', 'channel.memo', 'channel.stock'] as const satisfies readonly Effect['topic'][];
export type WriteTopic = (typeof WRITE_TOPICS)[number];

export function isWriteTopic(topic: Effect['topic']): topic is WriteTopic {
  return (WRITE_TOPICS as readonly Effect['topic'][]).includes(topic);
}

/** Can this shop be called: has its channel calls, and are its address and credentials there? */
export function isCallable({ adapter, keys, endpoint }: Shop): boolean {
  if (!adapter.connect || (adapter.manifest.origin === '' && endpoint === null)) return false;
  return missingFields(adapter.manifest, keys, 'poll').length === 0;
}

/** Is this written back to this shop? Its platform must offer it, it must be callable, and its option `writeBack` must not be off. */
export function canWriteBack(shop: Shop, topic: WriteTopic): boolean {
  const { on, options, adapter } = shop;
  const { ship, memo, stock } = adapter.manifest.capabilities;
  const offered = { 'channel.ship': ship, 'channel.memo': memo, 'channel.stock': stock === 'absolute' && options['pushStock'] === true };
  return offered[topic] && on && options['writeBack'] !== false && isCallable(shop);
}
