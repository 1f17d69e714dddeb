import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR } from '#shared/time.ts';
import type { Report } from '#shared/contract/reports.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask } from '../../support/hub.ts';
import { livedHub, livedOrders, MONDAY } from '../../support/learning-history.ts';

const WEEK = { from: MONDAY - 7 * DAY, to: MONDAY };
const lived = livedOrders();
const within = (at: number, { from, to } = WEEK) => at >= from && at < to;
const known = lived.filter(({ knownAt }) => within(knownAt));
const count = (test: (order: (typeof lived)[number]) => boolean) => known.filter(test).length;
const median = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return Number.isInteger(half) ? (sorted[half - 1]! + sorted[half]!) / 2 : sorted[Math.floor(half)]!;
};

let hub: LocalHub;
let time: ManualTime;
let report: Report;
beforeAll(async () => {
  ({ hub, time } = await livedHub(lived));
  await hub.hub.learning.makeDue();
  const { items } = await ask(hub, 'reports.list', {});
  report = await ask(hub, 'reports.get', { id: items.find(({ kind }) => kind === 'weekly')!.id });
}, 120_000);
afterAll(() => hub.close());

const value = (id: string) => report.figures.find((figure) => figure.id === id)?.value;

describe('the weekly report of a history whose figures are counted one by one', () => {
  test('covers the last whole week and was made on schedule', () => {
    expect(report).toMatchObject({ kind: 'weekly', ...WEEK, madeBy: 'hub', madeAt: MONDAY + 7 * HOUR, currency: 'CNY', review: null });
  });

  test('false kills, misses and what was caught', () => {
    const falseKills = count((order) => order.stopped && order.outcome === 'good');
    const caught = count((order) => order.stopped && order.outcome === 'bad');
    const missed = count((order) => !order.stopped && order.outcome === 'bad');
    expect(Math.min(falseKills, caught, missed)).toBeGreaterThan(5);
    expect(value('false-kills')).toBe(falseKills);
    expect(value('false-kill-rate')).toBe(falseKills / count(({ outcome }) => outcome === 'good'));
    expect(value('precision')).toBe(caught / (falseKills + caught));
    expect(value('missed')).toBe(missed);
    expect(value('recall')).toBe(caught / (caught + missed));
    expect(report.misses).toMatchObject({ missed, passed: count(({ stopped }) => !stopped) });
  });

  test('the week before stands beside it', () => {
    const before = lived.filter(({ knownAt, stopped, outcome }) => {
      return within(knownAt, { from: WEEK.from - 7 * DAY, to: WEEK.from }) && stopped && outcome === 'good';
    });
    expect(report.figures.find(({ id }) => id === 'false-kills')?.before).toBe(before.length);
  });

  test('work of the week: stopped orders, money held, decisions, handling time', () => {
    const stopped = lived.filter((order) => order.stopped && within(order.at));
    const released = lived.filter((order) => order.released && within(order.knownAt));
    expect(value('stopped')).toBe(stopped.length);
    expect(value('stopped-per-day')).toBe(stopped.length / 7);
    expect(value('money-held')).toBe(stopped.reduce((sum, { paidMinor }) => sum + paidMinor, 0));
    expect(value('released')).toBe(released.length);
    expect(value('handling')).toBe(median(released.map(({ at, knownAt }) => knownAt - at)));
    expect(value('expired')).toBe(stopped.filter((order) => !order.released).length);
    expect(report.days.map((day) => day.stopped)).toEqual(
      report.days.map(({ day }) => stopped.filter(({ at }) => within(at, { from: day, to: day + DAY })).length),
    );
    expect(report.handling[0]?.weeks).toHaveLength(8);
    expect(report.handling[0]?.weeks.at(-1)).toEqual({ from: WEEK.from, decisions: released.length, medianMs: value('handling') });
    expect(report.handling.map(({ ruleId }) => ruleId)).toContain('discount-too-deep');
  });

  test('precision of the rule and its version', () => {
    const good = count((order) => order.stopped && order.outcome === 'good');
    const bad = count((order) => order.stopped && order.outcome === 'bad');
    const hits = lived.filter((order) => order.stopped && within(order.at)).length;
    expect(report.rules.find(({ ruleId }) => ruleId === 'discount-too-deep')).toMatchObject({
      ...{ version: 1, hits, good, bad, known: good + bad, precision: bad / (good + bad) },
    });
  });

  test('what missed orders have in common, against all that were let through', () => {
    const passed = known.filter(({ stopped }) => !stopped);
    const missed = passed.filter(({ outcome }) => outcome === 'bad');
    const share = (orders: typeof lived) => orders.filter(({ province }) => province === '广东省').length / orders.length;
    const found = report.misses.features.find(({ field }) => field === 'province');
    expect(found).toMatchObject({ value: { zh: '广东' }, missedShare: share(missed), passedShare: share(passed) });
    expect(found?.lift).toBeCloseTo(share(missed) / share(passed), 10);
    expect(report.misses.features.every((feature) => feature.missed >= report.misses.smallest)).toBe(true);
  });

  test('the orders behind a figure are kept', async () => {
    const { items } = await ask(hub, 'reports.orders', { id: report.id, group: 'missed', limit: 500 });
    const orders = await Promise.all(items.map(({ orderNo }) => ask(hub, 'orders.get', { orderNo })));
    const expected = known.filter((order) => !order.stopped && order.outcome === 'bad').map(({ id }) => id);
    expect(orders.map(({ channelOrderId }) => channelOrderId).sort()).toEqual(expected.sort());
    const rule = report.rules.find(({ ruleId }) => ruleId === 'discount-too-deep');
    const first = await ask(hub, 'reports.orders', { id: report.id, group: rule!.orders!.group, limit: 3 });
    expect([first.items.length, typeof first.next]).toEqual([3, 'string']);
  });

  test('known outcomes are read alike in pieces of any size', () => {
    const inPieces = (limit: number) => {
      const read: ReturnType<typeof hub.store.learning.known> = [];
      for (let piece = hub.store.learning.known(WEEK, null, limit); piece.length > 0;) {
        expect(piece.length).toBeLessThanOrEqual(limit);
        read.push(...piece);
        piece = hub.store.learning.known(WEEK, piece.at(-1)!, limit);
      }
      return read;
    };
    expect(inPieces(7)).toEqual(inPieces(1_000));
    expect(inPieces(7)).toHaveLength(known.length);
  });

  test('it is made once, and the monthly one has its review list', async () => {
    await hub.hub.learning.makeDue();
    const { items, nextWeekly, nextMonthly } = await ask(hub, 'reports.list', {});
    expect(items.map(({ kind, madeBy }) => [kind, madeBy]).sort()).toEqual([
      ['monthly', 'hub'],
      ['weekly', 'hub'],
    ]);
    expect(nextWeekly).toBe(MONDAY + 7 * DAY + 7 * HOUR);
    expect(nextMonthly).toBe(Date.UTC(2026, 2, 31, 23));
    const monthly = await ask(hub, 'reports.get', { id: items.find(({ kind }) => kind === 'monthly')!.id });
    expect([monthly.from, monthly.to]).toEqual([Date.UTC(2026, 0, 31, 16), Date.UTC(2026, 1, 28, 16)]);
    const why = (reason: string) => monthly.review!.filter((item) => item.why === reason).map(({ ruleId }) => ruleId);
    expect(why('false-kills')).toContain('discount-too-deep');
    expect(why('never-hit')).not.toContain('discount-too-deep');
    expect(why('never-hit')).toContain('blacklisted-words');
    expect(why('unowned')).toContain('discount-too-deep');
  });

  test('what is kept cannot be changed, and is exported in both languages', async () => {
    const page = await ask(hub, 'reports.export', { id: report.id, format: 'html', language: 'zh' });
    const html = Buffer.from(page.base64, 'base64').toString();
    expect(html).toContain('误拦率');
    expect(html).not.toContain('<script');
    const book = await ask(hub, 'reports.export', { id: report.id, format: 'xlsx', language: 'en' });
    const { default: ExcelJS } = await import('exceljs');
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(Uint8Array.from(Buffer.from(book.base64, 'base64')).buffer);
    expect(workbook.getWorksheet('Figures')?.getColumn(1).values).toContain('False-kill rate');
    const behind = workbook.getWorksheet('Orders behind it');
    expect(behind!.rowCount).toBeGreaterThan(30);
  });
});

