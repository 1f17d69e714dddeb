import { calibrationError } from '#main/learning/metrics.ts';
import type { RadarReading, ReasonValue } from '#main/model/radar.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { featureId, PLAIN_FEATURES, readerOf } from '#main/radar/features.ts';
import type { FeaturePlan } from '#main/radar/features.ts';
import { areaOf, curveOf, suggestedThreshold } from '#main/radar/figures.ts';
import { foldsFor } from '#main/radar/folds.ts';
import { LEAST_ORDERS, learnRadar } from '#main/radar/learn.ts';
import type { Learnt } from '#main/radar/learn.ts';
import { scoreOf, scorerOf } from '#main/radar/scorer.ts';
import type { ExplainingScorer } from '#main/radar/scorer.ts';
import { directionOf, tooFewText } from '#main/radar/words.ts';
import type { RadarRow } from '#main/radar/encode.ts';
import { RADAR_INPUTS, radarFeatureLabel } from '#main/rules/index.ts';
import { readFirstVectors } from '#main/trial/first-vectors.ts';
import type { TrialSource, TrialWorld } from '#main/trial/source.ts';
import type { RadarFeature, RadarTraining } from '#shared/contract/radar.ts';
import { DAY } from '#shared/time.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { ScoredOrder, TrainingOrder, TrainingResult } from './radar-ports.ts';

/** Orders kept with a model, those with the highest scores. */
const ORDERS_KEPT = 500;
/** The name a model has before it has a number. */
const UNNAMED = 'radar-0';
/** Orders scored between two looks at whether it shall end. */
const TOGETHER = 500;

/** False ends the training. */
export type OnStep = (stage: RadarTraining['stage'], done: number, of: number) => boolean;

interface Row extends RadarRow {
  orderId: number;
  /** Its values, for scoring it once the model is there. */
  vector: FieldValue[];
}

interface Recent {
  orderId: number;
  buyer: string;
  vector: FieldValue[];
}

/**
 * The whole training of a model: reads the orders as they were first judged, learns, tests, and scores the latest ones. Runs to its end
 * in one go, seconds to minutes: for a thread of its own. Null: told to stop. Throws a Refusal where there is too little to learn from.
 */
export function runTraining(order: TrainingOrder, source: TrialSource, world: TrialWorld, onStep: OnStep): TrainingResult | null {
  const plans: FeaturePlan[] = [...PLAIN_FEATURES, ...order.checks];
  const read = readOrders(order, plans, source, world, onStep);
  if (!read) return null;
  const { rows, recent } = read;
  const counts = countsOf(rows);
  if (counts.disputed < LEAST_ORDERS || counts.fine < LEAST_ORDERS || foldsFor(rows) < 2)
    throw new Refusal('illegal_move', tooFewText(counts));
  const learnt = learnRadar(plans, RADAR_INPUTS, rows, order.seed, (done, of) => onStep('learning', done, of));
  if (!learnt) return null;
  const scorer = scorerOf(UNNAMED, learnt.document);
  const scored = scoreRecent(scorer, recent, rows, onStep);
  if (!scored) return null;
  const tested = rows.map((row, index) => ({ ...row, score: scoreOf(learnt.unseen[index] as number) }));
  const { from, to, every, orders } = order.recent;
  const days = (to - from) / DAY;
  const known = new Map(tested.map(({ orderId, score }) => [orderId, score]));
  // Of a labelled order counts what a model said that did not know it.
  const scores = scored.map(({ orderId, score }) => known.get(orderId) ?? score);
  const curve = curveOf(tested, { scores, every, days });
  return {
    document: learnt.document,
    counts,
    areaUnderCurve: areaOf(tested, order.seed),
    figures: {
      folds: learnt.folds,
      seed: order.seed,
      calibrationError: evenCalibrationError(learnt, rows),
      curve,
      suggested: suggestedThreshold(curve),
      fineWeight: fineWeightOf(rows),
      features: featuresOf(plans, learnt, rows),
      recent: { from, to, days, orders, every },
    },
    orders: highest(scorer, tested, scored),
  };
}

function countsOf(rows: readonly Row[]): TrainingResult['counts'] {
  const disputed = rows.filter((row) => row.disputed).length;
  return { disputed, fine: rows.length - disputed, buyers: new Set(rows.map(({ buyer }) => buyer)).size };
}

