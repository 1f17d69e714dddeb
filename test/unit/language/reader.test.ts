import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jiebaSegmenter, MessageModelError, MessageReader } from '#main/language/index.ts';
import type { MessageReading } from '#main/model/message.ts';
import { parseRuleSet } from '#main/rules/index.ts';
import { FRESH_FILE, HELD_BACK_FILE, readLabelled, splitHeldBack } from '../../../scripts/messages/held-back.ts';
import { measure, type Evaluation } from '../../../scripts/messages/measure.ts';
import type { MadeMessage } from '../../../scripts/messages/compose.ts';

const FILE = new URL('../../../resources/models/messages.json', import.meta.url);
const stored = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown> & { evaluation: Record<'heldBack' | 'fresh', Evaluation> };
const reader = MessageReader.parse(stored, jiebaSegmenter);
const read = (text: string): MessageReading => reader.read(text) as MessageReading;

describe('the shipped model', () => {
  test.each([
    ['再不发货我就打12315投诉你们', 'complaint'],
    ['i will report you to the consumer association', 'complaint'],
    ['麻烦尽快发货，等着用', 'urging'],
    ['不想要了，申请退款', 'refund'],
    ['好评返现多少', 'cash-back'],
    ['好.评.返 现 多少', 'cash-back'],
    ['这单是刷单，不用发货，寄空包', 'brushing'],
    ['发票开成办公用品', 'invoice-improper'],
    ['發票開成辦公用品', 'invoice-improper'],
    ['加V信，私下转账便宜点', 'off-platform'],
    ['收货地址写错了，请改到公司前台', 'address-change'],
    ['请写张贺卡，生日快乐', 'handling-note'],
    ['请问这款有黑色现货吗', 'question'],
    ['谢谢老板，祝生意兴隆', 'thanks'],
  ] as const)('reads %j as %s', (text, intent) => {
    expect(read(text).intents).toContain(intent);
  });

  test.each(['收货地址：举报中心路 3 号', '别投诉快递小哥，他也不容易', '不用发票，谢谢', '办公用品采购，请按清单发'])(
    'is not taken in by the words of %j',
    (text) => {
      const { tendency, intents } = read(text);
      expect(tendency).toBeLessThan(reader.suggestedThreshold);
      for (const intent of ['complaint', 'invoice-improper', 'invoice']) expect(intents).not.toContain(intent);
    },
  );

  test('says which pieces of the message spoke for a complaint, never a number of a person', () => {
    const { tendency, reasons } = read('再不发货我就去消协投诉，电话13800001111');
    expect(tendency).toBeGreaterThan(80);
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.join()).toMatch(/投诉|消协|再不/);
    expect(reasons.join()).not.toMatch(/138/);
    expect(read('谢谢').reasons).toEqual([]);
  });

  test('keeps what it read of short texts only: a text of any length may come', () => {
    const long = `再不发货就投诉${'，'.repeat(1_000)}`;
    expect(reader.read('再不发货就投诉')).toBe(reader.read('再不发货就投诉'));
    expect(reader.read(long)).not.toBe(reader.read(long));
    expect(reader.read(long)).toEqual(reader.read(long));
  });

  test('says nothing of nothing, and the same of the same', () => {
    expect(reader.read('  \n')).toBeNull();
    expect(read('再不发货就举报')).toEqual(MessageReader.parse(stored, jiebaSegmenter).read('再不发货就举报'));
  });

  test('is small, and named after its content', () => {
    expect(statSync(FILE).size).toBeLessThan(300_000);
    expect(reader.model).toMatch(/^messages-[0-9a-f]{8}$/);
  });

  test('its threshold is that of the shipped rule', () => {
    const pack = JSON.parse(readFileSync(new URL('../../../resources/rules.json', import.meta.url), 'utf8')) as unknown;
    const rule = parseRuleSet(pack).ruleSet.rules.find(({ id }) => id === 'complaint-tendency');
    expect(JSON.stringify(rule?.when)).toContain(`"op":">=","value":${reader.suggestedThreshold}`);
  });
});

describe('the evaluation stored with the model', () => {
  const figuresOn = (messages: MadeMessage[]) =>
    measure(
      messages,
      messages.map(({ text }) => read(text)),
      reader.suggestedThreshold,
    );
  const heldBack = readLabelled(HELD_BACK_FILE);

  test('is what the model does on the messages it was not made from', () => {
    expect(figuresOn(splitHeldBack(heldBack).measuredOn)).toEqual(stored.evaluation.heldBack);
    expect(figuresOn(readLabelled(FRESH_FILE))).toEqual(stored.evaluation.fresh);
  });

  test('is good enough to act on', () => {
    const { areaUnderCurve, precision, recall } = stored.evaluation.heldBack;
    expect(heldBack.length).toBeGreaterThanOrEqual(400);
    expect(areaUnderCurve).toBeGreaterThan(0.97);
    expect(precision).toBeGreaterThan(0.9);
    expect(recall).toBeGreaterThan(0.7);
    expect(stored.evaluation.fresh.areaUnderCurve).toBeGreaterThan(0.92);
  });
});

describe('a model that cannot be used', () => {
  const damaged: [string, unknown][] = [
    ['nothing', null],
    ['another document', { format: 'orderpulse-text', version: 1 }],
    ['a later version', { ...stored, version: 2 }],
    ['no classifier', { ...stored, classifier: {} }],
    [
      'weights missing',
      {
        ...stored,
        classifier: { ...(stored['classifier'] as object), classes: [{ label: 'complaint', intercept: 0, steps: [1], weights: [] }] },
      },
    ],
    [
      'no class of complaints',
      {
        ...stored,
        classifier: { ...(stored['classifier'] as object), classes: [{ label: 'thanks', intercept: 0, steps: [], weights: [] }] },
      },
    ],
  ];

  test.each(damaged)('is refused: %s', (_, document) => {
    expect(() => MessageReader.parse(document, jiebaSegmenter)).toThrow(MessageModelError);
  });
});
