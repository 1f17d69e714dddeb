import { describe, expect, test } from 'vitest';
import { createDutyTable, createPlaces } from '#main/engine/index.ts';
import type { MessageReading } from '#main/model/message.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { historyNeeds, needsFolding } from '#main/trial/fields.ts';
import { History } from '#main/trial/history.ts';
import type { JudgedRow, TrialSource } from '#main/trial/source.ts';
import { orderRecord } from '#test/fixtures/order-record.ts';

const never = () => {
  throw new Error('The history was opened.');
};
const NO_HISTORY: TrialSource = {
  ...{ ruleSets: never, count: never, firstRow: never, rows: never, records: never, recordsAt: never, laterVectors: never },
  ...{ ordersOf: never, ordersCount: never, decisions: never, reported: never },
};
const LIMITS = [
  { destinations: ['CN'], currency: 'CNY', limitMinor: 500_000, from: '2019-01-01', to: null, source: 'table', published: '2018-11-29' },
];
const RATES = [{ from: 'USD', to: 'CNY', rate: 7.2, since: '2020-01-01' }];

/** The values of fields for one order, and which texts were read for it. */
function derived(fields: readonly string[], more: Partial<OrderRecord>, model: string | null = 'messages-now') {
  const read: string[] = [];
  const messages = {
    model,
    read(text: string): MessageReading | null {
      read.push(text);
      return model === null ? null : { model, tendency: 70, intents: ['complaint'], reasons: ['维权'] };
    },
  };
  const world = { places: createPlaces({ provinces: [], cities: [] }), duties: createDutyTable(LIMITS, RATES), messages };
  const needs = historyNeeds(fields);
  expect(needsFolding(needs)).toBe(false);
  const values = new History(NO_HISTORY, fields, needs, world).valuesOf({ id: 1 } as JudgedRow, orderRecord(more));
  return { values, read };
}

const OF_THE_MESSAGE = ['complaint-tendency', 'message-intent', 'complaint-reasons', 'message-model'];
const TEXT = '再拖下去我可要维权到底了';

describe("what a buyer's message means, for an order nobody read then", () => {
  test('is read by the model of today', () => {
    expect(derived(OF_THE_MESSAGE, { buyerMessage: TEXT })).toEqual({
      values: [70, ['complaint'], ['维权'], 'messages-now'],
      read: [TEXT],
    });
  });
  test('is not read where no rule asks, and where nothing is written', () => {
    expect(derived(['currency', 'buyer-message'], { buyerMessage: TEXT })).toEqual({ values: ['CNY', TEXT], read: [] });
    expect(derived(OF_THE_MESSAGE, { buyerMessage: '' })).toEqual({ values: [0, [], [], null], read: [] });
  });
  test('stays as the same model read it, and is read anew after another', () => {
    const message: MessageReading = { model: 'messages-now', tendency: 12, intents: [], reasons: [] };
    expect(derived(OF_THE_MESSAGE, { buyerMessage: TEXT, message })).toEqual({ values: [12, [], [], 'messages-now'], read: [] });
    const older = { ...message, model: 'messages-then' };
    expect(derived(OF_THE_MESSAGE, { buyerMessage: TEXT, message: older }).values).toEqual([70, ['complaint'], ['维权'], 'messages-now']);
  });
  test('is what was read then where no model can be used today, else unknown', () => {
    const message: MessageReading = { model: 'messages-then', tendency: 12, intents: [], reasons: [] };
    expect(derived(OF_THE_MESSAGE, { buyerMessage: TEXT, message }, null).values).toEqual([12, [], [], 'messages-then']);
    expect(derived(OF_THE_MESSAGE, { buyerMessage: TEXT }, null).values).toEqual([null, null, null, null]);
  });
});

describe('a declared value, for an order nobody measured then', () => {
  const of = (declaredMinor: number, currency: string) =>
    derived(['declared-vs-paid', 'duty-free-excess'], {
      ...{ paidMinor: 400_000, currency: 'CNY', customs: { declaredMinor, currency } },
      createdAt: Date.parse('2025-06-18T04:30:00Z'),
    }).values;
  test('is measured by the limits and rates of its day', () => {
    expect(of(600_000, 'CNY')).toEqual([1.5, 100_000]);
    expect(of(100_000, 'USD')).toEqual([1.8, 220_000]);
    expect(of(200_000, 'CNY')).toEqual([0.5, 0]);
  });
  test('stays unknown without a rate', () => {
    expect(of(100_000, 'EUR')).toEqual([null, null]);
  });
});
