/** The way of a connection, in order. */
export const STEPS = ['channel', 'credentials', 'test', 'webhook'] as const;
export type Step = (typeof STEPS)[number];

/** A query of the address: `new`, or the shop as `channel/shopId`. */
export function shopOfQuery(query: unknown): { channel: string; shopId: string } | null {
  if (typeof query !== 'string' || query === 'new') return null;
  const slash = query.indexOf('/');
  return slash < 1 || slash === query.length - 1 ? null : { channel: query.slice(0, slash), shopId: query.slice(slash + 1) };
}
