import type { Stage } from '#shared/pulse.ts';
import { minorToDecimal } from '#shared/money.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Reason } from '#main/learning/boosting/model.ts';
import type { OnItsWay } from './live-delays.ts';

type Words = readonly [zh: string, en: string];

const WORDS: Record<string, Words> = {
  all: ['全部订单', 'all orders'],
  shop: ['店铺', 'shop'],
  warehouse: ['仓库', 'warehouse'],
  carrier: ['承运商', 'carrier'],
  destination: ['目的地', 'destination'],
  buyer: ['客户', 'buyer'],
  article: ['商品', 'article'],
  leg: ['所处环节', 'leg of the way'],
  vendor: ['供应商', 'vendor'],
  site: ['产地', 'site'],
  mode: ['运输方式', 'mode'],
  incoterm: ['贸易条款', 'incoterm'],
  quote: ['报价', 'quote'],
  product: ['产品', 'product'],
  'purchase-order': ['采购单', 'purchase order'],
  'product-group': ['产品组', 'product group'],
  'shipping-mode': ['配送方式', 'shipping mode'],
};

function wordFor(name: string): Words {
  const parts = name.split('+').map((part): Words => WORDS[part] ?? [part, part]);
  return [parts.map(([zh]) => zh).join('＋'), parts.map(([, en]) => en).join(' and ')];
}

const percent = (value: number): string => `${Math.round(value * 100)} %`;
/** Counts and days are stored as log(1 + n). */
const counted = (value: number): string => String(Math.round(Math.expm1(value)));
const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const PASTS: Record<string, { words: Words; say: (value: number) => string }> = {
  'late-share': { words: ['的延误率', 'late share of the'], say: percent },
  'late-share-recently': { words: ['近两月的延误率', 'late share lately of the'], say: percent },
  'early-share': { words: ['的提前到达率', 'early share of the'], say: percent },
  arrivals: { words: ['的到达单数', 'arrivals of the'], say: counted },
  overdue: { words: ['的逾期未到单数', 'overdue orders of the'], say: counted },
  'days-since-late': { words: ['距上次延误的天数', 'days since the last late order of the'], say: counted },
  'days-late': { words: ['的平均迟到天数', 'mean days late of the'], say: rounded },
  'taken-recently': { words: ['近一月的单量', 'orders lately of the'], say: counted },
  'promise-against-usual': {
    words: ['的承诺时效相对平常', 'promise against what is usual of the'],
    say: (value) => `× ${rounded(Math.exp(value))}`,
  },
  'due-together': { words: ['同日到期单数', 'orders due the same day of the'], say: counted },
};

const money = (value: number, currency: string): string => `${minorToDecimal(Math.round(Math.expm1(value)), currency)} ${currency}`;

const OWN: Record<string, { words: Words; say?: (value: number, currency: string) => string }> = {
  'hour-of-day': { words: ['付款时段（点）', 'hour of payment'] },
  weekday: { words: ['到期星期', 'weekday it is due'] },
  'day-of-month': { words: ['到期日', 'day of the month it is due'] },
  month: { words: ['到期月份', 'month it is due'] },
  'days-promised': { words: ['承诺天数', 'days promised'], say: rounded },
  'order-amount': { words: ['订单金额', 'order amount'], say: money },
  lines: { words: ['商品行数', 'lines'] },
  pieces: { words: ['件数', 'pieces'], say: counted },
  'dearest-unit-price': { words: ['最高单价', 'dearest unit price'], say: money },
  'hours-since-paid': { words: ['付款至今（小时）', 'hours since payment'], say: rounded },
  'hours-left': { words: ['距承诺时间（小时）', 'hours left'], say: rounded },
};

/** One reason as a sentence: what was looked at, and its value. */
export function reasonText({ feature, value }: Reason, way: Pick<OnItsWay, 'promised' | 'currency'>): LocalisedText {
  const [name, facet] = splitName(feature);
  const said = (say: ((value: number, currency: string) => string) | undefined): string =>
    value === null ? '–' : typeof value === 'number' ? (say ?? rounded)(value, way.currency) : value;
  const past = facet === null ? undefined : PASTS[name];
  if (past && facet !== null) {
    const [zh, en] = wordFor(facet);
    const word = facet === 'buyer' ? null : (way.promised.facets[facet] ?? null);
    const shown = word === null ? ['', ''] : [`「${word.replace('|', '＋')}」`, ` "${word.replace('|', ' and ')}"`];
    return { zh: `${zh}${shown[0]}${past.words[0]}：${said(past.say)}`, en: `${past.words[1]} ${en}${shown[1]}: ${said(past.say)}` };
  }
  const own = OWN[feature];
  const [zh, en] = own?.words ?? wordFor(feature);
  return { zh: `${zh}：${said(own?.say)}`, en: `${en}: ${said(own?.say)}` };
}

function splitName(feature: string): [string, string | null] {
  const at = feature.indexOf(':');
  return at < 0 ? [feature, null] : [feature.slice(0, at), feature.slice(at + 1)];
}

const ADVICE: Record<Stage, LocalisedText> = {
  pending_payment: { zh: '等待付款', en: 'Waits for payment' },
  paid: { zh: '尽快下发仓库，必要时改派更近的仓库', en: 'Send it to the warehouse now, or to a nearer one' },
  review: { zh: '优先处理拦截', en: 'Decide its hold first' },
  awaiting_shipment: { zh: '请仓库优先出库', en: 'Ask the warehouse to ship it first' },
  shipped: { zh: '向承运商催件，并提前告知买家', en: 'Press the carrier, and tell the buyer in time' },
  delivered: { zh: '已送达', en: 'Delivered' },
};

/** What could be done about an order that will probably be late. */
export function adviceFor(stage: Stage): LocalisedText {
  return ADVICE[stage];
}

/** What is missing before anything is learnt; null when nothing is. */
export function missingText(
  kind: 'late' | 'return',
  { yes, no }: { yes: number; no: number },
  { known, ofEach }: { known: number; ofEach: number },
): LocalisedText | null {
  const [what, whatEn] = kind === 'late' ? ['已送达订单', 'delivered orders'] : ['跟踪满 30 天的订单', 'orders followed for 30 days'];
  const [rare, rareEn] = kind === 'late' ? ['延误', 'late'] : ['有退款', 'refunded'];
  if (yes + no < known) {
    const short = known - yes - no;
    return {
      zh: `还差 ${short} 个${what}（已有 ${yes + no}，需要 ${known}）`,
      en: `${short} more ${whatEn} are needed (${yes + no} of ${known})`,
    };
  }
  if (yes < ofEach) return { zh: `其中${rare}的还差 ${ofEach - yes} 个`, en: `${ofEach - yes} more ${rareEn} ones among them are needed` };
  if (no < ofEach)
    return { zh: `其中未${rare}的还差 ${ofEach - no} 个`, en: `${ofEach - no} more among them that were not ${rareEn} are needed` };
  return null;
}
