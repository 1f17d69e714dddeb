import type {
  RadarFeature,
  RadarMapping,
  RadarModel,
  RadarModelSummary,
  RadarPoint,
  RadarSampleSet,
  RadarTraining,
} from '#shared/contract/radar.ts';
import { DAY, HOUR } from '#shared/time.ts';
import { FakeRefusal, type Answers } from './refusal.ts';
import { summary, type World } from './world.ts';

type RadarAnswers = Pick<Answers, Extract<keyof Answers, `radar.${string}`>>;

const DISPUTED = 214;
const FINE = 1_480;
const ORDERS = 4_320;
const FEATURES: [id: string, zh: string, en: string, weight: number, directionZh: string, directionEn: string][] = [
  ['first-order', '首单', 'First order', 0.92, '首单更可疑', 'First orders are riskier'],
  ['amount', '订单金额', 'Amount', 0.71, '越大越可疑', 'Larger is riskier'],
  ['discount-share', '优惠占比', 'Discount share', 0.55, '越高越可疑', 'Higher is riskier'],
  ['remark-length', '备注长度', 'Length of the remark', 0.31, '有备注更可疑', 'With a remark is riskier'],
  ['distance', '距常用收货地', 'Distance from the usual area', 0.24, '越远越可疑', 'Farther is riskier'],
  ['hour', '下单时刻', 'Hour of the order', 0.18, '22 点至 5 点更可疑', '22:00 to 05:00 is riskier'],
  ['quantity', '件数', 'Pieces', 0.12, '越多越可疑', 'More is riskier'],
  ['province', '省份', 'Province', 0.1, '各省不同', 'Differs by province'],
  ['repurchase', '复购率', 'Repurchase rate', 0.08, '越高越可信', 'Higher is safer'],
];

/** Two bell curves, as scores of orders with and without a dispute tend to lie. */
function point(threshold: number): RadarPoint {
  const above = (middle: number): number => 1 / (1 + Math.exp((threshold - middle) / 9));
  const recall = threshold === 0 ? 1 : above(68);
  const falseShare = threshold === 0 ? 1 : above(34);
  const disputed = Math.round(DISPUTED * recall);
  const fine = Math.round(FINE * falseShare);
  const held = Math.round(ORDERS * (0.02 * recall + 0.98 * falseShare));
  return {
    threshold,
    precision: disputed + fine === 0 ? null : disputed / (disputed + fine),
    recall,
    falseShare,
    disputed,
    fine,
    held,
    perDay: held / 30,
  };
}

