import type { Effect } from '#main/model/outcome.ts';
import { missingFields } from '#main/channels/keys.ts';
import type { Shop } from '../shops.ts';

export const WRITE_TOPICS = ['channel.ship', 'channel.memo', 'channel.stock'] as const satisfies readonly Effect['topic'][];
export type WriteTopic = (typeof WRITE_TOPICS)[number];

export function isWriteTopic(topic: Effect['topic']): topic is WriteTopic {
  return (WRITE_TOPICS as readonly Effect['topic'][]).includes(topic);
}

/**
 * Is this written back to this shop? Its platform must offer it, its credentials must allow calls, and its option `writeBack`
 * must not be off.
 */
export function canWriteBack({ on, options, adapter, keys }: Shop, topic: WriteTopic): boolean {
  const { ship, memo, stock } = adapter.manifest.capabilities;
  const offered = { 'channel.ship': ship, 'channel.memo': memo, 'channel.stock': stock === 'absolute' && options['pushStock'] === true };
  return (
    offered[topic] &&
    on &&
    adapter.connect !== null &&
    options['writeBack'] !== false &&
    missingFields(adapter.manifest, keys, 'poll').length === 0
  );
}
