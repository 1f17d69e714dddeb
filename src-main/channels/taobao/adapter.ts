import type { ChannelAdapter } from '../channel.ts';
import { TaobaoClient } from './client.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { normalise } from './normalise.ts';

/** Taobao and Tmall. Messages come over the message service, never over HTTP. */
export const adapter: ChannelAdapter = {
  manifest,
  mapping,
  push: null,
  normalise,
  connect: (access) => new TaobaoClient(access),
};
