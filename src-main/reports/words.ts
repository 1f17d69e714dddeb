import type { Report, ReportKind, ReviewItem } from '#shared/contract/reports.ts';
import type { LocalisedText } from '#shared/text.ts';

const text = (zh: string, en: string): LocalisedText => ({ zh, en });

/** Names of figures, as on screen and on paper. */
export const NAMES = {
  'false-kill-rate': text('误拦率', 'False-kill rate'),
  precision: text('准确率', 'Precision'),
  'false-kills': text('误拦', 'False kills'),
  'false-kills-returning': text('误拦的老客户好单', 'False kills of returning customers'),
  missed: text('漏拦', 'Misses'),
  recall: text('拦住的坏单占比', 'Share of bad orders caught'),
  stopped: text('被规则拦下', 'Stopped by rules'),
  'stopped-per-day': text('每天需复核', 'Reviews per day'),
  'money-held': text('被拦金额', 'Money held'),
  hits: text('规则命中', 'Rule hits'),
  released: text('人工放行', 'Released by people'),
  frozen: text('人工冻结', 'Frozen by people'),
  expired: text('超时自动放行', 'Released by the timer'),
  handling: text('处理时长中位数', 'Median handling time'),
  everything: text('全部', 'All kinds'),
} satisfies Record<string, LocalisedText>;

/** How each figure is computed, in one sentence. */
export const FORMULAS = {
  'false-kill-rate': text('被拦下的好单 ÷ 全部好单（本期得知结果）', 'Good orders stopped ÷ all good orders known in the period'),
  precision: text('被拦下的坏单 ÷ 全部被拦订单（本期得知结果）', 'Bad orders stopped ÷ all orders stopped, known in the period'),
  'false-kills': text('本期得知结果、被规则拦下的好单', 'Good orders rules had stopped, known in the period'),
  'false-kills-returning': text('误拦中，买家此前下过单的', 'False kills whose buyer had ordered before'),
  missed: text('本期得知结果、没有被任何规则拦下的坏单', 'Bad orders no rule had stopped, known in the period'),
  recall: text('拦下的坏单 ÷ 全部坏单（本期得知结果）', 'Bad orders stopped ÷ all bad orders known in the period'),
  stopped: text('本期首次被规则暂扣或冻结的订单', 'Orders a rule held or froze for the first time in the period'),
  'stopped-per-day': text('被规则拦下的订单 ÷ 天数', 'Orders stopped by rules ÷ days'),
  'money-held': text('被规则拦下的订单的实付金额合计（仅主要币种）', 'Sum paid for the orders stopped, of the main currency only'),
  hits: text('本期首次命中的订单数，按规则相加', 'Orders hit for the first time in the period, summed over rules'),
  released: text('本期人工放行次数', 'Releases by people in the period'),
  frozen: text('本期人工冻结次数', 'Freezes by people in the period'),
  expired: text('本期无人处理、到时自动放行的订单', 'Holds nobody handled that ended by themselves in the period'),
  handling: text('从拦下到人工放行或冻结所用时间的中位数', 'Middle time from the hold to a person’s release or freeze'),
} satisfies Record<Exclude<keyof typeof NAMES, 'everything'>, LocalisedText>;

export const KIND_NAMES: Record<ReportKind, LocalisedText> = {
  weekly: text('周报', 'Weekly report'),
  monthly: text('月度复盘', 'Monthly review'),
};

export const REVIEW_NAMES: Record<ReviewItem['why'], LocalisedText> = {
  'false-kills': text('误拦最多', 'Most false kills'),
  'never-hit': text('一直未命中', 'Never hit'),
  expiring: text('即将到期', 'Ends soon'),
  unowned: text('无人负责', 'Nobody in charge'),
};

/** What the features of misses were counted against. */
export function missesNote({ missed, passed, smallest }: Report['misses']): LocalisedText {
  return text(
    `${missed} 个漏拦对比 ${passed} 个放过的订单；少于 ${smallest} 个漏拦的特征不列。`,
    `${missed} misses against ${passed} orders let through; features of fewer than ${smallest} misses are left out.`,
  );
}

/** Headings of sections and tables. */
export const HEADINGS = {
  figures: text('主要指标', 'Figures'),
  figure: text('指标', 'Figure'),
  value: text('本期', 'This period'),
  before: text('上期', 'Period before'),
  formula: text('算法', 'How it is computed'),
  days: text('每天', 'By day'),
  day: text('日期', 'Day'),
  stopped: text('被拦', 'Stopped'),
  decided: text('人工处理', 'Decided by people'),
  rules: text('各规则的准确率', 'Precision of each rule'),
  rule: text('规则', 'Rule'),
  version: text('版本', 'Version'),
  hits: text('命中', 'Hits'),
  known: text('有结果', 'Known'),
  bad: text('坏单', 'Bad'),
  good: text('误拦', 'False kills'),
  precision: text('准确率', 'Precision'),
  misses: text('漏拦订单的共同点', 'What missed orders have in common'),
  feature: text('特征', 'Feature'),
  missed: text('漏拦', 'Missed'),
  missedShare: text('占漏拦', 'Share of misses'),
  passedShare: text('占全部放过的订单', 'Share of all let through'),
  lift: text('倍数', 'Lift'),
  handling: text('处理时长（分钟，中位数）', 'Handling time (minutes, median)'),
  kind: text('类型', 'Kind'),
  review: text('复盘清单', 'Review list'),
  why: text('原因', 'Why'),
  detail: text('说明', 'Detail'),
  orders: text('订单', 'Orders'),
  orderNo: text('订单号', 'Order number'),
  behind: text('依据的订单', 'Orders behind it'),
  noFeatures: text('没有明显的共同点，或漏拦太少', 'Nothing stands out, or there were too few misses'),
  nothing: text('本期没有', 'None in this period'),
  counts: text('单数', 'Orders counted'),
  bySystem: text('系统', 'the system'),
} satisfies Record<string, LocalisedText>;
