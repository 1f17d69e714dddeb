import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportMapping, ImportState } from '#shared/contract/imports.ts';
import { IMPORT_CHUNK_BYTES } from '#shared/contract/imports.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { openHub } from '#main/host/open-hub.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ADMIN, ask, memoryHub, SHOP, testConfig } from '#test/support/hub.ts';
import { gb18030, IMPORT_HEADINGS, importRow } from '#test/support/import-file.ts';

const PLACE = { channel: SHOP.channel, shopId: SHOP.shopId };
const CHOICE = { sheet: null, encoding: null };
let hub: LocalHub;
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'orderpulse-'))));
afterEach(async () => {
  await hub.close();
  rmSync(directory, { recursive: true });
});

async function upload(content: Buffer, name = 'orders.csv'): Promise<ImportState> {
  const begun = await ask(hub, 'imports.begin', { ...PLACE, name, bytes: content.byteLength });
  for (let offset = 0; offset < content.byteLength; offset += IMPORT_CHUNK_BYTES) {
    const chunk = content.subarray(offset, offset + IMPORT_CHUNK_BYTES).toString('base64');
    await ask(hub, 'imports.append', { id: begun.id, offset, chunk });
  }
  return stateOf(begun.id);
}
async function stateOf(id: number): Promise<ImportState> {
  const { items } = await ask(hub, 'imports.list', {});
  const state = items.find((item) => item.id === id);
  if (!state) throw new Error(`no import ${id}`);
  return state;
}
async function suggestionOf(id: number): Promise<ImportMapping> {
  return (await ask(hub, 'imports.inspect', { id, ...CHOICE })).suggestion;
}
async function finished(id: number): Promise<ImportState> {
  await hub.hub.imports.settled();
  return stateOf(id);
}

/** Bad rows spread evenly, every other one by its quantity, the rest by its amount. */
function fileWith(rows: number, bad: number): string {
  const every = Math.floor(rows / bad);
  const lines = Array.from({ length: rows }, (_, index) => {
    const nth = Math.floor(index / every);
    if (index % every !== 7 || nth >= bad) return importRow(index);
    return importRow(index, nth % 2 === 0 ? { quantity: 'two' } : { paid: 'x' });
  });
  return `${IMPORT_HEADINGS}\n${lines.join('\n')}\n`;
}

