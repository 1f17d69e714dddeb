import type { LocalisedText } from '#shared/text.ts';
import type { RadarTraining } from '#shared/contract/radar.ts';
import type { TrainingOrder, TrainingResult } from '#main/hub/radar/radar-ports.ts';
import type { TrialPlace } from './trial-messages.ts';

/** What the thread of a training is given. Structured-clone safe. */
export interface RadarOrder extends TrialPlace {
  order: TrainingOrder;
  /** One number: anything but 0 asks it to end. */
  stop: SharedArrayBuffer;
}

/** What the thread of a training says. */
export type FromRadar =
  | { kind: 'progress'; stage: RadarTraining['stage']; done: number; of: number }
  | { kind: 'done'; result: TrainingResult }
  /** It was told to end. */
  | { kind: 'stopped' }
  /** `message` null: nothing failed, there is too little to learn from. */
  | { kind: 'failed'; message: string | null; text: LocalisedText | null };
