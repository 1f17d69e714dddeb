import type { ChannelAdapter } from '../channel.ts';
import { PinduoduoClient } from './client.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { normalise } from './normalise.ts';

/** Pinduoduo. Messages come over its own long connection, never over HTTP. */
export const adapter: ChannelAdapter = {
  manifest,
  mapping,
  push: null,
  normalise,
  connect: (access) => new PinduoduoClient(access),
};
