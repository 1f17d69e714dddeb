import type { StockFlow, WarehouseHealth } from '#shared/stock.ts';
import type { Province } from './china.ts';
import { mix } from './colour.ts';
import { baseOption, type ChartTheme, type EChartsOption } from './echarts.ts';

export interface PoolMapData {
  provinces: ReadonlyMap<string, Province>;
  warehouses: readonly Pick<WarehouseHealth, 'id' | 'lon' | 'lat'>[];
  /** Flows to draw; those to places the outline does not have are left out. */
  flows: readonly StockFlow[];
  demand: readonly { province: string; orders: number }[];
  show: { demand: boolean; flows: boolean };
  /** Words of the tool tip, each already escaped for HTML. */
  sayProvince: (province: string) => string;
  sayFlow: (flow: StockFlow) => string;
}

/** The strongest tint of a province, as a share of the accent colour. */
const STRONGEST = 0.5;
const WIDEST = 5;

/** How strongly a province is tinted, 0 to 1: by the square root, so that one metropolis does not leave the rest blank. */
export function tintOf(orders: number, most: number): number {
  return most === 0 ? 0 : Math.sqrt(orders / most);
}

/** Width of a flow in pixels, 1 to 5, by its orders. */
export function flowWidth(orders: number, most: number): number {
  return most === 0 ? 1 : 1 + (WIDEST - 1) * (orders / most);
}

/** The colour of a province with this share of the strongest demand. */
export function tintColour({ colour }: ChartTheme, share: number): string {
  return mix(colour.hairline, colour.accent, share * STRONGEST);
}

/**
 * China with provinces tinted by demand and a line from each warehouse to each province it sent orders to, as wide as they
 * were many. The warehouses themselves are drawn over it as buttons: see `PoolMap.vue`.
 */
export function poolMapOption(data: PoolMapData, theme: ChartTheme): EChartsOption {
  const { colour, font } = theme;
  return {
    ...baseOption(theme),
    geo: {
      map: 'china',
      // Leaves room for the names of warehouses, not more: the outline is what the page is for.
      top: 8,
      bottom: 8,
      left: 'center',
      silent: false,
      selectedMode: false,
      itemStyle: { areaColor: colour.hairline, borderColor: colour.panel, borderWidth: 1 },
      emphasis: { itemStyle: { areaColor: colour['hairline-strong'] }, label: { show: false } },
      label: { show: false },
      regions: [...tinted(data, theme), islands(colour, font)],
      tooltip: { show: true, formatter: (region: unknown) => data.sayProvince((region as { name: string }).name) },
    },
    tooltip: { ...(baseOption(theme).tooltip as object), trigger: 'item' },
    series: [flowSeries(data, theme)],
  } as EChartsOption;
}

function tinted(data: PoolMapData, theme: ChartTheme): object[] {
  if (!data.show.demand) return [];
  const most = Math.max(0, ...data.demand.map(({ orders }) => orders));
  return data.demand.map(({ province, orders }) => {
    const area = tintColour(theme, tintOf(orders, most));
    return {
      name: province,
      itemStyle: { areaColor: area },
      emphasis: { itemStyle: { areaColor: mix(area, theme.colour['text-1'], 0.16) } },
    };
  });
}

/**
 * The inset of the South China Sea islands: always there, named as on every map of China, in the
 * colour of a coast.
 */
function islands(colour: ChartTheme['colour'], font: string): object {
  const itemStyle = { areaColor: colour['text-3'], borderColor: colour['text-3'], borderWidth: 0.6, opacity: 1 };
  return {
    name: '南海诸岛',
    itemStyle,
    label: { show: true, color: colour['text-2'], fontSize: 9, lineHeight: 10, fontFamily: font },
    emphasis: { itemStyle, label: { show: true, color: colour['text-2'] } },
  };
}

function flowSeries({ provinces, warehouses, flows, show, sayFlow }: PoolMapData, { colour }: ChartTheme): object {
  const places = new Map(warehouses.map(({ id, lon, lat }) => [id, [lon, lat]]));
  const most = Math.max(0, ...flows.map(({ orders }) => orders));
  const data = flows.flatMap((flow) => {
    const [from, to] = [places.get(flow.warehouse), provinces.get(flow.province)?.centre];
    if (!show.flows || !from || !to) return [];
    // A warehouse serves its own province too: a line without length would be a dot under its ring.
    if (Math.hypot(to[0] - (from[0] ?? 0), to[1] - (from[1] ?? 0)) < 0.6) return [];
    const width = flowWidth(flow.orders, most);
    return [{ coords: [from, to], flow, lineStyle: { width }, symbolSize: [0, 4 + 1.4 * width] }];
  });
  return {
    type: 'lines',
    coordinateSystem: 'geo',
    zlevel: 1,
    symbol: ['none', 'arrow'],
    lineStyle: { color: colour['text-1'], opacity: 0.5, curveness: 0.22 },
    emphasis: { lineStyle: { opacity: 1 } },
    tooltip: { formatter: (item: unknown) => sayFlow((item as { data: { flow: StockFlow } }).data.flow) },
    data,
  };
}
