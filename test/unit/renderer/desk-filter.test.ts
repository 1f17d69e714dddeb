import { describe, expect, it } from 'vitest';
import { isFiltering, NO_FILTER, passes, readFilter, writeFilter, type DeskFilter } from '../../../src-renderer/views/desk/filter.ts';
import { heldOrder } from './desk-support.ts';

const NOW = 1_000_000;
const ME = 'lin';

describe('the filter of the desk', () => {
  it('comes back from its own address', () => {
    const filter: DeskFilter = {
      severity: ['low', 'high'],
      kind: 'frozen',
      channel: ['taobao', 'douyin'],
      rule: 'coupon-abuse',
      role: 'senior-service',
      mine: true,
      snoozed: true,
      text: '上海 林',
    };
    expect(readFilter(writeFilter(filter) as Record<string, string>)).toEqual(filter);
    expect(isFiltering(filter)).toBe(true);
  });

  it('leaves a plain address for no filter, and ignores what it does not know', () => {
    expect(writeFilter(NO_FILTER)).toEqual({});
    expect(isFiltering(NO_FILTER)).toBe(false);
    expect(readFilter({ severity: 'terrible', kind: ['melted'], role: 'king', channel: null, other: 'x' })).toEqual(NO_FILTER);
  });

  const row = heldOrder(
    'TB1',
    { severity: 'high', role: 'risk', assignee: 'chen' },
    { channel: 'douyin', city: '苏州', buyerMask: '林**' },
  );
  it.each<[string, Partial<DeskFilter>, boolean]>([
    ['nothing asked', {}, true],
    ['its severity', { severity: ['low', 'high'] }, true],
    ['another severity', { severity: ['medium'] }, false],
    ['its kind', { kind: 'held' }, true],
    ['the other kind', { kind: 'frozen' }, false],
    ['its channel', { channel: ['jd', 'douyin'] }, true],
    ['another channel', { channel: ['jd'] }, false],
    ['its rule', { rule: 'coupon-abuse' }, true],
    ['another rule', { rule: 'phone-burst' }, false],
    ['its role', { role: 'risk' }, true],
    ['another role', { role: 'finance' }, false],
    ['mine, but it is not', { mine: true }, false],
    ['words anywhere, in any order, in either language', { text: 'LIMIT 苏州 tb1' }, true],
    ['one word that is nowhere', { text: '苏州 深圳' }, false],
  ])('%s', (_, fields, expected) => {
    expect(passes(row, { ...NO_FILTER, ...fields }, ME, NOW)).toBe(expected);
  });

  it('leaves out what is put aside, until it wakes or is asked for', () => {
    const asleep = heldOrder('TB2', { snoozedUntil: NOW + 1 });
    expect(passes(asleep, NO_FILTER, ME, NOW)).toBe(false);
    expect(passes(asleep, NO_FILTER, ME, NOW + 1)).toBe(true);
    expect(passes(asleep, { ...NO_FILTER, snoozed: true }, ME, NOW)).toBe(true);
  });

  it('takes only cases that are held', () => {
    expect(passes({ ...row, hold: null }, NO_FILTER, ME, NOW)).toBe(false);
  });
});
