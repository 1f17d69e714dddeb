import { describe, expect, test } from 'vitest';
import type { ImportMapping } from '#shared/contract/imports.ts';
import { importMappingSchema } from '#shared/contract/imports.ts';
import { mappingProblems } from '#main/imports/columns.ts';
import { messageOf } from '#main/imports/message.ts';
import { OrderRows } from '#main/imports/order-rows.ts';
import type { RowGroup } from '#main/imports/order-rows.ts';
import { suggestMapping } from '#main/imports/suggest.ts';
import { readImported } from '#main/hub/imports/read.ts';

const HEADINGS = [
  '订单编号',
  '订单状态',
  '下单时间',
  '付款时间',
  '买家实付金额',
  '商家编码',
  '商品名称',
  '数量',
  '单价',
  '收货人',
  '手机号',
  '省',
  '市',
  '详细地址',
];
const GOOD = [
  'A1',
  '待发货',
  '2025-06-18 20:10:00',
  '2025-06-18 20:11:00',
  '199.00',
  'CUP',
  '杯子',
  '2',
  '99.50',
  '李示例',
  '13800000000',
  '浙江省',
  '杭州市',
  '示例路1号',
];

const suggestion = suggestMapping({ headings: HEADINGS, rows: [GOOD], sheet: null, encoding: 'utf-8', delimiter: ',' });

function readAll(rows: string[][], mapping: ImportMapping = suggestion): RowGroup[] {
  const reader = new OrderRows(mapping, HEADINGS);
  const groups = rows.map((cells, index) => reader.add({ row: index + 2, cells })).filter((group) => group !== null);
  const last = reader.end();
  return last ? [...groups, last] : groups;
}
function changed(changes: Record<number, string>): string[] {
  return GOOD.map((cell, index) => changes[index] ?? cell);
}

describe('a suggested mapping', () => {
  test('finds every column of a usual export and its known state words', () => {
    expect(suggestion.columns).toMatchObject({
      channelOrderId: { column: 0 },
      status: { column: 1 },
      createdAt: { column: 2 },
      paidAt: { column: 3 },
      paid: { column: 4 },
      sku: { column: 5 },
      productName: { column: 6 },
      quantity: { column: 7 },
      unitPrice: { column: 8 },
      receiverName: { column: 9 },
      receiverPhone: { column: 10 },
      province: { column: 11 },
      city: { column: 12 },
      address: { column: 13 },
    });
    expect(suggestion.statuses).toEqual({ 待发货: 'awaiting_shipment' });
    expect(importMappingSchema.safeParse(suggestion).success).toBe(true);
    expect(mappingProblems(suggestion, HEADINGS.length)).toEqual([]);
  });

  test('says what it lacks, and what points outside the file', () => {
    const poor: ImportMapping = { ...suggestion, columns: { channelOrderId: { column: 0 }, sku: { column: 40 } } };
    const problems = mappingProblems(poor, HEADINGS.length).map(({ zh }) => zh);
    expect(problems.join('\n')).toMatch(/下单时间[^]*订单状态[^]*数量[^]*单价[^]*第 41 列/);
  });
});

