import { describe, expect, it } from 'vitest';
import { replayByWord } from '#main/replay/forecast/by-word.ts';
import { replayDelays } from '#main/replay/forecast/late.ts';
import type { NumberedRow } from '#main/replay/order-file.ts';
import type { ArrivalOutcome } from '#main/replay/outcomes.ts';
import { scmsShipments } from '#main/replay/readers/scms-shipments.ts';
import { DAY } from '#shared/time.ts';

const START = Date.parse('2010-01-01T00:00:00+08:00');
const SHIPMENTS = 640;

/** Four invented shipments a day; one vendor of four is late two times in three, the others hardly ever. */
async function* shipments(): AsyncGenerator<NumberedRow> {
  const reader = scmsShipments.open();
  for (let index = 0; index < SHIPMENTS; index += 1) {
    const day = new Date(START + Math.floor(index / 4) * DAY + DAY / 2).toISOString().slice(0, 10);
    const row = reader.read({
      ...{
        order_id: `S-${index}`,
        po: `PO-${index % 40}`,
        quote: null,
        project: `P-${index % 7}`,
        country: 'Ghana',
        fulfil_via: 'Direct Drop',
      },
      ...{
        incoterm: 'EXW',
        mode: 'Air',
        vendor: `V-${vendorOf(index)}`,
        quoted_on: null,
        ordered_on: null,
        promised_on: day,
        currency: 'USD',
      },
      items: [
        {
          name: 'Kit',
          sub: 'Test',
          molecule: 'Kit',
          site: 'A',
          pack_size: 30,
          qty: 1 + (index % 9),
          pack_price_minor: 900,
          value_minor: 900,
        },
      ],
      total_minor: 900 * (1 + (index % 9)),
    });
    yield { line: index + 1, row };
  }
}

const vendorOf = (index: number): number => (index * 7 + Math.floor(index / 5)) % 4;
const dueOf = (index: number): number => START + Math.floor(index / 4) * DAY;
const isLate = (index: number): boolean => (vendorOf(index) === 0 ? index % 3 !== 0 : index % 29 === 0);

function arrivals(lateOf: (index: number) => boolean): Map<string, ArrivalOutcome> {
  return new Map(
    Array.from({ length: SHIPMENTS }, (_, index): [string, ArrivalOutcome] => {
      const late = lateOf(index);
      const arrivedAt = dueOf(index) + (late ? 3 : 0) * DAY;
      return [`S-${index}`, { late, arrivedAt, toldAt: arrivedAt + DAY - 1 }];
    }),
  );
}

describe('the delay forecast carried through a file', () => {
  it('says the same of every shipment, to the last digit, whatever becomes of later ones', async () => {
    const from = 560;
    const options = { splitAt: dueOf(520), judgedFrom: 0 };
    const [told, otherwise] = [
      await replayDelays(shipments(), scmsShipments, arrivals(isLate), options),
      await replayDelays(
        shipments(),
        scmsShipments,
        arrivals((index) => (index < from ? isLate(index) : index % 2 === 0)),
        options,
      ),
    ];
    const earlier = ({ scores }: typeof told) => scores.filter(({ id }) => Number(id.slice(2)) <= from);
    expect(earlier(told).length).toBeGreaterThan(30);
    expect(earlier(otherwise)).toEqual(earlier(told));
    expect(otherwise.scores).not.toEqual(told.scores);
    const last = told.scores.slice(-80);
    const meanOf = (vendor: boolean): number => {
      const some = last.filter(({ id }) => (vendorOf(Number(id.slice(2))) === 0) === vendor);
      return some.reduce((sum, { probability }) => sum + probability, 0) / some.length;
    };
    expect(meanOf(true)).toBeGreaterThan(0.4);
    expect(meanOf(false)).toBeLessThan(0.15);
    expect(last.every(({ frozen }) => frozen !== null)).toBe(true);
  });

  it('is measured against one word alone, which is believed only once enough is known of it', async () => {
    const { called, precision, recall, afterSplit } = await replayByWord(
      shipments(),
      'vendor',
      arrivals((index) => vendorOf(index) === 0),
      { splitAt: dueOf(300), judgedFrom: 0 },
    );
    expect(afterSplit).toEqual({ precision: 1, recall: 1 });
    expect(precision).toBe(1);
    expect(recall).toBeGreaterThan(0.8);
    expect(recall).toBeLessThan(1);
    expect(called).toBe(
      Math.round(recall! * Array.from({ length: SHIPMENTS }, (_, index) => vendorOf(index)).filter((vendor) => vendor === 0).length),
    );
  });
});