describe('a file of orders', () => {
  test('in GB18030 with 37 bad rows: looked at, previewed, imported, and its bad rows named', async () => {
    hub = await memoryHub();
    const { id, state } = await upload(gb18030(fileWith(3_000, 37)));
    expect(state).toBe('ready');
    const look = await ask(hub, 'imports.inspect', { id, ...CHOICE });
    expect(look).toMatchObject({ format: 'csv', encoding: 'gb18030', delimiter: ',', sheets: [] });
    expect(look.columns[9]).toMatchObject({ name: '收货人', samples: ['张**', '张**', '张**', '张**', '张**'] });
    expect(look.columns[10]?.samples[0]).toBe('139****0000');
    const preview = await ask(hub, 'imports.preview', { id, mapping: look.suggestion });
    expect(preview.orders[0]).toMatchObject({ channelOrderId: 'EX20250618000000', status: 'awaiting_shipment', paidMinor: 4_000 });
    expect(preview.orders[0]?.receiverMask).toEqual({
      name: '张**',
      phone: '139****0000',
      region: '江苏省 南京市 玄武区',
      address: '**路**号',
    });
    expect(preview.errors).toMatchObject([{ row: 9, column: '数量', value: 'two' }]);
    const running = await ask(hub, 'imports.start', { id, mapping: look.suggestion });
    expect(running.state).toBe('running');
    const done = await finished(id);
    expect(done).toMatchObject({ state: 'done', rows: 3_000, badRows: 37, orders: 2_963, error: null });
    expect(done.readBytes).toBe(done.bytes);
    const first = await ask(hub, 'imports.errors', { id, limit: 20 });
    const rest = await ask(hub, 'imports.errors', { id, limit: 20, after: first.next });
    const rows = [...first.items, ...rest.items].map(({ row }) => row);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(new Set(rows).size).toBe(37);
    const order = await ask(hub, 'orders.get', { ...PLACE, channelOrderId: 'EX20250618000001' });
    expect(order).toMatchObject({
      status: 'awaiting_shipment',
      rawStatus: '待发货',
      paidMinor: 4_000,
      lines: [{ sku: 'CUP', quantity: 2 }],
    });
    expect((await ask(hub, 'audit.list', {})).items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['import.begin', 'import.start', 'import.done']),
    );
  });

  test('stopped in the middle, goes on where it stood: nothing twice, nothing left out', async () => {
    const open = () => openHub({ dataDirectory: directory, config: testConfig(), demo: false }, { runJobs: false, durable: false });
    hub = await open();
    const { id } = await upload(Buffer.from(fileWith(3_000, 30)));
    await ask(hub, 'imports.start', { id, mapping: await suggestionOf(id) });
    while ((await stateOf(id)).orders < 600) await new Promise((resolve) => setTimeout(resolve, 5));
    await hub.close();
    hub = await open();
    const between = await stateOf(id);
    expect(between.state).toBe('running');
    expect(between.rows).toBeLessThan(3_000);
    expect(await finished(id)).toMatchObject({ state: 'done', rows: 3_000, badRows: 30, orders: 2_970 });
    expect(hub.store.inbox.failedCount()).toBe(0);
    const last = await ask(hub, 'orders.get', { ...PLACE, channelOrderId: 'EX20250618002999' });
    expect(last.version).toBe(1);
    expect(readdirSync(join(directory, 'imports'))).toEqual([]);
  });

  test('can be cancelled: what was taken stays, the file goes', async () => {
    hub = await openHub({ dataDirectory: directory, config: testConfig(), demo: false }, { runJobs: false, durable: false });
    const { id } = await upload(Buffer.from(fileWith(4_000, 1)));
    await ask(hub, 'imports.start', { id, mapping: await suggestionOf(id) });
    while ((await stateOf(id)).orders < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await ask(hub, 'imports.cancel', { id })).state).toBe('cancelled');
    const over = await finished(id);
    expect(over.state).toBe('cancelled');
    expect(over.orders).toBeGreaterThanOrEqual(200);
    expect(over.orders).toBeLessThan(4_000);
    expect(existsSync(join(directory, 'imports', `${id}.upload`))).toBe(false);
    const answer = await hub.request(
      'imports.start',
      { id, mapping: await ask(hub, 'imports.profiles', {}).then(() => ({ columns: {} })) },
      ADMIN,
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'illegal_move' } });
  });

  test('cancelled before a row of it was read, is cancelled and not failed', async () => {
    hub = await memoryHub();
    const { id } = await upload(Buffer.from(fileWith(2_000, 1)));
    await ask(hub, 'imports.start', { id, mapping: await suggestionOf(id) });
    await ask(hub, 'imports.cancel', { id });
    expect(await finished(id)).toMatchObject({ state: 'cancelled', error: null });
  });

  test('goes on while another upload is cancelled', async () => {
    hub = await memoryHub();
    const { id } = await upload(Buffer.from(fileWith(3_000, 30)));
    const { id: other } = await upload(Buffer.from(fileWith(10, 1)));
    await ask(hub, 'imports.start', { id, mapping: await suggestionOf(id) });
    while ((await stateOf(id)).orders < 200) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await ask(hub, 'imports.cancel', { id: other })).state).toBe('cancelled');
    expect(await finished(id)).toMatchObject({ state: 'done', rows: 3_000, badRows: 30, orders: 2_970 });
  });

  test('that fails while the disk is full ends once it has room, and the next one has its turn', async () => {
    const time = new ManualTime(Date.parse('2025-06-18T12:00:00Z'));
    hub = await memoryHub(testConfig(), { clock: time, timers: time });
    const broken = `${IMPORT_HEADINGS}\n${Array.from({ length: 80 }, (_, index) => importRow(index)).join('\n')}\n"EX1,待发货\n${importRow(2)}\n`;
    const { id } = await upload(Buffer.from(broken));
    const mapping = await suggestionOf(id);
    const { store } = hub;
    const write = store.transaction.bind(store);
    let refused = 0;
    await ask(hub, 'imports.start', { id, mapping });
    store.transaction = () => {
      refused += 1;
      throw new StoreError('full', 'SQLITE_FULL');
    };
    while (refused === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await stateOf(id)).state).toBe('running');
    store.transaction = write;
    const next = await upload(Buffer.from(fileWith(10, 1)));
    await ask(hub, 'imports.start', { id: next.id, mapping });
    time.advanceBy(5_000);
    expect(await finished(next.id)).toMatchObject({ state: 'done', orders: 9 });
    expect(await stateOf(id)).toMatchObject({ state: 'failed', error: { zh: expect.stringContaining('引号') as string } });
    expect((await ask(hub, 'audit.list', { subject: String(id) })).items.filter(({ action }) => action === 'import.failed')).toHaveLength(
      1,
    );
  });

  test('a file that an import left behind goes with the next start', async () => {
    const open = () => openHub({ dataDirectory: directory, config: testConfig(), demo: false }, { runJobs: false, durable: false });
    hub = await open();
    const { id } = await upload(Buffer.from(fileWith(10, 1)));
    await hub.close();
    writeFileSync(join(directory, 'imports', '77.upload'), 'left behind');
    hub = await open();
    expect(readdirSync(join(directory, 'imports'))).toEqual([`${id}.upload`]);
  });

  test('a number that comes again apart from its rows is told, not swallowed', async () => {
    hub = await memoryHub();
    const content = `${IMPORT_HEADINGS}\n${[importRow(1), importRow(2), importRow(1)].join('\n')}\n`;
    const { id } = await upload(Buffer.from(content));
    await ask(hub, 'imports.start', { id, mapping: await suggestionOf(id) });
    expect(await finished(id)).toMatchObject({ state: 'done', rows: 3, badRows: 1, orders: 2 });
    const { items } = await ask(hub, 'imports.errors', { id });
    expect(items).toMatchObject([{ row: 4, value: 'EX20250618000001' }]);
  });

  test("of another channel's shop is read the same way, and is no sign of life of its line", async () => {
    hub = await memoryHub(testConfig({ shops: [{ channel: 'taobao', shopId: 'flagship' }] }));
    const content = Buffer.from(`${IMPORT_HEADINGS}\n${importRow(1)}\n`);
    const { id } = await ask(hub, 'imports.begin', { channel: 'taobao', shopId: 'flagship', name: 'a.csv', bytes: content.byteLength });
    await ask(hub, 'imports.append', { id, offset: 0, chunk: content.toString('base64') });
    await ask(hub, 'imports.start', { id, mapping: await suggestionOf(id) });
    expect(await finished(id)).toMatchObject({ state: 'done', orders: 1 });
    const order = await ask(hub, 'orders.get', { channel: 'taobao', shopId: 'flagship', channelOrderId: 'EX20250618000001' });
    expect(order).toMatchObject({ channel: 'taobao', status: 'awaiting_shipment' });
    const { lanes } = await ask(hub, 'pulse.snapshot', {});
    expect(lanes.find(({ channel }) => channel === 'taobao')?.lastBeatAt).toBeNull();
  });

  test('pieces that come twice or out of place change nothing', async () => {
    hub = await memoryHub();
    const { id } = await ask(hub, 'imports.begin', { ...PLACE, name: 'a.csv', bytes: 10 });
    const piece = (offset: number, text: string) =>
      hub.request('imports.append', { id, offset, chunk: Buffer.from(text).toString('base64') }, ADMIN);
    expect(await piece(0, '01234')).toEqual({ ok: true, value: { receivedBytes: 5 } });
    expect(await piece(0, '01234')).toEqual({ ok: true, value: { receivedBytes: 5 } });
    expect(await piece(6, '6789')).toMatchObject({ ok: false, error: { code: 'bad_request', details: { receivedBytes: 5 } } });
    expect(await piece(5, '567890')).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(await piece(5, '56789')).toEqual({ ok: true, value: { receivedBytes: 10 } });
    expect(await piece(5, '56789')).toEqual({ ok: true, value: { receivedBytes: 10 } });
  });

  test('a mapping that lacks something is refused before anything is read; profiles keep one for the next time', async () => {
    hub = await memoryHub();
    const { id } = await upload(Buffer.from(fileWith(10, 1)));
    const mapping = await suggestionOf(id);
    const { sku: _sku, ...columns } = mapping.columns;
    const refused = await hub.request('imports.start', { id, mapping: { ...mapping, columns } }, { ...ADMIN, locale: 'zh' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'bad_request', message: expect.stringContaining('商家编码') as string } });
    const preview = await ask(hub, 'imports.preview', { id, mapping: { ...mapping, columns } });
    expect(preview).toMatchObject({ orders: [], errors: [{ row: 0 }] });
    const saved = await ask(hub, 'imports.saveProfile', { name: '月度导出', mapping });
    await ask(hub, 'imports.saveProfile', { name: '月度导出', mapping: { ...mapping, money: 'fen' } });
    const { items } = await ask(hub, 'imports.profiles', {});
    expect(items).toMatchObject([{ id: saved.id, name: '月度导出', mapping: { money: 'fen' } }]);
    await ask(hub, 'imports.removeProfile', { id: saved.id });
    expect((await ask(hub, 'imports.profiles', {})).items).toEqual([]);
  });

  test('what is no file of orders fails in words', async () => {
    hub = await memoryHub();
    const { id } = await upload(Buffer.from(`${IMPORT_HEADINGS}\n"EX1,待发货\n${importRow(2)}\n`));
    const inspected = await hub.request('imports.inspect', { id, ...CHOICE }, { ...ADMIN, locale: 'zh' });
    expect(inspected).toMatchObject({ ok: false, error: { code: 'bad_request', message: expect.stringContaining('引号') as string } });
    expect(await hub.request('imports.begin', { channel: 'taobao', shopId: 'nobody', name: 'a', bytes: 1 }, ADMIN)).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });
});
