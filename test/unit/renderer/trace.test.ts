import { describe, expect, it } from 'vitest';
import type { Beat } from '#shared/pulse.ts';
import { layoutTrace, nearestSpike, spikeHeight, xOf, type TraceView } from '../../../src-renderer/charts/trace.ts';
import { swelling, vesselPath } from '../../../src-renderer/charts/vessel.ts';

const view: TraceView = { width: 300, height: 60, head: 300_000, span: 300_000, weight: 1 };
const beat = (at: number, fields: Partial<Beat> = {}): Beat => ({
  at,
  orderNo: `TB${at}`,
  channel: 'taobao',
  shopId: 'flagship',
  paidMinor: 10_000,
  currency: 'CNY',
  grade: 'pass',
  held: 'none',
  ...fields,
});

describe('the trace', () => {
  it('puts now at the right edge and five minutes ago at the left', () => {
    expect([300_000, 150_000, 0].map((at) => xOf(at, view))).toEqual([300, 150, 0]);
  });
  it('grows with the amount on a log scale, within bounds', () => {
    const heights = [0, 1_000, 10_000, 100_000, 1_000_000, 99_999_999].map(spikeHeight);
    expect(heights).toEqual([...heights].sort((one, other) => one - other));
    expect(heights[0]).toBeGreaterThan(0);
    expect(heights[2]).toBeCloseTo(0.5, 2);
    expect(heights.at(-1)).toBe(1);
  });
  it('leaves out what lies outside the window', () => {
    expect(layoutTrace([beat(-60_000), beat(200_000), beat(400_000)], view).map(({ x }) => x)).toEqual([200]);
  });
  it('draws one spike per column, and never hides an anomaly behind a plain beat', () => {
    const crowd = [
      beat(100_000, { paidMinor: 900_000 }),
      beat(100_500, { orderNo: 'held', held: 'held', grade: 'medium', paidMinor: 100 }),
      beat(101_000, { paidMinor: 990_000 }),
    ];
    const spikes = layoutTrace(crowd, view);
    expect(spikes.map(({ beat: { orderNo }, anomaly }) => [orderNo, anomaly])).toEqual([['held', 'held']]);
  });
  it('keeps a frozen order before a held one', () => {
    const spikes = layoutTrace([beat(100_000, { held: 'held' }), beat(100_100, { orderNo: 'ice', held: 'frozen' })], view);
    expect(spikes.map(({ beat: { orderNo } }) => orderNo)).toEqual(['ice']);
  });
  it('stays cheap when a promo night fills the window: never more spikes than columns', () => {
    const storm = Array.from({ length: 115_000 }, (_, index) => beat((index / 115_000) * 300_000));
    expect(layoutTrace(storm, view).length).toBeLessThanOrEqual(view.width / 2 + 10);
  });
  it('finds the beat under the pointer within reach', () => {
    const spikes = layoutTrace([beat(100_000), beat(200_000)], view);
    expect(nearestSpike(spikes, 104, 24)?.beat.at).toBe(100_000);
    expect(nearestSpike(spikes, 150, 24)).toBeNull();
  });
});

describe('the stage line', () => {
  it('swells with the backlog and is full at ten thousand', () => {
    expect([0, 9, 99, 9_999, 1_000_000].map(swelling)).toEqual([0, 0.25, 0.5, 1, 1]);
  });
  it('is a thin line when a stage is empty', () => {
    expect(vesselPath(0, 40)).toBe('M0 18C18 18 22 18.0 50 18.0S82 18 100 18V22C82 22 78 22.0 50 22.0S18 22 0 22Z');
  });
});
