import type { ApplyChange } from '#shared/contract/rule-runs.ts';
import type { Hold } from '#shared/order.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { Applied } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';

/** What judging an order again would change, or did, in one sentence. */
export type FoundChange = Pick<ApplyChange, 'change' | 'sentence'>;

function joined(texts: readonly LocalisedText[]): LocalisedText {
  const inLocale = (locale: Locale) => texts.map((text) => text[locale]).join(locale === 'zh' ? '；' : '; ');
  return { zh: inLocale('zh'), en: inLocale('en') };
}

const reasonsOf = (hold: Hold) => joined(hold.reasons.map(({ sentence }) => sentence));

/** Everything of a hold a person decides by; not who has it. */
function essenceOf({ reasons, releaseAt, releasedBy, stock, role }: Hold): string {
  return JSON.stringify([
    reasons.map(({ ruleId, severity, sentence }) => [ruleId, severity, sentence]),
    releaseAt,
    releasedBy,
    stock,
    role,
  ]);
}

/** How an order's fate changes; null: neither its hold nor its tasks do. */
export function changeBetween(before: OrderRecord, { record, tasks }: Pick<Applied, 'record' | 'tasks'>): FoundChange | null {
  const [was, is] = [before.hold, record.hold];
  if (is && is.kind !== was?.kind) return { change: is.kind === 'frozen' ? 'freeze' : 'hold', sentence: reasonsOf(is) };
  if (was && !is) {
    const sentence = reasonsOf(was);
    return { change: 'release', sentence: { zh: `不再成立：${sentence.zh}`, en: `No longer so: ${sentence.en}` } };
  }
  if (was && is && essenceOf(was) !== essenceOf(is)) return { change: 'reasons', sentence: reasonsOf(is) };
  return taskChange(before, record, tasks);
}

function taskChange(before: OrderRecord, after: OrderRecord, tasks: Applied['tasks']): FoundChange | null {
  const settled = before.openTasks.filter((key) => !after.openTasks.includes(key));
  if (tasks.length === 0 && settled.length === 0) return null;
  const parts = tasks.map(({ title }) => title);
  if (settled.length > 0) parts.push({ zh: `结束 ${settled.length} 个任务`, en: `${settled.length} tasks are settled` });
  return { change: 'task', sentence: joined(parts) };
}
