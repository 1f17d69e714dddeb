import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { decimal, list } from '#main/channels/kit/fields.ts';
import { parseJson, parseText } from '#main/channels/kit/json.ts';

/** The same reading by the standard's own way: every value with the text it was written as. */
function bySource(text: string): unknown {
  type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
  const exact: Reviver = (_key, value, { source }) =>
    typeof value === 'number' && /^-?\d+$/.test(source ?? '') && !Number.isSafeInteger(value) ? source : value;
  return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, exact);
}
function read(text: string): unknown {
  const parsed = parseText(text);
  if (!parsed.ok) throw new Error(parsed.reason.en);
  return parsed.value;
}

describe('JSON with numbers a double cannot hold', () => {
  const number = fc.oneof(
    fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
    fc.constantFrom('9007199254740991', '9007199254740992', '-9007199254740993', '0', '12345678901234567890.5', '0.1234567890123456789'),
    fc.constantFrom('1e1234567890123456', '1.5E-1234567890123456', '-1234567890123456e2', '1234567890123456.0'),
  );
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '9007199254740993',
      ': 9007199254740993',
      '\\',
      '\\"',
      ',9007199254740993',
      '"[9007199254740993',
      '单号 9007199254740993 🎁',
    ),
  );
  const blank = fc.constantFrom('', ' ', '\n', '\t ', '\r\n');

  it('reads whatever stands wherever as the standard does, and no digit is lost', () => {
    const value = fc.oneof(
      number,
      word.map((text) => JSON.stringify(text)),
    );
    const entry = fc.tuple(word, value, blank).map(([name, inner, space]) => `${JSON.stringify(name)}:${space}${inner}`);
    const text = fc.oneof(
      fc.tuple(blank, value, blank).map((parts) => parts.join('')),
      fc.tuple(fc.array(entry), blank).map(([entries, space]) => `{${entries.join(`,${space}`)}${space}}`),
      fc.tuple(fc.array(value), blank).map(([values, space]) => `[${space}${values.join(`${space},`)}${space}]`),
    );
    fc.assert(
      fc.property(text, (written) => {
        expect(read(written)).toEqual(bySource(written));
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads bytes with a line end behind them, and with letters of four bytes', () => {
    const body = Buffer.from('{"note":"🎁 \\" 9007199254740993","id":9007199254740993}\r\n', 'utf8');
    expect(parseJson(body)).toEqual({ ok: true, value: { note: '🎁 " 9007199254740993', id: '9007199254740993' } });
  });
});

test('a text without a quote is looked through for one once, however many numbers it holds', () => {
  const digits = `[${'1111111111111111,'.repeat(1_000)}1]`;
  const quoted = `${digits.slice(0, -1)},"the only quotes",1234567890123456789]`;
  const looking = vi.spyOn(String.prototype, 'indexOf');
  const values = [read(digits), read(quoted)] as string[][];
  const looks = looking.mock.calls.filter(([sought]) => sought === '"').length;
  looking.mockRestore();
  expect(values.map((list) => [list.length, list[0], list.at(-1)])).toEqual([
    [1_001, 1_111_111_111_111_111, 1],
    [1_003, 1_111_111_111_111_111, '1234567890123456789'],
  ]);
  expect(looks).toBeLessThan(10);
});

describe('lists', () => {
  it.each([
    [
      [1, 2],
      [1, 2],
    ],
    [{ id: 1 }, [{ id: 1 }]],
    [{ '0': 'a', '3': 'b' }, ['a', 'b']],
    [{}, []],
    [null, []],
    ['x', []],
  ])('%j has the entries %j', (value, entries) => expect(list(value)).toEqual(entries));
});

describe('amounts with commas', () => {
  it.each([
    ['1,234.50', 123_450],
    ['-1,234,567', -123_456_700],
    ['12,00', null],
    ['1,23', null],
    [',123', null],
    ['1234,567', null],
  ])('%s', (written, minor) => expect(decimal(written, 'CNY')).toBe(minor));
});
