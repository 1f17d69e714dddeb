import type { ChannelId } from '#shared/channels.ts';
import { adapter } from '#main/channels/standard-webhooks/adapter.ts';
import type { Normalised } from '#main/channels/channel.ts';

/** Reads what a file import put into the inbox: always in the words of the own-store channel, whatever channel the shop is of. */
export function readImported(message: { topic: string; body: Uint8Array }, shop: { channel: ChannelId; shopId: string }): Normalised {
  const { channel, shopId } = shop;
  return adapter.normalise({ ...message, observedAt: null }, { channel, shopId, options: {}, mapping: adapter.mapping });
}
