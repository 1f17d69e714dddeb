import { beforeEach, describe, expect, test } from 'vitest';
import type { FrontierEffect, FrontierPoint, MeasuredShare, Suggestions } from '#shared/contract/reports.ts';
import { beyondOf, frontierOption, reachOf } from '../../../src-renderer/charts/frontier.ts';
import { COLOUR_TOKENS, type Palette } from '../../../src-renderer/theme/tokens.ts';
import { axisOf, intervalOf, limitOf, marksOf, nameOf, percentOf, pointsMore } from '../../../src-renderer/views/reports/frontier.ts';

const THIN = '\u202f';
const shareOf = (part: number, whole: number): MeasuredShare => ({
  part,
  whole,
  value: whole === 0 ? null : part / whole,
  low: 0.1,
  high: 0.9,
});
const effect = (bad: number, good: number): FrontierEffect => ({
  ...{ stopped: bad + good, perDay: 1, precision: shareOf(bad, bad + good), recall: shareOf(bad, 50), falseKills: shareOf(good, 200) },
  ...{ moreFalseKills: 0, newReturning: 0 },
});
const change = {
  ...{
    ruleId: 'deep',
    ruleVersion: 1,
    name: { zh: '优惠过深', en: 'Discount too deep' },
    severity: 'low' as const,
    field: 'discount-share',
  },
  ...{
    op: '>',
    place: 0,
    from: 90,
    to: 94,
    label: { zh: '', en: '' },
    fromText: { zh: '90%', en: '90 %' },
    toText: { zh: '94%', en: '94 %' },
  },
};
const point = (
  id: string,
  changes: FrontierPoint['changes'],
  measured: FrontierEffect,
  more: Partial<FrontierPoint> = {},
): FrontierPoint => ({
  ...{ id, changes, found: measured, measured, withinBound: true, chosen: false, draft: null, outdated: false },
  ...more,
});
const POINTS = [
  point('none', [change, change], effect(0, 0)),
  point('present', [], effect(20, 10)),
  point('dear', [change], effect(40, 60), { withinBound: false }),
];

describe('a figure of the choices', () => {
  test('has as many digits as tell false-kill rates apart, and a dash where nothing was counted', () => {
    expect([0, 0.0084, 0.0999, 0.706, 1, null].map(percentOf)).toEqual([
      ...[`0${THIN}%`, `0.84${THIN}%`, `9.99${THIN}%`, `70.6${THIN}%`, `100${THIN}%`, '—'],
    ]);
    expect([0, 0.005, 0.25].map(axisOf)).toEqual([`0${THIN}%`, `0.5${THIN}%`, `25${THIN}%`]);
    expect(intervalOf(shareOf(1, 2))).toBe(`10.0–90.0${THIN}%`);
    expect(intervalOf({ ...shareOf(0, 0), low: null, high: null })).toBe('');
    expect([0.0051, -0.1688, 0, -0.00001].map(pointsMore)).toEqual(['+0.51', '−16.88', '0', '0']);
  });
  test('stands beside what the set is called and what is to be known of it', () => {
    expect(POINTS.map(nameOf)).toEqual(['改 2 条规则的阈值', '现行规则集', '优惠过深 >\u00a094%']);
    expect(POINTS.map((one) => marksOf(one).map(({ tone }) => tone))).toEqual([[], [], ['beyond']]);
    expect(marksOf({ ...POINTS[1]!, chosen: true })[0]?.text).toBe('没有更好的，保持不变');
    expect(marksOf({ ...POINTS[0]!, chosen: true })[0]?.text).toBe('上限内最好');
  });
  test('the bound is drawn from the set in force on, where it is known', () => {
    const run = { frontier: POINTS, computedWith: 0.005 } as Partial<Suggestions> as Suggestions;
    expect(limitOf(run)).toBeCloseTo(0.055, 10);
    expect(limitOf({ ...run, computedWith: null })).toBeNull();
    expect(limitOf({ ...run, frontier: [] })).toBeNull();
  });
});

describe('the chart of the choices', () => {
  const theme = { colour: Object.fromEntries(COLOUR_TOKENS.map((token) => [token, token])) as Palette, font: 'x' };
  const words = {
    ...{ precision: 'P', recall: 'R', falseKills: 'F', limit: 'L', tip: ({ id }: FrontierPoint) => id, mark: () => '', percent: axisOf },
  };
  interface Drawn {
    name?: string;
    data: ({ value: unknown[]; symbolSize: number } | unknown[])[];
    markLine?: { data: { xAxis: number }[] };
  }
  let series: Drawn[];
  beforeEach(() => {
    series = frontierOption({ points: POINTS, picked: 'dear', limit: 0.055, words }, theme).series as unknown as Drawn[];
  });
  test('has precision and recall of each set over its false-kill rate; precision of what stops nothing is a gap', () => {
    const values = (name: string) => series.find((one) => one.name === name)?.data.map((one) => (one as { value: unknown[] }).value);
    expect(values('P')).toEqual([
      [0, null],
      [0.05, 20 / 30],
      [0.3, 0.4],
    ]);
    expect(values('R')).toEqual([
      [0, 0],
      [0.05, 0.4],
      [0.3, 0.8],
    ]);
  });
  test('does not let a far choice press the others together, unless it is the one that is looked at', () => {
    const far = [...POINTS, point('far', [change], effect(45, 90), { withinBound: false })];
    const end = (picked: string | null, limit: number | null = 0.055): number => reachOf({ points: far, picked, limit });
    expect([end('present'), end('far')]).toEqual([0.055, 0.45]);
    expect([beyondOf({ points: far, picked: null, limit: 0.055 }), beyondOf({ points: far, picked: 'far', limit: 0.055 })]).toEqual([2, 0]);
    // Four times what the bound allows still belongs to the picture, and without now and bound all do.
    expect(end(null, 0.08)).toBe(0.3);
    expect(reachOf({ points: far.filter(({ changes }) => changes.length > 0), picked: null, limit: null })).toBe(0.45);
  });
  test('shows the interval of the set that is looked at, and the bound', () => {
    const sizes = series.find(({ name }) => name === 'P')?.data.map((one) => (one as { symbolSize: number }).symbolSize) ?? [];
    expect(sizes.indexOf(Math.max(...sizes))).toBe(2);
    expect(series.filter(({ name }) => name === undefined).map(({ data }) => data)).toEqual([
      [
        [0.3, 0.1],
        [0.3, 0.9],
      ],
      [
        [0.3, 0.1],
        [0.3, 0.9],
      ],
    ]);
    expect(series.find(({ name }) => name === 'P')?.markLine?.data.map(({ xAxis }) => xAxis)).toEqual([0.055]);
  });
});
