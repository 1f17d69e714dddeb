import { describe, expect, it } from 'vitest';
import { readOutcomes } from '#main/replay/outcomes.ts';
import { datacoOrders } from '#main/replay/readers/dataco-orders.ts';
import { onlineRetailEvents } from '#main/replay/readers/online-retail-events.ts';
import { ownOrders } from '#main/replay/readers/own-orders.ts';
import { recogniseFormat, ROW_FORMATS } from '#main/replay/readers/recognise.ts';
import type { Row, RowFormat } from '#main/replay/readers/row.ts';
import { scmsShipments } from '#main/replay/readers/scms-shipments.ts';
import { readTextLines } from '#main/replay/text-lines.ts';
import { DAY } from '#shared/time.ts';

const FIXTURES = 'test/fixtures/replay';

async function rawRows(name: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { text } of readTextLines(`${FIXTURES}/${name}`)) rows.push(JSON.parse(text));
  return rows;
}

async function readAll(format: RowFormat, name: string): Promise<Row[]> {
  const reader = format.open();
  return (await rawRows(name)).map((row) => reader.read(row));
}

function countKinds(rows: Row[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const kind = row.kind === 'refused' ? row.reason : row.kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

const ownOrder = {
  channelOrderId: 'M-1',
  status: 'paid',
  currency: 'CNY',
  goodsMinor: 5_000,
  paidMinor: 4_500,
  discountMinor: 500,
  createdAt: '2026-03-01T10:00:00+08:00',
  updatedAt: '2026-03-01T10:05:00+08:00',
  buyer: { key: 'b-7', name: '陈小明' },
  receiver: { name: '陈小明', phone: '13800001234', province: '江苏省', city: '苏州市', district: '姑苏区', address: '示例路1号' },
  lines: [{ sku: 'SKU-1', name: '奶瓶', quantity: 2, unitPriceMinor: 2_500 }],
};

describe('recogniseFormat', () => {
  it.each([
    ['dataco-orders.jsonl.gz', 'dataco-orders'],
    ['online-retail-events.jsonl.gz', 'online-retail-events'],
    ['scms-shipments.jsonl.gz', 'scms-shipments'],
  ])('knows every row of %s by its content', async (name, id) => {
    const found = new Set((await rawRows(name)).map((row) => recogniseFormat(row)?.id));
    expect([...found]).toEqual([id]);
  });

  it('knows an order of the project with and without its envelope', () => {
    expect(recogniseFormat(ownOrder)?.id).toBe('own-orders');
    expect(recogniseFormat({ type: 'order.paid', timestamp: '2026-03-01T02:05:00Z', data: ownOrder })?.id).toBe('own-orders');
  });

  it.each([[null], [[]], ['text'], [7], [{}], [{ order_id: '1' }]])('does not take %j for an order file', (row) => {
    expect(recogniseFormat(row)).toBeNull();
  });

  it('every format refuses, and never throws at, rows of the others', async () => {
    const files = ['dataco-orders.jsonl.gz', 'online-retail-events.jsonl.gz', 'scms-shipments.jsonl.gz'];
    const samples: unknown[] = [ownOrder, null, 7, 'text', [], {}];
    for (const file of files) samples.push((await rawRows(file))[0]);
    for (const format of ROW_FORMATS) {
      const reader = format.open();
      for (const row of samples.filter((sample) => !format.recognises(sample))) {
        expect(reader.read(row), `${format.id} on ${JSON.stringify(row)?.slice(0, 60)}`).toMatchObject({
          kind: 'refused',
          reason: 'wrong-shape',
        });
      }
    }
  });
});

describe('dataco orders', () => {
  it('reads every row as an order with its promise', async () => {
    const rows = await readAll(datacoOrders, 'dataco-orders.jsonl.gz');
    expect(countKinds(rows)).toEqual({ order: 60 });
  });

  it('keeps money, buyer, place and promise', async () => {
    const [first] = await readAll(datacoOrders, 'dataco-orders.jsonl.gz');
    const at = Date.parse('2015-01-01T02:06:00+08:00');
    expect(first).toMatchObject({
      kind: 'order',
      at,
      promisedAt: at + 2 * DAY,
      order: {
        channel: 'standard-webhooks',
        shopId: 'dataco',
        channelOrderId: '7',
        status: 'awaiting_shipment',
        currency: 'USD',
        goodsMinor: 29_998 + 5 * 1_599,
        discountMinor: 5_040,
        paidMinor: 32_953,
        buyer: { key: '4530', name: { plain: 'Mary Smith', mask: 'M**' }, tags: [] },
        receiver: { country: 'Brasil', province: 'São Paulo', city: 'São Paulo', phone: { plain: null }, address: { plain: null } },
        lines: [
          { sku: '957', quantity: 1, unitPriceMinor: 29_998 },
          { sku: '926', quantity: 5, unitPriceMinor: 1_599 },
        ],
        sourceTags: ['pay-debit', 'second-class'],
      },
    });
  });

  it('marks business buyers', async () => {
    const rows = await readAll(datacoOrders, 'dataco-orders.jsonl.gz');
    const tags = new Set(rows.flatMap((row) => (row.kind === 'order' ? [row.order.buyer.tags.join()] : [])));
    expect([...tags].sort()).toEqual(['', 'corporate']);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['a fraction of a cent', { total_minor: 1.5 }, 'wrong-shape', 'total_minor'],
    ['no items', { items: [] }, 'wrong-shape', 'items'],
    ['a day that does not exist', { created_at: '2015-13-41T00:00:00' }, 'bad-time', '2015-13-41T00:00:00'],
  ])('refuses %s', async (_name, change, reason, detail) => {
    const [row] = await rawRows('dataco-orders.jsonl.gz');
    const refused = datacoOrders.open().read({ ...(row as object), ...change });
    expect(refused).toMatchObject({ kind: 'refused', reason, detail: expect.stringContaining(detail) as string });
  });
});

describe('online-retail events', () => {
  it('accounts for every event by its kind', async () => {
    const rows = await readAll(onlineRetailEvents, 'online-retail-events.jsonl.gz');
    expect(countKinds(rows)).toEqual({ order: 27, refund: 13, 'refund-without-order': 7, stock: 10, 'ledger-entry': 3 });
  });

  it('attributes returns as the published outcomes do, to the penny', async () => {
    const returned = new Map<string, number>();
    for (const row of await readAll(onlineRetailEvents, 'online-retail-events.jsonl.gz')) {
      if (row.kind !== 'refund') continue;
      for (const { channelOrderId, refund } of row.refunds) {
        returned.set(channelOrderId, (returned.get(channelOrderId) ?? 0) + refund.amountMinor);
        expect(refund.lines.reduce((sum, line) => sum + line.amountMinor, 0)).toBe(refund.amountMinor);
      }
    }
    let orders = 0;
    for await (const { row } of readOutcomes(`${FIXTURES}/online-retail-outcomes.csv.gz`)) {
      orders += 1;
      expect(returned.get(row.order_id ?? '') ?? 0, `order ${row.order_id}`).toBe(Number(row.returned_value_minor));
    }
    expect(orders).toBe(27);
  });

  it('books stock entries with their sign into the one warehouse of the set', async () => {
    const rows = await readAll(onlineRetailEvents, 'online-retail-events.jsonl.gz');
    const adjustments = rows.flatMap((row) => (row.kind === 'stock' ? row.adjustments : []));
    expect(new Set(adjustments.map(({ warehouse }) => warehouse))).toEqual(new Set(['online-retail']));
    expect(new Set(adjustments.map(({ quantity }) => Math.sign(quantity)))).toEqual(new Set([1, -1]));
  });

  const event = { channel: 'online-retail', country: 'France', currency: 'GBP', customer_id: 'c', at: '2011-01-01T10:00:00' };
  const order = (id: string, qty: number, price: number): unknown => {
    const items = [{ sku: 'A', name: 'thing', qty, unit_price_minor: price }];
    return { ...event, event: 'order', order_id: id, items, total_minor: qty * price };
  };
  const cancel = (id: string, qty: number, customer: string | null = 'c'): unknown => {
    const items = [{ sku: 'A', name: 'thing', qty: -qty, unit_price_minor: 99 }];
    return { ...event, event: 'cancel', order_id: id, customer_id: customer, items, total_minor: -qty * 99 };
  };

  it('takes returns from the latest order first, then from the one before, at their own prices', () => {
    const reader = onlineRetailEvents.open();
    reader.read(order('1', 5, 10));
    reader.read(order('2', 3, 20));
    expect(reader.read(cancel('C1', 4))).toMatchObject({
      kind: 'refund',
      refunds: [
        { channelOrderId: '2', refund: { id: 'C1', amountMinor: 60, lines: [{ sku: 'A', quantity: 3, amountMinor: 60 }] } },
        { channelOrderId: '1', refund: { id: 'C1', amountMinor: 10, lines: [{ sku: 'A', quantity: 1, amountMinor: 10 }] } },
      ],
      unattributed: 0,
    });
    expect(reader.read(cancel('C2', 9))).toMatchObject({ refunds: [{ channelOrderId: '1', refund: { amountMinor: 40 } }] });
    expect(reader.read(cancel('C3', 1))).toMatchObject({ kind: 'refused', reason: 'refund-without-order' });
  });

  it('does not give a return to another customer, nor to a reader of another file', () => {
    const reader = onlineRetailEvents.open();
    reader.read(order('1', 5, 10));
    expect(reader.read(cancel('C1', 1, 'd'))).toMatchObject({ kind: 'refused', reason: 'refund-without-order' });
    expect(reader.read(cancel('C2', 1, null))).toMatchObject({ kind: 'refused', reason: 'refund-without-order' });
    expect(onlineRetailEvents.open().read(cancel('C3', 1))).toMatchObject({ kind: 'refused' });
  });

  it('refuses an order of no pieces and events it does not know', () => {
    const reader = onlineRetailEvents.open();
    expect(reader.read(order('1', 0, 10))).toMatchObject({ kind: 'refused', reason: 'wrong-shape' });
    const items = [{ sku: 'A', name: null, qty: 1, unit_price_minor: 0 }];
    expect(reader.read({ ...event, event: 'gift', order_id: '2', items, total_minor: 0 })).toMatchObject({
      kind: 'refused',
      reason: 'unknown-event',
      detail: 'gift',
    });
  });
});

describe('scms shipments', () => {
  it('reads every row as an order that arrives on its promised day', async () => {
    const rows = await readAll(scmsShipments, 'scms-shipments.jsonl.gz');
    expect(countKinds(rows)).toEqual({ order: 60 });
    for (const row of rows) {
      if (row.kind !== 'order') continue;
      expect(row.promisedAt).toBe(row.at);
      expect(row.order.createdAt).toBeLessThanOrEqual(row.at);
      expect(row.order.buyer.key).toMatch(/^\d+-[A-Z]{2}-/);
    }
  });
});

describe('own orders', () => {
  it('reads an order as the generic webhook would, alone or in its envelope', () => {
    const alone = ownOrders.open().read(ownOrder);
    const wrapped = ownOrders.open().read({ type: 'order.paid', timestamp: '2026-03-01T02:05:00Z', data: ownOrder });
    expect(alone).toEqual(wrapped);
    expect(alone).toMatchObject({
      kind: 'order',
      at: Date.parse('2026-03-01T02:05:00Z'),
      order: {
        channel: 'standard-webhooks',
        shopId: 'file',
        channelOrderId: 'M-1',
        status: 'paid',
        paidMinor: 4_500,
        receiver: { country: 'CN' },
      },
    });
  });

  it('keeps the shop an order names', () => {
    expect(ownOrders.open().read({ ...ownOrder, channel: 'douyin', shopId: 'live-1' })).toMatchObject({
      order: { channel: 'douyin', shopId: 'live-1' },
    });
  });

  it('reads refunds', () => {
    const data = { channelOrderId: 'M-1', refund: { id: 'R-1', amountMinor: 200 } };
    const row = ownOrders.open().read({ type: 'refund.succeeded', timestamp: '2026-03-02T00:00:00Z', data });
    expect(row).toMatchObject({
      kind: 'refund',
      refunds: [{ channelOrderId: 'M-1', refund: { id: 'R-1', amountMinor: 200, state: 'succeeded' } }],
    });
  });

  it('says what is wrong with an order it refuses', () => {
    expect(ownOrders.open().read({ ...ownOrder, lines: [] })).toMatchObject({
      kind: 'refused',
      reason: 'wrong-shape',
      detail: expect.stringContaining('lines') as string,
    });
  });
});
