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
  const [zhCauses, enCauses] = [causes.map((cause) => cause.zh).join('，'), causes.map((cause) => cause.en).join(', ')];
  const later = {
    zh: delayDays > 0 && missing === 0 && !decision.presale ? `，承诺送达顺延 ${delayDays} 天` : '',
    en: delayDays > 0 && missing === 0 && !decision.presale ? `, promised ${delayDays} day${delayDays > 1 ? 's' : ''} later` : '',
  };
  if (senders.length > 1) {
    const [zh, en] = [senders.map((sender) => sender.name.zh).join('、'), senders.map((sender) => sender.name.en).join(' and ')];
    const why = { zh: zhCauses || '没有一个仓能单独满足', en: enCauses || 'no single warehouse can serve it' };
    parts.push({ zh: `${why.zh}，由${zh}分仓发货${later.zh}`, en: `${why.en}, split between ${en}${later.en}` });
  } else if (winner !== ranking.preferred) {
    const lead = { zh: zhCauses ? `${zhCauses}，` : '', en: enCauses ? `${enCauses}, ` : '' };
    parts.push({ zh: `${lead.zh}改由${winner.name.zh}发货${later.zh}`, en: `${lead.en}sent from ${winner.name.en} instead${later.en}` });
  } else if (causes.length > 0) {
    parts.push({ zh: `${zhCauses}，仍由${winner.name.zh}发货`, en: `${enCauses}, still sent from ${winner.name.en}` });
  }
  if (missing > 0) parts.push({ zh: `仍缺 ${missing} 件，等待补货`, en: `${missing} still missing, waiting for stock` });
  return parts;
}

/** Why the warehouses asked before the winner did not get the order, and why the first choice was moved back. */
function causesOf({ ranking, senders, winner }: Decision): LocalisedText[] {
  const asked = ranking.order.slice(0, winner ? ranking.order.indexOf(winner) : 0);
  const { preferred } = ranking;
  const concerned = asked.includes(preferred) || !ranking.demotions.has(preferred.id) ? asked : [preferred, ...asked];
  if (senders.length > 1 && !concerned.includes(preferred)) concerned.unshift(preferred);
  // A long list of warehouses that have too few helps nobody: the first three tell the story.
  const told = concerned.slice(0, 3);
  const few = told.filter((warehouse) => !ranking.demotions.has(warehouse.id));
  const causes = told.flatMap((warehouse) => demotionText(warehouse, ranking.demotions.get(warehouse.id)));
  if (few.length > 0) {
    causes.push({
      zh: `${few.map((warehouse) => warehouse.name.zh).join('、')}库存不足以整单发货`,
      en: `${few.map((warehouse) => warehouse.name.en).join(' and ')} cannot serve the whole order`,
    });
  }
  return causes;
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
