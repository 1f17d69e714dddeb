import type { HealthPoint, HealthSnapshot, OhiPartId } from '#shared/health.ts';
import { DAY } from '#shared/time.ts';
import { dayAndTime, timeOfDay } from '../format/time.ts';
import { baseOption, type ChartTheme, type EChartsOption } from './echarts.ts';

type Mark = HealthSnapshot['marks'][number];

export interface HealthTrendData {
  points: readonly HealthPoint[];
  /** Span of the time axis, epoch ms. */
  from: number;
  to: number;
  marks: readonly Mark[];
  /** A part drawn beside the index, or null. */
  part: OhiPartId | null;
  words: { index: string; part: string; notMeasured: string; mark: (mark: Mark) => string };
}

/** Marks nearer to the labelled one before them than this share of the axis are drawn without a word. */
const CROWDED = 0.07;

/** Which marks are named, so that no name is written over another; a named mark is the first of its crowd. */
export function namedMarks(marks: readonly Pick<Mark, 'at'>[], from: number, to: number): boolean[] {
  let last = -Infinity;
  return marks.map(({ at }) => {
    const named = at - last >= (to - from) * CROWDED;
    if (named) last = at;
    return named;
  });
}

/** Lowest value of the score axis: a multiple of five at least two points under everything drawn, and never above 90. */
export function axisFloor(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  const low = Math.min(100, ...known);
  return Math.max(0, Math.min(90, Math.floor((low - 2) / 5) * 5));
}

/** Distance of the lines of the score axis, so that they fall on round figures. */
export function axisStep(floor: number): number {
  const span = 100 - floor;
  return span <= 10 ? 2.5 : span <= 25 ? 5 : span <= 50 ? 10 : 20;
}

/** The index over time, one part beside it, and the moments that may explain a step. What was not measured is a gap. */
export function healthTrendOption({ points, from, to, marks, part, words }: HealthTrendData, theme: ChartTheme): EChartsOption {
  const { colour } = theme;
  const value = (point: HealthPoint): number | null => (part === null ? null : (point.parts[part] ?? null));
  const base = baseOption(theme);
  const floor = axisFloor(points.flatMap((point) => [point.ohi, value(point)]));
  return {
    ...base,
    grid: { left: 36, right: 12, top: 20, bottom: 24 },
    tooltip: {
      ...(base.tooltip as object),
      trigger: 'axis',
      axisPointer: { lineStyle: { color: colour['text-3'], type: 'solid', width: 1 } },
      formatter: (lines: unknown) => tip(lines as TipLine[], words.notMeasured),
    },
    xAxis: {
      type: 'time',
      min: from,
      max: to,
      axisLine: { lineStyle: { color: colour['hairline-strong'] } },
      axisTick: { show: false },
      axisLabel: {
        color: colour['text-3'],
        hideOverlap: true,
        formatter: (at: number) => (to - from > DAY ? dayAndTime(at) : timeOfDay(at).slice(0, 5)),
      },
      splitNumber: 6,
    },
    yAxis: {
      type: 'value',
      min: floor,
      max: 100,
      interval: axisStep(floor),
      axisLabel: { color: colour['text-3'] },
      splitLine: { lineStyle: { color: colour.hairline } },
    },
    series: [
      lineOf(
        words.index,
        points.map(({ at, ohi }) => [at, ohi]),
        { color: colour.accent, width: 2 },
        markLine(marks, from, to, words.mark, theme),
      ),
      ...(part === null
        ? []
        : [
            lineOf(
              words.part,
              points.map((point) => [point.at, value(point)]),
              { color: colour['text-2'], width: 1.5 },
            ),
          ]),
    ],
  } as EChartsOption;
}

interface TipLine {
  seriesName: string;
  marker: string;
  data: [at: number, value: number | null];
}
/** Time as everywhere in the console, then each line's value. */
function tip(lines: readonly TipLine[], notMeasured: string): string {
  const at = lines[0]?.data[0];
  const values = lines.map(({ marker, seriesName, data }) => `${marker}${seriesName} <b>${data[1]?.toFixed(1) ?? notMeasured}</b>`);
  return [...(at === undefined ? [] : [dayAndTime(at)]), ...values].join('<br>');
}

function lineOf(name: string, data: [number, number | null][], lineStyle: { color: string; width: number }, mark?: object): object {
  return {
    type: 'line',
    name,
    data,
    lineStyle,
    itemStyle: { color: lineStyle.color },
    // A sample between two gaps would be invisible as a line.
    showSymbol: data.length < 3,
    symbolSize: 5,
    connectNulls: false,
    ...(mark ? { markLine: mark } : {}),
  };
}

function markLine(marks: readonly Mark[], from: number, to: number, word: (mark: Mark) => string, { colour }: ChartTheme): object {
  const named = namedMarks(marks, from, to);
  return {
    symbol: 'none',
    silent: true,
    lineStyle: { color: colour['text-3'], type: 'dashed', width: 1 },
    data: marks.map((mark, index) => ({
      xAxis: mark.at,
      label: { show: named[index] ?? false, formatter: word(mark), color: colour['text-2'], fontSize: 11, distance: 3 },
    })),
  };
}
