import { describe, expect, test } from 'vitest';
import { Latencies } from '#main/hub/checks/latencies.ts';
import { interviewsOf } from '#main/hub/checks/questions.ts';
import { SourceLine } from '#main/hub/checks/source-line.ts';
import { Unanswered } from '#main/hub/checks/unanswered.ts';
import type { Told } from '#main/hub/checks/questions.ts';
import type { BreakerState, CheckLink, CheckLinks, CheckReply, RiskKeys } from '#main/hub/partner-ports.ts';

const NONE: CheckLinks = { crm: null, wms: null, 'risk-list': null };
const never = new AbortController().signal;
const ignore = (): void => undefined;

/** A link that writes down what it is asked and answers the same every time. */
function link<Question, Value>(value: Value, asked: Question[]): CheckLink<Question, Value> {
  return {
    timeoutMs: 500,
    state: () => 'closed',
    ask(question, over) {
      asked.push(question);
      over({ value });
      return Promise.resolve({ ok: true, value });
    },
  };
}

describe('questions', () => {
  test('pieces of one place are asked together, spot and presale apart, and what is missing is summed', async () => {
    const asked: unknown[] = [];
    const told = [{ sku: 'CUP', warehouse: 'suzhou', spot: 1, presale: 9 }];
    const { wms } = interviewsOf({ ...NONE, wms: link(told, asked) }, String);
    const about = JSON.stringify([
      ['CUP', 'suzhou', 'spot', 3],
      ['CUP', 'suzhou', 'presale', 2],
      ['POT', 'suzhou', 'spot', 1],
    ]);
    const reply = await wms?.ask(about, ignore, never);
    expect(asked).toEqual([
      [
        { sku: 'CUP', warehouse: 'suzhou', spot: 3, presale: 2 },
        { sku: 'POT', warehouse: 'suzhou', spot: 1, presale: 0 },
      ],
    ]);
    // Two of three cups, and the pot the warehouse does not know.
    expect(reply).toMatchObject({ ok: true, value: { value: 3, words: { zh: '缺现货 3 件，缺预售 0 件' } } });
  });

  test.each(['', '{', 'null', '{"sku":1}', '7'])(
    'a kept question that is %j is answered as one that failed, and its turn is over',
    async (about) => {
      const asked: unknown[] = [];
      const { wms } = interviewsOf({ ...NONE, wms: link([], asked) }, String);
      const over: unknown[] = [];
      expect(await wms?.ask(about, (told) => over.push(told), never)).toMatchObject({ ok: false, why: 'failed' });
      expect([asked, over]).toEqual([[], [null]]);
    },
  );

  test('the risk list sees no platform key, address or index as it is', async () => {
    const asked: RiskKeys[] = [];
    const { 'risk-list': risk } = interviewsOf(
      { ...NONE, 'risk-list': link({ score: 1, reasons: [] }, asked) },
      (text) => `h(${text.length})`,
    );
    await risk?.ask(JSON.stringify(['jd/1/lin', 'hashed-phone', 'taobao#index', '10.1.2.3', null]), ignore, never);
    expect(asked).toEqual([{ buyer: 'h(8)', phone: 'hashed-phone', address: 'h(12)', ip: 'h(8)', device: null }]);
  });

  test('the customer system is asked by the platform key alone; a buyer it does not know has no limit', async () => {
    const asked: string[] = [];
    const { crm, wms } = interviewsOf({ ...NONE, crm: link(null, asked) }, String);
    expect(await crm?.ask(JSON.stringify(['lin/1', 0, 100]), ignore, never)).toMatchObject({ ok: true, value: { value: null } });
    expect(asked).toEqual(['lin/1']);
    expect(wms).toBeNull();
  });
});

