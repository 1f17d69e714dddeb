import { it } from 'vitest';
import { judge } from './judge.ts';

it('taobao: the orders here are the orders there, under every fault', { timeout: 300_000 }, () => judge('taobao'));
