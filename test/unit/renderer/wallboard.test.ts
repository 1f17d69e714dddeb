import { describe, expect, it } from 'vitest';
import type { Vitals } from '#shared/pulse.ts';
import { wallFigures } from '../../../src-renderer/views/wallboard/figures.ts';

const HOUR = 3_600_000;
const NOW = 100 * HOUR;
const calm: Vitals = {
  at: NOW,
  ordersPerMinute: 26.4,
  open: 1_080,
  held: 0,
  frozen: 0,
  oldestHeldAt: null,
  outboxPending: 0,
  outboxDead: 0,
  inboxFailed: 0,
  storeLoad: 0.042,
  decisionP95Ms: 33.4,
  stockAlarms: 0,
  ohi: 97,
};
const shown = (vitals: Partial<Vitals>): string[] =>
  wallFigures({ ...calm, ...vitals }, NOW)
    .flat()
    .map(({ id, value, unit, tone }) => `${id} ${value}${unit} ${tone}`.replaceAll('\u202f', ' '));

describe('the giant figures', () => {
  it('are calm when nothing waits', () => {
    expect(shown({})).toEqual([
      'rate 26 plain',
      'held 0 healthy',
      'oldest — plain',
      'ohi 97.0 healthy',
      'open 1 080 plain',
      'decision 33ms plain',
      'stock 0 healthy',
      'load 4% plain',
    ]);
  });
  it('warn by what is near its limit', () => {
    const worse = { held: 17, frozen: 2, oldestHeldAt: NOW - 1.9 * HOUR, ohi: 79.9, decisionP95Ms: 6_200, stockAlarms: 3, storeLoad: 0.86 };
    expect(shown(worse)).toEqual([
      'rate 26 plain',
      'held 19 waiting',
      'oldest 1 h 54 alarm',
      'ohi 79.9 alarm',
      'open 1 080 plain',
      'decision 6.2s alarm',
      'stock 3 waiting',
      'load 86% alarm',
    ]);
  });
  it('show a dash for what was not measured, never a nought', () => {
    expect(shown({ ohi: null, decisionP95Ms: null }).filter((figure) => figure.includes('—'))).toEqual([
      'oldest — plain',
      'ohi — plain',
      'decision — plain',
    ]);
  });
});
