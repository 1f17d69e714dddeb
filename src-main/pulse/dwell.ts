import { CHANNEL_IDS, type ChannelId } from '#shared/channels.ts';
import { STAGES, type Stage } from '#shared/pulse.ts';
import type { StageLimits } from './limits.ts';
import { LearnedDuration } from './vitals.ts';

/** With fewer orders of a channel nothing is learnt of a stage: its amber limit stays as it is set. */
export const LEAST_ORDERS = 200;
/** How long an order normally stays at most: nineteen of twenty were gone by then. */
const NORMALLY = 0.95;
/** However quick a channel is, a stage is not amber before this share of its red limit: minutes are nobody's alarm. */
const LEAST_OF_RED = 1 / 8;

/** What was learnt of one stage of one channel, ms. */
export interface LearntLimit {
  /** Nineteen of twenty orders had left the stage by then. */
  expectedMs: number;
  /** The same within the bounds: an eighth of the red limit, and the red limit. */
  amberAfterMs: number;
  /** Orders it was learnt from. */
  orders: number;
}
export type LearntLimits = ReadonlyMap<ChannelId, Readonly<Partial<Record<Stage, LearntLimit>>>>;

/** How long orders stayed in each stage, by channel (M11). Observing costs one counter; what follows from it is asked for by a job. */
export class DwellTimes {
  readonly #byChannel = new Map<ChannelId, Record<Stage, LearnedDuration>>();
  readonly #everywhere = new Map<Stage, LearnedDuration>();

  of(channel: ChannelId, stage: Stage): LearnedDuration {
    let stages = this.#byChannel.get(channel);
    if (!stages) this.#byChannel.set(channel, (stages = byStage()));
    return stages[stage];
  }

  /** A stage over all channels; put together anew only when something was observed. */
  everywhere(stage: Stage): LearnedDuration {
    let observed = 0;
    for (const stages of this.#byChannel.values()) observed += stages[stage].observations;
    const known = this.#everywhere.get(stage);
    if (known?.observations === observed) return known;
    const all = new LearnedDuration();
    for (const stages of this.#byChannel.values()) all.add(stages[stage]);
    this.#everywhere.set(stage, all);
    return all;
  }

  /** Limits for every stage of every channel with history enough. */
  learn(limits: StageLimits): LearntLimits {
    const learnt = new Map<ChannelId, Partial<Record<Stage, LearntLimit>>>();
    for (const [channel, stages] of this.#byChannel) {
      const known = STAGES.flatMap((stage): [Stage, LearntLimit][] => {
        const expectedMs = stages[stage].at(NORMALLY);
        if (expectedMs === null) return [];
        const { redAfterMs } = limits[stage];
        const amberAfterMs = Math.min(redAfterMs, Math.max(redAfterMs * LEAST_OF_RED, expectedMs));
        return [[stage, { expectedMs, amberAfterMs, orders: stages[stage].observations }]];
      });
      if (known.length > 0) learnt.set(channel, Object.fromEntries(known));
    }
    return learnt;
  }

  /** What was observed, to be kept over a restart. */
  toJSON(): Record<string, Record<string, unknown>> {
    return Object.fromEntries([...this.#byChannel].map(([channel, stages]) => [channel, { ...stages }]));
  }

  /** Adds what was kept; whatever is none of it is passed over. */
  restore(kept: unknown): void {
    for (const channel of CHANNEL_IDS) {
      const stages = fieldsOf(fieldsOf(kept)[channel]);
      for (const stage of STAGES) if (stage in stages) this.of(channel, stage).restore(stages[stage]);
    }
  }
}

function byStage(): Record<Stage, LearnedDuration> {
  return Object.fromEntries(STAGES.map((stage) => [stage, new LearnedDuration(LEAST_ORDERS)])) as Record<Stage, LearnedDuration>;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
