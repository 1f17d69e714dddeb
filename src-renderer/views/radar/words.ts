import type { RadarModelSummary, RadarPoint, RadarTraining } from '#shared/contract/radar.ts';
import { rate, share } from '../../format/figure.ts';
import { t } from '../../locales/texts.ts';

/** A share, or a dash where nothing is held. */
export function shareOrDash(value: number | null): string {
  return value === null ? '—' : share(value);
}

/** What a threshold does, in one sentence: for those who listen, and under the slider for all. */
export function effectOf({ threshold, precision, recall, falseShare, perDay }: RadarPoint): string {
  return t('radar.effect.sentence', {
    threshold,
    perDay: rate(perDay),
    precision: shareOrDash(precision),
    recall: share(recall),
    falseShare: share(falseShare),
  });
}

/** `0.87（0.81–0.92）` */
export function aucOf({ areaUnderCurve: { value, low, high } }: RadarModelSummary): string {
  return t('radar.model.interval', { value: value.toFixed(2), low: low.toFixed(2), high: high.toFixed(2) });
}

/** How far a training is over all its stages, 0 to 1: learning takes longest. */
export function progressOf({ stage, done, of }: Pick<RadarTraining, 'stage' | 'done' | 'of'>): number {
  const [from, to] = { reading: [0, 0.2], learning: [0.2, 0.85], scoring: [0.85, 1] }[stage] as [number, number];
  return from + (of === 0 ? 0 : Math.min(1, done / of)) * (to - from);
}
