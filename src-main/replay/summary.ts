import type { AssessmentFigures } from './assessment.ts';
import type { ForecastFigures } from './forecast/figures.ts';
import type { Foresight } from './forecast/foresee.ts';
import type { HeldOut } from './forecast/learning-loop.ts';
import { REFUSAL_REASONS } from './readers/row.ts';
import type { RefusalReason, RowFormat } from './readers/row.ts';
import { ratio } from './statistics.ts';
import type { RowCounts, Tally } from './tally.ts';

/** Everything a replay has to say; with `--json` this is the last line. Rates are shares from 0 to 1, null where nothing tells. */
export interface ReplaySummary extends RowCounts {
  format: string;
  rows: number;
  refusedByReason: Partial<Record<RefusalReason, number>>;
  unattributedRefundLines: number;
  simulatedFrom: string | null;
  simulatedTo: string | null;
  seconds: number;
  ordersPerSecond: number;
  /** p50 and p99 of the time from handing an order to the hub until the transaction with its verdict is committed. */
  decisionMicrosP50: number | null;
  decisionMicrosP99: number | null;
  /** Orders a rule ever held but never froze, and those it ever froze. */
  held: number;
  frozen: number;
  stoppedShare: number | null;
  /** Holds the two-hour timer ended in simulated time, because nobody was there to decide. */
  releasedByTimer: number;
  /** Tasks opened, in all and by kind. */
  tasks: number;
  tasksByKind: Record<string, number>;
  /** Orders each rule hit at their first verdict. */
  rulesHit: Record<string, number>;
  /** Of all stopped orders against the main label of the outcome file. */
  precision: number | null;
  recall: number | null;
  falseKillRate: number | null;
  /** Area under the ROC curve of the delay forecast, carried through the file: each order from what was recorded before it alone. */
  lateAuc: number | null;
  /** The same for "something comes back". */
  returnAuc: number | null;
  forecasts: Pick<Foresight, 'late' | 'returns'>;
  /** Rules out of the box, and after the learning loop was applied to the first part, on the rest. */
  heldOut: (HeldOut & { signal: Foresight['signal'] }) | null;
  assessment: AssessmentFigures | null;
  notes: string[];
}

export interface RunFacts {
  format: RowFormat;
  seconds: number;
  releasedByTimer: number;
  tasksByKind: Record<string, number>;
}

const NO_LATE_AUC =
  'lateAuc is null: the files do not tell enough arrivals to learn lateness from (at least 500 of them, 20 of each kind).';
const NO_RETURN_AUC = 'returnAuc is null: the files do not tell enough returns to learn from (at least 2,500 orders followed for 30 days).';

/** Puts what was counted into one object. */
export function summarise(
  tally: Tally,
  run: RunFacts,
  assessment: AssessmentFigures | null,
  foresight: Foresight | null = null,
): ReplaySummary {
  const traces = [...tally.traces.values()];
  const held = traces.filter(({ hold }) => hold === 'held').length;
  const frozen = traces.filter(({ hold }) => hold === 'frozen').length;
  const main = assessment?.mainLabel ? assessment.labels[assessment.mainLabel] : undefined;
  return {
    format: run.format.id,
    rows: tally.rows,
    ...tally.counts,
    refusedByReason: tally.refusedByReason,
    unattributedRefundLines: tally.unattributedLines,
    simulatedFrom: dateText(tally.firstAt),
    simulatedTo: dateText(tally.lastAt),
    seconds: round(run.seconds, 3),
    ordersPerSecond: run.seconds > 0 ? Math.round(tally.counts.orders / run.seconds) : 0,
    decisionMicrosP50: roundOrNull(tally.decisionMicros.quantile(0.5), 0),
    decisionMicrosP99: roundOrNull(tally.decisionMicros.quantile(0.99), 0),
    held,
    frozen,
    stoppedShare: ratio(held + frozen, traces.length),
    releasedByTimer: run.releasedByTimer,
    tasks: Object.values(run.tasksByKind).reduce((sum, count) => sum + count, 0),
    tasksByKind: run.tasksByKind,
    rulesHit: Object.fromEntries([...tally.rulesHit].sort(([, a], [, b]) => b - a)),
    precision: main?.precision ?? null,
    recall: main?.recall ?? null,
    falseKillRate: main?.falseKillRate ?? null,
    lateAuc: foresight?.late?.auc ?? null,
    returnAuc: foresight?.returns?.auc ?? null,
    forecasts: { late: foresight?.late ?? null, returns: foresight?.returns ?? null },
    heldOut: foresight?.heldOut ? { ...foresight.heldOut, signal: foresight.signal } : null,
    assessment,
    notes: [
      ...(assessment ? mismatchOf(assessment) : []),
      ...(foresight?.late ? [] : [NO_LATE_AUC]),
      ...(foresight?.returns ? [] : [NO_RETURN_AUC]),
      ...(foresight?.heldOut?.reason ? [foresight.heldOut.reason.en] : []),
      ...(assessment?.notes ?? []),
    ],
  };
}

