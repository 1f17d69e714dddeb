import { describe, expect, it } from 'vitest';
import type { ChannelMappingView } from '#shared/contract/mapping.ts';
import { countOf, editsOf, emptyDraft, rowsOf, withMeaning } from '../../../src-renderer/views/mapping/edits.ts';

const about = { zh: '说明', en: 'about' };
const plain = { partiallyShipped: false, platformHold: null, about };
const VIEW: ChannelMappingView = {
  channel: 'douyin',
  statuses: [
    { word: '2', status: 'paid', edited: false, ...plain },
    { word: '5', status: 'completed', edited: true, ...plain },
  ],
  refunds: [{ word: '12', meaning: 'succeeded', edited: false }],
  complaints: [],
  unknown: [{ kind: 'status', word: '117', seen: 3, lastAt: 1 }],
  changedAt: null,
  changedBy: null,
  reread: null,
};

describe('edits of a mapping', () => {
  it('send earlier edits again, because what is saved is the whole', () => {
    const draft = withMeaning(VIEW, emptyDraft(), 'refunds', '12', 'open');
    expect(editsOf(VIEW, draft)).toEqual({ statuses: { '5': 'completed' }, refunds: { '12': 'open' }, complaints: {} });
  });
  it('leave out a word that is set back to its shipped meaning', () => {
    const draft = withMeaning(VIEW, emptyDraft(), 'statuses', '5', null);
    expect(countOf(draft)).toBe(1);
    expect(editsOf(VIEW, draft).statuses).toEqual({});
  });
  it('are none where the choice is what is kept', () => {
    const there = withMeaning(VIEW, emptyDraft(), 'statuses', '2', 'shipped');
    expect(countOf(withMeaning(VIEW, there, 'statuses', '2', 'paid'))).toBe(0);
    expect(countOf(withMeaning(VIEW, emptyDraft(), 'statuses', '2', null))).toBe(0);
  });
  it('put a word nobody knew first, and take it out again', () => {
    const draft = withMeaning(VIEW, emptyDraft(), 'statuses', '117', 'closed');
    expect(rowsOf(VIEW, 'statuses', draft).map(({ word, drafted }) => [word, drafted])).toEqual([
      ['117', true],
      ['2', false],
      ['5', false],
    ]);
    expect(editsOf(VIEW, draft).statuses).toEqual({ '5': 'completed', '117': 'closed' });
    expect(countOf(withMeaning(VIEW, draft, 'statuses', '117', null))).toBe(0);
  });
});
