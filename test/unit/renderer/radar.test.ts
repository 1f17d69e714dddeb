// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { RadarPoint, RadarSampleSet, RadarTraining } from '#shared/contract/radar.ts';
import { createMemoryHistory, createRouter } from 'vue-router';
import { connect } from '../../../src-renderer/api/client.ts';
import { fakeCarrier, type FakeCarrier } from '../../../src-renderer/api/fake/carrier.ts';
import { thresholdCurveOption } from '../../../src-renderer/charts/threshold-curve.ts';
import OrderExplanation from '../../../src-renderer/components/order/OrderExplanation.vue';
import { useRadar } from '../../../src-renderer/stores/radar.ts';
import { useSession } from '../../../src-renderer/stores/session.ts';
import { COLOUR_TOKENS, type Palette } from '../../../src-renderer/theme/tokens.ts';
import {
  anyMapping,
  labelWords,
  setName,
  startOf,
  wholeMapping,
  withColumn,
  withWord,
  type Inspection,
} from '../../../src-renderer/views/radar/mapping.ts';
import RadarPage from '../../../src-renderer/views/radar/RadarPage.vue';
import SampleSet from '../../../src-renderer/views/radar/SampleSet.vue';
import SamplesPanel from '../../../src-renderer/views/radar/SamplesPanel.vue';
import TrainPanel from '../../../src-renderer/views/radar/TrainPanel.vue';
import { effectOf, progressOf } from '../../../src-renderer/views/radar/words.ts';

const AT = 1_763_800_000_000;
const POINTS: RadarPoint[] = Array.from({ length: 101 }, (_, threshold) => ({
  ...{ threshold, precision: threshold > 95 ? null : threshold / 100, recall: 1 - threshold / 100, falseShare: 0.01 },
  ...{ disputed: 10, fine: 1, held: 60, perDay: 2 },
}));
const INSPECTION: Inspection = {
  ...{ format: 'csv', encoding: 'utf-8', delimiter: ',', sheets: [], suggestion: null, remembered: false, rows: [] },
  columns: [
    { index: 0, name: '订单编号', samples: ['2025'] },
    { index: 1, name: '处理结果', samples: ['坏了'] },
  ],
  errors: [
    { row: 3, column: '处理结果', reason: { zh: '', en: '' }, value: ' 坏了 ' },
    { row: 4, column: '订单编号', reason: { zh: '', en: '' }, value: '没有' },
    { row: 0, column: '处理结果', reason: { zh: '', en: '' }, value: '整个文件' },
  ],
};

describe('the columns of a file of disputes', () => {
  it('are nothing to the hub before the order number is found', () => {
    const start = startOf(INSPECTION);
    expect(wholeMapping(start)).toBeNull();
    expect(wholeMapping(withColumn(start, 'order', 0))?.columns.order).toBe(0);
  });
  it('can be asked for in another sheet before anything is known of them', () => {
    const mapping = anyMapping({ sheet: '纠纷', encoding: null, delimiter: null, headerRows: 2 });
    expect(mapping).toMatchObject({ sheet: '纠纷', headerRows: 2, columns: { order: 0, label: null } });
  });
  it('are one thing each: what had the column before gives it up', () => {
    const mapping = withColumn(withColumn(startOf(INSPECTION), 'order', 0), 'label', 0);
    expect(mapping.columns).toMatchObject({ order: null, label: 0 });
  });
  it('offer a meaning for words that were refused in the outcome column, and keep those that were given one', () => {
    const mapping = withColumn(withColumn(startOf(INSPECTION), 'order', 0), 'label', 1);
    expect(labelWords(mapping, INSPECTION)).toEqual(['坏了']);
    const told = withWord(mapping, '坏了', 'disputed');
    expect(labelWords(told, { ...INSPECTION, errors: [] })).toEqual(['坏了']);
    expect(withColumn(told, 'label', null).words).toEqual({});
    expect(labelWords(withColumn(told, 'label', null), INSPECTION)).toEqual([]);
  });
  it('name the set after the file', () => {
    expect(setName('纠纷.2026.xlsx')).toBe('纠纷.2026');
  });
});

