import { describe, expect, it } from 'vitest';
import { fitTextClassifier, TextClassifier } from '#main/learning/text/classifier.ts';
import type { LabelledMessage } from '#main/learning/text/classifier.ts';
import { plainText, textFeatures } from '#main/learning/text/features.ts';

/** Invented messages, words already apart. */
function message(label: string, ...words: string[]): LabelledMessage {
  return { labels: label === '' ? [] : [label], text: words.join(''), words };
}

const ENDINGS = ['', '啊', '吧', '谢谢', '!!'];
const MESSAGES: LabelledMessage[] = ENDINGS.flatMap((end) => [
  message('complaint', '再', '不', '发货', '就', '投诉', end),
  message('complaint', '我', '要', '举报', '你们', end),
  message('complaint', '等', '了', '一周', '投诉', '你们', end),
  message('thanks', '包装', '很', '好', '谢谢', end),
  message('thanks', '快递', '很', '快', '满意', end),
  message('question', '请问', '什么', '时候', '发货', end),
  message('question', '请问', '可以', '开', '发票', '吗', end),
]);

const classifier = fitTextClassifier(MESSAGES);

describe('the text classifier', () => {
  it.each([
    ['complaint', message('', '明天', '不', '发货', '我', '就', '举报')],
    ['thanks', message('', '东西', '很', '好', '满意')],
    ['question', message('', '请问', '什么', '时候', '能', '到')],
  ])('tells %s in words never put together like this', (label, unseen) => {
    const [first] = classifier.classify(unseen);
    expect(first!.label).toBe(label);
    expect(first!.probability).toBeGreaterThan(0.5);
  });

  it('points at the piece that says so', () => {
    const [first] = classifier.classify(message('', '东西', '今天', '到', '举报'));
    expect(first!.reasons.some(({ text }) => text.includes('举报'))).toBe(true);
  });

  it('is the same after it was stored, and refuses a damaged document', () => {
    const stored = JSON.parse(JSON.stringify(classifier)) as ReturnType<TextClassifier['toJSON']>;
    const unseen = message('', '就', '投诉');
    expect(TextClassifier.parse(stored).classify(unseen)).toEqual(classifier.classify(unseen));
    const [first, ...rest] = stored.classes;
    expect(() => TextClassifier.parse({ ...stored, classes: [{ ...first!, weights: [] }, ...rest] })).toThrow(/damaged/);
  });

  it('says of an empty message only how common the classes were', () => {
    for (const { probability, reasons } of classifier.classify({ text: '', words: [] })) {
      expect(probability).toBeLessThan(0.6);
      expect(reasons).toEqual([]);
    }
  });

  it('learns messages of two classes and of none', () => {
    const both = ENDINGS.map((end) => ({ ...message('complaint', '不', '退款', '就', '投诉', end), labels: ['complaint', 'refund'] }));
    const refunds = ENDINGS.map((end) => message('refund', '我', '要', '退款', end));
    const neither = ENDINGS.map((end) => message('', '放', '门口', end));
    const taught = fitTextClassifier([...MESSAGES, ...both, ...refunds, ...neither]);
    const likely = (...words: string[]) =>
      taught
        .classify(message('', ...words))
        .filter(({ probability }) => probability > 0.5)
        .map(({ label }) => label)
        .sort();
    expect(likely('今天', '不', '退款', '我', '就', '投诉')).toEqual(['complaint', 'refund']);
    expect(likely('请', '放', '门口')).toEqual([]);
  });

  it('needs two classes', () => {
    expect(() => fitTextClassifier([message('one', '好')])).toThrow(/two classes/);
  });
});

describe('text features', () => {
  it('see through width, case and blanks', () => {
    expect(plainText(' ＡＢＣ　投诉\n\n你 ')).toBe('abc 投诉 你');
  });

  it('are each there once, and never more than a long message is read for', () => {
    const found = textFeatures({ text: '好好好', words: ['好', '好'] });
    expect(found.map(({ shown }) => shown)).toEqual(['好', '好 好', '好', '好好', '好好好']);
    const endless = textFeatures({ text: '投诉'.repeat(50_000), words: new Array<string>(50_000).fill('投诉') });
    expect(endless.length).toBeLessThan(10);
  });
});