describe('suggestions', () => {
  test('a better threshold is found on the older part, measured on the later one, and drafted only when asked', async () => {
    const made = await ask(hub, 'suggestions.current', {});
    expect(made.state).toBe('done');
    const item = made.items.find(({ ruleId }) => ruleId === 'discount-too-deep');
    if (item?.kind !== 'suggestion') throw new Error(JSON.stringify(item));
    expect(item).toMatchObject({ field: 'discount-share', op: '>', from: 90, draft: null, outdated: false });
    expect(item.to).toBeGreaterThan(91);
    expect(item.to).toBeLessThan(95);
    const later = lived.filter(({ at, stopped }) => stopped && at - 5_000 >= made.split! && at < made.to!);
    const after = later.filter(({ discountShare }) => discountShare > item.to);
    const side = (orders: typeof lived) => {
      const decided = orders.filter(({ knownAt }) => knownAt < made.to!);
      return {
        hits: orders.length,
        bad: decided.filter(({ outcome }) => outcome === 'bad').length,
        good: decided.filter(({ outcome }) => outcome === 'good').length,
      };
    };
    expect(item.set.before).toMatchObject(side(later));
    expect(item.set.after).toMatchObject(side(after));
    expect(item.set.after.precision).toBeGreaterThan(item.set.before.precision!);
    expect(item.set.after.returning).toBeLessThanOrEqual(item.set.before.returning);

    const version = (await ask(hub, 'rules.list', {})).version;
    const { draft } = await ask(hub, 'suggestions.draft', { id: item.id });
    expect((await ask(hub, 'suggestions.draft', { id: item.id })).draft).toBe(draft);
    const difference = await ask(hub, 'rules.diff', { from: { version }, to: { draft } });
    expect(difference.items.map(({ id }) => id)).toEqual(['discount-too-deep']);
    expect((await ask(hub, 'rules.list', {})).version).toBe(version);
  });

  test('a rule with too few decided cases says how many are missing', async () => {
    const { items } = await ask(hub, 'suggestions.current', {});
    expect(items.find(({ ruleId }) => ruleId === 'new-customer-large-order')).toMatchObject({ kind: 'too-little', known: 0, missing: 30 });
    expect(items.map(({ ruleId }) => ruleId)).not.toContain('blacklisted-words');
  });
});

