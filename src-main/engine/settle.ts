import type { OrderGrade } from '#shared/order.ts';
import { SEVERITIES, severityRank } from '#shared/text.ts';
import type { Hit } from '#main/model/verdict.ts';
import { goesElsewhere, planStock, settleStock, type StockPlan } from './allocate.ts';
import { checkHits, openChecks } from './checks.ts';
import { collectInputs, countsOf, type MissingPieces } from './collect.ts';
import { dispose, settleCases } from './dispose.ts';
import { HUB, note, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { fulfil, isReaddressed, recallIfNeeded } from './fulfil.ts';
import { isOpen } from './lifecycle.ts';
import { leaveLinks } from './links.ts';
import { healthScore } from './score.ts';

function gradeOf(hits: readonly Hit[]): OrderGrade {
  if (hits.length === 0) return 'pass';
  let gravest = 0;
  for (const hit of hits) gravest = Math.max(gravest, severityRank(hit.severity));
  return SEVERITIES[gravest] ?? 'pass';
}

/** Judges the order on one vector of inputs; the vector is kept with the verdict (M5). */
function judge(draft: Draft, missing: MissingPieces, facts: Facts): readonly Hit[] {
  const { record } = draft;
  const { compiled, now } = facts;
  if (facts.message !== undefined) record.message = facts.message;
  const inputs = collectInputs(record, facts, missing);
  // A window that was not counted before stays as it was first counted, too.
  record.counts = { ...countsOf(compiled.fields, inputs), ...record.counts };
  const hits = compiled.judge(inputs, now, record.clearances);
  record.grade = gradeOf(hits);
  record.decidedAt = draft.before === null ? now : record.decidedAt;
  draft.verdict = {
    orderNo: record.orderNo,
    orderVersion: record.version,
    at: now,
    ruleSetVersion: compiled.version,
    grade: record.grade,
    healthScore: 0,
    hits: hits as Hit[],
    fields: compiled.fields,
    inputs,
  };
  return hits;
}

function takeStock(draft: Draft, plan: StockPlan): void {
  const { before, record } = draft;
  const settled = settleStock(before, record, plan);
  record.allocations = settled.allocations;
  record.stock = settled.stock;
  draft.stock.push(...settled.changes);
  if (plan.fresh && plan.route) {
    if (record.route?.warehouse !== plan.route.warehouse || before === null) note(draft, 'route', HUB, plan.route.reason);
    record.route = plan.route;
  }
  const short = plan.missing.spot + plan.missing.presale;
  if (short > 0 && plan.fresh && before === null)
    note(draft, 'stock', HUB, { zh: `库存不足，缺 ${short} 件`, en: `${short} pieces short` });
}

/**
 * The common tail of every input that may change what becomes of an order: plan the stock, judge if it can still be
 * shipped, dispose, move the stock, tell the warehouse.
 */
export function settle(draft: Draft, facts: Facts): void {
  const { before, record } = draft;
  const changed = before !== null && isOpen(record.status) && (goesElsewhere(before, record) || isReaddressed(before, record));
  // First: what is called back has not left, and is asked about like any other before it goes again.
  if (changed) recallIfNeeded(draft, changed);
  const plan = planStock(before, record, facts);
  openChecks(record, plan, facts);
  if (isOpen(record.status)) {
    const hits = judge(draft, plan.missing, facts);
    const unknown = record.checks ? checkHits(record, facts.checks) : [];
    dispose(draft, unknown.length > 0 ? [...hits, ...unknown] : hits, facts);
  } else settleCases(draft);
  recallIfNeeded(draft, changed);
  takeStock(draft, plan);
  fulfil(draft, plan.missing, facts);
  leaveLinks(draft);
  if (draft.verdict) {
    record.healthScore = healthScore({ record, hits: draft.verdict.hits, fields: facts.compiled.fields, inputs: draft.verdict.inputs });
    draft.verdict.healthScore = record.healthScore;
  }
}
