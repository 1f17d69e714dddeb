import type { OhiPart } from '#shared/health.ts';
import type { PulseLevel } from '#shared/pulse.ts';
import { t } from '../../locales/texts.ts';

/** A score with one decimal; what could not be measured is said so, never a zero. */
export function scoreWords(score: number | null): string {
  return score === null ? t('health.notMeasured') : score.toFixed(1);
}

/** Points below its target at which a part is no longer near it. */
const NEAR = 5;

/** How a score stands against its target, as it is printed: with one decimal. Null where it was not measured. */
export function standingOf({ score, target }: Pick<OhiPart, 'score' | 'target'>): PulseLevel | null {
  if (score === null) return null;
  const short = target - Math.round(score * 10) / 10;
  return short <= 0 ? 'green' : short <= NEAR ? 'amber' : 'red';
}
