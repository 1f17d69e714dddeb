import type { RadarPoint } from '#shared/contract/radar.ts';
import { share } from '../format/figure.ts';
import { baseOption, type ChartTheme, type EChartsOption } from './echarts.ts';

/** Room left and right of the threshold axis, pixels: the slider beneath the curve keeps to the same. */
export const CURVE_MARGIN = { left: 44, right: 20 } as const;

export interface ThresholdCurveData {
  points: readonly RadarPoint[];
  /** Where the slider stands. */
  threshold: number;
  suggested: number;
  words: { precision: string; recall: string; threshold: (value: number) => string; suggested: string; nothingHeld: string };
}

/** Precision and recall over the threshold, 0 to 100, with the slider's place and the suggested one. Where nothing is held, precision is a gap. */
export function thresholdCurveOption({ points, threshold, suggested, words }: ThresholdCurveData, theme: ChartTheme): EChartsOption {
  const { colour } = theme;
  const base = baseOption(theme);
  const lines = [
    { name: words.precision, of: (point: RadarPoint) => point.precision, color: colour.accent, type: 'solid' as const },
    { name: words.recall, of: (point: RadarPoint) => point.recall, color: colour['text-1'], type: 'dashed' as const },
  ];
  const here = points.find((point) => point.threshold === threshold);
  return {
    ...base,
    grid: { ...CURVE_MARGIN, top: 18, bottom: 24 },
    tooltip: {
      ...(base.tooltip as object),
      trigger: 'axis',
      axisPointer: { lineStyle: { color: colour['text-3'], type: 'solid', width: 1 } },
      formatter: (shown: unknown) => tip(shown as TipLine[], words),
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: 100,
      interval: 10,
      axisLine: { lineStyle: { color: colour['hairline-strong'] } },
      axisTick: { show: false },
      axisLabel: { color: colour['text-3'] },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.25,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colour['text-3'], formatter: (value: number) => `${Math.round(value * 100)}\u202f%` },
      splitLine: { lineStyle: { color: colour.hairline } },
    },
    series: [
      ...lines.map(({ name, of, color, type }, index) => ({
        type: 'line' as const,
        name,
        data: points.map((point) => [point.threshold, of(point)]),
        lineStyle: { color, type, width: 2 },
        itemStyle: { color },
        showSymbol: false,
        connectNulls: false,
        ...(index === 0 ? { markLine: places(threshold, suggested, words.suggested, theme) } : {}),
      })),
      ...lines.map(({ of, color }) => ({
        type: 'line' as const,
        name: PLACE,
        data: here ? [[threshold, of(here)]] : [],
        symbol: 'circle',
        symbolSize: 9,
        itemStyle: { color, borderColor: colour.panel, borderWidth: 2 },
        silent: true,
        tooltip: { show: false },
      })),
    ],
  } as EChartsOption;
}

/** Series that only mark the slider's place. */
const PLACE = 'place';
/** Nearer to the slider than this, the suggested threshold is not drawn: two lines side by side are one blur. */
const NEAR = 1;

function places(threshold: number, suggested: number, word: string, { colour }: ChartTheme): object {
  return {
    symbol: 'none',
    silent: true,
    data: [
      { xAxis: threshold, lineStyle: { color: colour.accent, type: 'solid', width: 1 }, label: { show: false } },
      ...(Math.abs(threshold - suggested) <= NEAR
        ? []
        : [
            {
              xAxis: suggested,
              lineStyle: { color: colour['text-3'], type: 'dashed', width: 1 },
              label: { show: true, formatter: word, color: colour['text-2'], fontSize: 12, distance: 3 },
            },
          ]),
    ],
  };
}

interface TipLine {
  seriesName: string;
  marker: string;
  data: [threshold: number, value: number | null];
}
function tip(lines: readonly TipLine[], words: ThresholdCurveData['words']): string {
  const shown = lines.filter(({ seriesName }) => seriesName !== PLACE);
  const [first] = shown;
  if (!first) return '';
  const values = shown.map(
    ({ marker, seriesName, data }) => `${marker}${seriesName} <b>${data[1] === null ? words.nothingHeld : share(data[1])}</b>`,
  );
  return [words.threshold(first.data[0]), ...values].join('<br>');
}