describe('outcomes from a file', () => {
  test('rows are taken, faults listed by row, and what a person reported is the last word', async () => {
    const before = await ask(hub, 'outcomes.counts', {});
    const csv = '订单编号,结果\r\nH1,正常\r\nH0,欺诈\r\n没有这单,正常\r\nH2,大概吧\r\n,退货\r\n';
    const bytes = Buffer.from(csv);
    const shop = { channel: 'standard-webhooks', shopId: 'own' } as const;
    const { id } = await ask(hub, 'imports.begin', { ...shop, name: '纠纷.csv', bytes: bytes.length });
    await ask(hub, 'imports.append', { id, offset: 0, chunk: bytes.toString('base64') });
    const looked = await ask(hub, 'outcomes.inspect', { id });
    expect(looked.suggestion).toEqual({ order: 0, outcome: 1 });
    expect(looked.rows.map(({ order, outcome }) => [order, outcome])).toEqual([
      ['H1', 'good'],
      ['H0', 'bad'],
    ]);
    expect(await ask(hub, 'outcomes.take', { id, columns: { order: 0, outcome: 1 } })).toEqual({ rows: 5, taken: 2, badRows: 3 });
    const faults = await ask(hub, 'imports.errors', { id });
    expect(faults.items.map(({ row, column }) => [row, column])).toEqual([
      [4, '订单编号'],
      [5, '结果'],
      [6, '订单编号'],
    ]);
    // H1 was returned and H0 had been released: both change sides.
    const after = await ask(hub, 'outcomes.counts', {});
    expect([after.good, after.bad, after.reported]).toEqual([before.good, before.bad, 2]);
  });

  test('what is heard after a week was reported belongs to the open one', async () => {
    const made = await ask(hub, 'reports.make', { kind: 'weekly' });
    const now = await ask(hub, 'reports.get', { id: made.id });
    expect([now.from, now.to, now.madeBy]).toEqual([time.now() - 7 * DAY, time.now(), 'admin']);
    const missed = await ask(hub, 'reports.orders', { id: made.id, group: 'false-kills', limit: 500 });
    expect(missed.items.length).toBeGreaterThan(0);
  });
});
