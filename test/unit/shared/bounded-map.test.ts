import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from '#shared/bounded-map.ts';

/** The same in the plainest way: a list, the longest unused first. */
class Plain {
  entries: [string, number][] = [];
  readonly #limit: number;
  constructor(limit: number) {
    this.#limit = limit;
  }
  set(key: string, value: number): void {
    this.delete(key);
    this.entries.push([key, value]);
    if (this.entries.length > this.#limit) this.entries.shift();
  }
  get(key: string): number | undefined {
    const value = this.entries.find(([one]) => one === key)?.[1];
    if (value !== undefined) this.set(key, value);
    return value;
  }
  delete(key: string): void {
    this.entries = this.entries.filter(([one]) => one !== key);
  }
}

const step = fc.record({ do: fc.constantFrom('set', 'get', 'use', 'delete', 'take', 'clear'), key: fc.constantFrom(...'abcdefghij') });

test('it holds what was used last, whatever is done with it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
      const [map, plain] = [new BoundedMap<string, number>(limit), new Plain(limit)];
      for (const [at, { do: what, key }] of steps.entries()) {
        if (what === 'set') {
          map.set(key, at);
          plain.set(key, at);
        } else if (what === 'get') expect(map.get(key)).toBe(plain.get(key));
        else if (what === 'use') {
          if (plain.get(key) === undefined) plain.set(key, at);
          expect(map.use(key, () => at)).toBe(plain.get(key));
        } else if (what === 'take') expect(map.takeOldest()).toBe(plain.entries.shift()?.[1]);
        else if (what === 'delete') {
          map.delete(key);
          plain.delete(key);
        } else if (at % 7 === 0) {
          map.clear();
          plain.entries = [];
        }
        expect(map.size).toBe(plain.entries.length);
        expect([...map.values()]).toEqual(plain.entries.map(([, value]) => value));
        for (const [one, value] of plain.entries) expect(map.peek(one)).toBe(value);
      }
    }),
  );
});
