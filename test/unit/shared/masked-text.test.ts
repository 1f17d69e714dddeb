import { expect, test } from 'vitest';
import { maskIdentifier, maskPieces } from '#shared/masked-text.ts';

test.each([
  ['找 13800138000 或 a.li+1@example.com', '找 138****8000 或 a***@example.com'],
  ['203.0.113.7, 198.51.100.23:443', '203.0.*.*, 198.51.*.*:443'],
  ['2001:db8:7::42 2001:db8::1 fe80:0:0:0:1:2:3:4', '2001:* 2001:* fe80:*'],
])('what finds somebody is masked inside a text: %s', (plain, masked) => {
  expect(maskPieces(plain)).toBe(masked);
});

test.each(['刷单', '附近超市旁', '12:30:05', '2025-06-18 04:30', 'v1.2.3', '订单 20250618201533', '比例 3:1', ''])(
  'and nothing else: %s',
  (text) => {
    expect(maskPieces(text)).toBe(text);
  },
);

test('of a whole value a beginning stays, and of a short one nothing', () => {
  expect(['fp-8841-a3c9', 'ab12', '设备指纹一二三', '203.0.113.7', '13800138000', ''].map(maskIdentifier)).toEqual([
    ...['fp****', '****', '设备****', '203.0.*.*', '138****8000', ''],
  ]);
});
