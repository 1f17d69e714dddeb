import { describe, expect, it } from 'vitest';
import { legendOf } from '#main/rules/index.ts';
import { parsedPack } from './pack.ts';

describe('the legend of a rule set', () => {
  const { ruleSet } = parsedPack;
  const legend = legendOf(ruleSet);

  it('names every field a condition or relaxation reads, windows spelt out', () => {
    expect(legend.fields['window:orders:phone:10']).toMatchObject({ unit: 'count', label: { zh: '同一手机号 10 分钟内订单数' } });
    expect(legend.fields['customer-repurchase-rate']?.unit).toBe('percent');
    expect(Object.keys(legend.fields)).not.toContain('window');
  });

  it('carries the words that are searched for, never the addresses and devices that are looked up', () => {
    expect(Object.values(legend.words).flat()).toContain('刷单');
    const lookedUp = Object.keys(ruleSet.lists).filter((name) => name.startsWith('blacklisted-'));
    expect(lookedUp.length).toBeGreaterThan(0);
    for (const name of lookedUp) {
      expect(legend.words).not.toHaveProperty(name);
      expect(legend.lists[name]?.zh).toMatch(/黑名单/);
    }
  });
});