describe('the curve over the threshold', () => {
  const theme = { colour: Object.fromEntries(COLOUR_TOKENS.map((name) => [name, `#${name}`])) as Palette, font: 'sans-serif' };
  const words = {
    ...{ precision: '准确率', recall: '拦住', suggested: '建议', nothingHeld: '不拦', threshold: (value: number) => `阈值 ${value}` },
  };
  interface Option {
    series: { name: string; data: [number, number | null][]; lineStyle?: { type: string }; markLine?: { data: { xAxis: number }[] } }[];
    tooltip: { formatter: (lines: object[]) => string };
  }
  const option = (threshold: number, suggested = 70): Option =>
    thresholdCurveOption({ points: POINTS, threshold, suggested, words }, theme) as unknown as Option;

  it('tells the two lines apart by their stroke as well, and leaves a gap where nothing is held', () => {
    const [precision, recall] = option(40).series;
    expect([precision?.lineStyle?.type, recall?.lineStyle?.type]).toEqual(['solid', 'dashed']);
    expect(precision?.data[97]).toEqual([97, null]);
  });
  it('marks where the slider stands on both lines, and the suggestion unless it is the same place', () => {
    const marks = (threshold: number): number[] | undefined => option(threshold).series[0]?.markLine?.data.map(({ xAxis }) => xAxis);
    expect(marks(40)).toEqual([40, 70]);
    expect(marks(70)).toEqual([70]);
    expect(
      option(40)
        .series.slice(2)
        .map(({ data }) => data[0]),
    ).toEqual([
      [40, 0.4],
      [40, 0.6],
    ]);
  });
  it('says what it shows, without the marks', () => {
    const { formatter } = option(97).tooltip;
    const tip = formatter([
      { seriesName: '准确率', marker: '', data: [97, null] },
      { seriesName: '拦住', marker: '', data: [97, 0.03] },
      { seriesName: 'place', marker: '', data: [97, 0.03] },
    ]);
    expect(tip).toBe('阈值 97<br>准确率 <b>不拦</b><br>拦住 <b>3.0\u202f%</b>');
  });
  it('has a sentence for each place', () => {
    expect(effectOf(POINTS[40]!)).toBe(
      '达到 40 分即拦：每天约 2.0 单，准确率 40\u202f%，拦住 60\u202f% 的纠纷，误拦 1.0\u202f% 的正常订单。',
    );
  });
});

describe('the progress of a training', () => {
  it('only grows over its stages', () => {
    const stages = (['reading', 'learning', 'scoring'] as const).flatMap((stage) =>
      [0, 1, 2].map((done) => progressOf({ stage, done, of: 2 })),
    );
    expect(stages).toEqual(stages.toSorted((one, other) => one - other));
    expect([progressOf({ stage: 'reading', done: 0, of: 0 }), progressOf({ stage: 'scoring', done: 9, of: 9 })]).toEqual([0, 1]);
  });
});

