import { expect, it } from 'vitest';
import { meaningOf } from '#main/channels/kit/words.ts';

it('knows the words of its table and nothing that every object has', () => {
  const table = { open: 'paid' };
  expect(meaningOf(table, 'open')).toBe('paid');
  for (const word of ['constructor', 'toString', '__proto__', '']) expect(meaningOf(table, word)).toBeUndefined();
});
