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

/** Does the first end before the second begins, or where it begins without meeting it? */
function endsBefore(a: Range, b: Range): boolean {
  return a.to < b.from || (a.to === b.from && (a.toOpen || b.fromOpen));
}

/** The numbers that are in both. Each range is looked at once: a list of numbers is as many ranges. */
export function intersect(a: Ranges, b: Ranges): Ranges {
  const met: Range[] = [];
  let [at, next] = [0, 0];
  for (let [one, other] = [a[0], b[0]]; one && other; [one, other] = [a[at], b[next]]) {
    const common = overlap(one, other);
    if (!isEmpty(common)) met.push(common);
    if (one.to < other.to || (one.to === other.to && one.toOpen)) at += 1;
    else next += 1;
  }
  return met;
}

/** What of a domain is outside the ranges. */
export function outside(ranges: Ranges, domain: Domain): Ranges {
  const rest: Range[] = [];
  let [from, fromOpen] = [domain.lowest, false];
  for (const range of ranges) {
    rest.push({ from, fromOpen, to: range.from, toOpen: !range.fromOpen });
    [from, fromOpen] = [range.to, !range.toOpen];
  }
  rest.push({ from, fromOpen, to: domain.highest, toOpen: false });
  return within(
    rest.filter((range) => !isEmpty(range)),
    domain,
  );
}

/** Is every number of the first in the second? Neighbouring ranges of the second are not joined, so a no may be too careful. */
export function isInside(a: Ranges, b: Ranges): boolean {
  let next = 0;
  return a.every((one) => {
    for (let other = b[next]; other && endsBefore(other, one); other = b[next]) next += 1;
    const other = b[next];
    if (!other) return false;
    const low = one.from > other.from || (one.from === other.from && (one.fromOpen || !other.fromOpen));
    const high = one.to < other.to || (one.to === other.to && (one.toOpen || !other.toOpen));
    return low && high;
  });
}
