import type { OutcomeColumns } from '#shared/contract/reports.ts';
import type { KnownOutcome } from './learning-ports.ts';

const GOOD = [
  ...['good', 'ok', 'fulfilled', 'completed', 'delivered', 'received', 'kept', 'on_time', 'normal', 'genuine', 'legit'],
  ...['好', '好单', '正常', '完成', '已完成', '交易成功', '签收', '已签收', '无异常'],
];
const BAD = [
  ...['bad', 'returned', 'return', 'refund', 'refunded', 'complaint', 'complained', 'fraud', 'suspected_fraud', 'chargeback', 'dispute'],
  ...['disputed', 'rejected'],
  ...['坏', '坏单', '异常', '退货', '退款', '退货退款', '仅退款', '已退款', '投诉', '拒付', '拒收', '欺诈', '刷单', '假单', '纠纷'],
];
const WORDS = new Map<string, KnownOutcome>([
  ...GOOD.map((word): [string, KnownOutcome] => [word, 'good']),
  ...BAD.map((word): [string, KnownOutcome] => [word, 'bad']),
]);

/** What a cell says became of the order; null: no word of ours. */
export function outcomeOfWord(cell: string): KnownOutcome | null {
  return (
    WORDS.get(
      cell
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, '_'),
    ) ?? null
  );
}

const ORDER_HEADINGS = /^(订单编号|订单号|主订单编号|order[ _-]?(id|no|number)|orderno|orderid)$/i;
const OUTCOME_HEADINGS = /^(结果|订单结果|处理结果|最终结果|outcome|result|label|disputed?)$/i;

/** The columns whose headings say what they are; else the one whose samples are all outcomes. */
export function suggestColumns(headings: readonly string[], samples: readonly (readonly string[])[]): Partial<OutcomeColumns> {
  const order = headings.findIndex((heading) => ORDER_HEADINGS.test(heading.trim()));
  const named = headings.findIndex((heading) => OUTCOME_HEADINGS.test(heading.trim()));
  const spoken = headings.findIndex(
    (_, column) => column !== order && samples.length > 0 && samples.every((row) => outcomeOfWord(row[column] ?? '') !== null),
  );
  const outcome = named >= 0 ? named : spoken;
  return { ...(order >= 0 && { order }), ...(outcome >= 0 && { outcome }) };
}
