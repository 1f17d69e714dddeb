import { MINUTE, SECOND } from '#shared/time.ts';
import type { ShopOptions } from '#main/channels/channel.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { CallGroup, ChannelManifest, RateLimit } from '#main/channels/manifest.ts';
import { AdaptiveRate } from '#main/feeds/rate.ts';
import type { Clock, Timers } from '../ports.ts';

/** Who goes first when a call may be made: the live reading and people's writes, then wished details, then what is caught up. */
export const PRIORITY = { live: 0, wishes: 1, backlog: 2 } as const;
export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

/** Assumed where a manifest names none. */
const ASSUMED: Record<CallGroup, Omit<RateLimit, 'group' | 'basis'>> = {
  list: { calls: 5, perMs: SECOND },
  detail: { calls: 10, perMs: SECOND },
  write: { calls: 2, perMs: SECOND },
  token: { calls: 1, perMs: MINUTE },
};

interface Waiting {
  priority: Priority;
  go(): void;
  refuse(error: ChannelError): void;
}

interface Group {
  rate: AdaptiveRate;
  waiting: Waiting[];
  /** Ends the wait for the next turn; null: nobody waits. */
  booked: (() => void) | null;
}

export interface PacingParts {
  manifest: Pick<ChannelManifest, 'limits'>;
  options: ShopOptions;
  clock: Clock;
  timers: Timers;
}

/** The rate of one shop: every request waits here for its turn, the most urgent first. */
export class Pacing {
  readonly #parts: PacingParts;
  readonly #groups = new Map<CallGroup, Group>();
  #calls: number[] = [];
  #closed = false;

  constructor(parts: PacingParts) {
    this.#parts = parts;
    for (const group of Object.keys(ASSUMED) as CallGroup[]) {
      this.#groups.set(group, { rate: new AdaptiveRate(limitOf(group, parts)), waiting: [], booked: null });
    }
  }

  /** Resolves when a call of this group may be made. Throws ChannelError once the line is closed. */
  pace(name: CallGroup, priority: Priority): Promise<void> {
    if (this.#closed) return Promise.reject(closedLine());
    const group = this.#group(name);
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { priority, go: resolve, refuse: reject };
      const place = group.waiting.findIndex((other) => other.priority > priority);
      group.waiting.splice(place < 0 ? group.waiting.length : place, 0, waiting);
      this.#book(group);
    });
  }

  /** Nobody waits for a turn that will not come, nor keeps the hub from ending. */
  close(): void {
    this.#closed = true;
    for (const group of this.#groups.values()) {
      group.booked?.();
      for (const { refuse } of group.waiting.splice(0)) refuse(closedLine());
    }
  }

  slowed(name: CallGroup, retryAfterMs: number | null): void {
    this.#group(name).rate.slowed(this.#parts.clock.now(), retryAfterMs);
  }

  worked(name: CallGroup): void {
    this.#group(name).rate.worked(this.#parts.clock.now());
  }

  /** Calls a second over the last minute. */
  get callsPerSecond(): number {
    this.#forget();
    return (this.#calls.length * SECOND) / MINUTE;
  }

  /** What reading lists is allowed now. */
  get limitPerSecond(): number {
    return this.#group('list').rate.perSecond;
  }

  #group(name: CallGroup): Group {
    return this.#groups.get(name) as Group;
  }

  #book(group: Group): void {
    if (group.booked || group.waiting.length === 0) return;
    const wait = group.rate.book(this.#parts.clock.now());
    if (wait === 0) this.#grant(group);
    else group.booked = this.#parts.timers.after(wait, () => this.#grant(group));
  }

  #grant(group: Group): void {
    const { clock, timers } = this.#parts;
    const pause = group.rate.pauseLeft(clock.now());
    if (pause > 0) {
      group.booked = timers.after(pause, () => this.#grant(group));
      return;
    }
    group.booked = null;
    const next = group.waiting.shift();
    this.#calls.push(clock.now());
    this.#forget();
    next?.go();
    this.#book(group);
  }

  #forget(): void {
    const since = this.#parts.clock.now() - MINUTE;
    const first = this.#calls.findIndex((at) => at > since);
    this.#calls = first < 0 ? [] : this.#calls.slice(first);
  }
}

function closedLine(): ChannelError {
  return new ChannelError('transient', { detail: 'ECLOSED' });
}

function limitOf(group: CallGroup, { manifest, options }: PacingParts): { calls: number; perMs: number } {
  const published = manifest.limits.find((limit) => limit.group === group);
  const asked = options['callsPerSecond'];
  const mayAsk = published?.basis !== 'published' && (group === 'list' || group === 'detail');
  if (mayAsk && typeof asked === 'number' && asked > 0) return { calls: asked, perMs: SECOND };
  return published ?? ASSUMED[group];
}