/** Outcomes of other orders, or rows that could not be used: a person must know before reading any figure. */
function mismatchOf({ outcomeRows, unmatchedOutcomes, refusedOutcomes, firstRefusedOutcomes }: AssessmentFigures): string[] {
  const notes: string[] = [];
  if (outcomeRows > 0 && unmatchedOutcomes === outcomeRows)
    notes.push('No row of the outcome file is of an order of this file: are they of one set?');
  const [first] = firstRefusedOutcomes;
  if (first) notes.push(`${refusedOutcomes} rows of the outcome file could not be used; the first is line ${first.line}: ${first.detail}`);
  return notes;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
function roundOrNull(value: number | null, digits: number): number | null {
  return value === null ? null : round(value, digits);
}
function dateText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** One line of the table: what it is in Chinese and English, and its value. */
type Line = [zh: string, en: string, value: number | string];

/** The summary as lines for a terminal, in Chinese and English side by side. */
export function renderSummary(summary: ReplaySummary, format: RowFormat): string {
  const refusals = Object.entries(summary.refusedByReason).map(([reason, count]): Line => {
    const { zh, en } = REFUSAL_REASONS[reason as RefusalReason];
    return [`    ${zh}`, en, count];
  });
  const lines: Line[] = [
    ['读取行数', 'rows', summary.rows],
    ['  订单', 'orders', summary.orders],
    ['  更新', 'updates', summary.updates],
    ['  退款', 'refunds', summary.refunds],
    ['  库存变动', 'stock movements', summary.stockMovements],
    ['  未采用', 'refused', summary.refused],
    ...refusals,
    ['模拟时间', 'simulated time', `${day(summary.simulatedFrom)} → ${day(summary.simulatedTo)}`],
    ['用时', 'took', `${summary.seconds} s, ${summary.ordersPerSecond} orders/s`],
    ['判定用时', 'decision', `p50 ${summary.decisionMicrosP50 ?? '–'} µs, p99 ${summary.decisionMicrosP99 ?? '–'} µs`],
    ['拦截', 'held', summary.held],
    ['冻结', 'frozen', summary.frozen],
    ['拦截与冻结占比', 'stopped share', percent(summary.stoppedShare)],
    ['超时自动放行', 'released by timer', summary.releasedByTimer],
    ['任务', 'tasks', `${summary.tasks}  ${pairs(summary.tasksByKind)}`],
    ['命中规则', 'rules hit', pairs(summary.rulesHit) || '–'],
    ...(summary.assessment ? assessmentLines(summary.assessment) : []),
    ...foresightLines(summary),
  ];
  const width = Math.max(...lines.map(([zh, en]) => columns(`${zh} ${en}`)));
  const table = lines.map(([zh, en, value]) => `${zh} ${en}${' '.repeat(width - columns(`${zh} ${en}`))}  ${value}`);
  return [`${format.name.zh} · ${format.name.en}`, ...table, ...summary.notes.map((note) => `* ${note}`)].join('\n');
}

function assessmentLines(assessment: AssessmentFigures): Line[] {
  const { outcomeRows, unmatchedOutcomes, ordersWithoutOutcome, labels, late, goodRepeats } = assessment;
  const lines: Line[] = [['结果', 'outcomes', `${outcomeRows}, unmatched ${unmatchedOutcomes}, orders without ${ordersWithoutOutcome}`]];
  for (const label of Object.values(labels)) {
    lines.push(
      [label.name.zh, label.name.en, `${label.bad} of ${label.labelled} (${percent(label.baseRate)})`],
      ['  精确率', 'precision', percent(label.precision)],
      ['  召回率', 'recall', percent(label.recall)],
      ['  误拦率', 'false kills', percent(label.falseKillRate)],
      ['  风险排序', 'risk AUC', label.riskAuc?.toFixed(3) ?? '–'],
    );
  }
  if (late.labelled > 0) lines.push(['迟到', 'late', `${late.late} of ${late.labelled} (${percent(late.baseRate)})`]);
  if (goodRepeats.orders > 0) {
    const { held, orders, heldShare } = goodRepeats;
    lines.push(['良客十分钟内再下单', 'good repeats held', `${held} of ${orders} (${percent(heldShare)})`]);
  }
  return lines;
}

function foresightLines({ forecasts: { late, returns }, heldOut }: ReplaySummary): Line[] {
  const lines: Line[] = [];
  if (late) lines.push(...forecastLines(['延误预测', 'delay forecast'], late));
  if (late?.byWord) {
    const { word, precision, recall, afterSplit } = late.byWord;
    lines.push([`  仅按 ${word}`, `by ${word} alone`, `precision ${percent(precision)}, recall ${percent(recall)}`]);
    lines.push(['    后 40 %', 'last 40 %', `precision ${percent(afterSplit.precision)}, recall ${percent(afterSplit.recall)}`]);
  }
  if (returns) lines.push(...forecastLines(['退货预测', 'return forecast'], returns));
  if (heldOut) {
    const { before, after } = heldOut.rest;
    const told = ({ precision, recall, falseKillRate }: typeof before): string =>
      `precision ${percent(precision)}, recall ${percent(recall)}, false kills ${percent(falseKillRate)}`;
    lines.push(['后段：出厂规则', 'rest of the file: shipped rules', told(before)]);
    lines.push(['后段：学习之后', 'rest of the file: after learning', after ? told(after) : '–']);
    for (const { share, found, rest, chosen } of heldOut.frontier) {
      const cost = `${found.moreFalseKills < 0 ? '' : '+'}${percent(found.moreFalseKills)} false kills, precision ${percent(found.precision)}`;
      const then = `rest: precision ${percent(rest.precision)}, recall ${percent(rest.recall)}, false kills ${percent(rest.falseKillRate)}`;
      lines.push([`${chosen ? '→' : ' '} 最可疑 ${percent(share)}`, 'likeliest', `found ${cost}; ${then}`]);
    }
  }
  return lines;
}

function forecastLines([zh, en]: [string, string], figures: ForecastFigures): Line[] {
  const { auc, aucAfterSplit, judged, baseRate, calls } = figures;
  return [
    [zh, en, `AUC ${auc?.toFixed(3) ?? '–'} (${judged}, ${percent(baseRate)}), last 40 % ${aucAfterSplit?.toFixed(3) ?? '–'}`],
    ['  预测即判定', 'as a call', `precision ${percent(calls.precision)}, recall ${percent(calls.recall)}`],
  ];
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(2)} %`;
}
function day(text: string | null): string {
  return text?.slice(0, 10) ?? '–';
}
function pairs(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
/** Columns a terminal gives the text: two for each Chinese character. */
function columns(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0);
}
