/** Arrays in arrays, so many levels deep. */
export function nestedArrays(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}

/** Objects in objects, so many levels deep. */
export function nestedObjects(levels: number, key = 'not'): unknown {
  let value: unknown = {};
  for (let level = 1; level < levels; level += 1) value = { [key]: value };
  return value;
}

const NAMES = ['__proto__', 'constructor', 'toString'];
const FLAT: readonly unknown[] = [
  ...[null, true, false, 0, -0, -1, 0.5, 1e308, -1e308, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 2 ** 63],
  ...[Number.NaN, Infinity, -Infinity, undefined],
  ...['', ' ', '\0', 'a\0b', '\uD800', '\uDC00上', '\u202E\uFEFF', '1e999', '0x10', '-0', '%', '_', '"', "'; --", '{', ...NAMES],
  ...['长'.repeat(300_000), '9'.repeat(400), '2025-02-30T25:61:61Z'],
  ...[[], {}, [null], ['', ''], [[]], { '': '' }, { toString: 1, constructor: null, length: -1, then: 1 }],
  ...[JSON.parse('{"__proto__":{"polluted":true}}'), JSON.parse('{"constructor":{"prototype":{"polluted":true}}}')],
  Array.from({ length: 60_000 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, ''])),
];

/** What JSON and a message between threads can carry and nobody should send, whatever was asked for. */
export const BAD_VALUES: readonly unknown[] = [...FLAT, nestedArrays(5_000), nestedObjects(5_000), nestedObjects(5_000, 'all')];

/** The same as JSON, and what only JSON can say: numbers no double holds, names given twice, and levels no recursion comes through. */
export const BAD_JSON: readonly string[] = [
  ...FLAT.map((value) => JSON.stringify(value) ?? 'null'),
  ...['1e999', '-1e999', '1E-400', '12345678901234567890', '0.1234567890123456789', '{"a":1,"a":2}', '"\\ud83d"'],
  ...['['.repeat(100_000) + ']'.repeat(100_000), '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000)],
];

export type Path = readonly (string | number)[];

/** Every place of a value, its own among them. */
export function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))];
}

/** The value with another one in that place. */
export function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Record<string, unknown>) };
  (copy as Record<string | number, unknown>)[key] = replaced((value as Record<string | number, unknown>)[key], rest, by);
  return copy;
}
