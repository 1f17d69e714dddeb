import { z } from 'zod';

/** Lists answer `{ items, next }`; `next` is an opaque cursor, null at the end. */
export const pageInput = {
  limit: z.number().int().min(1).max(500).default(100),
  after: z.string().nullable().default(null),
};

/** Several of a few known words, to choose by. */
export function choiceOf<T extends z.ZodType>(word: T) {
  return z.array(word).max(50);
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
