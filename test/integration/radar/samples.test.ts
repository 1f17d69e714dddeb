import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RadarMapping } from '#shared/contract/radar.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, deliver, orderData } from '#test/support/hub.ts';
import { gb18030 } from '#test/support/import-file.ts';
import { live, NOW, openRadarHub, pastOrders, upload } from '#test/support/radar-history.ts';
import type { RadarHub } from '#test/support/radar-history.ts';
import { AGENT } from '#test/support/rules.ts';

const ADMIN = { ...AGENT, role: 'admin' } as const;
const past = pastOrders({ days: 3 });
let folder: string;
let opened: RadarHub;
let hub: LocalHub;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-radar-'));
  opened = await openRadarHub(folder, past[0]!.at);
  hub = opened.hub;
  await live(opened, past);
}, 60_000);
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function taken(name: string, bytes: Uint8Array, mapping?: RadarMapping) {
  const id = await upload(hub, name, bytes);
  const looked = await ask(hub, 'radar.inspect', { id, mapping: mapping ?? null });
  const samples = await ask(hub, 'radar.samples.take', { id, name, mapping: mapping ?? looked.suggestion! });
  return { looked, samples, errors: (await ask(hub, 'radar.samples.errors', { id: samples.id })).items };
}

describe('a file of disputes with bad rows', () => {
  const own = past.find(({ disputed }) => disputed)!;

  test('names each of them with its row, place, reason and value, personal data masked', async () => {
    const { orderNo } = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: own.id });
    const [second, third] = past.filter(({ disputed }) => !disputed);
    const rows = [
      ...[`${orderNo},纠纷,仅退款,13912345678 说没收到,,`, `${second!.id},正常,,,自建商城,own`, `没有这单,纠纷,,,,`],
      ...[`,纠纷,,,,`, `${third!.id},大概吧 13912345678,,,,`, `${third!.id},,,,,`, `${third!.id},正常,,,某平台,`],
      ...[`${third!.id},正常,,,,另一家店`, `${own.id},正常,,,,`],
    ];
    const csv = `订单编号,是否纠纷,纠纷类型,内容,渠道,店铺\r\n${rows.join('\r\n')}\r\n\r\n`;
    const { looked, samples, errors } = await taken('坏行.csv', Buffer.from(csv));
    expect(looked.rows.map(({ row, label, kind }) => [row, label, kind])).toEqual([
      [2, 'disputed', '仅退款'],
      [3, 'fine', null],
      [10, 'fine', null],
    ]);
    expect(samples).toMatchObject({ rows: 9, badRows: 7, disputed: 1, fine: 1, rereadable: true });
    expect(errors.map(({ row, column, value }) => [row, column, value])).toEqual([
      [4, '订单编号', '没有这单'],
      [5, '订单编号', ''],
      [6, '是否纠纷', '大概吧 139****5678'],
      [7, '是否纠纷', ''],
      [8, '渠道', '某平台'],
      [9, '订单编号', third!.id],
      [10, '', own.id],
    ]);
    expect(errors.map(({ reason }) => reason.en)).toEqual([
      ...['This shop has no such order', 'There is no order number', expect.stringContaining('Not a label')],
      ...['It does not say whether it was disputed', 'There is no such channel', 'This shop has no such order'],
      'Row 2 told of this order already; that one counts',
    ]);
    expect(JSON.stringify([looked, errors])).not.toContain('13912345678');
  });

  test('words of the file itself are given a meaning in the mapping', async () => {
    const csv = `单号,情况\n${own.id},买家闹\n${past[1]!.id},好说话\n`;
    const id = await upload(hub, '自己的词.csv', Buffer.from(csv));
    expect((await ask(hub, 'radar.inspect', { id })).suggestion).toBeNull();
    const columns = { order: 0, label: 1 };
    const looked = await ask(hub, 'radar.inspect', { id, mapping: { columns, words: { 买家闹: 'disputed', 好说话: 'fine' } } });
    expect(looked.rows.map(({ label }) => label)).toEqual(['disputed', 'fine']);
    const wrong = await hub.request('radar.samples.take', { id, name: '太宽', mapping: { columns: { order: 0, label: 5 } } }, ADMIN);
    expect(wrong.ok ? '' : wrong.error.message).toBe('The mapping names column 6, but the file has 2');
  });

  test('a file that is no table is refused in words', async () => {
    const id = await upload(hub, 'x.xlsx', Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 1, 2, 3]));
    const answer = await hub.request('radar.inspect', { id }, { ...AGENT, role: 'supervisor' });
    expect(answer.ok ? '' : answer.error.code).toBe('bad_request');
  });

  test('an agent may look and not take', async () => {
    expect((await ask(hub, 'radar.samples', {}, AGENT)).items.length).toBeGreaterThan(0);
    const answer = await hub.request('radar.samples.own', { name: 'x' }, AGENT);
    expect(answer.ok ? '' : answer.error.code).toBe('forbidden');
  });
});

