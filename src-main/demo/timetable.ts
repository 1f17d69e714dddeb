import { HOUR, MINUTE, SECOND, businessHour } from '#shared/time.ts';

/**
 * How busy each hour of the day is in Asia/Shanghai, 0 to 1: parents buy at noon and once the child sleeps.
 * The demo's own assumption.
 */
const HOUR_WEIGHTS = [
  0.22, 0.1, 0.05, 0.03, 0.04, 0.08, 0.18, 0.32, 0.48, 0.6, 0.7, 0.72, 0.78, 0.68, 0.6, 0.58, 0.6, 0.62, 0.66, 0.78, 0.95, 1, 0.85, 0.5,
];

/** Orders a minute that come even at four in the morning, and what the busiest hour adds. */
const QUIET_PER_MINUTE = 12;
const BUSY_PER_MINUTE = 20;

export function hourWeight(at: number): number {
  const hour = businessHour(at);
  const share = (at % HOUR) / HOUR;
  const here = HOUR_WEIGHTS[hour] ?? 0;
  const next = HOUR_WEIGHTS[(hour + 1) % 24] ?? 0;
  return here + (next - here) * share;
}

/** The hours in which a live stream sleeps. */
export function isNight(at: number): boolean {
  const hour = businessHour(at);
  return hour >= 22 || hour < 6;
}

/** Mean waiting time in ms until the next everyday order. */
export function meanArrivalGap(at: number): number {
  return MINUTE / (QUIET_PER_MINUTE + BUSY_PER_MINUTE * hourWeight(at));
}

/** A range of durations in ms. */
export interface Span {
  min: number;
  max: number;
}
const seconds = (min: number, max: number): Span => ({ min: min * SECOND, max: max * SECOND });
const minutes = (min: number, max: number): Span => ({ min: min * MINUTE, max: max * MINUTE });

/** The merchant's days pressed into minutes: what takes a real shop days passes while somebody watches. */
export const DURATIONS = {
  payFast: seconds(2, 20),
  paySlow: seconds(20, 150),
  abandon: minutes(8, 15),
  balance: minutes(3, 12),
  amend: seconds(15, 90),
  complain: seconds(40, 150),
  changeOfMind: seconds(30, 240),
  pick: seconds(35, 210),
  transit: minutes(4, 14),
  confirm: minutes(5, 20),
  askRefund: minutes(1, 6),
  settleRefund: minutes(1, 4),
  giveUp: minutes(45, 100),
  findLostParcel: minutes(150, 300),
  correct: seconds(25, 80),
  flashGap: minutes(6, 10),
  flashLength: seconds(30, 60),
  firstFlash: seconds(70, 100),
  silenceGap: minutes(16, 26),
  firstSilence: minutes(6, 9),
  // Longer than the five minutes after which a lane counts as silent.
  silenceLength: minutes(5.5, 7),
} satisfies Record<string, Span>;
export type Duration = keyof typeof DURATIONS;

/** A slow carrier takes this many times as long. */
export const SLOW_CARRIER_FACTOR = 3;
