import type { ChannelAdapter } from '../channel.ts';
import { XiaohongshuClient } from './client.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { normalise } from './normalise.ts';

/** Xiaohongshu. No push and no write-back is known. */
export const adapter: ChannelAdapter = {
  manifest,
  mapping,
  push: null,
  normalise,
  connect: (access) => new XiaohongshuClient(access),
};