/** The invented side of the radar: three sample sets, a model in force, a newer one that learnt from little, and a training that ends at once. */
export function radarAnswers(world: World, now: () => number): RadarAnswers {
  const kinds = [
    { kind: '货不对板', orders: 96 },
    { kind: '未收到货', orders: 71 },
    { kind: '恶意退款', orders: 47 },
  ];
  const set = (id: number, fields: Partial<RadarSampleSet>): RadarSampleSet => ({
    ...{
      id,
      name: '纠纷-2026 年第三季度',
      source: 'file',
      state: 'ready',
      createdAt: now() - 3 * HOUR,
      by: '林晓',
      rows: 231,
      badRows: 17,
    },
    ...{ disputed: 198, fine: 0, kinds, rereadable: true },
    ...fields,
  });
  const sets = new Map<number, RadarSampleSet>(
    [
      set(1, { createdAt: now() - 40 * DAY, name: '纠纷-上半年', badRows: 0 }),
      set(2, {}),
      set(3, {
        ...{ source: 'own', name: '本店结果 2026-11-22', badRows: 0, rereadable: false, kinds: [] },
        ...{ disputed: 16, fine: FINE, rows: 1_496 },
      }),
    ].map((one) => [one.id, one]),
  );
  const head = (name: string, fields: Partial<RadarModelSummary>): RadarModelSummary => ({
    ...{ name, trainedAt: now() - 2 * HOUR, by: '林晓', samples: [{ id: 2, name: '纠纷-2026 年第三季度' }], fine: 'both' as const },
    ...{ disputedOrders: DISPUTED, fineOrders: FINE, buyers: 1_522, areaUnderCurve: { value: 0.91, low: 0.88, high: 0.93 } },
    ...{
      readiness: 'ready' as const,
      advice: { zh: '可以启用：检验中能可靠地区分纠纷与正常订单。', en: 'Ready: it reliably told disputed from fine orders.' },
    },
    ...{ inForce: false },
    ...fields,
  });
  const models = [
    head('radar-3', {}),
    head('radar-2', {
      ...{ trainedAt: now() - 12 * DAY, readiness: 'no-signal', areaUnderCurve: { value: 0.53, low: 0.47, high: 0.6 } },
      advice: { zh: '样本里看不出规律：随机猜测也能做到。', en: 'Nothing to learn from these samples: chance does as well.' },
    }),
    head('radar-1', { trainedAt: now() - 40 * DAY, inForce: true, areaUnderCurve: { value: 0.86, low: 0.81, high: 0.9 } }),
  ];
  let training: RadarTraining | null = null;
  const modelOf = (name: string): RadarModelSummary => {
    const found = models.find((one) => one.name === name);
    if (!found) throw new FakeRefusal('not_found');
    return found;
  };
  const setOf = (id: number): RadarSampleSet => {
    const found = sets.get(id);
    if (!found) throw new FakeRefusal('not_found');
    return found;
  };
  const ended = (fields: Partial<RadarTraining>): RadarTraining =>
    (training = {
      ...{ state: 'done', startedAt: now(), endedAt: now(), by: '林晓', stage: 'scoring', done: 1, of: 1, problem: null, model: null },
      ...fields,
    });
  return {
    'radar.overview': () => ({
      inForce: { model: 'radar-1', rules: [{ id: 'radar', name: { zh: '异常雷达', en: 'Anomaly radar' } }] },
      newest: models[0]?.name ?? null,
      training,
      outcomes: { disputed: 16, fine: FINE },
      needed: { least: 20, ready: 50 },
    }),
    'radar.samples': () => ({ items: [...sets.values()].reverse(), next: null }),
    'radar.samples.own': ({ name }) => {
      const made = set(sets.size + 1, { ...setOf(3), id: sets.size + 1, name, createdAt: now() });
      sets.set(made.id, made);
      return made;
    },
    'radar.samples.take': ({ name }) => {
      const made = set(sets.size + 1, { name, createdAt: now() });
      sets.set(made.id, made);
      return made;
    },
    'radar.samples.reread': ({ id }) => {
      sets.set(id, { ...setOf(id), badRows: 0 });
      return setOf(id);
    },
    'radar.samples.remove': ({ id }) => {
      setOf(id);
      sets.delete(id);
      return { id };
    },
    'radar.samples.errors': () => ({
      items: [
        { row: 12, column: '订单编号', reason: { zh: '没有这个订单', en: 'There is no such order' }, value: '202511009912' },
        { row: 41, column: '结果', reason: { zh: '不认识的结果词', en: 'Unknown word for an outcome' }, value: '待定' },
      ],
      next: null,
    }),
    'radar.inspect': ({ mapping }) => inspection(world, mapping),
    'radar.train': ({ samples, fine }) => {
      const name = `radar-${models.length + 1}`;
      models.unshift(head(name, { trainedAt: now(), fine, samples: samples.map((id) => ({ id, name: setOf(id).name })) }));
      return ended({ model: name });
    },
    'radar.train.cancel': () => ended({ state: 'cancelled' }),
    'radar.models': () => ({ items: models, next: null }),
    'radar.model': ({ model }) => figuresOf(modelOf(model), now()),
    'radar.orders': ({ threshold }) => ({
      items: world.orders
        .slice(-40)
        .map((order, index) => ({
          order: summary(order),
          score: 96.4 - index * 1.9,
          label: index % 4 === 0 ? ('disputed' as const) : null,
          unseen: index % 4 !== 0 || index % 8 === 0,
          reasons: [
            { zh: '首单：是（纠纷可能性 ×2.4）', en: 'First order: yes (odds of a dispute × 2.4)' },
            { zh: '订单金额：2 840.00 元（纠纷可能性 ×1.9）', en: 'Amount: 2 840.00 yuan (odds of a dispute × 1.9)' },
          ],
        }))
        .filter(({ score }) => score >= threshold),
      next: null,
    }),
    'radar.order': () => ({
      score: {
        model: 'radar-1',
        score: 87.3,
        base: -0.4,
        contributions: FEATURES.slice(0, 6).map(([feature, zh, en, weight], index) => ({
          feature,
          label: { zh, en },
          value: true,
          effect: index === 4 ? -weight : weight,
          text: {
            zh: `${zh}（纠纷可能性 ×${Math.exp(weight).toFixed(1)}）`,
            en: `${en} (odds of a dispute × ${Math.exp(weight).toFixed(1)})`,
          },
        })),
      },
    }),
  };
}

function figuresOf(head: RadarModelSummary, at: number): RadarModel {
  const features: RadarFeature[] = FEATURES.map(([id, zh, en, weight, directionZh, directionEn]) => ({
    ...{ id, label: { zh, en }, weight, direction: { zh: directionZh, en: directionEn }, known: id === 'distance' ? 0.62 : 1 },
  }));
  return {
    ...head,
    ...{ folds: 5, seed: 1, calibrationError: 0.021, curve: Array.from({ length: 101 }, (_, index) => point(index)), suggested: 76 },
    ...{ fineWeight: 1, features, recent: { from: at - 30 * DAY, to: at, days: 30, orders: ORDERS, every: 1 } },
  };
}

const COLUMNS: [name: string, samples: string[]][] = [
  ['订单编号', ['202511200001', '202511200003']],
  ['结果', ['纠纷', '待定']],
  ['纠纷类型', ['货不对板', '未收到货']],
  ['买家描述', ['收到的颜色不对，联系 138****2046']],
];

function inspection(
  world: World,
  mapping: Parameters<NonNullable<Answers['radar.inspect']>>[0]['mapping'],
): ReturnType<NonNullable<Answers['radar.inspect']>> {
  const suggestion: RadarMapping = {
    ...{ sheet: null, encoding: 'gb18030', delimiter: null, headerRows: 1, words: {} },
    columns: { order: 0, label: 1, kind: 2, text: 3, channel: null, shop: null },
  };
  const { columns, words } = mapping ?? suggestion;
  const unknown = { zh: '不认识的结果词', en: 'Unknown word for an outcome' };
  return {
    ...{ format: 'csv', encoding: 'gb18030', delimiter: ',', sheets: [], suggestion, remembered: false },
    columns: COLUMNS.map(([name, samples], index) => ({ index, name, samples })),
    rows: world.orders.slice(0, 8).map(({ orderNo, createdAt }, index) => ({
      ...{ row: index + 2, order: `20251120000${index}`, orderNo, label: createdAt % 5 === 0 ? 'fine' : 'disputed', kind: '货不对板' },
    })),
    errors: [
      { row: 9, column: '订单编号', reason: { zh: '没有这个订单', en: 'There is no such order' }, value: '202511009912' },
      ...(columns.label === null || words['待定'] ? [] : [{ row: 11, column: '结果', reason: unknown, value: '待定' }]),
    ],
  };
}
