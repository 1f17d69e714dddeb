import { MINUTE } from '#shared/time.ts';
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
