import type { Domain } from '../catalogue.ts';

/** Numbers from one end to the other; an open end does not belong to it. */
export interface Range {
  from: number;
  to: number;
  fromOpen: boolean;
  toOpen: boolean;
}
/** Disjoint ranges in rising order. */
export type Ranges = readonly Range[];

/** All numbers from one end to the other, both included. */
export function closed(from: number, to: number): Range {
  return { from, to, fromOpen: false, toOpen: false };
}

/** Whole numbers have no open ends: `> 5` is `>= 6`. */
function tidy(range: Range, whole: boolean): Range | null {
  if (!whole) return range.from < range.to || (range.from === range.to && !range.fromOpen && !range.toOpen) ? range : null;
  const from = range.fromOpen ? Math.floor(range.from) + 1 : Math.ceil(range.from);
  const to = range.toOpen ? Math.ceil(range.to) - 1 : Math.floor(range.to);
  return from <= to ? closed(from, to) : null;
}

/** Ranges within what a field can be. */
export function within(ranges: Ranges, domain: Domain): Ranges {
  const bounded = ranges.map((range) => overlap(range, closed(domain.lowest, domain.highest)));
  return bounded.flatMap((range) => tidy(range, domain.whole) ?? []);
}

function overlap(a: Range, b: Range): Range {
  const [low, high] = [a.from >= b.from ? a : b, a.to <= b.to ? a : b];
  return {
    from: low.from,
    to: high.to,
    fromOpen: a.from === b.from ? a.fromOpen || b.fromOpen : low.fromOpen,
    toOpen: a.to === b.to ? a.toOpen || b.toOpen : high.toOpen,
  };
}

function isEmpty({ from, to, fromOpen, toOpen }: Range): boolean {
  return from > to || (from === to && (fromOpen || toOpen));
}

/** The numbers that are in both. */
export function intersect(a: Ranges, b: Ranges): Ranges {
  return a.flatMap((one) => b.map((other) => overlap(one, other)).filter((range) => !isEmpty(range))).sort((x, y) => x.from - y.from);
}

/** What of a domain is outside the ranges. */
export function outside(ranges: Ranges, domain: Domain): Ranges {
  let rest: Ranges = [closed(domain.lowest, domain.highest)];
  for (const { from, to, fromOpen, toOpen } of ranges) {
    const below: Range = { from: -Infinity, to: from, fromOpen: true, toOpen: !fromOpen };
    const above: Range = { from: to, to: Infinity, fromOpen: !toOpen, toOpen: true };
    rest = intersect(rest, [below, above]);
  }
  return within(rest, domain);
}

/** Is every number of the first in the second? Neighbouring ranges of the second are not joined, so a no may be too careful. */
export function isInside(a: Ranges, b: Ranges): boolean {
  return a.every((one) =>
    b.some((other) => {
      const low = one.from > other.from || (one.from === other.from && (one.fromOpen || !other.fromOpen));
      const high = one.to < other.to || (one.to === other.to && (one.toOpen || !other.toOpen));
      return low && high;
    }),
  );
}
