import type { FrontierPoint, MeasuredShare } from '#shared/contract/reports.ts';
import { baseOption, type ChartTheme, type EChartsOption } from './echarts.ts';

export interface FrontierChartData {
  /** Those with the fewest false kills first. */
  points: readonly FrontierPoint[];
  /** Id of the one that is looked at. */
  picked: string | null;
  /** False-kill rate the bound allows, a share; null: it is not known. */
  limit: number | null;
  words: {
    precision: string;
    recall: string;
    falseKills: string;
    limit: string;
    /** What a point is and what it does, line by line. */
    tip: (point: FrontierPoint) => string;
    /** Stands beside the points that have a name of their own. */
    mark: (point: FrontierPoint) => string;
    percent: (share: number) => string;
  };
}

const ROOM = { left: 48, right: 24, top: 26, bottom: 40 } as const;
/** Room beyond the last point, as a share of the axis. */
const BEYOND = 0.08;
/** The longest name of a point takes this share of the axis to either side of it. */
const NEAR_END = 0.12;

/** So many times the rate of now, or of the bound, lies outside the chart: it would press all others together at its edge. */
const FAR = 4;

/** Where the axis ends before its room: at the last point that is not far beyond now and the bound, or at the one that is looked at. */
export function reachOf({ points, picked, limit }: Pick<FrontierChartData, 'points' | 'picked' | 'limit'>): number {
  const present = points.find(({ changes }) => changes.length === 0);
  const middle = Math.max(limit ?? 0, present ? rateOf(present) : 0);
  const shown = points.filter((point) => middle === 0 || point.id === picked || rateOf(point) <= FAR * middle);
  return Math.max(limit ?? 0, ...shown.map(rateOf));
}

/** How many points lie beyond the end of the axis. */
export function beyondOf(data: Pick<FrontierChartData, 'points' | 'picked' | 'limit'>): number {
  const reach = reachOf(data);
  return data.points.filter((point) => rateOf(point) > reach).length;
}

interface Line {
  name: string;
  of: (point: FrontierPoint) => MeasuredShare;
  color: string;
  type: 'solid' | 'dashed';
  symbol: string;
  /** Names of points stand beside this line. */
  isNamed: boolean;
}

/** Precision and recall of each set of thresholds over its false-kill rate, with the bound and the interval of the one that is looked at. */
export function frontierOption(data: FrontierChartData, theme: ChartTheme): EChartsOption {
  const { points, picked, limit, words } = data;
  const { colour } = theme;
  const base = baseOption(theme);
  const lines: Line[] = [
    {
      name: words.precision,
      of: ({ measured }) => measured.precision,
      color: colour.accent,
      type: 'solid',
      symbol: 'circle',
      isNamed: true,
    },
    { name: words.recall, of: ({ measured }) => measured.recall, color: colour['text-1'], type: 'dashed', symbol: 'rect', isNamed: false },
  ];
  const here = points.find(({ id }) => id === picked);
  const most = reachOf(data);
  return {
    ...base,
    grid: ROOM,
    tooltip: {
      ...(base.tooltip as object),
      trigger: 'item',
      formatter: (shown: unknown) => {
        const point = points[(shown as { dataIndex: number }).dataIndex];
        return point ? words.tip(point) : '';
      },
    },
    xAxis: {
      type: 'value',
      min: 0,
      max: most > 0 ? most * (1 + BEYOND) : 1,
      name: words.falseKills,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { color: colour['text-2'] },
      splitNumber: 6,
      axisLine: { lineStyle: { color: colour['hairline-strong'] } },
      axisTick: { show: false },
      axisLabel: { color: colour['text-3'], showMaxLabel: false, formatter: words.percent },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 1,
      interval: 0.25,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: colour['text-3'], formatter: words.percent },
      splitLine: { lineStyle: { color: colour.hairline } },
    },
    series: [
      ...(here ? lines.map((line) => interval(line, here)) : []),
      ...lines.map((line, index) => ({
        ...series(line, most, data, theme),
        ...(index === 0 && limit !== null ? { markLine: limitLine(limit, words.limit, theme) } : {}),
      })),
    ],
  } as EChartsOption;
}

function rateOf({ measured }: FrontierPoint): number {
  return measured.falseKills.value ?? 0;
}

/** A name stands over its point; near an end of the axis it runs towards the middle, or the edge would cut it. */
function alignOf(rate: number, most: number): 'left' | 'center' | 'right' {
  if (rate < most * NEAR_END) return 'left';
  return rate > most * (1 - NEAR_END) ? 'right' : 'center';
}

function series(
  { name, of, color, type, symbol, isNamed }: Line,
  most: number,
  { points, picked, words }: FrontierChartData,
  theme: ChartTheme,
): object {
  return {
    type: 'line',
    name,
    lineStyle: { color, type, width: 2 },
    itemStyle: { color },
    symbol,
    cursor: 'pointer',
    data: points.map((point) => ({
      value: [rateOf(point), of(point).value],
      symbolSize: point.id === picked ? 14 : 9,
      itemStyle: { color, borderColor: theme.colour.panel, borderWidth: 2 },
      label: {
        show: isNamed && words.mark(point) !== '',
        formatter: words.mark(point),
        position: 'top',
        align: alignOf(rateOf(point), most),
        distance: 8,
        // Its own ground: the line of the bound and the interval run through here.
        backgroundColor: theme.colour.panel,
        padding: [1, 4],
        color: theme.colour['text-2'],
        fontSize: 12,
      },
    })),
  };
}

/** The true share lies within this line in 95 of 100 cases. */
function interval({ of, color }: Line, point: FrontierPoint): object {
  const { low, high } = of(point);
  return {
    type: 'line',
    data: low === null || high === null ? [] : [low, high].map((end) => [rateOf(point), end]),
    lineStyle: { color, width: 6, opacity: 0.28, cap: 'round' },
    showSymbol: false,
    silent: true,
    tooltip: { show: false },
  };
}

function limitLine(limit: number, word: string, { colour }: ChartTheme): object {
  return {
    symbol: 'none',
    silent: true,
    data: [
      {
        xAxis: limit,
        lineStyle: { color: colour.alarm, type: 'dashed', width: 1 },
        label: { show: true, formatter: word, color: colour['text-2'], fontSize: 12, distance: 3 },
      },
    ],
  };
}
