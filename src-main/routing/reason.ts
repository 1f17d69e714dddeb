import { minorToDecimal } from '#shared/money.ts';
import type { OrderLine } from '#shared/order.ts';
import type { Warehouse } from '#shared/stock.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { AllocationPlan } from '#main/inventory/plan.ts';
import type { Demotion, Ranking } from './ranking.ts';
import type { RoutingLine } from './table.ts';

export const NO_WAREHOUSE: LocalisedText = {
  zh: '尚未配置仓库，无法分仓',
  en: 'No warehouse is configured, so the order cannot be routed',
};

/** What the reason sentence is made of. */
export interface Decision {
  ranking: Ranking;
  /** Warehouses that send something, in ranking order. */
  senders: readonly Warehouse[];
  winner: Warehouse | null;
  shortages: AllocationPlan['shortages'];
  lines: readonly OrderLine[];
  presale: boolean;
  currency: string;
  /** Days the delivery is later than the first choice alone would have made it. */
  delayDays: number;
}

/**
 * One sentence on why these warehouses send the order, e.g. "华东订单 → 苏州仓；苏州仓低于安全库存 15%，改由合肥仓发货，承诺送达顺延 1 天".
 */
export function composeReason(decision: Decision): LocalisedText {
  const { ranking, presale } = decision;
  const line = lineName(ranking.line, decision.currency);
  const parts: LocalisedText[] = [
    { zh: `${line.zh} → ${ranking.preferred.name.zh}`, en: `${line.en} → ${ranking.preferred.name.en}` },
    ...outcome(decision),
  ];
  const storages = new Set(decision.lines.map((line) => line.storage ?? 'normal'));
  if (storages.size > 1) parts.push({ zh: '冷链与常温商品分箱发货', en: 'cold-chain and normal goods in separate parcels' });
  if (presale) parts.push({ zh: '占用预售配额，到货后确定送达日期', en: 'taken from the presale quota, delivery date follows on arrival' });
  return { zh: parts.map((part) => part.zh).join('；'), en: parts.map((part) => part.en).join('; ') };
}

/** What kind of order the line is for, with its limit in the order's currency. */
function lineName({ name, when }: RoutingLine, currency: string): LocalisedText {
  const limit = when.paidAboveMinor?.[currency];
  if (limit === undefined) return name;
  const amount = minorToDecimal(limit, currency).replace(/\.0+$/, '');
  const [zh, en] = currency === 'CNY' ? [`${amount} 元`, `${amount} yuan`] : [`${amount} ${currency}`, `${amount} ${currency}`];
  return { zh: name.zh.replace('{amount}', zh), en: name.en.replace('{amount}', en) };
}

function outcome(decision: Decision): LocalisedText[] {
  const { senders, winner, shortages, ranking, delayDays } = decision;
  const missing = shortages.reduce((sum, shortage) => sum + shortage.missing, 0);
  if (!winner)
    return [{ zh: `各仓均无可用库存，缺 ${missing} 件，等待补货`, en: `no warehouse has any, ${missing} missing, waiting for stock` }];
  const parts: LocalisedText[] = [];
  const causes = causesOf(decision);
  const why = { zh: causes.map((cause) => cause.zh).join('，'), en: causes.map((cause) => cause.en).join(', ') };
  const promised = delayDays > 0 && missing === 0 && !decision.presale;
  const later = {
    zh: promised ? `，承诺送达顺延 ${delayDays} 天` : '',
    en: promised ? `, promised ${delayDays} day${delayDays > 1 ? 's' : ''} later` : '',
  };
  if (senders.length > 1) {
    const { zh, en } = namesOf(senders);
    parts.push({ zh: `${why.zh}，由${zh}分仓发货${later.zh}`, en: `${why.en}, split between ${en}${later.en}` });
  } else if (winner !== ranking.preferred) {
    const { zh, en } = winner.name;
    parts.push({ zh: `${why.zh}，改由${zh}发货${later.zh}`, en: `${why.en}, sent from ${en} instead${later.en}` });
  } else if (causes.length > 0) {
    const { zh, en } = winner.name;
    parts.push({ zh: `${why.zh}，仍由${zh}发货`, en: `${why.en}, still sent from ${en}` });
  }
  if (missing > 0) parts.push({ zh: `仍缺 ${missing} 件，等待补货`, en: `${missing} still missing, waiting for stock` });
  return parts;
}

/** Why the warehouses asked before the winner did not get the order, and why the first choice was moved back. */
function causesOf({ ranking, senders, winner }: Decision): LocalisedText[] {
  const { preferred, demotions, order } = ranking;
  const asked = order.slice(0, winner ? order.indexOf(winner) : 0);
  const rest = asked.filter((warehouse) => warehouse !== preferred);
  const concerned = asked.includes(preferred) || demotions.has(preferred.id) || senders.length > 1 ? [preferred, ...rest] : rest;
  const causes = concerned.flatMap((warehouse) => demotionText(warehouse, demotions.get(warehouse.id)));
  const few = concerned.filter((warehouse) => !demotions.has(warehouse.id));
  // Nobody needs a long list of warehouses that have too few: of a split the first choice tells the story, else the first three.
  const told = senders.length > 1 ? few.filter((warehouse) => warehouse === preferred) : few.slice(0, 3);
  if (told.length > 0) causes.push({ zh: `${namesOf(told).zh}库存不足以整单发货`, en: `${namesOf(told).en} cannot serve the whole order` });
  return causes;
}

/** `苏州仓、合肥仓`, `Suzhou, Hefei and Tianjin`. */
function namesOf(warehouses: readonly Warehouse[]): LocalisedText {
  const en = warehouses.map((warehouse) => warehouse.name.en);
  return {
    zh: warehouses.map((warehouse) => warehouse.name.zh).join('、'),
    en: en.length > 1 ? `${en.slice(0, -1).join(', ')} and ${en.at(-1)}` : en.join(''),
  };
}

function demotionText(warehouse: Warehouse, demotion: Demotion | undefined): LocalisedText[] {
  const { zh, en } = warehouse.name;
  switch (demotion?.kind) {
    case undefined:
      return [];
    case 'below-safety':
      return [{ zh: `${zh}低于安全库存 ${demotion.percent}%`, en: `${en} is more than ${demotion.percent} % below its safety level` }];
    case 'overloaded': {
      const percent = Math.round(demotion.load * 100);
      return [{ zh: `${zh}已超负荷（${percent}%）`, en: `${en} is over capacity (${percent} %)` }];
    }
  }
}