describe('encodings and workbooks', () => {
  const rows = past.slice(0, 8);

  test('GB18030', async () => {
    const csv = `平台订单号,纠纷\r\n${rows.map(({ id, disputed }) => `${id},${disputed ? '是' : '否'}`).join('\r\n')}\r\n`;
    const { looked, samples } = await taken('国标.csv', gb18030(csv));
    expect([looked.encoding, looked.columns.map(({ name }) => name), looked.remembered]).toEqual([
      'gb18030',
      ['平台订单号', '纠纷'],
      false,
    ]);
    expect(samples).toMatchObject({ badRows: 0, disputed: rows.filter(({ disputed }) => disputed).length });
  });

  test('XLSX, and the mapping used for such headings before is offered again', async () => {
    const { default: ExcelJS } = await import('exceljs');
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('纠纷单');
    sheet.addRow(['订单编号', '谁接的', '结论']);
    for (const { id, disputed } of rows) sheet.addRow([id, '赵', disputed ? 'disputed' : 'ok']);
    const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
    const { looked, samples } = await taken('一.xlsx', bytes, { ...MAPPING, columns: { ...MAPPING.columns, label: 2, kind: 1 } });
    expect([looked.format, looked.sheets]).toEqual(['xlsx', ['纠纷单']]);
    expect(samples.kinds).toEqual([{ kind: '赵', orders: rows.filter(({ disputed }) => disputed).length }]);
    const again = await ask(hub, 'radar.inspect', { id: await upload(hub, '二.xlsx', bytes) });
    expect([again.remembered, again.suggestion?.columns.kind]).toEqual([true, 1]);
  });

  test('looked at while somebody takes it: what went meanwhile is said in words, and the hub goes on', async () => {
    const { default: ExcelJS } = await import('exceljs');
    const workbook = new ExcelJS.Workbook();
    workbook.addWorksheet('纠纷单').addRows([['订单编号'], ...rows.map(({ id }) => [id])]);
    const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
    const ends = new Set<string>();
    for (let round = 0; round < 8; round += 1) {
      const id = await upload(hub, `${round}.xlsx`, bytes);
      let taking = true;
      const take = ask(hub, 'radar.samples.take', { id, name: '同时', mapping: MAPPING }).finally(() => (taking = false));
      const looks: Promise<string>[] = [];
      while (taking) {
        looks.push(hub.request('radar.inspect', { id }, ADMIN).then((answer) => (answer.ok ? 'read' : answer.error.code)));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      for (const end of await Promise.all(looks)) ends.add(end);
      await ask(hub, 'radar.samples.remove', { id: (await take).id });
    }
    // Which of the looks come too late is the machine's to say; none of them is an error of the hub.
    expect(['read', 'illegal_move']).toEqual(expect.arrayContaining([...ends]));
  });

  const MAPPING: RadarMapping = {
    ...{ sheet: null, encoding: null, delimiter: null, headerRows: 1, words: {} },
    columns: { order: 0, label: null, kind: null, text: null, channel: null, shop: null },
  };
});

describe('what is kept', () => {
  test('the bytes of a file: read again it finds the orders that came in since, until the set is removed', async () => {
    const { samples } = await taken('以后.csv', Buffer.from(`订单号\nLATER\n${past[0]!.id}\n`));
    expect(samples).toMatchObject({ disputed: 1, badRows: 1 });
    await deliver(hub, 'order.paid', orderData('LATER', NOW), NOW);
    const again = await ask(hub, 'radar.samples.reread', { id: samples.id });
    expect(again).toMatchObject({ id: samples.id, disputed: 2, badRows: 0, rows: 2 });
    const files = () => readdirSync(join(folder, 'imports')).filter((name) => name.endsWith('.disputes')).length;
    const before = files();
    await ask(hub, 'radar.samples.remove', { id: samples.id });
    expect(files()).toBe(before - 1);
    const gone = await hub.request('radar.samples.reread', { id: samples.id }, ADMIN);
    expect(gone.ok ? '' : gone.error.code).toBe('not_found');
  });

  test('a file whose reading was cut off: read again where it was taken before, else thrown away', async () => {
    const { samples } = await taken('半途.csv', Buffer.from(`订单号\n${past[0]!.id}\n${past[1]!.id}\n`));
    const { store } = hub;
    const half = {
      name: '一半',
      source: 'own',
      state: 'reading',
      createdAt: NOW,
      by: 'lin',
      rows: 1,
      badRows: 0,
      fineEvery: 1,
      file: null,
    } as const;
    const cut = store.transaction(() => {
      store.radar.clearSamples(samples.id, false);
      store.radar.saveSamples(samples.id, { state: 'reading', rows: 0, badRows: 0 });
      return store.radar.addSamples(half);
    });
    await hub.hub.radar.samples.resume();
    const { items } = await ask(hub, 'radar.samples', {});
    expect(items.find(({ id }) => id === samples.id)).toEqual(samples);
    expect(items.map(({ id }) => id)).not.toContain(cut);
    expect(store.radar.samples(cut)).toBeNull();
  });

  test('the outcomes the store knows itself are a set as well', async () => {
    const samples = await ask(hub, 'radar.samples.own', { name: '自有结果', days: 30 });
    const known = past.filter(({ at }) => at + 2 * 86_400_000 < NOW);
    expect(samples).toMatchObject({
      ...{ source: 'own', rereadable: false, badRows: 0, rows: known.length },
      disputed: known.filter(({ disputed }) => disputed).length,
      fine: known.filter(({ disputed }) => !disputed).length,
    });
  });
});
