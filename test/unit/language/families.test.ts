import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { jiebaSegmenter, MessageReader } from '#main/language/index.ts';
import { pack, vector } from '../rules/pack.ts';

/**
 * What the shipped lists, patterns and model make of a buyer's message together: what is listed or a known disguise of it stops the order,
 * what only the model reads is looked at, and what everybody writes to a shop is left alone.
 */

const AT = Date.UTC(2026, 5, 18, 6);
const reader = MessageReader.parse(
  JSON.parse(readFileSync(new URL('../../../resources/models/messages.json', import.meta.url), 'utf8')),
  jiebaSegmenter,
);

function found(message: string): string[] {
  const reading = reader.read(message);
  const read = {
    'message-intent': reading?.intents ?? [],
    'complaint-tendency': reading?.tendency ?? 0,
    'complaint-reasons': reading?.reasons ?? [],
  };
  return pack
    .judge(vector({ remarks: message, 'buyer-message': message, 'invoice-wish': message, ...read }), AT, [])
    .map(({ ruleId, action }) => `${ruleId}: ${action}`);
}

describe('an invoice over something else', () => {
  test.each([
    '发票开成办公用品',
    '发票请开办公用品',
    '请开办公用品发票',
    '抬头公司，内容：办公用品',
    '开票内容写办公用品',
    '发票内容改成会议费',
    '开票开劳保用品',
    '发票项目开咨询服务',
    '开成办公耗材',
    '发票金额开大点',
    '发票写办公用品',
    '发票上写成办公用品',
    '开具办公用品发票',
    '品名：办公用品',
    '发票品名:办公用品',
    '开具发票，内容为办公用品',
    '开票：办公用品',
    '发票类型办公用品',
    '发票明细：会议费',
    '按办公用品开票',
    '要办公用品的发票',
  ])('%s: finance, held', (message) => {
    expect(found(message)).toEqual(['improper-invoice: hold']);
  });
  test('what stands in the field for the content alone is one too', () => {
    const hits = pack.judge(vector({ 'invoice-wish': '办公用品\n请尽快' }), AT, []);
    expect(hits.map(({ sentence }) => sentence.zh)).toEqual(['开票要求不合规：「办公用品」']);
  });
  test.each(['发 票 开 成 办公-用品', '發票開成辦公用品', '多开两百的发票', '明细写成文具', '发票开别的名目'])(
    '%s: finance has a look',
    (message) => {
      expect(found(message)).toEqual(['improper-invoice-read: task']);
    },
  );
  test.each([
    '请开发票',
    '麻烦开普通发票',
    '开电子发票',
    '请开专票，谢谢',
    '能开发票吗',
    '给我开张发票',
    '办公用品柜子，放前台',
    '开会用，包装好一点',
    '这批是办公用品，请用大箱',
    '买办公用品送的吗',
    '不要发票，礼品包装',
    '写礼品贺卡：生日快乐',
    '礼品的发票不要放箱里',
  ])('%s: nothing', (message) => {
    expect(found(message)).toEqual([]);
  });
});

describe('cash back and made-up orders', () => {
  test.each([
    '好评返现',
    '返 现',
    '返xian 5元',
    'fan现多少',
    '刷单',
    '刷-单',
    'shua单',
    '发空包就行',
    '空包',
    '帮我做单',
    '放单平台的',
    '拍A发B',
  ])('%s: frozen', (message) => {
    expect(found(message)).toEqual(['blacklisted-words: freeze']);
  });
  test.each(['好评能返几块', '晒图返5元', '拍了不用发货，做个销量', '补单', '佣金什么时候结'])('%s: risk control has a look', (message) => {
    expect(found(message)).toEqual(['forbidden-deal-read: task']);
  });
  // Once "放单" and "空包" stood in the list, and froze what asks for the door or for a vacuum bag.
  test.each([
    '放单元门口',
    '请放单元楼下快递柜',
    '请真空包装',
    '肉切片，真空包好',
    '多给几个空包装袋',
    '买来做单位福利',
    '用来做单页',
    '太空包颜色随机',
    '返修过吗',
    '要现货',
  ])('%s: nothing', (message) => {
    expect(found(message).filter((hit) => !hit.startsWith('complaint'))).toEqual([]);
  });
  test('a slip that is not to be put into the parcel stops nothing', () => {
    expect(found('送礼，不要放单')).not.toContain('blacklisted-words: freeze');
  });
});
