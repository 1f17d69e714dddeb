import type { LocalisedText } from '#shared/text.ts';
import type { ExchangeRate } from '#main/engine/index.ts';
import type { TrialResult, TrialTask } from '#main/trial/run.ts';

/** What the trial's thread is given. Structured-clone safe. */
export interface TrialOrder {
  task: TrialTask;
  /** The workspace: its file, or its bytes where it lies in memory only. */
  place: { path: string } | { image: Uint8Array };
  /** The rates of the configuration: declared values are measured by them. */
  exchangeRates: readonly ExchangeRate[];
  /** One number: anything but 0 asks it to end. */
  stop: SharedArrayBuffer;
}

/** Where a trial takes place, asked when one starts. */
export type TrialPlace = Pick<TrialOrder, 'place' | 'exchangeRates'>;

/** What the trial's thread says. */
export type FromTrial =
  | { kind: 'progress'; judged: number; orders: number }
  | { kind: 'done'; result: TrialResult }
  /** It was told to end. */
  | { kind: 'stopped' }
  | { kind: 'failed'; message: string; text: LocalisedText | null };
