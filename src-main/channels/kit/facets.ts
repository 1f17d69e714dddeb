import type { Facets } from '#main/model/incoming.ts';

/** Longer words are sentences, and no two orders would share them. */
const LONGEST_WORD = 100;

/** What an order tells beyond the common fields, without what it leaves out; `{}` where it tells nothing. */
export function facets(told: Readonly<Record<string, string | number | null>>): { facets?: Facets } {
  const known = Object.entries(told).flatMap(([name, value]): [string, string | number][] => {
    if (typeof value === 'number') return [[name, value]];
    const word = value?.trim().slice(0, LONGEST_WORD) ?? '';
    return word === '' ? [] : [[name, word]];
  });
  return known.length === 0 ? {} : { facets: Object.fromEntries(known) };
}
