import type { LocalisedText } from '#shared/text.ts';
import type { Trial } from '#shared/contract/rule-runs.ts';
import type { TrialResult, TrialTask } from '#main/trial/run.ts';
import type { Change, SampleOrder } from '#main/trial/tally.ts';
import type { Page } from '../queries.ts';

/** Trials as they are kept: when they begin, and when they end. */
export interface TrialStore {
  /** The number of the new trial. */
  add(trial: Omit<Trial, 'id'>, draft: number): number;
  save(trial: Trial): void;
  get(id: number): Trial | null;
  last(draft: number): Trial | null;
  /** Those that an end of the program left running. */
  running(): Trial[];
  /** Sample orders of a trial, in the order in which they are shown. */
  addOrders(id: number, orders: readonly SampleOrder[]): void;
  orders(id: number, filter: { change: Change | null; ruleId: string | null; after: string | null; limit: number }): Page<SampleOrder>;
  /** Throws away all but the newest. */
  keep(newest: number): void;
}

/** What a running trial tells. `end` is told once, and nothing after it. */
export interface TrialListener {
  progress(judged: number, orders: number): void;
  /** A result, or in words why there is none; `error` is for the log. */
  end(outcome: { result: TrialResult } | { problem: LocalisedText; error: unknown }): void;
}

export interface RunningTrial {
  /** Ends it; nothing is told any more. Resolves when its thread has ended. */
  stop(): Promise<void>;
}

/** Runs a trial beside the hub, on the hub's store as it lies on the disk. */
export type StartTrial = (task: TrialTask, listener: TrialListener) => RunningTrial;
