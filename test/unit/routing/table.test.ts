import { describe, expect, it } from 'vitest';
import routing from '#resources/routing.json' with { type: 'json' };
import warehouses from '#resources/warehouses.json' with { type: 'json' };
import { distanceKm } from '#main/routing/distance.ts';
import { findProvince, parseRoutingTable, parseWarehouses, RoutingTableError } from '#main/routing/table.ts';

type Json = typeof routing;
const broken = (change: (table: Json) => unknown) => {
  const copy = structuredClone(routing);
  return () => parseRoutingTable(change(copy) ?? copy);
};

describe('parseRoutingTable', () => {
  it.each<[string, (table: Json) => unknown, string]>([
    ['no object', () => 'nothing', 'The routing table is not valid: (top):'],
    ['an unknown key', (table) => ({ ...table, extra: 1 }), '(top): Unrecognized key: "extra"'],
    ['a negative lead time', (table) => void Object.assign(table.lines[1] ?? {}, { leadDays: -1 }), 'lines.1.leadDays:'],
    [
      'an unknown region',
      (table) => void Object.assign(table.lines[1]?.when ?? {}, { regions: ['moon'] }),
      'line east names the unknown region moon',
    ],
    ['a line twice', (table) => void Object.assign(table.lines[1] ?? {}, { id: 'vip' }), 'two lines share one id'],
    ['no line for the rest', (table) => void table.lines.pop(), 'the last line (nearest-any) has to fit every order'],
    [
      'a province twice',
      (table) => void Object.assign(table.provinces[1]?.name ?? {}, { zh: '上海市' }),
      'the province name 上海市 is given twice',
    ],
    [
      'a province in no region',
      (table) => void Object.assign(table.provinces[0] ?? {}, { region: 'moon' }),
      'province Shanghai lies in the unknown region moon',
    ],
  ])('refuses %s', (_name, change, message) => {
    expect(broken(change)).toThrow(RoutingTableError);
    expect(broken(change)).toThrow(message);
  });

  it('reads names of provinces the way platforms write them', () => {
    const table = parseRoutingTable(routing);
    const names = [
      '江苏',
      ' 江苏省 ',
      'JIANGSU',
      'Jiangsu Sheng',
      '新疆维吾尔自治区',
      'Ningxia Hui Autonomous Region',
      'Xizang',
      '香港特别行政区',
      'Macau SAR',
      '月球',
    ];
    expect(names.map((name) => findProvince(table, name)?.name.zh ?? null)).toEqual([
      '江苏',
      '江苏',
      '江苏',
      '江苏',
      '新疆',
      '宁夏',
      '西藏',
      '香港',
      '澳门',
      null,
    ]);
  });
});

describe('parseWarehouses', () => {
  it('accepts the default warehouses: Suzhou, Hefei, Guangzhou, Tianjin, one of them VIP', () => {
    const parsed = parseWarehouses(warehouses);
    expect(parsed.map(({ id }) => id)).toEqual(['suzhou', 'hefei', 'guangzhou', 'tianjin']);
    expect(parsed.filter(({ vip }) => vip)).toHaveLength(1);
  });

  it('refuses none, one twice, and one without capacity', () => {
    const [first] = warehouses;
    expect(() => parseWarehouses([])).toThrow(RoutingTableError);
    expect(() => parseWarehouses([first, first])).toThrow('suzhou is given twice');
    expect(() => parseWarehouses([{ ...first, dailyCapacity: 0 }])).toThrow('0.dailyCapacity:');
  });
});

describe('distanceKm', () => {
  it('agrees with known great-circle distances', () => {
    const [beijing, shanghai] = [
      { lon: 116.41, lat: 39.9 },
      { lon: 121.47, lat: 31.23 },
    ];
    // 1,067 km between the city centres on the mean sphere.
    expect(distanceKm(beijing, shanghai)).toBeCloseTo(1067, -1);
    expect(distanceKm({ lon: 0, lat: 0 }, { lon: 180, lat: 0 })).toBeCloseTo(Math.PI * 6371.0088, 3);
    expect(distanceKm(beijing, beijing)).toBe(0);
  });
});
