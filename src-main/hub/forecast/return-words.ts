import type { Stage } from '#shared/pulse.ts';
import { minorToDecimal } from '#shared/money.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Reason } from '#main/learning/boosting/model.ts';
import type { PurchaseFeature } from '#main/learning/history/purchase-features.ts';

const percent = (value: number): string => `${Math.round(value * 100)} %`;
const plain = (value: number): string => String(Math.round(value * 10) / 10);
/** Kept as natural logarithms. */
const counted = (value: number): string => String(Math.round(Math.exp(value)));
const less1 = (value: number): string => String(Math.round(Math.exp(value) - 1));
const money = (value: number, currency: string): string => `${minorToDecimal(Math.round(Math.exp(value)), currency)} ${currency}`;
const times = (value: number): string => `× ${Math.round(Math.exp(value) * 10) / 10}`;
/** Kept as log(1 + hours). */
const hours = (value: number): string => String(Math.round(Math.expm1(value)));

/** What was looked at, as a person says it. Features are those of `learning/history/purchase-features.ts`. */
const WORDS: Record<PurchaseFeature, readonly [zh: string, en: string, say: (value: number, currency: string) => string]> = {
  'order-amount': ['订单金额', 'order amount', money],
  lines: ['商品行数', 'lines', plain],
  pieces: ['件数', 'pieces', counted],
  'largest-line-pieces': ['单行最多件数', 'pieces of the largest line', counted],
  'dearest-unit-price': ['最高单价', 'dearest unit price', money],
  'largest-line-share': ['最大一行占金额', 'share of the largest line', percent],
  'hour-of-day': ['下单时段（点）', 'hour it was placed', plain],
  weekday: ['下单星期（7 为周日）', 'weekday it was placed, 7 is Sunday', plain],
  'day-of-year': ['一年中的第几天', 'day of the year', (value) => plain(value + 1)],
  region: ['收货地区', 'region', plain],
  'region-return-share': ['收货地区的退货率', 'return share of the region', percent],
  'shop-return-share': ['全店近期退货率', 'return share of late', percent],
  'buyer-orders': ['买家此前单数', 'earlier orders of the buyer', less1],
  'buyer-days-known': ['认识买家的天数', 'days the buyer is known', plain],
  'buyer-return-share': ['买家的退货率', 'return share of the buyer', percent],
  'buyer-returned-orders': ['买家退过的单数', 'orders the buyer returned', plain],
  'buyer-hours-since-order': ['距买家上一单（小时）', "hours since the buyer's last order", hours],
  'buyer-hours-since-return': ['距买家上次退货（小时）', "hours since the buyer's last return", hours],
  'buyer-gap-against-usual': ['下单间隔相对买家平常', 'gap against what is usual of the buyer', times],
  'amount-against-buyer-mean': ['金额相对买家均值', "amount against the buyer's mean", times],
  'amount-against-buyer-largest': ['金额相对买家最大一单', "amount against the buyer's largest", times],
  'amount-away-from-buyer-mean': ['金额偏离买家均值', "amount away from the buyer's mean", times],
  'amount-away-from-last-return': ['金额偏离上次退款额', 'amount away from the last return', times],
  'lines-against-buyer-mean': ['行数相对买家平常', "lines against the buyer's mean", times],
  'articles-bought-before-share': ['买过的商品占比', 'share of articles bought before', percent],
  'articles-returned-before': ['其中退过的商品数', 'articles returned before', plain],
  'hours-since-same-article': ['距上次买同款（小时）', 'hours since the same article', hours],
  'hours-since-same-article-returned': ['距上次退同款（小时）', 'hours since the same article came back', hours],
  'shared-with-last-order': ['与上一单相同的商品占比', 'share in common with the last order', percent],
  'repeats-order-share': ['同款同数量再买占比', 'share bought again in the same quantity', percent],
  'repeats-return-share': ['与退货同款同数量占比', 'share that repeats a return', percent],
  'fewer-than-before-share': ['数量比上次少的占比', 'share bought in fewer pieces', percent],
  'price-changed-share': ['价格与上次不同的占比', 'share at another price than before', percent],
  'article-return-share-largest': ['商品退货率（最高者）', 'return share of the articles, highest', percent],
  'article-return-share-mean': ['商品退货率（平均）', 'return share of the articles, mean', percent],
  'article-return-chance': ['任一商品被退的可能', 'chance that any article comes back', percent],
  'quantity-against-article-usual': ['数量偏离该商品平常', 'quantity away from what is usual of the article', plain],
  'quantity-against-article-largest': ['数量相对该商品最大一单', "quantity against the article's largest order", times],
  'quantity-against-own-usual': ['数量相对买家上次', "quantity against the buyer's last", times],
  'price-against-article-usual': ['单价偏离该商品平常', 'price away from what is usual of the article', times],
  'article-price-spread-least': ['商品价格波动（最小者）', 'spread of the article prices, least', plain],
  'rarest-article-orders': ['最冷门商品的单数', 'orders of the rarest article', less1],
  'new-articles': ['从未卖过的商品数', 'articles never sold before', plain],
};

/** One reason as a sentence: what was looked at, and its value. @param currency of the order, for sums */
export function returnReason({ feature, value }: Reason, currency: string): LocalisedText {
  const known = Object.hasOwn(WORDS, feature) ? WORDS[feature as PurchaseFeature] : null;
  const [zh, en, say] = known ?? [feature, feature, plain];
  const shown = value === null ? '–' : typeof value === 'number' ? say(value, currency) : value;
  return { zh: `${zh}：${shown}`, en: `${en}: ${shown}` };
}

const BEFORE: LocalisedText = { zh: '发货前与买家确认规格和数量', en: 'Confirm size and quantity with the buyer before it ships' };
const ADVICE: Partial<Record<Stage, LocalisedText>> = {
  review: { zh: '处理拦截时一并确认规格和数量', en: 'Confirm size and quantity while its hold is decided' },
  shipped: { zh: '提前告知使用方法与退换政策', en: 'Tell the buyer early how to use it and how to exchange it' },
};

/** What could be done about an order of which something will probably come back. */
export function returnAdvice(stage: Stage): LocalisedText {
  return ADVICE[stage] ?? BEFORE;
}
