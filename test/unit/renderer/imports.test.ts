// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { IMPORT_CHUNK_BYTES, IMPORT_FILE_BYTES, type ImportMapping } from '#shared/contract/imports.ts';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { chosenOf, csvOf, FIXED, NOTHING, statusWords, withSource } from '../../../src-renderer/views/imports/columns.ts';
import { base64Of, objectionTo, upload } from '../../../src-renderer/views/imports/upload.ts';
import { size } from '../../../src-renderer/views/imports/words.ts';

const MAPPING: ImportMapping = {
  sheet: null,
  encoding: null,
  delimiter: null,
  headerRows: 1,
  columns: { status: { column: 1 }, sku: { fixed: 'MB-1' } },
  money: 'yuan',
  currency: 'CNY',
  statuses: { 已发货: 'shipped' },
};

describe('columns', () => {
  it('come from a column, a fixed value or nowhere', () => {
    expect([chosenOf(MAPPING, 'status'), chosenOf(MAPPING, 'sku'), chosenOf(MAPPING, 'quantity')]).toEqual([1, FIXED, NOTHING]);
    expect(withSource(MAPPING, 'status', NOTHING).columns).toEqual({ sku: { fixed: 'MB-1' } });
    expect(withSource(MAPPING, 'quantity', FIXED, '1').columns.quantity).toEqual({ fixed: '1' });
  });
  it('gather the words for states from samples, problems and what is mapped, each once', () => {
    const columns = [{ index: 1, name: '状态', samples: ['已发货', '待发货', ''] }];
    const problems = [
      { column: '状态', value: '已签收' },
      { column: '数量', value: '两件' },
    ];
    expect(statusWords(MAPPING, columns, problems)).toEqual(['已发货', '待发货', '已签收']);
    expect(statusWords({ ...MAPPING, columns: {} }, columns, problems)).toEqual([]);
  });
  it('are written as CSV that a spreadsheet reads and never runs', () => {
    expect(
      csvOf([
        ['a,b', '说"好"'],
        ['=1+1', 'c'],
      ]),
    ).toBe('\uFEFF"a,b","说""好"""\r\n\'=1+1,c\r\n');
  });
});

describe('an upload', () => {
  let hub: FakeCarrier;
  beforeEach(() => {
    hub = fakeCarrier({ now: () => Date.now(), seed: 5, live: false });
    connect(hub);
  });
  it('refuses what cannot be read before it is sent', () => {
    expect(objectionTo({ name: 'orders.CSV', size: 10 })).toBeNull();
    expect(objectionTo({ name: 'orders.pdf', size: 10 })).toBe('imports.wrongKind');
    expect(objectionTo({ name: 'orders.csv', size: 0 })).toBe('imports.emptyFile');
    expect(objectionTo({ name: 'orders.xlsx', size: IMPORT_FILE_BYTES + 1 })).toBe('imports.tooBig');
  });
  it('sends every byte once, in order, in pieces the hub takes', async () => {
    const bytes = Uint8Array.from({ length: IMPORT_CHUNK_BYTES * 2 + 3 }, (_, index) => index % 251);
    const asked = vi.spyOn(hub, 'request');
    const heard: number[] = [];
    const state = await upload(
      new File([bytes], 'orders.csv'),
      { channel: 'taobao', shopId: 'flagship' },
      (sent) => heard.push(sent),
      new AbortController().signal,
    );
    const pieces = asked.mock.calls
      .filter(([name]) => name === 'imports.append')
      .map(([, params]) => params as { offset: number; chunk: string });
    expect(pieces.map(({ offset }) => offset)).toEqual([0, IMPORT_CHUNK_BYTES, IMPORT_CHUNK_BYTES * 2]);
    expect(Buffer.concat(pieces.map(({ chunk }) => Buffer.from(chunk, 'base64'))).equals(Buffer.from(bytes))).toBe(true);
    expect(heard.at(-1)).toBe(bytes.length);
    expect(state).toMatchObject({ state: 'ready', receivedBytes: bytes.length });
  });
  it('is cancelled at the hub when it is stopped', async () => {
    const asked = vi.spyOn(hub, 'request');
    const stopper = new AbortController();
    const file = new File([new Uint8Array(IMPORT_CHUNK_BYTES * 3)], 'orders.csv');
    const sending = upload(file, { channel: 'taobao', shopId: 'flagship' }, (sent) => sent > 0 && stopper.abort(), stopper.signal);
    await expect(sending).rejects.toThrow();
    expect(asked.mock.calls.map(([name]) => name)).toEqual(['imports.begin', 'imports.append', 'imports.cancel']);
  });
  it('writes base64 and sizes as everyone does', () => {
    expect(base64Of(new TextEncoder().encode('订单'))).toBe(Buffer.from('订单').toString('base64'));
    expect([size(12), size(1_500), size(18_400_000)]).toEqual(['12 B', '1.5\u202fKB', '18\u202fMB']);
  });
});