describe('on screen', () => {
  let carrier: FakeCarrier;
  let asked: MockInstance<FakeCarrier['request']>;
  let mounted: VueWrapper[];
  beforeEach(async () => {
    setActivePinia(createPinia());
    carrier = fakeCarrier({ now: () => AT, seed: 7, live: false });
    connect(carrier);
    asked = vi.spyOn(carrier, 'request');
    mounted = [];
    await useSession().start();
    await useRadar().load();
    asked.mockClear();
  });
  afterEach(() => mounted.forEach((wrapper) => wrapper.unmount()));

  const calls = (name: string): unknown[] => asked.mock.calls.filter(([method]) => method === name).map(([, input]) => input);
  const training = (fields: Partial<RadarTraining>): RadarTraining => ({
    ...{ state: 'running', startedAt: AT, endedAt: null, by: '林晓', stage: 'learning', done: 2, of: 5, problem: null, model: null },
    ...fields,
  });
  const heard = (moved: RadarTraining): void =>
    useRadar().apply({ epoch: 'fake', seq: 1, name: 'radar.changed', payload: { at: AT, training: moved } } as StreamEvent);
  function show(component: Parameters<typeof mount>[0], props: object): VueWrapper {
    const wrapper = mount(component, { props, attachTo: document.body });
    mounted.push(wrapper);
    return wrapper;
  }
  function press(wrapper: VueWrapper, words: string): Promise<void> {
    const button = wrapper.findAll('button').find((one) => one.text() === words || one.attributes('aria-label') === words);
    if (!button) throw new Error(`no button ${words}`);
    return button.trigger('click');
  }

  it('asks again for everything when a training begins or ends, and for nothing while it moves', async () => {
    const radar = useRadar();
    heard(training({}));
    await flushPromises();
    expect(calls('radar.models')).toHaveLength(1);
    heard(training({}));
    await flushPromises();
    useRadar().overview = { ...radar.overview!, training: training({}) };
    asked.mockClear();
    heard(training({ done: 3 }));
    expect([radar.training?.done, calls('radar.models').length]).toEqual([3, 0]);
    heard(training({ state: 'done', model: 'radar-4' }));
    await flushPromises();
    expect(calls('radar.models')).toHaveLength(1);
  });

  it('hears an end that came while it was reading, and reads once more', async () => {
    const radar = useRadar();
    const reading = radar.load();
    heard(training({ state: 'done', model: 'radar-4' }));
    await reading;
    await flushPromises();
    expect(calls('radar.models')).toHaveLength(2);
  });

  it('says how many orders are missing, and trains on the chosen sets only', async () => {
    const [own, second] = useRadar().samples;
    const few = show(TrainPanel, { sets: [own] });
    expect(few.text()).toContain('纠纷订单还差 4 个（至少 20 个才能学习）');
    expect(few.get('button:last-of-type').attributes('disabled')).toBeDefined();
    const enough = show(TrainPanel, { sets: [own, second] });
    // Outcomes known here and the set made of them are the same orders.
    expect(enough.text().replaceAll('\u202f', ' ')).toContain('纠纷 214 · 正常 1 480');
    await press(enough, '训练');
    await flushPromises();
    expect(calls('radar.train')).toEqual([{ samples: [own?.id, second?.id], fine: 'both' }]);
  });

  it('shows how far a training is and cancels it; why one ended without a model is said', async () => {
    heard(training({}));
    await flushPromises();
    heard(training({}));
    const panel = show(TrainPanel, { sets: [] });
    expect(panel.get('[role=progressbar]').attributes('aria-valuenow')).toBe('46');
    expect(panel.text()).toContain('2 / 5');
    await press(panel, '取消训练');
    await flushPromises();
    expect(calls('radar.train.cancel')).toHaveLength(1);
    expect(panel.text()).toContain('上一次训练被取消了');
    const overview = useRadar().overview!;
    useRadar().overview = { ...overview, training: training({ state: 'failed', problem: { zh: '订单太少', en: 'Too few' } }) };
    await flushPromises();
    expect(panel.get('[role=alert]').text()).toBe('训练没有完成 订单太少');
  });

  it('lists sets with what could not be used, and removes one only after asking', async () => {
    const list = show(SamplesPanel, { chosen: new Set([2]) });
    const boxes = list.findAll<HTMLInputElement>('input[type=checkbox]').map(({ element }) => element.checked);
    expect(boxes).toEqual([false, true, false]);
    const [, second] = useRadar().samples;
    const set = show(SampleSet, { set: second, chosen: true });
    await press(set, '纠纷-2026 年第三季度：17 行不能用，逐条查看');
    expect(set.emitted('errors')).toHaveLength(1);
    await press(set, '移除 纠纷-2026 年第三季度');
    expect(calls('radar.samples.remove')).toEqual([]);
    await press(set, '移除');
    await flushPromises();
    expect(calls('radar.samples.remove')).toEqual([{ id: second?.id }]);
    expect(useRadar().samples).toHaveLength(2);
  });

  it('says of a set that it is being read, or that its reading was cut off, and trains on neither', () => {
    const [, second] = useRadar().samples;
    const shown = (fields: Partial<RadarSampleSet>): VueWrapper => show(SampleSet, { set: { ...second!, ...fields }, chosen: false });
    const disabled = (wrapper: VueWrapper): boolean[] =>
      wrapper.findAll<HTMLButtonElement | HTMLInputElement>('input, .tools button').map(({ element }) => element.disabled);
    const ready = shown({});
    expect([ready.find('[role=status]').exists(), disabled(ready)]).toEqual([false, [false, false, false]]);
    const reading = shown({ state: 'reading' });
    expect([reading.get('[role=status]').text(), disabled(reading)]).toEqual(['正在读取…', [true, true, true]]);
    const cut = shown({ state: 'cut-off' });
    expect(cut.get('[role=status]').text()).toContain('请重新读取');
    expect(disabled(cut)).toEqual([true, false, false]);
    expect(shown({ state: 'cut-off', rereadable: false }).get('[role=status]').text()).toContain('请删除后重新生成');
  });

  it('shows what is left of a set whose second reading failed', async () => {
    const [, second] = useRadar().samples;
    const set = show(SampleSet, { set: second, chosen: false });
    asked.mockImplementationOnce(() => Promise.resolve({ ok: false, error: { code: 'bad_request', message: '文件坏了' } }) as never);
    await press(set, '重读文件 纠纷-2026 年第三季度');
    await flushPromises();
    expect(calls('radar.samples')).toHaveLength(1);
  });

  it('keeps what is on the page and says so when it cannot be read again, until it can', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: RadarPage }] });
    await router.push('/');
    const stubs = ['RulesTabs', 'ModelView', 'TrainPanel', 'ModelList', 'SamplesPanel'];
    const page = mount(RadarPage, { global: { plugins: [router], stubs }, attachTo: document.body });
    mounted.push(page);
    await flushPromises();
    expect(page.find('.stale').exists()).toBe(false);
    asked.mockImplementation(() => Promise.resolve({ ok: false, error: { code: 'store_unavailable', message: '磁盘已满' } }) as never);
    heard(training({ state: 'done', model: 'radar-4' }));
    await flushPromises();
    expect(page.get('.stale[role=alert]').text()).toContain('磁盘已满');
    expect(page.find('.columns').exists()).toBe(true);
    asked.mockRestore();
    await page.get('.stale button').trigger('click');
    await flushPromises();
    expect(page.find('.stale').exists()).toBe(false);
  });

  it('explains a score in a case: the reasons at once, every contribution on request', async () => {
    const orderNo = carrier.world.orders[0]!.orderNo;
    const tree = {
      ...{ kind: 'compare', outcome: 'true', field: 'radar-score', label: { zh: '雷达分', en: 'Radar score' }, op: '>=', unit: 'score' },
      ...{ actual: 87.3, threshold: 76, reasons: [{ zh: '首单：是（纠纷可能性 ×2.4）', en: 'First order' }] },
    };
    const result = {
      ...{ ruleId: 'radar', ruleVersion: 1, name: { zh: '异常雷达', en: 'Radar' }, result: 'hit', severity: 'medium', action: 'hold' },
      ...{ sentence: { zh: '雷达 87.3 分', en: '' }, tree, relaxed: [], whyNot: null },
    };
    const explanation = {
      ...{ orderNo, orderVersion: 1, decidedAt: AT, ruleSetVersion: 2, sentence: result.sentence, results: [result], score: [] },
      rederived: true,
    };
    const shown = show(OrderExplanation, { explanation, currency: 'CNY' });
    expect(shown.get('.radar-reasons').text()).toContain('首单：是（纠纷可能性 ×2.4）');
    expect(calls('radar.order')).toEqual([]);
    await press(shown, '显示全部依据');
    await flushPromises();
    expect(calls('radar.order')).toEqual([{ orderNo }]);
    const lines = shown.findAll('[data-feature]').map((line) => line.text());
    expect(lines).toHaveLength(6);
    expect([lines[0]?.includes('推高'), lines[4]?.includes('拉低')]).toEqual([true, true]);
    useSession().hello = { ...useSession().hello!, role: 'viewer' };
    await flushPromises();
    expect(shown.find('.radar-reasons button').exists()).toBe(false);
  });
});
