import { MINUTE, SECOND } from '#shared/time.ts';
import type { ReadingTraits, Window } from './traits.ts';

/** A break longer than this is caught up beside the live reading, so that new orders never wait for old ones. */
const BREAK_MS = 10 * MINUTE;

/** True when a feed was away so long that what it missed becomes a backlog of its own. */
export function isBreak(through: number, platformNow: number, traits: ReadingTraits): boolean {
  return platformNow - traits.lagMs - through > BREAK_MS;
}

/** The next piece of a backlog, oldest first. `spanMs`: how much of it at once. */
export function backlogWindow(backlog: Window & { through: number }, spanMs: number, traits: ReadingTraits): Window | null {
  if (backlog.through >= backlog.to) return null;
  const from = Math.max(backlog.from, backlog.through - traits.overlapMs);
  return { from, to: Math.min(backlog.to, from + Math.min(spanMs, traits.maxSpanMs)) };
}

/** Both halves of a window, on whole steps of the platform's time; null when it cannot be split any more. */
export function halve(window: Window, traits: ReadingTraits): [Window, Window] | null {
  const step = traits.granularityMs;
  const middle = Math.floor((window.from + window.to) / 2 / step) * step;
  if (middle <= window.from || middle >= window.to) return null;
  return [
    { from: window.from, to: middle },
    { from: middle, to: window.to },
  ];
}

/** A platform's clock is known to about the second: its `Date` header has no fractions, and small offsets are not told from none. */
const COARSE_MS = 3 * SECOND;

/**
 * An answer given when the window had not yet lain far enough in the past by the platform's own clock: from a machine of the
 * platform that is behind the others. It may lack what happened last.
 */
export function isOutdated(answeredAt: number, window: Window, { lagMs }: ReadingTraits): boolean {
  return answeredAt + COARSE_MS < window.to + lagMs;
}
