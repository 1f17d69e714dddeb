import type { Outcome, Restore } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { carryOut, refused } from './command.ts';
import { applied, audit, note, openDraft } from './draft.ts';
import type { Facts } from './facts.ts';

/**
 * Takes back what a run over the open orders did to one of them (M4): its hold, the evidence behind it, what people released,
 * and its tasks are again as they were. Stock and warehouse follow. An order that moved since is left alone.
 */
export function restore({ actor, why, version, before, verdict, tasks }: Restore, record: OrderRecord, facts: Facts): Outcome {
  if (record.version !== version) {
    const [zh, en] = [
      `订单已有更新（版本 ${record.version}），保持现状`,
      `The order changed since (version ${record.version}) and is left as it is`,
    ];
    return refused('stale_version', actor, 'order.restore', record, zh, en);
  }
  const draft = openDraft(record, record);
  const { hold, holdEvidence, clearances, openTasks, grade, healthScore } = before;
  Object.assign(draft.record, { hold, holdEvidence, clearances, openTasks, grade, healthScore });
  // Judged as it was then, by the set and at the moment of then: why the order is stopped is that decision's to say.
  if (verdict) draft.verdict = { ...verdict, orderVersion: draft.record.version };
  draft.tasksDone.push(...record.openTasks.filter((key) => !openTasks.includes(key)));
  draft.tasks.push(...tasks.filter(({ key }) => openTasks.includes(key) && !record.openTasks.includes(key)));
  note(draft, 'undo', actor, why);
  audit(draft, actor, 'order.restored', { version, hold: hold?.kind ?? null });
  carryOut(draft, facts);
  return applied(draft);
}
