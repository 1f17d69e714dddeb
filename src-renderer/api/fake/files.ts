import type { ImportMapping, ImportState } from '#shared/contract/imports.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { Answers } from './refusal.ts';

/** An invented mapping, as the hub would suggest it for the invented file. */
const SUGGESTION: ImportMapping = {
  sheet: null,
  encoding: 'gb18030',
  delimiter: ',',
  headerRows: 1,
  columns: {
    channelOrderId: { column: 0 },
    status: { column: 1 },
    createdAt: { column: 2 },
    sku: { column: 3 },
    quantity: { column: 4 },
    unitPrice: { column: 5 },
  },
  money: 'yuan',
  currency: 'CNY',
  statuses: { 待发货: 'awaiting_shipment' },
};
const COLUMNS: [string, string[]][] = [
  ['订单编号', ['202511200001', '202511200002']],
  ['状态', ['待发货', '已签收']],
  ['下单时间', ['2025-11-20 10:31:02']],
  ['商家编码', ['MB-1001']],
  ['数量', ['2', '1']],
  ['单价', ['68.00']],
  ['收货人', ['林**']],
];

type FileAnswers = Pick<Answers, Extract<keyof Answers, `imports.${string}`>>;

/** The invented side of imports: an upload becomes ready, a started import is done at once. */
export function fileAnswers(now: () => number): FileAnswers {
  const base = { channel: 'taobao' as const, shopId: 'flagship', error: null };
  const imports = new Map<number, ImportState>(
    [
      {
        ...base,
        id: 1,
        name: '历史订单-10月.csv',
        state: 'done' as const,
        bytes: 18_400_000,
        receivedBytes: 18_400_000,
        readBytes: 18_400_000,
        rows: 100_000,
        badRows: 37,
        orders: 91_240,
        startedAt: now() - 80 * MINUTE,
        endedAt: now() - 79 * MINUTE,
      },
      {
        ...base,
        id: 2,
        name: '历史订单-11月.csv',
        state: 'running' as const,
        bytes: 21_000_000,
        receivedBytes: 21_000_000,
        readBytes: 13_000_000,
        rows: 61_200,
        badRows: 4,
        orders: 55_820,
        startedAt: now() - 30 * SECOND,
        endedAt: null,
      },
      {
        ...base,
        id: 3,
        name: '天猫导出.xlsx',
        state: 'ready' as const,
        bytes: 842_000,
        receivedBytes: 842_000,
        readBytes: 0,
        rows: 0,
        badRows: 0,
        orders: 0,
        startedAt: null,
        endedAt: null,
      },
    ].map((one) => [one.id, one]),
  );
  const profiles = [{ id: 1, name: '天猫后台导出', mapping: SUGGESTION }];
  function changed(id: number, change: Partial<ImportState>): ImportState {
    const next = { ...(imports.get(id) ?? [...imports.values()][0]), ...change } as ImportState;
    imports.set(id, next);
    return next;
  }
  return {
    'imports.begin': ({ channel, shopId, name, bytes }) => {
      const id = imports.size + 1;
      return changed(id, {
        ...base,
        id,
        channel,
        shopId,
        name,
        bytes,
        state: 'uploading',
        receivedBytes: 0,
        readBytes: 0,
        rows: 0,
        badRows: 0,
        orders: 0,
        startedAt: null,
        endedAt: null,
      });
    },
    'imports.append': ({ id, offset, chunk }) => {
      const receivedBytes = offset + atob(chunk).length;
      changed(id, { receivedBytes, state: receivedBytes === imports.get(id)?.bytes ? 'ready' : 'uploading' });
      return { receivedBytes };
    },
    'imports.inspect': ({ encoding }) => ({
      format: 'csv',
      encoding: encoding ?? 'gb18030',
      delimiter: ',',
      sheets: [],
      columns: COLUMNS.map(([name, samples], index) => ({ index, name, samples })),
      suggestion: { ...SUGGESTION, encoding: encoding ?? 'gb18030' },
    }),
    'imports.preview': ({ mapping }) => {
      const isMissing = mapping.columns.quantity === undefined;
      const reason = { zh: '请指定「数量」来自哪一列，或填一个固定值', en: 'Say which column holds the quantity, or give a fixed value' };
      const unknown = { zh: '不认识的状态词', en: 'Unknown word for a state' };
      return {
        orders: isMissing
          ? []
          : ['202511200001', '202511200003'].map((channelOrderId) => ({
              channelOrderId,
              status: 'awaiting_shipment' as const,
              rawStatus: '待发货',
              partiallyShipped: false,
              platformHold: null,
              currency: 'CNY',
              goodsMinor: 13_600,
              freightMinor: 0,
              discountMinor: 0,
              paidMinor: 13_600,
              createdAt: now() - 90 * MINUTE,
              paidAt: null,
              updatedAt: now() - 90 * MINUTE,
              buyerMask: '',
              receiverMask: { name: '林**', phone: '138****2046', region: '江苏省 苏州市', address: '示例路***' },
              buyerMessage: '',
              sellerMemo: '',
              trackingNumber: null,
              presale: false,
              lines: [{ sku: 'MB-1001', name: '有机米粉 250g', quantity: 2, unitPriceMinor: 6_800, gift: false }],
            })),
        errors: isMissing
          ? [{ row: 0, column: '', reason, value: '' }]
          : mapping.statuses['已签收']
            ? []
            : [{ row: 3, column: '状态', reason: unknown, value: '已签收' }],
      };
    },
    'imports.start': ({ id }) =>
      changed(id, {
        state: 'done',
        startedAt: now(),
        endedAt: now(),
        readBytes: imports.get(id)?.bytes ?? 0,
        rows: 120,
        orders: 118,
        badRows: 2,
      }),
    'imports.cancel': ({ id }) => changed(id, { state: 'cancelled', endedAt: now() }),
    'imports.list': () => ({ items: [...imports.values()].reverse(), next: null }),
    'imports.errors': () => ({
      items: [
        { row: 412, column: '数量', reason: { zh: '不是数字', en: 'Not a number' }, value: '两件' },
        { row: 901, column: '下单时间', reason: { zh: '不是日期', en: 'Not a date' }, value: '昨天' },
      ],
      next: null,
    }),
    'imports.profiles': () => ({ items: profiles }),
    'imports.saveProfile': ({ name, mapping }) => {
      const profile = { id: profiles.length + 1, name, mapping };
      profiles.push(profile);
      return profile;
    },
    'imports.removeProfile': ({ id }) => {
      profiles.splice(
        profiles.findIndex((one) => one.id === id),
        1,
      );
      return { id };
    },
  };
}
