import type { ChannelAdapter } from '../channel.ts';
import { connect } from './client.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { normalise } from './normalise.ts';

/** Kuaishou pushes in a format that is not published; its orders are polled. */
export const adapter: ChannelAdapter = { manifest, mapping, push: null, normalise, connect };
