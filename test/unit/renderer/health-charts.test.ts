import { describe, expect, it } from 'vitest';
import type { HealthPoint, OhiPart } from '#shared/health.ts';
import { HOUR } from '#shared/time.ts';
import { healthRadarOption, signedPoints, waterfallSteps } from '../../../src-renderer/charts/health-parts.ts';
import { axisFloor, axisStep, healthTrendOption, namedMarks } from '../../../src-renderer/charts/health-trend.ts';
import { COLOUR_TOKENS, type Palette } from '../../../src-renderer/theme/tokens.ts';
import { scoreWords, standingOf } from '../../../src-renderer/views/health/words.ts';

const theme = { colour: Object.fromEntries(COLOUR_TOKENS.map((name) => [name, '#123456'])) as Palette, font: 'sans-serif' };
const none = { timeliness: null, completeness: null, consistency: null, accuracy: null, controllability: null };
const words = { index: '指数', part: '准确', notMeasured: '未测量', mark: ({ kind }: { kind: string }) => kind };

describe('the trend', () => {
  const points: HealthPoint[] = [
    { at: 0, ohi: 96, parts: { ...none, accuracy: 81 }, orders: 3 },
    { at: HOUR, ohi: null, parts: none, orders: 0 },
    { at: 2 * HOUR, ohi: 97, parts: { ...none, accuracy: 84 }, orders: 3 },
  ];
  type Line = { name: string; data: [number, number | null][]; connectNulls: boolean };
  const option = (part: 'accuracy' | null) =>
    healthTrendOption({ points, from: 0, to: 2 * HOUR, marks: [], part, words }, theme) as unknown as {
      series: Line[];
      yAxis: { min: number };
      tooltip: { formatter: (lines: object[]) => string };
    };

  it('leaves a gap where nothing was measured', () => {
    const [line] = option(null).series;
    expect(line?.data[1]).toEqual([HOUR, null]);
    expect(line?.connectNulls).toBe(false);
  });
  it('draws a part beside the index and makes room for it', () => {
    expect(option(null).yAxis.min).toBe(90);
    expect(option('accuracy').yAxis.min).toBe(75);
    expect(option('accuracy').series.map(({ name }) => name)).toEqual(['指数', '准确']);
  });
  it('says what was not measured, in the time of the business', () => {
    const tip = option(null).tooltip.formatter([{ seriesName: '指数', marker: '', data: [HOUR, null] }]);
    expect(tip).toBe('01-01 09:00<br>指数 <b>未测量</b>');
  });
  it('has an axis of round figures that never cuts the line', () => {
    expect([[99.5], [93], [91.9], [1], [null], []].map((values) => axisFloor(values))).toEqual([90, 90, 85, 0, 90, 90]);
    expect([90, 80, 60, 0].map(axisStep)).toEqual([2.5, 5, 10, 20]);
  });
  it('names marks only where there is room for the name', () => {
    expect(namedMarks([{ at: 0 }, { at: 2 }, { at: 8 }, { at: 50 }], 0, 100)).toEqual([true, false, true, true]);
  });
});

describe('what moved the index', () => {
  it('steps from before to now, each part from where the one before it ended', () => {
    const why = { zh: '', en: '' };
    const steps = waterfallSteps(97, [
      { part: 'controllability', points: -2, why },
      { part: 'accuracy', points: 1, why },
    ]);
    expect(steps).toEqual([
      { id: 'before', from: 98, to: 98 },
      { id: 'controllability', from: 98, to: 96 },
      { id: 'accuracy', from: 96, to: 97 },
      { id: 'now', from: 97, to: 97 },
    ]);
  });
  it('gives points their sign, and none to what rounds to nothing', () => {
    expect([0.94, -0.3, 0.04, -0.02].map(signedPoints)).toEqual(['+0.9', '−0.3', '±0.0', '±0.0']);
  });
});

describe('the parts', () => {
  const part = (id: OhiPart['id'], score: number | null): OhiPart => ({
    id,
    score,
    target: 90,
    weight: 0.2,
    formula: { zh: '', en: '' },
    measured: 1,
    good: 1,
  });
  it('never print what was not measured as a figure', () => {
    expect(scoreWords(null)).toBe('未测量');
    expect(scoreWords(0)).toBe('0.0');
    expect(standingOf(part('accuracy', null))).toBeNull();
  });
  it('stand on, near or below their target as it is printed', () => {
    expect([90, 89.96, 89.9, 85, 84.9].map((score) => standingOf(part('accuracy', score)))).toEqual([
      'green',
      'green',
      'amber',
      'amber',
      'red',
    ]);
  });
  it('form a radar of the measured ones only', () => {
    const option = healthRadarOption(
      [part('accuracy', 80), part('timeliness', null), part('completeness', 99)],
      { name: (id) => id, actual: 'a', goal: 'g' },
      theme,
    );
    const { radar, series } = option as unknown as { radar: { indicator: { name: string }[] }; series: { data: { value: number[] }[] }[] };
    expect(radar.indicator.map(({ name }) => name)).toEqual(['accuracy', 'completeness']);
    expect(series[0]?.data[1]?.value).toEqual([80, 99]);
  });
});
