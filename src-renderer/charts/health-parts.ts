import type { HealthSnapshot, OhiPart, OhiPartId } from '#shared/health.ts';
import { axisFloor } from './health-trend.ts';
import { baseOption, type ChartTheme, type EChartsOption } from './echarts.ts';

/** The measured parts of the index and their targets as a web; `name` gives a part its word. */
export function healthRadarOption(
  parts: readonly OhiPart[],
  words: { name: (part: OhiPartId) => string; actual: string; goal: string },
  theme: ChartTheme,
): EChartsOption {
  const { colour } = theme;
  const measured = parts.filter((part) => part.score !== null);
  const low = axisFloor(measured.flatMap(({ score, target }) => [score, target]));
  const area = (name: string, value: number[], color: string, type: 'solid' | 'dashed', opacity: number): object => ({
    name,
    value,
    symbol: type === 'solid' ? 'circle' : 'none',
    symbolSize: 5,
    lineStyle: { color, type, width: 1.5 },
    itemStyle: { color },
    areaStyle: { color, opacity },
  });
  return {
    ...baseOption(theme),
    radar: {
      radius: '74%',
      center: ['50%', '54%'],
      indicator: measured.map(({ id }) => ({ name: words.name(id), min: low, max: 100 })),
      splitNumber: 4,
      axisName: { color: colour['text-2'] },
      axisLine: { lineStyle: { color: colour.hairline } },
      splitLine: { lineStyle: { color: colour['hairline-strong'] } },
      splitArea: { show: false },
    },
    series: [
      {
        type: 'radar',
        data: [
          area(
            words.goal,
            measured.map(({ target }) => target),
            colour['text-3'],
            'dashed',
            0,
          ),
          area(
            words.actual,
            measured.map(({ score }) => score ?? 0),
            colour.accent,
            'solid',
            0.18,
          ),
        ],
      },
    ],
  } as EChartsOption;
}

export interface WaterfallStep {
  id: OhiPartId | 'before' | 'now';
  /** Where the bar begins and ends, in points of the index. */
  from: number;
  to: number;
}

/** The steps from the index before to the index now: every part begins where the one before it ended. */
export function waterfallSteps(now: number, moved: HealthSnapshot['moved']): WaterfallStep[] {
  const before = now - moved.reduce((sum, { points }) => sum + points, 0);
  let level = before;
  const steps = moved.map(({ part, points }): WaterfallStep => {
    const from = level;
    level += points;
    return { id: part, from, to: level };
  });
  return [{ id: 'before', from: before, to: before }, ...steps, { id: 'now', from: now, to: now }];
}

/** `+0.9`, `−0.3`: points with their sign. */
export function signedPoints(points: number): string {
  const text = Math.abs(points).toFixed(1);
  return text === '0.0' ? '±0.0' : `${points > 0 ? '+' : '−'}${text}`;
}
