import { describe, expect, it } from 'vitest';
import type { DayAudit, FeedState } from '#shared/contract/feeds.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { backlogShare, byUrgency, clockWords, lagOf, tokenTone } from '../../../src-renderer/views/feeds/figures.ts';
import { lastDays, openOf, rowsOf, summaryOf } from '../../../src-renderer/views/gaps/matrix.ts';
import { checkedWords } from '../../../src-renderer/views/gaps/words.ts';

const NOON = Date.UTC(2025, 10, 22, 4);
const TODAY = Date.UTC(2025, 10, 21, 16);

function audit(shopId: string, back: number, change: Partial<DayAudit> = {}): DayAudit {
  const base = { channel: 'douyin' as const, checkedAt: NOON, there: 10, here: 10, missing: 0, filled: 0, extra: 0, error: null };
  return { ...base, shopId, day: TODAY - back * DAY, state: 'equal', ...change };
}

describe('days', () => {
  it('begin at midnight in Shanghai, newest first', () => {
    expect(lastDays(NOON, 3)).toEqual([TODAY, TODAY - DAY, TODAY - 2 * DAY]);
  });
  it('count what is still missing, not what was filled since', () => {
    expect(openOf(audit('a', 0, { state: 'filling', missing: 12, filled: 5 }))).toBe(7);
    expect(openOf(audit('a', 0, { state: 'equal', missing: 3, filled: 3 }))).toBe(0);
  });
  it('put shops that miss orders first', () => {
    const rows = rowsOf([audit('calm', 0), audit('holed', 0), audit('holed', 1, { state: 'missing', missing: 3 })]);
    expect(rows.map(({ shopId, missing }) => [shopId, missing])).toEqual([
      ['holed', 3],
      ['calm', 0],
    ]);
    expect(rows[0]?.days.size).toBe(2);
  });
  it('are summed without those the platform cannot list', () => {
    const audits = [audit('a', 0), audit('a', 1, { state: 'missing', missing: 3 }), audit('b', 0, { state: 'unknown' })];
    expect(summaryOf(audits)).toEqual({ checked: 2, gaps: 1, orders: 3 });
  });
});

describe('comparing a day just now', () => {
  it('says how it ended, why it could not be done, or that the day has only begun', () => {
    expect(checkedWords(audit('a', 0, { state: 'missing', missing: 3 }), '今天')).toBe('今天 核对完毕：缺 3 单');
    const error = { zh: '平台没有应答', en: 'The platform does not answer' };
    expect(checkedWords(audit('a', 1, { state: 'unchecked', error }), '11-21')).toBe('11-21 未能核对：平台没有应答');
    expect(checkedWords(audit('a', 0, { state: 'unchecked', checkedAt: null }), '今天')).toMatch(/^今天 刚开始/);
  });
});

describe('feeds', () => {
  it('stand worst first', () => {
    const feed = (state: FeedState['state']) => ({ state, name: state }) as FeedState;
    expect(
      ['live', 'off', 'failing', 'stopped', 'catching-up']
        .map((state) => feed(state as FeedState['state']))
        .sort(byUrgency)
        .map(({ state }) => state),
    ).toEqual(['stopped', 'failing', 'catching-up', 'live', 'off']);
  });
  it('say how far behind they are and when that is late', () => {
    expect(lagOf({ through: null }, NOON)).toBeNull();
    expect(lagOf({ through: NOON - MINUTE }, NOON)).toEqual({ ms: MINUTE, late: false });
    expect(lagOf({ through: NOON - 3 * MINUTE }, NOON)?.late).toBe(true);
  });
  it('show the share of a catch-up, the clock and the token', () => {
    expect(backlogShare({ from: 0, to: 6 * HOUR, through: 3 * HOUR })).toBe(0.5);
    expect(backlogShare({ from: 5, to: 5, through: 5 })).toBe(1);
    expect(clockWords(-500).key).toBe('feeds.clockSame');
    expect(clockWords(11 * MINUTE)).toMatchObject({ key: 'feeds.clockAhead', warns: true });
    expect(clockWords(-5_000)).toMatchObject({ key: 'feeds.clockBehind', warns: false });
    expect([tokenTone(NOON - 1, NOON), tokenTone(NOON + HOUR, NOON), tokenTone(NOON + 2 * DAY, NOON)]).toEqual(['over', 'soon', 'fine']);
  });
});
