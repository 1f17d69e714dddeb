import { it } from 'vitest';
import { judge } from './judge.ts';

it('standard-webhooks: the orders here are the orders there, under every fault', { timeout: 300_000 }, () => judge('standard-webhooks'));