describe('a line of questions', () => {
  /** A source whose answers come when they are let. */
  function heldSource() {
    const calls: { about: string; answer(reply: CheckReply<Told>): void; end(told: Told | null): void }[] = [];
    const interview: CheckLink<string, Told> = {
      timeoutMs: 500,
      state: () => 'closed',
      ask: (about, over) =>
        new Promise((answer) => {
          calls.push({ about, answer, end: (told) => over(told && { value: told }) });
        }),
    };
    return { calls, interview };
  }
  const told: Told = { value: 1, words: { zh: '一', en: 'one' } };
  function line(parallel: number) {
    const source = heldSource();
    const made = new SourceLine({
      source: 'crm',
      interview: () => source.interview,
      parallel,
      signal: never,
      moved: ignore,
    });
    return { line: made, calls: source.calls };
  }

  test('asks so many at once and the others in their turn', async () => {
    const { line: asked, calls } = line(2);
    const questions = ['a', 'b', 'c'].map((about) => asked.ask(about, ignore));
    expect(calls.map(({ about }) => about)).toEqual(['a', 'b']);
    expect(asked.free).toBe(0);
    calls[0]?.end(told);
    calls[0]?.answer({ ok: true, value: told });
    expect(await questions[0]?.reply).toMatchObject({ told });
    expect(calls.map(({ about }) => about)).toEqual(['a', 'b', 'c']);
  });

  test('a question given up before its turn is never asked; one given up on the way is answered late', async () => {
    const { line: asked, calls } = line(1);
    const late: Told[] = [];
    const first = asked.ask('a', (value) => late.push(value));
    const second = asked.ask('b', ignore);
    second.cut();
    first.cut();
    expect(await first.reply).toMatchObject({ trouble: 'total' });
    expect(await second.reply).toMatchObject({ trouble: 'queue' });
    // The call still takes its place: the source is not asked more at once because answers are slow.
    expect(asked.free).toBe(0);
    calls[0]?.end(told);
    expect(late).toEqual([told]);
    expect(calls).toHaveLength(1);
    expect(asked.free).toBe(1);
  });

  test('of a source that is left alone nobody waits to hear so behind calls that hang', async () => {
    let state: BreakerState = 'closed';
    const { calls, interview } = heldSource();
    const made = new SourceLine({
      source: 'crm',
      interview: () => ({ ...interview, state: () => state }),
      parallel: 2,
      signal: never,
      moved: ignore,
    });
    const [hangs] = ['a', 'b', 'c'].map((about) => made.ask(about, ignore));
    expect(calls.map(({ about }) => about)).toEqual(['a', 'b']);
    // The fifth failure, say: its call goes on behind the cut-off, and so does that of b.
    state = 'open';
    calls[0]?.answer({ ok: false, why: 'timeout', error: new Error('late') });
    expect(await hangs?.reply).toMatchObject({ trouble: 'timeout' });
    made.ask('d', ignore);
    expect(calls.map(({ about }) => about)).toEqual(['a', 'b', 'c', 'd']);
    expect(made.breaker).toBe('open');
  });

  test('a source that was taken away says so at once', async () => {
    const asked = new SourceLine({ source: 'crm', interview: () => null, parallel: 1, signal: never, moved: ignore });
    expect(await asked.ask('a', ignore).reply).toEqual({ trouble: 'gone', error: null, ms: null });
    expect(asked.busy).toBe(0);
  });
});

describe('orders to be asked about again', () => {
  test('wait longer each time they were asked, not when nobody could be; all of them hurry when the source is back', () => {
    const list = new Unanswered();
    list.add('one', 0);
    list.add('two', 0);
    expect(list.take(14_999, 9)).toEqual([]);
    expect(list.take(15_000, 1)).toEqual(['one']);
    expect(list.take(15_000, 9)).toEqual(['two']);
    list.failed('one', 15_000, true);
    list.failed('two', 15_000, false);
    expect(list.take(15_001, 9)).toEqual(['two']);
    expect(list.take(44_999, 9)).toEqual([]);
    list.hurry(44_999);
    expect(list.take(44_999, 9)).toEqual(['one']);
    list.remove('one');
    list.remove('two');
    expect(list.size).toBe(0);
  });

  test('no wait is longer than a quarter of an hour', () => {
    const list = new Unanswered();
    list.add('one', 0);
    let now = 0;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      now += 15 * 60_000;
      expect(list.take(now, 1)).toEqual(['one']);
      list.failed('one', now, true);
    }
  });
});

test('percentiles are of the last answers only', () => {
  const latencies = new Latencies();
  expect(latencies.percentile(0.5)).toBeNull();
  for (let answer = 0; answer < 600; answer += 1) latencies.add(9_999);
  for (let ms = 1; ms <= 512; ms += 1) latencies.add(ms);
  expect([latencies.percentile(0.5), latencies.percentile(0.99), latencies.percentile(1)]).toEqual([256, 507, 512]);
});
