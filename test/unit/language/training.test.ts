import { describe, expect, test } from 'vitest';
import { MESSAGE_INTENTS } from '#shared/message.ts';
import { fitTextClassifier } from '#main/learning/text/classifier.ts';
import { jiebaSegmenter, messageText } from '#main/language/index.ts';
import { chanceOf } from '#main/learning/random.ts';
import { composeMessages } from '../../../scripts/messages/compose.ts';
import { expand } from '../../../scripts/messages/expand.ts';
import { FRESH_FILE, HELD_BACK_FILE, readLabelled, taughtMessages } from '../../../scripts/messages/held-back.ts';

describe('messages made from templates', () => {
  test('are the same for the same seed, all different, and of every intent', () => {
    const made = composeMessages(1_500, 7);
    expect(made).toEqual(composeMessages(1_500, 7));
    expect(made).not.toEqual(composeMessages(1_500, 8));
    expect(new Set(made.map(({ text }) => text)).size).toBe(1_500);
    expect(new Set(made.flatMap(({ labels }) => labels))).toEqual(new Set(MESSAGE_INTENTS));
    expect(made.some(({ labels }) => labels.length === 0)).toBe(true);
  });

  test('hold none of the messages the model is measured on', () => {
    const measured = new Set([...readLabelled(HELD_BACK_FILE), ...readLabelled(FRESH_FILE)].map(({ text }) => text));
    expect(taughtMessages().filter(({ text }) => measured.has(text))).toEqual([]);
  });

  test('teach the same model twice', () => {
    const learn = () =>
      JSON.stringify(
        fitTextClassifier(composeMessages(400, 3).map(({ labels, text }) => ({ labels, ...messageText(text, jiebaSegmenter) }))),
      );
    expect(learn()).toBe(learn());
  });
});

describe('templates', () => {
  const words = { goods: ['杯子'], inner: ['<goods>两个'] };

  test('choose among alternatives, one in another, and draw from lists', () => {
    const made = new Set(Array.from({ length: 50 }, (_, seed) => expand('(买|(退|换))<inner>(吗|)', words, chanceOf(seed))));
    expect([...made].sort()).toEqual(['买杯子两个', '买杯子两个吗', '换杯子两个', '换杯子两个吗', '退杯子两个', '退杯子两个吗'].sort());
  });

  test.each(['(a|b', 'a)', '<nothing>'])('%j is refused', (template) => {
    expect(() => expand(template, words, chanceOf(1))).toThrow();
  });
});
