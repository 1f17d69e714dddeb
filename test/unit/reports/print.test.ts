import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import type { Report } from '#shared/contract/reports.ts';
import type { Rule } from '#shared/rule.ts';
import { DAY, parseBusinessTime } from '#shared/time.ts';
import { composeReport, median } from '#main/reports/compose.ts';
import type { PeriodFigures, ReportInput } from '#main/reports/compose.ts';
import { reportPage } from '#main/reports/page.ts';
import { reportWorkbook } from '#main/reports/workbook.ts';

const TO = parseBusinessTime('2026-03-02 00:00:00') as number;
const PERIOD: PeriodFigures = {
  stopped: [
    { currency: 'CNY', orders: 8, minor: 120_050 },
    { currency: 'USD', orders: 2, minor: 9_900 },
  ],
  known: [
    { stopped: true, outcome: 'good', returning: false, orders: 3 },
    { stopped: true, outcome: 'good', returning: true, orders: 1 },
    { stopped: true, outcome: 'bad', returning: false, orders: 12 },
    { stopped: false, outcome: 'bad', returning: false, orders: 4 },
    { stopped: false, outcome: 'good', returning: true, orders: 80 },
  ],
  ...{ released: 5, frozen: 2, expired: 1, handlingMs: [60_000, 180_000, 120_000], hits: 14 },
};
const NOTHING: PeriodFigures = { stopped: [], known: [], released: 0, frozen: 0, expired: 0, handlingMs: [], hits: 0 };
/** A person named a rule so. */
const NAME = { zh: '=HYPERLINK("x")', en: '<img src=x onerror=alert(1)>' };
const INPUT: ReportInput = {
  ...{ kind: 'weekly', from: TO - 7 * DAY, to: TO, madeAt: TO + 1, madeBy: 'hub' },
  ruleSet: { version: 3, rules: [], lists: {} },
  ...{ current: PERIOD, previous: NOTHING, days: [{ day: TO - DAY, stopped: 10, decided: 7 }] },
  hits: [{ ruleId: 'deep', version: 2, orders: 9 }],
  known: [
    { ruleId: 'deep', version: 2, outcome: 'good', orders: 1 },
    { ruleId: 'deep', version: 2, outcome: 'bad', orders: 3 },
  ],
  misses: { smallest: 5, features: [] },
  handling: [{ ruleId: null, weeks: [{ from: TO - 7 * DAY, handlingMs: [60_000, 120_000] }] }],
  groups: new Map([['missed', { kept: 4, all: 4 }]]),
  nameOf: () => ({ name: NAME, severity: 'high' }),
  review: null,
};
const report: Report = { id: 1, ...composeReport(INPUT) };
const figure = (id: string) => report.figures.find((one) => one.id === id);

async function opened(of: Report, behind: Parameters<typeof reportWorkbook>[1], turn = () => Promise.resolve()): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(Uint8Array.from(await reportWorkbook(of, behind, 'zh', turn)).buffer);
  return workbook;
}

