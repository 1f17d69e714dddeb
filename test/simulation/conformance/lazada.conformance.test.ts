import { it } from 'vitest';
import { judge } from './judge.ts';

it('lazada: the orders here are the orders there, under every fault', { timeout: 300_000 }, () => judge('lazada'));
