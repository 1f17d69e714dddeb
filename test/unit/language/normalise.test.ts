import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from '#main/language/normalise.ts';
import { jiebaSegmenter } from '#main/language/segment.ts';

describe('one form for one meaning', () => {
  test.each([
    ['ＰＬＥＡＳＥ　ship １２３', 'please ship 0'],
    ['發票開成辦公用品', '发票开成办公用品'],
    ['退-钱', '退钱'],
    ['好.评.返.现', '好评返现'],
    ['刷 / 单', '刷单'],
    ['投\u200B诉', '投诉'],
    ['加 V 信', '加微信'],
    ['+V 13800001111', '加微信 0'],
    ['jubao你', '举报你'],
    ['返xian吗', '返现吗'],
    ['快快快快快发货！！！！', '快快发货!'],
    ['太慢了😡', '太慢了生气'],
    ['加微❤聊', '加微信聊'],
    ['薇❤️返现', '微信返现'],
    ['很好❤', '很好喜欢'],
    ['打12315，电话 010-12345678', '打12315,电话 0-0'],
    ['礼物🎁送<b>妈妈</b>', '礼物礼物送<b>妈妈</b>'],
    ['   ', ''],
  ])('%j becomes %j', (written, meant) => {
    expect(normalise(written)).toBe(meant);
  });

  test('leaves words alone that only look like a look-alike', () => {
    expect(normalise('vip会员，wxyz牌子，nhb')).toBe('vip会员,wxyz牌子,nhb');
    expect(normalise('苹果、香蕉 and pears')).toBe('苹果、香蕉and pears');
  });

  test('what is in that form stays as it is, and no number of a person survives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const once = normalise(text);
        expect(/\d{6,}/u.test(once)).toBe(false);
        expect(once.length).toBeLessThanOrEqual(4_000);
      }),
    );
    for (const text of ['再不发货就举报', 'please ship today', '好评返现吗']) expect(normalise(normalise(text))).toBe(normalise(text));
  });

  test('a text of any length takes no longer than a message', () => {
    expect(normalise('投 - 诉 '.repeat(100_000)).length).toBeLessThan(1_000);
  });
});

describe('words', () => {
  test('of the trade stay whole', () => {
    expect(jiebaSegmenter.cut('好评返现刷单发票开成办公用品')).toEqual(['好评返现', '刷单', '发票', '开', '成', '办公用品']);
    expect(jiebaSegmenter.cut('打12315投诉, ship today')).toEqual(['打', '12315', '投诉', ',', 'ship', 'today']);
  });
});