describe('rows into orders', () => {
  test('one row is one order, which the own-store reader takes whole', () => {
    const [group] = readAll([GOOD]);
    expect(group).toMatchObject({ firstRow: 2, lastRow: 2, rows: 1, badRows: 0, faults: [] });
    const order = group?.order;
    if (!order) throw new Error('no order');
    const message = messageOf(order);
    expect(message.topic).toBe('order.updated');
    const read = readImported(message, { channel: 'taobao', shopId: 'flagship' });
    expect(read).toMatchObject({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'taobao',
            shopId: 'flagship',
            channelOrderId: 'A1',
            status: 'awaiting_shipment',
            rawStatus: '待发货',
            currency: 'CNY',
            goodsMinor: 19_900,
            paidMinor: 19_900,
            createdAt: Date.parse('2025-06-18T20:10:00+08:00'),
            paidAt: Date.parse('2025-06-18T20:11:00+08:00'),
            updatedAt: Date.parse('2025-06-18T20:11:00+08:00'),
            receiver: { name: { plain: '李示例' }, phone: { plain: '13800000000' }, city: '杭州市', address: { plain: '示例路1号' } },
            lines: [{ sku: 'CUP', name: '杯子', quantity: 2, unitPriceMinor: 9_950 }],
          },
        },
      ],
    });
  });

  test('adjacent rows of one number are one order of several lines', () => {
    const groups = readAll([GOOD, changed({ 5: 'PEN', 6: '笔', 7: '1', 8: '5.00' }), changed({ 0: 'A2' })]);
    expect(groups.map(({ order }) => order?.lines.map(({ sku }) => sku))).toEqual([['CUP', 'PEN'], ['CUP']]);
  });

  test('a fault in one line keeps the whole order out and names row, column, value and reason', () => {
    const [group] = readAll([GOOD, changed({ 5: 'PEN', 7: 'zwei' })]);
    expect(group).toMatchObject({ rows: 2, badRows: 1, order: null });
    expect(group?.faults).toEqual([
      {
        row: 3,
        field: 'quantity',
        column: '数量',
        reason: { zh: '数量应为大于零的整数', en: 'The quantity is not a whole number above zero' },
        value: 'zwei',
      },
    ]);
  });

  test('every fault of a row is told, rows without a number stay alone', () => {
    const groups = readAll([GOOD, changed({ 0: '', 2: 'soon', 4: 'x' }), changed({ 0: '' }), changed({ 0: 'A2' })]);
    expect(groups.map(({ order }) => order?.channelOrderId ?? null)).toEqual(['A1', null, null, 'A2']);
    expect(groups[1]?.faults.map(({ field }) => field)).toEqual(['channelOrderId', 'createdAt', 'paid']);
  });

  test('a word for a state that nobody mapped is a fault, and taken once it is mapped', () => {
    const strange = changed({ 1: '部分出库' });
    expect(readAll([strange])[0]?.faults[0]).toMatchObject({ field: 'status', value: '部分出库' });
    const mapped: ImportMapping = { ...suggestion, statuses: { 部分出库: 'shipped' } };
    expect(readAll([strange], mapped)[0]?.order).toMatchObject({ status: 'shipped', rawStatus: '部分出库' });
  });

  test('amounts a file leaves out follow from those it gives', () => {
    const { unitPrice: _unitPrice, ...columns } = suggestion.columns;
    const [group] = readAll([GOOD], { ...suggestion, columns: { ...columns, freight: { fixed: '10.00' } } });
    expect(group?.order).toMatchObject({ goodsMinor: 18_900, freightMinor: 1_000, paidMinor: 19_900, lines: [{ unitPriceMinor: 9_450 }] });
    const several = readAll([GOOD, changed({ 5: 'PEN' })], { ...suggestion, columns });
    expect(several[0]).toMatchObject({ order: null, badRows: 1 });
    expect(several[0]?.faults[0]?.reason.zh).toContain('单价缺失');
  });

  test('a file without states says paid by its payment time', () => {
    const { status: _status, ...columns } = suggestion.columns;
    const groups = readAll([GOOD, changed({ 0: 'A2', 3: '' })], { ...suggestion, columns });
    expect(groups.map(({ order }) => order?.status)).toEqual(['paid', 'pending_payment']);
  });
});

test('how an order travels, and by when, is read where a file tells it', () => {
  const headings = [...HEADINGS, '国家', '物流公司', '配送方式', '最晚发货时间', '承诺送达时间'];
  const mapping = suggestMapping({ headings, rows: [], sheet: null, encoding: 'utf-8', delimiter: ',' });
  const orderOf = (...more: string[]) => {
    const reader = new OrderRows(mapping, headings);
    reader.add({ row: 2, cells: [...GOOD, ...more] });
    const order = reader.end()?.order;
    if (!order) throw new Error('no order');
    const read = readImported(messageOf(order), { channel: 'taobao', shopId: 'flagship' });
    if (!read.ok || read.items[0]?.kind !== 'order') throw new Error(JSON.stringify(read));
    return read.items[0].order;
  };
  expect(orderOf('中国', '顺丰', '次日达', '2025-06-20 18:00:00', '2025/6/22 18:00')).toMatchObject({
    carrier: 'sf',
    receiver: { country: 'CN' },
    facets: {
      'shipping-mode': '次日达',
      'ship-by-at': Date.parse('2025-06-20T18:00:00+08:00'),
      'promised-at': Date.parse('2025-06-22T18:00:00+08:00'),
    },
  });
  const plain = orderOf('', '', '', '-', '');
  expect(plain).toMatchObject({ receiver: { country: 'CN' } });
  expect(plain).not.toHaveProperty('facets');
  expect(orderOf('Japan', '', '', '', '').receiver.country).toBe('Japan');
});
