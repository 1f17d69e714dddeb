import { describe, expect, test } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { ConfigError } from '#main/hub/config.ts';
import { EventStream } from '#main/hub/event-stream.ts';
import { FeedFigures } from '#main/hub/feed-figures.ts';
import { maskPersonal } from '#main/hub/mask-text.ts';
import { OrderNumbers } from '#main/hub/order-numbers.ts';
import { readSettings } from '#main/hub/settings.ts';
import { ManualTime } from '#main/hub/time.ts';

const HOUR = 3_600_000;

describe('order numbers', () => {
  const never = () => {
    throw new Error('The store was asked.');
  };
  const at = Date.parse('2025-06-18T12:15:33.400Z');

  test('ten thousand in one second are all different, and the next borrows from the second after', () => {
    const numbers = new OrderNumbers(() => 0.37, null, never);
    const drawn = Array.from({ length: 10_001 }, () => numbers.draw('taobao', at));
    expect(new Set(drawn).size).toBe(10_001);
    expect(drawn[0]).toMatch(/^TB20250618201533\d{4}$/);
    expect(drawn[10_000]).toMatch(/^TB20250618201534\d{4}$/);
    expect(numbers.draw('jd', at)).toMatch(/^JD20250618201533\d{4}$/);
    expect(numbers.draw('taobao', at + 1_000)).toMatch(/^TB20250618201534\d{4}$/);
  });

  test('a number an earlier run took is passed over', () => {
    const first = new OrderNumbers(() => 0.5, null, never).draw('jd', at);
    expect(
      new OrderNumbers(
        () => 0.5,
        at,
        (number) => number === first,
      ).draw('jd', at),
    ).not.toBe(first);
  });

  test('a clock that went back asks the store again', () => {
    const drawn = new Set<string>();
    const numbers = new OrderNumbers(
      () => 0.5,
      null,
      (number) => drawn.has(number),
    );
    for (const moment of [at, at + 200_000, at, at + 200_000, at + 100_000]) {
      const number = numbers.draw('jd', moment);
      expect(drawn).not.toContain(number);
      drawn.add(number);
    }
  });
});

describe('the event stream', () => {
  const tick = { at: 1, ohi: null };

  test('numbers events, bridges a short gap, and says so when it cannot', () => {
    const stream = new EventStream('run', 3, () => 0);
    const heard: StreamEvent[] = [];
    const stop = stream.subscribe((event) => heard.push(event));
    for (let count = 0; count < 8; count += 1) stream.publish('health.changed', tick);
    stop();
    stream.publish('health.changed', tick);
    expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(stream.resume({ epoch: 'run', seq: 7 }).map(({ seq }) => seq)).toEqual([8, 9]);
    expect(stream.resume({ epoch: 'run', seq: 9 })).toEqual([]);
    for (const lost of [
      { epoch: 'run', seq: 1 },
      { epoch: 'run', seq: 10 },
      { epoch: 'other', seq: 9 },
    ]) {
      expect(stream.resume(lost)).toEqual([{ epoch: 'run', seq: 9, name: 'resync', payload: {} }]);
    }
    expect(stream.resume(null)).toEqual([]);
  });

  test('what happened while nobody listened shows as a hole, never as nothing', () => {
    let now = 0;
    const stream = new EventStream('run', 10, () => now);
    now = HOUR;
    expect(stream.wanted).toBe(false);
    const before = { epoch: 'run', seq: stream.seq };
    stream.skip();
    expect(stream.resume(before)).toMatchObject([{ name: 'resync' }]);
    const stop = stream.subscribe(() => undefined);
    expect(stream.wanted).toBe(true);
    stop();
    expect(stream.wanted).toBe(true);
    now += 60_001;
    expect(stream.wanted).toBe(false);
  });
});

describe('simulated time', () => {
  test('runs what is planned at its own moment and in order', () => {
    const time = new ManualTime(100);
    const ran: [string, number][] = [];
    time.after(50, () => ran.push(['once', time.now()]));
    const cancel = time.every(30, () => ran.push(['every', time.now()]));
    time.after(60, () => cancel());
    time.advanceTo(300);
    expect(ran).toEqual([
      ['every', 130],
      ['once', 150],
      ['every', 160],
    ]);
    time.advanceTo(10);
    expect(time.now()).toBe(300);
  });
});

describe('masking of platform messages', () => {
  test('hides people, phones and mail addresses, and leaves goods and numbers readable', () => {
    const body = JSON.stringify({
      id: '1234567890123456',
      customer: { first_name: '晓明', email: 'zhang.xm@example.com', phone: '+86 13912345678' },
      receiver: { name: '张"晓"明', address: '珠江路 1 号', city: '南京' },
      note: '打 13912345678 找我',
      lines: [{ sku: 'CUP', name: '杯子', title: '白杯' }],
    });
    const masked = maskPersonal(Buffer.from(body));
    expect(JSON.parse(masked)).toMatchObject({
      id: '1234567890123456',
      receiver: { city: '南京' },
      lines: [{ sku: 'CUP', name: '杯子', title: '白杯' }],
    });
    for (const secret of ['晓明', '13912345678', 'zhang.xm', '珠江路']) expect(masked).not.toContain(secret);
  });

  test('works on what is no JSON', () => {
    expect(maskPersonal(Buffer.from('phone=13912345678&x'))).toBe('phone=139****5678&x');
  });
});

describe('feed figures', () => {
  test('sum the last 24 hours and forget nothing of them over a restart', () => {
    const figures = new FeedFigures();
    const now = 100 * HOUR;
    figures.count('received', 'jd', 's', now - 30 * HOUR);
    figures.count('received', 'jd', 's', now - 2 * HOUR, 3);
    figures.count('orders', 'jd', 's', now);
    figures.count('refused', 'jd', 'other', now);
    const rows: Parameters<FeedFigures['load']>[0][number][] = [];
    const samples = { putFeed: (saved: typeof rows) => rows.push(...saved) } as unknown as Parameters<FeedFigures['save']>[0];
    figures.save(samples, now);
    const again = new FeedFigures();
    again.load(rows, []);
    for (const one of [figures, again]) {
      expect(one.lastDay('jd', 's', now)).toEqual({
        received: 3,
        polled: 0,
        failed: 0,
        refused: 0,
        orders: 1,
        lastReceivedAt: now - 2 * HOUR,
      });
    }
  });

  test('of a saving whose transaction failed come with the next one', () => {
    const figures = new FeedFigures();
    const written: number[] = [];
    const store = (kept: boolean) =>
      ({
        putFeed: (rows: { received: number }[]) => kept && written.push(...rows.map(({ received }) => received)),
      }) as unknown as Parameters<FeedFigures['save']>[0];
    figures.count('received', 'jd', 's', 100 * HOUR, 3);
    figures.save(store(false), 100 * HOUR);
    figures.save(store(true), 100 * HOUR);
    expect(written).toEqual([3]);
  });
});

test('settings have defaults, may be changed, and name what cannot be used', () => {
  expect(readSettings({ holdMinutes: 30 })).toMatchObject({ holdMinutes: 30, undoSeconds: 10, stockLowPieces: 50 });
  expect(() => readSettings({ holdMinutes: 0, colour: 'red' })).toThrow(ConfigError);
  expect(() => readSettings({ holdMinutes: 0 })).toThrow(/settings\.holdMinutes/);
});
