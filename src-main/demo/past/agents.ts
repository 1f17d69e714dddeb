import { HOUR, MINUTE, businessHour } from '#shared/time.ts';
import type { Random } from '../random.ts';

/** What an agent does with a held order. */
export interface Decision {
  /** Time from the stop to the decision in ms. */
  afterMs: number;
  operator: string;
  action: 'release' | 'freeze';
  reason: string;
}

/** The merchant's agents; operators of the demo's past, all invented. */
const AGENTS = ['lin.xiaoyu', 'chen.yu', 'zhou.wen', 'he.min'];
/** They work from eight in the morning to midnight; what is stopped at night is left to the timer. */
const FIRST_HOUR = 8;
/** A case longer than this is decided by the timer (C4). */
const LONGEST = 110 * MINUTE;
/** Share of bad orders an agent sees through, and of good ones frozen by mistake. */
const SEEN_THROUGH = 0.82;
const FROZEN_BY_MISTAKE = 0.025;

/** Minutes a case of a rule takes, once the team knows it. Others take `ELSE`. */
const MINUTES_OF: Record<string, number> = {
  'mixed-storage': 7,
  'improper-invoice': 9,
  'discount-too-deep': 16,
  'away-from-usual-area': 24,
  'amount-above-own-average': 19,
  'amount-above-shop-average': 21,
  'new-customer-large-order': 38,
  'remote-high-return': 13,
  'malicious-returns': 28,
  'blacklisted-words': 11,
};
const ELSE = 15;
/** How much longer a case took at the beginning of the past than at its end. */
const SLOWER_AT_FIRST = 1.9;

const WORDS = {
  release: ['已电话核实，放行', '老客户，放行', '地址与电话属实'],
  freeze: ['电话无法接通，冻结', '疑似套券', '与历史纠纷相符'],
};

/**
 * What the team does with an order that was stopped; null when nobody comes to it and the timer releases it, which it never does with a
 * frozen one.
 * @param progress how far the past has gone, 0 … 1: the team becomes faster
 */
export function decide(
  random: Random,
  stopped: { at: number; ruleId: string; bad: boolean; frozen: boolean; progress: number },
): Decision | null {
  const { at, ruleId, bad, frozen, progress } = stopped;
  const slower = SLOWER_AT_FIRST + (1 - SLOWER_AT_FIRST) * progress;
  const hour = businessHour(at);
  const untilMorning = hour < FIRST_HOUR ? (FIRST_HOUR - hour) * HOUR : 0;
  const afterMs = untilMorning + Math.round((MINUTES_OF[ruleId] ?? ELSE) * slower * Math.exp(random.between(-0.8, 0.9)) * MINUTE);
  if (afterMs > LONGEST && !frozen) return null;
  const action = random.chance(bad ? SEEN_THROUGH : FROZEN_BY_MISTAKE) ? 'freeze' : 'release';
  return { afterMs, operator: random.pick(AGENTS), action, reason: random.pick(WORDS[action]) };
}