describe('a composed report', () => {
  test('computes each figure as its formula says', () => {
    const values = Object.fromEntries(report.figures.map(({ id, value }) => [id, value]));
    expect(values).toEqual({
      ...{
        'false-kill-rate': 4 / 84,
        precision: 12 / 16,
        'false-kills': 4,
        'false-kills-returning': 1,
        missed: 4,
        recall: 12 / 16,
        stopped: 10,
      },
      ...{ 'stopped-per-day': 10 / 7, 'money-held': 120_050, hits: 14, released: 5, frozen: 2, expired: 1, handling: 120_000 },
    });
    expect(figure('false-kill-rate')).toMatchObject({ share: { part: 4, whole: 84 }, before: null });
    expect(figure('missed')?.orders).toEqual({ group: 'missed', kept: 4, all: 4 });
    expect(report.rules).toMatchObject([{ ruleId: 'deep', version: 2, hits: 9, known: 4, bad: 3, good: 1, precision: 0.75 }]);
    expect([median([]), median([4]), median([9, 1, 4, 6])]).toEqual([null, 4, 5]);
  });
  test('as a page for paper stands alone, and what people wrote stays text', () => {
    const page = reportPage(report, 'en');
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/<img|<script|https?:\/\//);
    expect(page).toContain('2026-02-23 – 2026-03-01');
    expect(page).toContain('1200.50 CNY');
  });
  test('leaves every form with the same figures, the counts behind a share among them', async () => {
    const page = reportPage(report, 'zh');
    const figures = (await opened(report, [])).getWorksheet('主要指标');
    const row = (name: string) => figures?.getSheetValues().find((cells) => Array.isArray(cells) && cells[1] === name) as unknown[];
    expect(page).toContain('<dd class="value">4.8%</dd><dd class="note counts">4 / 84</dd>');
    expect(row('误拦率').slice(2, 5)).toEqual([4 / 84, '4 / 84', '-']);
    expect(row('被拦金额').slice(2, 3)).toEqual([1_200.5]);
    expect(row('处理时长中位数').slice(2, 3)).toEqual([2]);
    const formats = Object.fromEntries((figures?.getRows(2, 13) ?? []).map((one) => [one.getCell(1).value, one.getCell(2).numFmt]));
    expect(formats).toMatchObject({ 误拦率: '0.0%', 被拦金额: '#,##0.00" CNY"', 每天需复核: '0.0', 漏拦: '#,##0' });
    expect(page).toContain('4 个漏拦对比 84 个放过的订单');
  });
  test('says who made it in the language of the reader', () => {
    expect([reportPage(report, 'zh'), reportPage(report, 'en')].map((page) => / · ([^·]*)<\/footer>/.exec(page)?.[1])).toEqual([
      '系统',
      'the system',
    ]);
    expect(reportPage({ ...report, madeBy: 'chen' }, 'zh')).toContain(' · chen</footer>');
  });
  test('lists a rule as never hit only where it could have hit for the whole time', () => {
    const since = TO - 30 * DAY;
    const rule = (id: string, effectiveFrom: number | null, effectiveTo: number | null = null) =>
      ({ id, name: NAME, enabled: true, effectiveFrom, effectiveTo }) as Rule;
    const rules = [
      rule('old', null),
      rule('begun', TO - 2 * DAY),
      rule('to-come', TO + DAY),
      rule('ended', null, TO - DAY),
      rule('ends', null, TO + DAY),
    ];
    const review = { lastHitAt: () => null, unowned: new Set<string>(), since };
    const { review: items } = composeReport({ ...INPUT, kind: 'monthly', ruleSet: { version: 3, rules, lists: {} }, review });
    expect(items?.filter(({ why }) => why === 'never-hit').map(({ ruleId }) => ruleId)).toEqual(['old', 'ends']);
  });
  test('as a workbook holds every section, and no cell becomes a formula', async () => {
    const workbook = await opened(report, [{ name: { zh: '漏拦', en: 'Misses' }, orderNos: ['TB1', 'TB2'] }]);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['主要指标', '各规则的准确率', '漏拦订单的共同点', '每天', '依据的订单']),
    );
    const rules = workbook.getWorksheet('各规则的准确率');
    expect(rules?.getCell('A2').value).toBe(`'${NAME.zh}`);
    expect(rules?.getCell('G2').value).toBe(0.75);
    expect(workbook.getWorksheet('依据的订单')?.rowCount).toBe(3);
  });
  test.each([
    ['=1+1', true],
    ['+1+1', true],
    ['-1+cmd|x', true],
    ['-2', false],
    ['-12.50 CNY', false],
    ['-', false],
    ['@SUM(1)', true],
    ['\n=1', true],
    ['\t=1', true],
    ['＝1', true],
    ['大促 = 双十一', false],
  ])('a name %j is led by an apostrophe: %s', async (name, led) => {
    const { rules } = composeReport({ ...INPUT, nameOf: () => ({ name: { zh: name, en: name }, severity: 'high' }) });
    const workbook = await opened({ ...report, rules }, []);
    expect(workbook.getWorksheet('各规则的准确率')?.getCell('A2').value).toBe(led ? `'${name}` : name);
  });
  test('a long workbook is written in pieces and loses no row', async () => {
    let turns = 0;
    const orderNos = Array.from({ length: 3_000 }, (_, index) => `TB${index}`);
    const workbook = await opened(report, [{ name: { zh: '漏拦', en: 'Misses' }, orderNos }], () => {
      turns += 1;
      return Promise.resolve();
    });
    const behind = workbook.getWorksheet('依据的订单');
    expect([behind?.rowCount, behind?.getCell('B3001').value]).toEqual([3_001, 'TB2999']);
    expect(turns).toBeGreaterThan(10);
  });
});
