import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { openHub } from '#main/host/open-hub.ts';
import { ADMIN, ask, deliver, orderData, SHOP, testConfig } from '#test/support/hub.ts';
import { gb18030, IMPORT_HEADINGS, importRow } from '#test/support/import-file.ts';
import { upload } from '#test/support/radar-history.ts';

const NOW = Date.now();
/** An import goes on in the background; how long it takes is the machine's. */
const SLOW = { timeout: 60_000 };
let folder: string;
let hub: LocalHub;
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), debug: vi.fn() };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-bad-files-'));
  hub = await openHub({ dataDirectory: folder, config: testConfig(), demo: false }, { runJobs: false, durable: false, logger });
  for (const id of ['A1', 'A2']) await deliver(hub, 'order.paid', orderData(id, NOW), NOW);
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const rows = (...lines: string[]) => lines.join('\n');
const order = `${IMPORT_HEADINGS}\n${importRow(1)}`;
const FILES: [string, string | Uint8Array][] = [
  ['good orders', order],
  ['good outcomes', rows('订单编号,结果', 'A1,退款', 'A2,正常')],
  ['nothing but a heading', '订单编号,结果\n'],
  ['blank lines', '\n\n\n'],
  ['NULs', '\0\0\0'],
  ['NULs within cells', rows('订单编号,结果', 'A\u00001,退款\u0000', '\u0000,\u0000')],
  [
    'halves of characters',
    Buffer.concat([Buffer.from(`${IMPORT_HEADINGS}\n`), Buffer.from([0xe8, 0xae, 0x2c, 0xff, 0x2c, 0xed, 0xa0, 0x80])]),
  ],
  ['two encodings', Buffer.concat([Buffer.from('订单编号,结果\n'), gb18030('甲一,退款\n')])],
  ['an open quote', `${order}\n"A9,待发货\n${importRow(3)}`],
  ['a row of two megabytes', `${order}\n${'x'.repeat(2_000_000)}\n`],
  ['a cell of half a megabyte', rows('订单编号,结果', `${'长'.repeat(150_000)},${'x'.repeat(400_000)}`)],
  ['twenty thousand columns', `${'订单编号,'.repeat(20_000)}\n`],
  ['ten thousand columns of one name', `${'订单编号,'.repeat(10_000)}\n${'A1,'.repeat(10_000)}\n`],
  ['names every object has', rows('__proto__,constructor,toString', 'constructor,__proto__,valueOf', 'A1,constructor,hasOwnProperty')],
  [
    'numbers no shop has',
    rows(IMPORT_HEADINGS, importRow(5, { quantity: '9'.repeat(400), paid: '1e308' }), importRow(6, { quantity: '-0', paid: 'NaN' })),
  ],
  ['dates of no calendar', order.replace(/2025-06-18 08/g, '99999-99-99 99')],
  ['one order a thousand times, taken apart', rows(IMPORT_HEADINGS, ...Array.from({ length: 1_000 }, (_, at) => importRow(at % 2)))],
  ['formulas', rows('订单编号,结果', '=cmd|calc,@SUM(A1)', '"=1+1","-2+3"')],
  ['JSON', '{"orders":[{"id":1}]}'],
  ['a damaged workbook', Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(500, 7)])],
];

/** One request; how it was answered, which is never by an error of the hub. */
async function codeOf(method: string, params: object): Promise<string> {
  logger.error.mockClear();
  const answer = await hub.request(method, params, ADMIN);
  expect([method, ...logger.error.mock.calls.flat().map(String)]).toEqual([method]);
  expect(answer.ok ? 'ok' : answer.error.code).not.toBe('internal');
  return answer.ok ? 'ok' : answer.error.code;
}
const bytesOf = (content: string | Uint8Array) => (typeof content === 'string' ? Buffer.from(content) : content);

test.each(FILES)('%s, brought as orders', async (name, content) => {
  const id = await upload(hub, `${name}.csv`, bytesOf(content));
  const looked = await hub.request('imports.inspect', { id }, ADMIN);
  const suggested = looked.ok ? (looked.value as { suggestion: object }).suggestion : { columns: { channelOrderId: { column: 0 } } };
  const everywhere = {
    columns: {
      channelOrderId: { column: 0 },
      status: { column: 1 },
      quantity: { column: 9_999 },
      sku: { fixed: '\uD83D' },
      paid: { column: 2 },
    },
  };
  for (const mapping of [suggested, everywhere, { columns: {} }, { ...everywhere, encoding: 'gb18030', delimiter: '|', headerRows: 0 }])
    await codeOf('imports.preview', { id, mapping });
  const started = await codeOf('imports.start', { id, mapping: suggested });
  if (started === 'ok')
    await expect
      .poll(async () => (await ask(hub, 'imports.list', {})).items.find((one) => one.id === id)?.state, SLOW)
      .toMatch(/done|failed/);
  else expect(await codeOf('imports.cancel', { id })).toBe('ok');
  expect(await codeOf('imports.errors', { id })).toBe('ok');
});

test.each(FILES)('%s, brought as disputes and as outcomes', async (name, content) => {
  const id = await upload(hub, `${name}.csv`, bytesOf(content));
  for (const columns of [null, { order: 0, label: 1 }, { order: 16_000, label: null, kind: 0, text: 0, channel: 0, shop: 0 }])
    await codeOf('radar.inspect', { id, mapping: columns && { columns, words: { constructor: 'fine' } } });
  const taken = await codeOf('radar.samples.take', { id, name, mapping: { columns: { order: 0, label: 1, text: 1 } } });
  expect(await codeOf('radar.samples', {})).toBe('ok');
  const again = taken === 'ok' ? await upload(hub, `${name}.csv`, bytesOf(content)) : id;
  await codeOf('outcomes.inspect', { id: again });
  await codeOf('outcomes.inspect', { id: again, columns: { order: 0, outcome: 9_999 } });
  if ((await codeOf('outcomes.take', { id: again, columns: { order: 0, outcome: 1 } })) !== 'ok')
    await codeOf('imports.cancel', { id: again });
});

test('after all that the hub takes and judges an order, and no order came from nowhere', async () => {
  const key = { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: 'LAST' } as const;
  expect((await deliver(hub, 'order.paid', orderData('LAST', NOW), NOW)).status).toBe(200);
  expect((await ask(hub, 'orders.explain', key)).rederived).toBe(true);
  expect((await ask(hub, 'audit.verify', {})).intact).toBe(true);
  expect(await codeOf('outcomes.counts', {})).toBe('ok');
});
