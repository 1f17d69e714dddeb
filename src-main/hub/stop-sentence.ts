import type { Hold, HoldReason } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import { OPERATOR_REASON } from '#main/engine/index.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { VerdictRecord } from '#main/model/verdict.ts';
import { verdictSentence } from '#main/rules/index.ts';

/** What won, where an order is stopped for several reasons (M1): the gravest decides what becomes of it. */
function wonText({ kind, reasons, releaseAt }: Hold, nameOf: (ruleId: string) => LocalisedText | null): LocalisedText | null {
  const [gravest, second] = reasons;
  if (!gravest || !second) return null;
  const name = gravest.ruleId === OPERATOR_REASON ? { zh: '人工决定', en: 'the decision by hand' } : nameOf(gravest.ruleId);
  const [zh, en] =
    kind === 'frozen'
      ? ['冻结，只能人工放行', 'frozen, released by people alone']
      : releaseAt === null
        ? ['拦截，只能人工放行', 'held, released by people alone']
        : ['拦截，到时无人处理则自动放行', 'held, released by itself in time'];
  const first = name ?? gravest.sentence;
  return { zh: `${reasons.length} 条原因中以「${first.zh}」为准：${zh}`, en: `of ${reasons.length} reasons "${first.en}" prevails: ${en}` };
}

/** Who let go what the decision had stopped; null where nobody did. */
function releasedText({ clearances }: OrderRecord, { at, hits }: VerdictRecord): LocalisedText | null {
  const stopping = hits.filter(({ action }) => action !== 'task').map(({ ruleId }) => ruleId);
  const newest = clearances.findLast((clearance) => clearance.at >= at && stopping.includes(clearance.ruleId));
  if (!newest) return null;
  const by = newest.by === 'hub' ? { zh: '已到时自动放行', en: 'released by itself since' } : null;
  return by ?? { zh: `已由 ${newest.by} 放行`, en: `released by ${newest.by} since` };
}

/**
 * Why an order stands where it stands, in one sentence: what stops it now, be it a rule, a source that could not tell or a person, and
 * which of several reasons won; else what its last decision found, and who released that. `nameOf` tells the name of a rule.
 */
export function stopSentence(record: OrderRecord, verdict: VerdictRecord, nameOf: (ruleId: string) => LocalisedText | null): LocalisedText {
  const { hold } = record;
  const stops: readonly HoldReason[] = hold?.reasons ?? [];
  const tasks = verdict.hits.filter(({ ruleId, action }) => action === 'task' && !stops.some((reason) => reason.ruleId === ruleId));
  const found = hold === null ? verdictSentence(verdict.hits) : verdictSentence([...stops, ...tasks]);
  const more = hold === null ? releasedText(record, verdict) : wonText(hold, nameOf);
  return more === null ? found : { zh: `${found.zh}（${more.zh}）`, en: `${found.en} (${more.en})` };
}
