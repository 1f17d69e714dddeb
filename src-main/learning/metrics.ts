/** How good forecasts were. `scores` rank or are probabilities; `outcomes` are 1 where it came about, else 0, row by row. */
export type Numbers = ArrayLike<number>;

/** Row numbers, the highest score first; equal scores keep their order. */
function ranking(scores: Numbers): Int32Array {
  return Int32Array.from({ length: scores.length }, (_, index) => index).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** Area under the ROC curve: how often a row with the outcome ranks above one without; ties count half. Null without both kinds. */
export function areaUnderCurve(scores: Numbers, outcomes: Numbers): number | null {
  const order = ranking(scores);
  let positives = 0;
  let negatives = 0;
  let area = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let tiedPositives = 0;
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end += 1) tiedPositives += outcomes[order[end]!]!;
    const tiedNegatives = end - start - tiedPositives;
    area += tiedNegatives * (positives + tiedPositives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
    start = end;
  }
  return positives > 0 && negatives > 0 ? area / (positives * negatives) : null;
}

export interface TopShare {
  /** Rows taken from the top of the ranking. */
  rows: number;
  precision: number;
  recall: number;
  /** The lowest score among them. */
  threshold: number;
}

/** Precision and recall when the top `share` (0 … 1) of the ranking is acted upon. Null when there is no row or no outcome. */
export function atTopShare(scores: Numbers, outcomes: Numbers, share: number): TopShare | null {
  const rows = Math.round(scores.length * share);
  const all = total(outcomes);
  if (rows === 0 || all === 0) return null;
  const top = ranking(scores).subarray(0, rows);
  const found = top.reduce((sum, row) => sum + outcomes[row]!, 0);
  return { rows, precision: found / rows, recall: found / all, threshold: scores[top.at(-1)!]! };
}

/** Mean squared distance of probability and outcome: 0 is perfect. NaN without rows. */
export function brierScore(probabilities: Numbers, outcomes: Numbers): number {
  return mean(probabilities, (probability, row) => (probability - outcomes[row]!) ** 2);
}

/** Mean surprise in nats: 0 is perfect. NaN without rows. */
export function logLoss(probabilities: Numbers, outcomes: Numbers): number {
  return mean(probabilities, (probability, row) => -Math.log(Math.max(outcomes[row] ? probability : 1 - probability, 1e-15)));
}

export interface ReliabilityRow {
  rows: number;
  /** Mean probability that was said, and share that came about. */
  said: number;
  cameTrue: number;
}

/** Is 30 % really 30 %? Rows in groups of equal size by probability, lowest first. */
export function reliability(probabilities: Numbers, outcomes: Numbers, groups = 10): ReliabilityRow[] {
  const order = ranking(probabilities).reverse();
  const table: ReliabilityRow[] = [];
  for (let group = 0; group < groups; group += 1) {
    const span = order.subarray(Math.floor((order.length * group) / groups), Math.floor((order.length * (group + 1)) / groups));
    if (span.length === 0) continue;
    table.push({
      rows: span.length,
      said: span.reduce((sum, row) => sum + probabilities[row]!, 0) / span.length,
      cameTrue: span.reduce((sum, row) => sum + outcomes[row]!, 0) / span.length,
    });
  }
  return table;
}

/** Mean distance between said and came true over the groups of the reliability table, by rows. */
export function calibrationError(probabilities: Numbers, outcomes: Numbers, groups = 10): number {
  const table = reliability(probabilities, outcomes, groups);
  return table.reduce((sum, { rows, said, cameTrue }) => sum + rows * Math.abs(said - cameTrue), 0) / probabilities.length;
}

function total(values: Numbers): number {
  let sum = 0;
  for (let row = 0; row < values.length; row += 1) sum += values[row]!;
  return sum;
}

function mean(values: Numbers, of: (value: number, row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < values.length; row += 1) sum += of(values[row]!, row);
  return sum / values.length;
}
