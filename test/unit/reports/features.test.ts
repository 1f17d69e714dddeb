import { describe, expect, test } from 'vitest';
import { FeatureCounts, SMALLEST_GROUP } from '#main/reports/features.ts';

const FIELDS = ['currency', 'province', 'order-amount', 'remarks', 'order-tags'];

/** 400 orders let through, 40 of them bad: three quarters of those from one province, all of them dear. */
function counted(): FeatureCounts {
  const counts = new FeatureCounts();
  for (let index = 0; index < 400; index += 1) {
    const missed = index % 10 === 0;
    const province = missed ? (index % 40 === 0 ? '浙江' : '西藏') : index % 20 === 1 ? '西藏' : '浙江';
    counts.add(FIELDS, ['CNY', province, missed ? 90_000 : 1_000 + index, '私人的话', index < 4 ? ['live'] : []], missed);
  }
  return counts;
}

describe('what missed orders have in common', () => {
  test('is a value they have more often than all that were let through, with both shares', () => {
    const found = counted().features();
    const province = found.find(({ field }) => field === 'province');
    expect(province).toMatchObject({ value: { zh: '西藏' }, missed: 30, missedShare: 0.75, passed: 50, passedShare: 0.125, lift: 6 });
    const amount = found.find(({ field }) => field === 'order-amount');
    expect(amount).toMatchObject({ missed: 40, missedShare: 1 });
    expect(amount?.value.en).toContain('and more');
  });
  test('is never free text, nor a group too small to mean anything', () => {
    const found = counted().features();
    expect(found.map(({ field }) => field)).not.toContain('remarks');
    expect(found.map(({ field }) => field)).not.toContain('order-tags');
    expect(found.every(({ missed }) => missed >= SMALLEST_GROUP)).toBe(true);
  });
  test('is nothing where nothing was missed', () => {
    const counts = new FeatureCounts();
    for (let index = 0; index < 50; index += 1) counts.add(FIELDS, ['CNY', '浙江', 1_000, '', []], false);
    expect(counts.features()).toEqual([]);
    expect(new FeatureCounts().features()).toEqual([]);
  });
});
