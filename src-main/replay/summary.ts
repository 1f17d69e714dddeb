import type { AssessmentFigures } from './assessment.ts';
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
  lateAuc: number | null;
  assessment: AssessmentFigures | null;
  notes: string[];
}

export interface RunFacts {
  format: RowFormat;
  seconds: number;
  releasedByTimer: number;
  tasksByKind: Record<string, number>;
}

const NO_LATE_SCORE = 'lateAuc is null: no delay forecast is made yet, so there is no late score to rank by.';

/** Puts what was counted into one object. */
export function summarise(tally: Tally, run: RunFacts, assessment: AssessmentFigures | null): ReplaySummary {
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
    lateAuc: null,
    assessment,
    notes: [NO_LATE_SCORE, ...(assessment?.notes ?? [])],
  };
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
