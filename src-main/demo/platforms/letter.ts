import { createHash } from 'node:crypto';
import type { Posting } from '../order.ts';

/** A message ready for the post: what stays the same over all its attempts. */
export interface Letter {
  /** `channel/shopId`. */
  shop: string;
  /** Delivery id, the same on every retry. */
  id: string;
  body: Buffer;
  history: boolean;
  /** Headers of one attempt, signed at that moment (epoch ms). */
  headers(attemptAt: number): Record<string, string>;
}

/** 32 hex digits that name one message of one order: the same message gets the same id in every run. */
export function messageDigest(posting: Posting, part: string): string {
  const { shop, id, revision } = posting.order;
  return createHash('sha256').update(`${shop}/${id}/${revision}/${part}`).digest('hex').slice(0, 32);
}
