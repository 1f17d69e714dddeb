import { describe, expect, test } from 'vitest';
import { isAddressComplete, isInvoiceIncomplete, isPhoneMalformed } from '#main/engine/index.ts';

const sensitive = (plain: string | null) => ({ plain, mask: '', index: null });

describe('phone numbers', () => {
  test.each([
    ['13800138000', 'CN', false],
    ['+86 138 0013 8000', 'CN', false],
    ['86-13800138000', '中国', false],
    ['0571-88888888', 'CN', false],
    ['17012345678-1234', 'CN', false],
    ['138-0013-8000', 'CN', false],
    ['+86 138-0013-8000', 'CN', false],
    ['138-0013-800', 'CN', true],
    ['17012345678转1234', 'CN', false],
    ['1380013800', 'CN', true],
    ['12800138000', 'CN', true],
    ['138001380001', '', true],
    ['无', 'CN', true],
    ['+1 415 555 0100', 'US', false],
    ['+852 9123 4567', 'HK', false],
    ['+44 20 7946 0000', 'CN', false],
    ['12345', 'US', true],
    ['1234567890123456', 'US', true],
    ['138****8000', 'CN', null],
    ['', 'CN', null],
    [null, 'CN', null],
  ])('%s in %s: %s', (plain, country, malformed) => expect(isPhoneMalformed({ phone: sensitive(plain), country })).toBe(malformed));
});

describe('addresses', () => {
  test.each([
    ['文三路 12 号 3 幢 501 室', true],
    ['阳光花园三期', true],
    ['张家村三组', true],
    ['人民医院住院部', true],
    ['12 Baker Street', true],
    ['PO Box A', true],
    ['附近超市旁', false],
    ['老地方你懂的', false],
    ['西湖区', false],
    ['浙江省杭州市', false],
    ['家里', false],
    ['here', false],
    ['文三路***', null],
    ['', null],
    [null, null],
  ])('%s: %s', (plain, complete) => expect(isAddressComplete({ address: sensitive(plain) })).toBe(complete));
});

describe('invoices', () => {
  test.each([
    [null, false],
    [{ title: '林小姐', taxNumber: null, content: null }, false],
    [{ title: '杭州某某贸易有限公司', taxNumber: '91330100MA00000000', content: null }, false],
    [{ title: '杭州某某贸易有限公司', taxNumber: null, content: null }, true],
    [{ title: 'Example Ltd.', taxNumber: '', content: null }, true],
    [{ title: ' ', taxNumber: null, content: null }, true],
  ])('%j: %s', (invoice, incomplete) => expect(isInvoiceIncomplete(invoice)).toBe(incomplete));
});
