// @vitest-environment happy-dom
import { init } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { use } from 'echarts/core';
import { beforeAll, describe, expect, it } from 'vitest';
import outline from '#resources/map/china.json' with { type: 'json' };
import { loadChina, type Province } from '../../../src-renderer/charts/china.ts';
import { mix } from '../../../src-renderer/charts/colour.ts';
import { placeLabels } from '../../../src-renderer/charts/labels.ts';
import { flowWidth, poolMapOption, tintOf, type PoolMapData } from '../../../src-renderer/charts/pool-map.ts';
import { COLOUR_TOKENS, type Palette } from '../../../src-renderer/theme/tokens.ts';
import places from '#resources/places.json' with { type: 'json' };

const colour = Object.fromEntries(COLOUR_TOKENS.map((name) => [name, '#406080'])) as Palette;
const theme = { colour: { ...colour, hairline: '#000000', accent: '#00ff00' }, font: 'sans-serif' };
let provinces: ReadonlyMap<string, Province>;

beforeAll(async () => {
  use(SVGRenderer);
  provinces = await loadChina();
});
function data(fields: Partial<PoolMapData> = {}): PoolMapData {
  return {
    provinces,
    warehouses: [{ id: 'suzhou', lon: 120.62, lat: 31.3 }],
    flows: [{ warehouse: 'suzhou', province: '广东', orders: 10, pieces: 12 }],
    demand: [{ province: '广东', orders: 4 }],
    show: { demand: true, flows: true },
    sayProvince: (name) => name,
    sayFlow: ({ province }) => province,
    ...fields,
  };
}
interface Drawn {
  geo: { regions: { name: string; itemStyle: { areaColor: string } }[] };
  series: [{ data: { coords: unknown; lineStyle: { width: number } }[] }];
}
const drawn = (fields: Partial<PoolMapData> = {}): Drawn => poolMapOption(data(fields), theme) as unknown as Drawn;

describe('the outline', () => {
  it('has every province the hub names, with its English name and closed rings', () => {
    expect(provinces.size).toBe(34);
    for (const { name } of places.provinces) expect(provinces.get(name)?.english, name).toMatch(/^[A-Z]/);
    const rings = outline.features.flatMap(({ geometry: { type, coordinates } }) =>
      type === 'Polygon' ? (coordinates as number[][][]) : (coordinates as number[][][][]).flat(),
    );
    expect(rings.length).toBeGreaterThan(34);
    for (const ring of rings) expect(ring[0]).toEqual(ring.at(-1));
    const positions = rings.flat();
    expect(Math.min(...positions.map(([lon = 0]) => lon))).toBeGreaterThan(73);
    expect(Math.max(...positions.map(([lon = 0]) => lon))).toBeLessThan(136);
    expect(Math.min(...positions.map(([, lat = 0]) => lat))).toBeGreaterThan(18);
    expect(Math.max(...positions.map(([, lat = 0]) => lat))).toBeLessThan(54);
  });
  it('is drawn with the inset of the South China Sea islands, named, below and right of Hainan', () => {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width: 800, height: 600 });
    chart.setOption(poolMapOption(data(), theme));
    expect(chart.renderToSVGString()).toContain('南海诸岛');
    const [inset, hainan] = [chart.convertToPixel('geo', [127, 22]), chart.convertToPixel('geo', [109.7, 19.2])];
    expect(inset[0]).toBeGreaterThan(hainan[0] ?? Infinity);
    expect(inset[0]).toBeLessThan(800);
    chart.dispose();
  });
});

describe('the pool map', () => {
  it('tints provinces by demand, the strongest most, and only on their layer', () => {
    const demand = [
      { province: '广东', orders: 100 },
      { province: '西藏', orders: 1 },
    ];
    const [strong, weak] = drawn({ demand }).geo.regions;
    expect([strong?.itemStyle.areaColor, weak?.itemStyle.areaColor]).toEqual(['#008000', mix('#000000', '#00ff00', 0.05)]);
    expect(drawn({ demand, show: { demand: false, flows: true } }).geo.regions.map(({ name }) => name)).toEqual(['南海诸岛']);
    expect(tintOf(3, 0)).toBe(0);
  });
  it('draws a flow from warehouse to province, wider for more orders', () => {
    const flows = [
      { warehouse: 'suzhou', province: '广东', orders: 10, pieces: 12 },
      { warehouse: 'suzhou', province: '四川', orders: 5, pieces: 5 },
    ];
    const lines = drawn({ flows }).series[0].data;
    expect(lines.map(({ lineStyle }) => lineStyle.width)).toEqual([5, 3]);
    expect(lines[0]?.coords).toEqual([[120.62, 31.3], provinces.get('广东')?.centre]);
    expect(drawn({ flows, show: { demand: true, flows: false } }).series[0].data).toEqual([]);
    expect(flowWidth(1, 0)).toBe(1);
  });
  it('leaves out flows to places it does not know, from warehouses it does not know, and within a city', () => {
    const flows = [
      { warehouse: 'suzhou', province: 'California', orders: 1, pieces: 1 },
      { warehouse: 'elsewhere', province: '广东', orders: 1, pieces: 1 },
      { warehouse: 'tianjin', province: '天津', orders: 1, pieces: 1 },
    ];
    expect(drawn({ flows, warehouses: [{ id: 'tianjin', lon: 117.2, lat: 39.13 }] }).series[0].data).toEqual([]);
  });
  it('puts a name to the left where a neighbour stands to the right', () => {
    const sides = placeLabels([
      { id: 'hefei', x: 100, y: 100 },
      { id: 'suzhou', x: 130, y: 104 },
      { id: 'far', x: 130, y: 300 },
    ]).map(({ side }) => side);
    expect(sides).toEqual(['left', 'right', 'right']);
    expect(placeLabels([{ id: 'guangzhou', x: 50, y: 60 }], [{ x: 90, y: 50 }])[0]?.side).toBe('left');
  });
});
