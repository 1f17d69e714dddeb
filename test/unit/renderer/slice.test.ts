import { describe, expect, it } from 'vitest';
import { createSlice } from '../../../src-renderer/stores/slice.ts';

function setUp(): {
  seen: string[];
  answer: (snapshot: string) => void;
  fail: () => void;
  slice: ReturnType<typeof createSlice<string, string>>;
} {
  const seen: string[] = [];
  let settle = { answer: (_snapshot: string): void => undefined, fail: (): void => undefined };
  const slice = createSlice<string, string>(
    () =>
      new Promise((resolve, reject) => {
        settle = { answer: resolve, fail: () => reject(new Error('away')) };
      }),
    (snapshot) => seen.push(`snapshot ${snapshot}`),
    (event) => seen.push(event),
  );
  return { seen, slice, answer: (snapshot) => settle.answer(snapshot), fail: () => settle.fail() };
}

describe('a snapshot plus events', () => {
  it('joins a load under way, but reads again where what is true now is asked for', async () => {
    const { seen, slice, answer } = setUp();
    const [loading, joined, fresh] = [slice.load(), slice.load(), slice.refresh()];
    answer('before');
    await Promise.all([loading, joined]);
    expect(seen).toEqual(['snapshot before']);
    await Promise.resolve();
    answer('after');
    await fresh;
    expect(seen).toEqual(['snapshot before', 'snapshot after']);
  });
  it('ignores events before the first load: the snapshot will hold them', async () => {
    const { seen, slice, answer } = setUp();
    slice.apply('early');
    const loading = slice.load();
    answer('1');
    await loading;
    expect(seen).toEqual(['snapshot 1']);
  });
  it('holds events back while a snapshot travels, and applies them after it', async () => {
    const { seen, slice, answer } = setUp();
    const loading = slice.load();
    slice.apply('a');
    slice.apply('b');
    answer('1');
    await loading;
    slice.apply('c');
    expect(seen).toEqual(['snapshot 1', 'a', 'b', 'c']);
  });
  it('joins a load that is under way', () => {
    const { slice } = setUp();
    expect(slice.load()).toBe(slice.load());
  });
  it('keeps what it had when a reload fails, and goes on applying', async () => {
    const { seen, slice, answer, fail } = setUp();
    const first = slice.load();
    answer('1');
    await first;
    const second = slice.load();
    slice.apply('a');
    fail();
    await expect(second).rejects.toThrow('away');
    slice.apply('b');
    expect(seen).toEqual(['snapshot 1', 'a', 'b']);
  });
  it('asks again for an event that came after the question', async () => {
    const answers = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const asked: string[] = [];
    let next = 0;
    const slice = createSlice<string, string>(
      () => answers[next++]?.promise ?? expect.unreachable('asked once too often'),
      (snapshot) => asked.push(snapshot),
      () => void slice.load(),
    );
    const loading = slice.load();
    slice.apply('changed');
    answers[0]?.resolve('before');
    await loading;
    answers[1]?.resolve('after');
    await slice.load();
    expect(asked).toEqual(['before', 'after']);
  });
});
