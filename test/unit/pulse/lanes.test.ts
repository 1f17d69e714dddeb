import { describe, expect, it } from 'vitest';
import type { Beat } from '#shared/pulse.ts';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { Lanes } from '#main/pulse/lanes.ts';

const NOW = Date.UTC(2026, 10, 11, 8);
const SHOP = { channel: 'taobao', shopId: 'flagship', name: '旗舰店', feed: true } as const;

function beat(at: number, overrides: Partial<Beat> = {}): Beat {
  return {
    at,
    orderNo: `TB${at}`,
    channel: 'taobao',
    shopId: 'flagship',
    paidMinor: 9_900,
    currency: 'CNY',
    grade: 'pass',
    held: 'none',
    ...overrides,
  };
}

function lanesWith(gap: number, count: number): Lanes {
  const lanes = new Lanes();
  lanes.open(SHOP);
  for (let index = count - 1; index >= 0; index -= 1) lanes.beat(beat(NOW - index * gap), 200);
  return lanes;
}
const liveness = (lanes: Lanes, at: number) => lanes.lanes(at).map((lane) => lane.liveness)[0];

describe('Lanes', () => {
  it('shows rate, delay, held share and last beat of the last five minutes', () => {
    const lanes = new Lanes();
    lanes.open(SHOP);
    for (let index = 0; index < 100; index += 1) {
      lanes.beat(beat(NOW - 100 * SECOND + index * SECOND, { held: index < 25 ? 'held' : 'none' }), index < 90 ? 100 : 2_000);
    }
    expect(lanes.lanes(NOW)).toEqual([
      {
        channel: 'taobao',
        shopId: 'flagship',
        name: '旗舰店',
        liveness: 'live',
        lastBeatAt: NOW - SECOND,
        ordersPerMinute: 60,
        syncDelayP95Ms: expect.closeTo(2_000, -2) as number,
        heldShare: 0.25,
      },
    ]);
    expect(lanes.ordersPerMinute(NOW)).toBe(60);
    expect(lanes.lanes(NOW + HOUR)).toMatchObject([{ lastBeatAt: NOW - SECOND, ordersPerMinute: 0, syncDelayP95Ms: null, heldShare: 0 }]);
  });

  it('keeps the trace of all shops, oldest first', () => {
    const lanes = lanesWith(MINUTE, 8);
    lanes.beat(beat(NOW - 30 * SECOND, { channel: 'jd', shopId: 'outlet' }), null);
    expect(lanes.beats(NOW).map(({ at, channel }) => [(NOW - at) / SECOND, channel])).toEqual([
      [240, 'taobao'],
      [180, 'taobao'],
      [120, 'taobao'],
      [60, 'taobao'],
      [30, 'jd'],
      [0, 'taobao'],
    ]);
    expect(lanes.lanes(NOW).map(({ name }) => name)).toEqual(['旗舰店', 'outlet']);
  });

  it('bounds the trace in a flash sale, but counts every order', () => {
    const lanes = new Lanes();
    for (let index = 0; index < 20_000; index += 1) lanes.beat(beat(NOW - 20_000 + index), 10);
    const trace = lanes.beats(NOW);
    expect([trace.length, trace.at(-1)?.at]).toEqual([3_000, NOW - 1]);
    expect(lanes.ordersPerMinute(NOW)).toBe(20_000);
  });

  it.each([
    ['a busy feed', 10 * SECOND, 5 * MINUTE],
    ['a slow feed', 20 * MINUTE, 2 * HOUR],
  ])('%s falls silent by its own habits (G4)', (_name, gap, limit) => {
    const lanes = lanesWith(gap, 20);
    expect([0, limit / 2, limit / 2 + 1, limit, limit + 1].map((silence) => liveness(lanes, NOW + silence))).toEqual([
      'live',
      'live',
      'quiet',
      'quiet',
      'silent',
    ]);
    lanes.heard('taobao', 'flagship', NOW + limit + 2);
    expect(liveness(lanes, NOW + limit + 3)).toBe('live');
  });

  it('does not raise the alarm over a feed it does not know yet', () => {
    expect(liveness(lanesWith(MINUTE, 4), NOW + HOUR)).toBe('quiet');
    const lanes = new Lanes();
    lanes.open(SHOP);
    expect(liveness(lanes, NOW + HOUR)).toBe('quiet');
    expect(lanes.lanes(NOW)).toMatchObject([{ lastBeatAt: null, ordersPerMinute: 0, heldShare: 0 }]);
  });

  it('says nothing of a shop without a feed, and keeps figures when a lane is renamed', () => {
    const lanes = lanesWith(MINUTE, 20);
    lanes.open({ ...SHOP, name: '新名', feed: false });
    expect(lanes.lanes(NOW)).toMatchObject([{ name: '新名', liveness: 'off', lastBeatAt: NOW }]);
  });

  it('counts messages that came at one moment as one sign of life', () => {
    const lanes = new Lanes();
    lanes.open(SHOP);
    for (let index = 0; index < 40; index += 1) lanes.heard('taobao', 'flagship', NOW - (index % 2 === 0 ? 10 : 0) * MINUTE);
    expect(liveness(lanes, NOW + HOUR)).toBe('quiet');
  });

  it('is silent at once, with the reason, while the shop cannot be read, and back when it can', () => {
    const lanes = lanesWith(30 * SECOND, 20);
    const problem = { zh: '授权已被撤销', en: 'The authorisation was revoked' };
    lanes.trouble('taobao', 'flagship', problem);
    expect(lanes.lanes(NOW)[0]).toMatchObject({ liveness: 'silent', problem });
    lanes.trouble('taobao', 'flagship', null);
    expect(lanes.lanes(NOW)[0]?.liveness).toBe('live');
    expect(lanes.lanes(NOW)[0]).not.toHaveProperty('problem');
  });

  it('is alive while polls work, even if they bring nothing, and learns no habit from them', () => {
    const lanes = lanesWith(MINUTE, 20);
    expect(liveness(lanes, NOW + HOUR)).toBe('silent');
    for (let at = NOW; at <= NOW + HOUR; at += 30 * SECOND) lanes.alive('taobao', 'flagship', at);
    expect(liveness(lanes, NOW + HOUR)).toBe('live');
    expect(liveness(lanes, NOW + HOUR + 7 * MINUTE)).toBe('silent');
  });

  it('goes when the shop is disconnected', () => {
    const lanes = lanesWith(MINUTE, 3);
    lanes.close(SHOP);
    expect(lanes.lanes(NOW)).toEqual([]);
  });
});
