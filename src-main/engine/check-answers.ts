import type { LocalisedText } from '#shared/text.ts';
import type { CheckAnswer, Outcome } from '#main/model/outcome.ts';
import type { OrderCheck, OrderRecord } from '#main/model/record.ts';
import { SOURCE_NAMES } from '#main/rules/index.ts';
import { CHECK_FIELDS, keepChecks } from './checks.ts';
import { collectInputs } from './collect.ts';
import { taskKey } from './dispose.ts';
import { applied, HUB, note, openDraft, type Draft } from './draft.ts';
import type { Facts } from './facts.ts';
import { hasShipped } from './lifecycle.ts';
import { settle } from './settle.ts';

const SAME: Outcome = { kind: 'unchanged', why: 'same' };

/** An answer is news while its question stands and nobody answered it yet; that there is none is news once. */
function isNews(check: OrderCheck, answer: CheckAnswer): boolean {
  if (check.source !== answer.source || check.about !== answer.about) return false;
  return check.state === 'asked' || (check.state === 'unavailable' && answer.state !== 'unavailable');
}

function answered(check: OrderCheck, { state, ms, late, value, words }: CheckAnswer, now: number): OrderCheck {
  return { ...check, state, at: now, ms, late, value, words };
}

function textOf({ source, state, late, ms, words }: OrderCheck): LocalisedText {
  const name = SOURCE_NAMES[source];
  const said = { zh: words?.zh ?? '', en: words?.en ?? '' };
  if (state === 'unavailable') return { zh: `${name.zh}未能核验：${said.zh}`, en: `${name.en} could not check it: ${said.en}` };
  if (state === 'skipped') return { zh: `不再询问${name.zh}：${said.zh}`, en: `${name.en} is not asked any more: ${said.en}` };
  const took = ms === null ? { zh: '', en: '' } : { zh: `（${ms} 毫秒）`, en: ` (${ms} ms)` };
  const when = late ? { zh: '迟到的答复', en: 'late answer' } : { zh: '答复', en: 'answer' };
  return { zh: `${name.zh}${when.zh}：${said.zh}${took.zh}`, en: `${name.en}, ${when.en}: ${said.en}${took.en}` };
}

/** Pieces that left are missing nowhere. */
const NOTHING_MISSING = { spot: 0, presale: 0 };

/** What a source found after the parcel had left stops nothing any more: somebody is told, for a carrier may still call it back. */
function tellTooLate(draft: Draft, fresh: readonly OrderCheck[], facts: Facts): void {
  const { record } = draft;
  const fields = fresh.filter(({ state }) => state === 'answered').map(({ source }) => CHECK_FIELDS[source]);
  if (fields.length === 0 || !hasShipped(record.status)) return;
  const hits = facts.compiled.judge(collectInputs(record, facts, NOTHING_MISSING), facts.now, record.clearances);
  for (const { ruleId, action, severity, role, sentence, evidence } of hits) {
    const found = JSON.parse(evidence) as [field: string][];
    if (action === 'task' || !found.some(([field]) => fields.some((known) => known === field))) continue;
    const title = {
      zh: `包裹已发出：${sentence.zh}；请联系承运商拦截或与买家沟通`,
      en: `The parcel has left: ${sentence.en}; ask the carrier to call it back, or talk to the buyer`,
    };
    draft.tasks.push({
      key: taskKey(record.orderNo, ruleId),
      kind: 'service',
      severity,
      role,
      title,
      dueAt: facts.now + facts.settings.taskMs,
    });
    note(draft, 'ticket', HUB, title);
  }
}

/**
 * Takes what sources answered, in time or late, and judges the order again. Answers about an order as it was before, and
 * answers that are known, change nothing. An order that left or ended keeps the answer; a bad one about a parcel on its way is a task.
 */
export function takeAnswers(answers: readonly CheckAnswer[], record: OrderRecord, facts: Facts): Outcome {
  const before = record.checks ?? [];
  const after = before.map((check) => {
    const answer = answers.find((one) => isNews(check, one));
    return answer ? answered(check, answer, facts.now) : check;
  });
  const fresh = after.filter((check, index) => check !== before[index]);
  if (fresh.length === 0) return SAME;
  const draft = openDraft(record, record);
  keepChecks(draft.record, after);
  for (const check of fresh) note(draft, 'check', HUB, textOf(check));
  settle(draft, facts);
  tellTooLate(draft, fresh, facts);
  return applied(draft);
}
