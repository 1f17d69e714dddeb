import type { ChannelId } from '#shared/channels.ts';
import type { CaseRole } from '#shared/order.ts';
import type { EvaluationNode } from '#shared/rule.ts';
import type { Warehouse } from '#shared/stock.ts';
import type { LocalisedText, Severity } from '#shared/text.ts';

/** Everything in this folder is invented: no person, phone or address exists. */
export const SHOPS: { channel: ChannelId; shopId: string; name: string; perMinute: number; until?: number }[] = [
  { channel: 'taobao', shopId: 'flagship', name: '天猫旗舰店', perMinute: 9 },
  { channel: 'douyin', shopId: 'live', name: '抖店直播间', perMinute: 6 },
  { channel: 'jd', shopId: 'pop', name: '京东 POP', perMinute: 3.5 },
  { channel: 'shopify', shopId: 'global', name: 'Shopify 海外', perMinute: 1.2 },
  { channel: 'standard-webhooks', shopId: 'own', name: '品牌商城', perMinute: 2, until: 4 },
];

export const GOODS = [
  ['MB-1001', '有机米粉 250g', 6_800],
  ['MB-1002', '婴儿湿巾 80 抽 × 6', 4_990],
  ['MB-1003', '恒温奶瓶 240ml', 12_900],
  ['MB-1004', 'A2 婴幼儿奶粉 3 段', 32_800],
  ['MB-1005', '纸尿裤 L 码 54 片', 11_900],
  ['MB-1006', '儿童安全座椅', 189_900],
  ['MB-1007', '益生菌冷链装', 15_800],
  ['MB-1008', '婴儿推车 轻便款', 99_900],
] as const;

export const WAREHOUSES: Warehouse[] = [
  {
    id: 'suzhou',
    name: { zh: '苏州仓', en: 'Suzhou' },
    province: '江苏',
    city: '苏州',
    lon: 120.62,
    lat: 31.32,
    kind: 'own',
    dailyCapacity: 9000,
    vip: false,
  },
  {
    id: 'hefei',
    name: { zh: '合肥仓', en: 'Hefei' },
    province: '安徽',
    city: '合肥',
    lon: 117.28,
    lat: 31.86,
    kind: 'own',
    dailyCapacity: 5000,
    vip: false,
  },
  {
    id: 'guangzhou',
    name: { zh: '广州仓', en: 'Guangzhou' },
    province: '广东',
    city: '广州',
    lon: 113.26,
    lat: 23.13,
    kind: 'third-party',
    dailyCapacity: 7000,
    vip: true,
  },
  {
    id: 'tianjin',
    name: { zh: '天津仓', en: 'Tianjin' },
    province: '天津',
    city: '天津',
    lon: 117.2,
    lat: 39.13,
    kind: 'third-party',
    dailyCapacity: 4000,
    vip: false,
  },
];

export const PLACES = [
  ['上海', '上海', '浦东新区'],
  ['江苏', '苏州', '吴中区'],
  ['浙江', '杭州', '余杭区'],
  ['广东', '深圳', '南山区'],
  ['北京', '北京', '朝阳区'],
  ['四川', '成都', '武侯区'],
  ['湖北', '武汉', '洪山区'],
  ['新疆', '乌鲁木齐', '天山区'],
] as const;

export interface Trouble {
  ruleId: string;
  name: LocalisedText;
  severity: Severity;
  role: CaseRole;
  kind: 'held' | 'frozen';
  sentence: LocalisedText;
  tree: EvaluationNode;
}

const compare = (
  label: LocalisedText,
  op: '>' | '>=',
  actual: number,
  threshold: number,
  unit: string,
  written?: number,
): EvaluationNode => ({
  kind: 'compare',
  outcome: actual > threshold ? 'true' : 'false',
  label,
  field: label.en,
  op,
  actual,
  threshold,
  ...(written === undefined ? {} : { writtenThreshold: written }),
  unit,
});

export const TROUBLES: Trouble[] = [
  {
    ruleId: 'coupon-abuse',
    name: { zh: '优惠占比过高', en: 'Coupon abuse' },
    severity: 'medium',
    role: 'finance',
    kind: 'held',
    sentence: {
      zh: '优惠占实付 128.00 元的 96 %，上限 90 %；该买家首单。',
      en: 'Coupon 96 % of 128.00 paid; limit 90 %. First order of this buyer.',
    },
    tree: {
      kind: 'all',
      outcome: 'true',
      children: [
        compare({ zh: '优惠占比', en: 'discount share' }, '>', 96, 90, 'percent'),
        compare({ zh: '优惠金额', en: 'discount' }, '>', 12_288, 2_000, 'minor'),
      ],
    },
  },
  {
    ruleId: 'phone-burst',
    name: { zh: '同手机号短时多单', en: 'Phone burst' },
    severity: 'high',
    role: 'risk',
    kind: 'frozen',
    sentence: { zh: '同一手机号 10 分钟内下了 5 单，上限 3 单。', en: 'This phone placed 5 orders in 10 minutes; limit 3.' },
    tree: compare({ zh: '同手机号 10 分钟订单数', en: 'orders by phone in 10 min' }, '>', 5, 3, 'count'),
  },
  {
    ruleId: 'far-address',
    name: { zh: '收货地偏离常用地', en: 'Away from usual area' },
    severity: 'medium',
    role: 'service',
    kind: 'held',
    sentence: { zh: '收货地距常用地 1 240 km，上限 50 km。', en: 'Receiver is 1,240 km from the usual area; limit 50 km.' },
    tree: compare({ zh: '距常用地', en: 'distance from usual area' }, '>', 1240, 75, 'km', 50),
  },
  {
    ruleId: 'amount-spike',
    name: { zh: '金额远高于均值', en: 'Amount spike' },
    severity: 'medium',
    role: 'service',
    kind: 'held',
    sentence: { zh: '实付是该买家 30 天均值的 4.2 倍，上限 3 倍。', en: 'Paid 4.2 times the buyer’s 30-day average; limit 3.' },
    tree: compare({ zh: '与 30 天均值之比', en: 'times 30-day average' }, '>', 4.2, 3, 'ratio'),
  },
];
