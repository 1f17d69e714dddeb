import type { ChannelAdapter } from '../channel.ts';
import { connect } from './client.ts';
import { manifest } from './manifest.ts';
import { mapping } from './mapping.ts';
import { normaliseShopify } from './normalise.ts';
import { push } from './push.ts';

export const adapter: ChannelAdapter = { manifest, mapping, push, normalise: normaliseShopify, connect };