function readOrders(
  { labelled, recent: { ids } }: TrainingOrder,
  plans: readonly FeaturePlan[],
  source: TrialSource,
  world: TrialWorld,
  onStep: OnStep,
): { rows: Row[]; recent: Recent[] } | null {
  const labels = new Map(labelled.map((one) => [one.orderId, one]));
  const wanted = new Set(ids);
  const readers = plans.map((plan) => ({ at: RADAR_INPUTS.indexOf(plan.field), read: readerOf(plan) }));
  const [rows, recent]: [Row[], Recent[]] = [[], []];
  const all = [...new Set([...labels.keys(), ...wanted])];
  const whole = readFirstVectors(
    source,
    world,
    RADAR_INPUTS,
    all,
    ({ id }, record, values) => {
      const vector = [...values];
      // Without a key of the platform every order is a buyer of its own.
      const buyer = record.keys.buyer ?? `order ${id}`;
      if (wanted.has(id)) recent.push({ orderId: id, buyer, vector });
      const label = labels.get(id);
      if (!label) return;
      const told = readers.map(({ at, read }): ReasonValue => read(vector[at] ?? null));
      rows.push({ orderId: id, disputed: label.disputed, weight: label.weight, buyer, values: told, vector });
    },
    (done) => onStep('reading', done, all.length),
  );
  return whole ? { rows, recent } : null;
}

interface Scored extends Recent, RadarReading {
  unseen: boolean;
}

function scoreRecent(scorer: ExplainingScorer, recent: readonly Recent[], rows: readonly Row[], onStep: OnStep): Scored[] | null {
  const buyers = new Set(rows.map(({ buyer }) => buyer));
  const scored: Scored[] = [];
  for (const [index, one] of recent.entries()) {
    if (index % TOGETHER === 0 && !onStep('scoring', index, recent.length)) return null;
    scored.push({ ...one, ...scorer.read(one.vector), unseen: !buyers.has(one.buyer) });
  }
  return onStep('scoring', recent.length, recent.length) ? scored : null;
}

/** The orders with the highest scores; of labelled ones what a model said that did not know them, their reasons by the model itself. */
function highest(scorer: ExplainingScorer, tested: readonly (Row & { score: number })[], scored: readonly Scored[]): ScoredOrder[] {
  const labelled = new Set(tested.map(({ orderId }) => orderId));
  const all = [
    ...tested.map(({ orderId, score, disputed, vector }) => ({
      orderId,
      score,
      label: disputed ? ('disputed' as const) : ('fine' as const),
      unseen: true,
      vector,
    })),
    ...scored
      .filter(({ orderId }) => !labelled.has(orderId))
      .map(({ orderId, score, unseen, vector }) => ({ orderId, score, label: null, unseen, vector })),
  ];
  return all
    .sort((a, b) => b.score - a.score || b.orderId - a.orderId)
    .slice(0, ORDERS_KEPT)
    .map(({ vector, ...one }) => ({ ...one, reasons: scorer.read(vector).reasons }));
}

function fineWeightOf(rows: readonly Row[]): number {
  const fine = rows.filter(({ disputed }) => !disputed);
  return fine.reduce((sum, { weight }) => sum + weight, 0) / fine.length;
}

/** Scores are said at even odds of disputed and fine; they are brought to those of the sample before they are measured. */
function evenCalibrationError({ unseen }: Learnt, rows: readonly Row[]): number {
  const outcomes = Uint8Array.from(rows, ({ disputed }) => (disputed ? 1 : 0));
  const disputed = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const odds = Math.log(disputed / (rows.length - disputed));
  return calibrationError(
    unseen.map((value) => 1 / (1 + Math.exp(-(value + odds)))),
    outcomes,
  );
}

/** What the model looks at, by how much it moves the labelled orders, both kinds weighing the same. */
function featuresOf(plans: readonly FeaturePlan[], { document }: Learnt, rows: readonly Row[]): RadarFeature[] {
  const scorer = scorerOf(UNNAMED, document);
  const weights = new Map<string, number>();
  const { disputed } = countsOf(rows);
  for (const row of rows) {
    const share = 0.5 / (row.disputed ? disputed : rows.length - disputed);
    for (const { feature, effect } of scorer.contributions(row.vector)) {
      weights.set(feature, (weights.get(feature) ?? 0) + Math.abs(effect) * share);
    }
  }
  const known = new Map(plans.map((plan, at) => [featureId(plan), rows.filter(({ values }) => values[at] !== null).length / rows.length]));
  return document.features
    .map((feature): RadarFeature => {
      const id = featureId(feature);
      const label = radarFeatureLabel(id);
      return { id, label, weight: weights.get(id) ?? 0, direction: directionOf(feature), known: known.get(id) ?? 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
}
