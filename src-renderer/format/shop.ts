import type { ChannelId } from '#shared/channels.ts';
import { CHANNELS } from '#shared/channels.ts';
import { currentLocale } from '../locales/texts.ts';

/** A shop by the name it was given, else by its channel. */
export function shopName({ channel, name }: { channel: ChannelId; name: string }): string {
  return name.trim() === '' ? CHANNELS[channel][currentLocale()] : name;
}
