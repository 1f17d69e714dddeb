import { describe, expect, test } from 'vitest';
import { channelOfWord, labelOfWord, suggestColumns } from '#main/hub/radar/sample-words.ts';

describe('words of a file of disputes', () => {
  test.each([
    ...[['纠纷', 'disputed'] as const, ['仅退款', 'disputed'] as const, [' Charge-Back'.replace('-', ''), 'disputed'] as const],
    ...[['Suspected fraud', 'disputed'] as const, ['是', 'disputed'] as const, ['1', 'disputed'] as const],
    ...[['正常', 'fine'] as const, ['Completed', 'fine'] as const, ['否', 'fine'] as const, ['0', 'fine'] as const],
  ])('%s is %s', (word, label) => {
    expect(labelOfWord(word)).toBe(label);
  });

  test('what is not known is no label, and the words of the file itself win', () => {
    expect([labelOfWord('大概吧'), labelOfWord(''), labelOfWord('constructor')]).toEqual([null, null, null]);
    expect(labelOfWord('待定', { 待定: 'fine' })).toBe('fine');
    expect(labelOfWord('是', { 是: 'fine' })).toBe('fine');
  });

  test('channels go by id, code and either name', () => {
    expect(['taobao', 'TB', '天猫', '京东', 'Douyin Shop', '自建商城'].map(channelOfWord)).toEqual([
      ...['taobao', 'taobao', 'taobao', 'jd', 'douyin', 'standard-webhooks'],
    ]);
    expect(channelOfWord('某平台')).toBeNull();
  });
});

describe('columns', () => {
  test('are known by their headings, in either language', () => {
    expect(suggestColumns(['渠道', '订单编号', '是否纠纷', '纠纷类型', '内容', '店铺'], [])).toEqual({
      ...{ channel: 0, order: 1, label: 2, kind: 3, text: 4, shop: 5 },
    });
    expect(suggestColumns(['Order ID', 'Disputed', 'Reason'], [])).toEqual({
      ...{ order: 0, label: 1, kind: 2, text: null, channel: null, shop: null },
    });
  });

  test('the label also by its cells; without one every row is a dispute; without order numbers there is nothing to suggest', () => {
    const samples = [
      ['A1', '张三', '投诉'],
      ['A2', '李四', '正常'],
    ];
    expect(suggestColumns(['订单号', '客服', '情况'], samples)?.label).toBe(2);
    expect(suggestColumns(['订单号', '客服'], samples)?.label).toBeNull();
    expect(suggestColumns(['编号', '情况'], samples)).toBeNull();
  });
});
