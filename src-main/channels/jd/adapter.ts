import type { ChannelAdapter } from '../channel.ts';
import { JdClient } from './client.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { normalise } from './normalise.ts';

/** JD POP. It pushes nothing: polling is all there is. */
export const adapter: ChannelAdapter = {
  manifest,
  mapping,
  push: null,
  normalise,
  connect: (access) => new JdClient(access),
};
