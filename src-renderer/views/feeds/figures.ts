import type { FeedState } from '#shared/contract/feeds.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { MessageKey } from '../../locales/texts.ts';

/** Behind this, reading is late enough to be said in colour: three polls at their usual distance. */
const LATE = 2 * MINUTE;
/** Clocks this close count as the same. */
const SAME_CLOCK = 2 * SECOND;
/** Platforms refuse requests from about here on. */
const CLOCK_WARNING = 2 * MINUTE;
const TOKEN_SOON = 24 * 60 * MINUTE;
const ORDER: Record<FeedState['state'], number> = { stopped: 0, failing: 1, 'catching-up': 2, starting: 3, live: 4, off: 5 };

/** The worst first, then by name: what has to be repaired stands at the top. */
export function byUrgency(one: FeedState, other: FeedState): number {
  return ORDER[one.state] - ORDER[other.state] || one.name.localeCompare(other.name, 'zh');
}

/** How far reading is behind, in ms; null where nothing was read yet. */
export function lagOf({ through }: Pick<FeedState, 'through'>, now: number): { ms: number; late: boolean } | null {
  if (through === null) return null;
  const ms = Math.max(0, now - through);
  return { ms, late: ms > LATE };
}

/** How much of a catch-up is done, 0 to 1. */
export function backlogShare({ from, to, through }: NonNullable<FeedState['backlog']>): number {
  return to <= from ? 1 : Math.min(1, Math.max(0, (through - from) / (to - from)));
}

/** Our clock against the platform's, in words: the key, the size in ms, and whether it endangers requests. */
export function clockWords(offMs: number): { key: MessageKey; ms: number; warns: boolean } {
  const ms = Math.abs(offMs);
  if (ms < SAME_CLOCK) return { key: 'feeds.clockSame', ms, warns: false };
  return { key: offMs > 0 ? 'feeds.clockAhead' : 'feeds.clockBehind', ms, warns: ms >= CLOCK_WARNING };
}

export function tokenTone(expiresAt: number, now: number): 'over' | 'soon' | 'fine' {
  if (expiresAt <= now) return 'over';
  return expiresAt - now < TOKEN_SOON ? 'soon' : 'fine';
}
