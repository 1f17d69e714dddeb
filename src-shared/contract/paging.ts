import { z } from 'zod';

/** Lists answer `{ items, next }`; `next` is an opaque cursor, null at the end. */
export const pageInput = {
  limit: z.number().int().min(1).max(500).default(100),
  after: z.string().nullable().default(null),
};

export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
