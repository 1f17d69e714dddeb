import type { OrderRecord } from '#main/model/record.ts';
import type { FieldValue, Hit, VerdictRecord } from '#main/model/verdict.ts';
import type { ScorePart } from '#shared/rule.ts';
import { severityRank, type LocalisedText } from '#shared/text.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import { isAddressComplete, isInvoiceIncomplete, isPhoneMalformed } from './contact.ts';

type PartId = ScorePart['id'];

/** B6: weights of the parts, in percent. */
export const SCORE_WEIGHTS: Record<PartId, number> = { risk: 40, completeness: 20, stock: 20, timeliness: 10, customer: 10 };

const NAMES: Record<PartId, LocalisedText> = {
  risk: { zh: '风险', en: 'Risk' },
  completeness: { zh: '完整', en: 'Completeness' },
  stock: { zh: '库存', en: 'Stock' },
  timeliness: { zh: '及时', en: 'Timeliness' },
  customer: { zh: '客户', en: 'Customer' },
};

/** What the gravest hit leaves of the risk part; each further hit takes a little more. */
const RISK_AFTER = [70, 35, 0] as const;
const FURTHER_HIT = 10;
/** H4: an order should be through in eight minutes; after two hours it counts as late altogether. */
const PROMPT = 8 * MINUTE;
const LATE = 2 * HOUR;
/** A customer about whom nothing is known is neither good nor bad. */
const UNKNOWN_CUSTOMER = 70;

/** What the score is made of; all of it is stored with the order and its verdict. */
export interface ScoreSubject {
  record: Pick<OrderRecord, 'receiver' | 'invoice' | 'createdAt' | 'paidAt' | 'decidedAt' | 'executable' | 'buyer'>;
  hits: readonly Pick<Hit, 'severity'>[];
  fields: VerdictRecord['fields'];
  inputs: VerdictRecord['inputs'];
}

function riskScore(hits: ScoreSubject['hits']): number {
  if (hits.length === 0) return 100;
  let gravest = 0;
  for (const hit of hits) gravest = Math.max(gravest, severityRank(hit.severity));
  return Math.max(0, (RISK_AFTER[gravest] ?? 0) - FURTHER_HIT * (hits.length - 1));
}

function gapsOf({ record }: ScoreSubject): { address: boolean; phone: boolean; invoice: boolean } {
  return {
    address: isAddressComplete(record.receiver) === false,
    phone: isPhoneMalformed(record.receiver) === true,
    invoice: isInvoiceIncomplete(record.invoice),
  };
}

function completenessScore(gaps: ReturnType<typeof gapsOf>): number {
  return 100 - (gaps.address ? 40 : 0) - (gaps.phone ? 30 : 0) - (gaps.invoice ? 30 : 0);
}

function stockScore({ record }: ScoreSubject): number {
  return record.executable.find((check) => check.id === 'stock')?.passed === false ? 0 : 100;
}

function waited({ record }: ScoreSubject): number {
  return Math.max(0, record.decidedAt - (record.paidAt ?? record.createdAt));
}

function timelinessScore(subject: ScoreSubject): number {
  const over = waited(subject) - PROMPT;
  return over <= 0 ? 100 : Math.max(0, 100 * (1 - over / (LATE - PROMPT)));
}

function inputOf({ fields, inputs }: ScoreSubject, id: string): FieldValue {
  const at = fields.indexOf(id);
  return at < 0 ? null : (inputs[at] ?? null);
}

function customerScore(subject: ScoreSubject): number {
  const rate = inputOf(subject, 'customer-repurchase-rate');
  const refunds = inputOf(subject, 'customer-refund-share');
  if (inputOf(subject, 'corporate-buyer') === true || inputOf(subject, 'customer-top-tenth') === true) return 100;
  if (typeof rate !== 'number' || (rate === 0 && refunds === null)) return UNKNOWN_CUSTOMER;
  const score = UNKNOWN_CUSTOMER + Math.min(30, rate) - (typeof refunds === 'number' ? refunds / 2 : 0);
  return Math.max(0, Math.min(100, score));
}

/** B6: 0 to 100, whole points; the hot path of `scoreParts`. */
export function healthScore(subject: ScoreSubject): number {
  const { risk, completeness, stock, timeliness, customer } = SCORE_WEIGHTS;
  const sum =
    riskScore(subject.hits) * risk +
    completenessScore(gapsOf(subject)) * completeness +
    stockScore(subject) * stock +
    timelinessScore(subject) * timeliness +
    customerScore(subject) * customer;
  return Math.round(sum / 100);
}

function completenessNote(gaps: ReturnType<typeof gapsOf>): LocalisedText {
  const zh = [gaps.address && '地址不完整', gaps.phone && '手机号格式错误', gaps.invoice && '发票资料不全'].filter(Boolean);
  const en = [gaps.address && 'address incomplete', gaps.phone && 'phone malformed', gaps.invoice && 'invoice incomplete'].filter(Boolean);
  return zh.length === 0 ? { zh: '资料齐全', en: 'Nothing is missing' } : { zh: zh.join('、'), en: en.join(', ') };
}

function customerNote(subject: ScoreSubject): LocalisedText {
  const rate = inputOf(subject, 'customer-repurchase-rate');
  if (inputOf(subject, 'corporate-buyer') === true) return { zh: '企业客户', en: 'Corporate buyer' };
  if (inputOf(subject, 'customer-top-tenth') === true) return { zh: '客单价位于前 10%', en: 'Among the top tenth by average order' };
  if (typeof rate !== 'number' || rate === 0) return { zh: '新客户或无复购记录', en: 'New, or never came back yet' };
  return { zh: `复购率 ${Math.round(rate)}%`, en: `Repurchase rate ${Math.round(rate)} %` };
}

/** The parts of the score with their notes, for explanations. Their weighted mean is `healthScore`. */
export function scoreParts(subject: ScoreSubject): ScorePart[] {
  const gaps = gapsOf(subject);
  const minutes = Math.round(waited(subject) / MINUTE);
  const stock = stockScore(subject);
  const hits = subject.hits.length;
  const part = (id: PartId, score: number, note: LocalisedText): ScorePart => ({
    id,
    name: NAMES[id],
    weight: SCORE_WEIGHTS[id],
    score: Math.round(score),
    note,
  });
  return [
    part(
      'risk',
      riskScore(subject.hits),
      hits === 0 ? { zh: '没有规则命中', en: 'No rule hit' } : { zh: `${hits} 条规则命中`, en: `${hits} rules hit` },
    ),
    part('completeness', completenessScore(gaps), completenessNote(gaps)),
    part('stock', stock, stock === 100 ? { zh: '库存充足', en: 'In stock' } : { zh: '库存不足或未锁定', en: 'Short, or not locked' }),
    part('timeliness', timelinessScore(subject), { zh: `付款后 ${minutes} 分钟完成判断`, en: `Decided ${minutes} min after payment` }),
    part('customer', customerScore(subject), customerNote(subject)),
  ];
}
