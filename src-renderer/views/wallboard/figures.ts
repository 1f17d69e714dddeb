import type { Vitals } from '#shared/pulse.ts';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { rate, whole } from '../../format/figure.ts';
import { age } from '../../format/time.ts';
import { t } from '../../locales/texts.ts';

export interface WallFigureView {
  id: string;
  label: string;
  value: string;
  unit: string;
  tone: 'plain' | 'healthy' | 'waiting' | 'alarm';
}

const OHI_GOOD = 90;
const OHI_FAIR = 80;

/** The two sets of giant figures that take turns: what people decide by, and how the machine stands. */
export function wallFigures(vitals: Vitals, now: number): [WallFigureView[], WallFigureView[]] {
  const waiting = vitals.held + vitals.frozen;
  const oldest = vitals.oldestHeldAt === null ? null : now - vitals.oldestHeldAt;
  const latency = vitals.decisionP95Ms;
  const { ohi } = vitals;
  const figure = (id: string, label: string, value: string, tone: WallFigureView['tone'] = 'plain', unit = ''): WallFigureView => ({
    id,
    label,
    value,
    unit,
    tone,
  });
  return [
    [
      figure('rate', t('wallboard.ordersPerMinute'), rate(vitals.ordersPerMinute)),
      figure('held', t('wallboard.held'), whole(waiting), waiting === 0 ? 'healthy' : 'waiting'),
      figure(
        'oldest',
        t('wallboard.oldestHeld'),
        oldest === null ? '—' : age(oldest),
        oldest === null || oldest < HOUR ? 'plain' : oldest < 110 * MINUTE ? 'waiting' : 'alarm',
      ),
      figure(
        'ohi',
        t('wallboard.ohi'),
        ohi === null ? '—' : ohi.toFixed(1),
        ohi === null ? 'plain' : ohi >= OHI_GOOD ? 'healthy' : ohi >= OHI_FAIR ? 'waiting' : 'alarm',
      ),
    ],
    [
      figure('open', t('wallboard.open'), whole(vitals.open)),
      latency === null || latency < SECOND
        ? figure('decision', t('wallboard.decision'), latency === null ? '—' : whole(latency), 'plain', latency === null ? '' : 'ms')
        : figure('decision', t('wallboard.decision'), (latency / SECOND).toFixed(1), latency < 5 * SECOND ? 'waiting' : 'alarm', 's'),
      figure('stock', t('wallboard.stockAlarms'), whole(vitals.stockAlarms), vitals.stockAlarms === 0 ? 'healthy' : 'waiting'),
      figure('load', t('frame.strip.storeLoad'), whole(vitals.storeLoad * 100), vitals.storeLoad > 0.85 ? 'alarm' : 'plain', '%'),
    ],
  ];
}
