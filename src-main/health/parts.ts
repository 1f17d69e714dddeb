import type { OhiPartId } from '#shared/health.ts';
import { OHI_PARTS } from '#shared/health.ts';
import type { Stage } from '#shared/pulse.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';

/** Steps whose duration is the merchant's to answer for. Waiting for the buyer to pay or to confirm receipt is not. */
export const ANSWERABLE_STAGES = ['paid', 'review', 'awaiting_shipment', 'shipped'] as const satisfies readonly Stage[];
export type AnswerableStage = (typeof ANSWERABLE_STAGES)[number];

export interface HealthSettings {
  /** Longest time from durable receipt to durable verdict. */
  judgingLimitMs: number;
  /** Longest stay in a stage; the pulse's red limits. */
  stageLimitMs: Record<AnswerableStage, number>;
  /** Relative weight of each part in the index. */
  weights: Record<OhiPartId, number>;
  /** Score each part should reach. */
  targets: Record<OhiPartId, number>;
  /** True when the actor named in a decision is a person, not the hub itself. */
  isPerson: (actor: string) => boolean;
}

/** Actors that are the hub itself: rules and timers. */
const AUTOMATIC = new Set(['rule', 'hub', 'timer', 'system']);

export const DEFAULT_HEALTH_SETTINGS: HealthSettings = {
  judgingLimitMs: MINUTE,
  stageLimitMs: { paid: 2 * HOUR, review: 2 * HOUR, awaiting_shipment: 2 * HOUR, shipped: 3 * DAY },
  weights: { timeliness: 0.25, completeness: 0.15, consistency: 0.25, accuracy: 0.15, controllability: 0.2 },
  targets: { timeliness: 95, completeness: 98, consistency: 99.5, accuracy: 90, controllability: 90 },
  isPerson: (actor) => !AUTOMATIC.has(actor),
};

export const PART_NAMES: Record<OhiPartId, LocalisedText> = {
  timeliness: { zh: '时效', en: 'Timeliness' },
  completeness: { zh: '完整', en: 'Completeness' },
  consistency: { zh: '一致', en: 'Consistency' },
  accuracy: { zh: '准确', en: 'Accuracy' },
  controllability: { zh: '可控', en: 'Controllability' },
};

/** The definition of a part in words, with its limits: what counts, over what is measured. */
export function formulaOf(part: OhiPartId, settings: HealthSettings): LocalisedText {
  switch (part) {
    case 'timeliness': {
      const { paid, review, awaiting_shipment: waiting, shipped } = settings.stageLimitMs;
      const zh = `判单 ≤ ${duration(settings.judgingLimitMs).zh}，已付款 ≤ ${duration(paid).zh}，复核 ≤ ${duration(review).zh}，待发货 ≤ ${duration(waiting).zh}，运输 ≤ ${duration(shipped).zh}`;
      const en = `judged ≤ ${duration(settings.judgingLimitMs).en}, paid ≤ ${duration(paid).en}, review ≤ ${duration(review).en}, awaiting shipment ≤ ${duration(waiting).en}, in transit ≤ ${duration(shipped).en}`;
      return {
        zh: `每一步都在时限内的订单 ÷ 已判订单 × 100（${zh}）`,
        en: `orders within the limit at every step ÷ orders judged × 100 (${en})`,
      };
    }
    case 'completeness':
      return {
        zh: '收货信息、商品、付款、发票资料齐全的订单 ÷ 已付款订单 × 100',
        en: 'orders with complete receiver, lines, payment and invoice data ÷ paid orders × 100',
      };
    case 'consistency':
      return {
        zh: '本地状态与渠道最近一次告知一致的订单 ÷ 全部订单 × 100（无法识别的状态、被拒绝的状态变更计为不一致）',
        en: 'orders whose state equals what the channel last told ÷ all orders × 100 (unknown states and refused moves count against)',
      };
    case 'accuracy':
      return {
        zh: '由决策表首选仓整单发货的订单 ÷ 已分仓订单 × 100（改派、拆单计为不准确）',
        en: 'orders sent whole from the first-choice warehouse of the decision table ÷ routed orders × 100 (re-routed and split orders count against)',
      };
    case 'controllability':
      return {
        zh: '无需人工处理的订单 ÷ 已判订单 × 100（正在拦截、人工放行或冻结计为人工）',
        en: 'orders without manual work ÷ orders judged × 100 (held now, released or frozen by a person count as manual)',
      };
  }
}

/** Weighted mean of the parts that were measured, 0 to 100; null when none was. */
export function indexOf(scores: Record<OhiPartId, number | null>, weights: Record<OhiPartId, number>): number | null {
  const shares = effectiveWeights(scores, weights);
  if (shares === null) return null;
  return OHI_PARTS.reduce((sum, part) => sum + shares[part] * (scores[part] ?? 0), 0);
}

/** Weights of the measured parts scaled to sum 1, zero for the others; null when nothing was measured. */
export function effectiveWeights(
  scores: Record<OhiPartId, number | null>,
  weights: Record<OhiPartId, number>,
): Record<OhiPartId, number> | null {
  const total = OHI_PARTS.reduce((sum, part) => sum + (scores[part] === null ? 0 : weights[part]), 0);
  if (total <= 0) return null;
  return byPart((part) => (scores[part] === null ? 0 : weights[part] / total));
}

/** One value for each of the five parts. */
export function byPart<T>(make: (part: OhiPartId) => T): Record<OhiPartId, T> {
  return {
    timeliness: make('timeliness'),
    completeness: make('completeness'),
    consistency: make('consistency'),
    accuracy: make('accuracy'),
    controllability: make('controllability'),
  };
}

function duration(ms: number): LocalisedText {
  const units = [
    { ms: DAY, zh: '天', en: 'd' },
    { ms: HOUR, zh: '小时', en: 'h' },
    { ms: MINUTE, zh: '分钟', en: 'min' },
  ];
  const unit = units.find((candidate) => ms >= candidate.ms && ms % candidate.ms === 0) ?? { ms: SECOND, zh: '秒', en: 's' };
  const count = Number((ms / unit.ms).toFixed(1));
  return { zh: `${count} ${unit.zh}`, en: `${count} ${unit.en}` };
}
