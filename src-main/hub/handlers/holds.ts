import type { MethodOutput } from '#shared/contract/index.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import { Refusal, refuse } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { Command } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { HubContext } from '../context.ts';
import type { Done } from '../decider.ts';
import { toHeldOrder, toWireOrder } from '../projection.ts';
import { findOrder, notFound } from './lookup.ts';

type HoldHandlers = Pick<Handlers, Extract<keyof Handlers, `holds.${string}`> | 'orders.links.decide'>;
type Decision = MethodOutput<'holds.release'>;
type Bulk = MethodOutput<'holds.releaseMany'>;

interface Desk {
  /** One decision; the order after it. Throws the engine's refusal. */
  command(orderNo: string, input: Command): OrderRecord;
  /** The same with until when it can be taken back. */
  decide(orderNo: string, input: Command): Decision;
  /** Each order on its own, all in one transaction: one refusal never stops the others. */
  decideMany(orders: readonly { orderNo: string; input: Command }[], locale: 'zh' | 'en'): Bulk;
}

function deskOf({ store, decider, settings, monitor, wakeOutbox }: HubContext): Desk {
  const undoUntilOf = ({ undo }: OrderRecord) => (undo ? undo.at + settings.undoSeconds * SECOND : null);
  const after = (orderNo: string, done: Done | null) => recordOf(orderNo, done, () => findOrder(store, { orderNo }).record);
  function command(orderNo: string, input: Command): OrderRecord {
    const record = after(orderNo, decider.command(orderNo, input));
    if (input.kind !== 'undo') monitor.health.manualWork(orderNo);
    wakeOutbox();
    return record;
  }
  return {
    command,
    decide(orderNo, input) {
      const record = command(orderNo, input);
      return { order: toWireOrder(record), undoUntil: undoUntilOf(record) };
    },
    decideMany(orders, locale) {
      const results = decider.run((batch) =>
        orders.map(({ orderNo, input }) => ({ orderNo, done: decider.onOrder(batch, orderNo, { kind: 'command', command: input }) })),
      );
      const bulk: Bulk = { done: [], refused: [], undoUntil: null };
      for (const { orderNo, done } of results) {
        try {
          const record = after(orderNo, done);
          bulk.done.push({ orderNo, version: record.version });
          monitor.health.manualWork(orderNo);
          bulk.undoUntil = undoUntilOf(record) ?? bulk.undoUntil;
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const answer = refuse(error, { locale });
          if (!answer.ok) bulk.refused.push({ orderNo, error: answer.error });
        }
      }
      wakeOutbox();
      return bulk;
    },
  };
}

/** The desk (C3): every decision is an input of the engine like any order, and is answered once it is durable. */
export function holdHandlers(context: HubContext): HoldHandlers {
  const { store, clock } = context;
  const { command, decide, decideMany } = deskOf(context);
  return {
    'holds.list': (filter) => {
      const page = store.queries.held(filter, clock.now());
      return { items: page.items.map(toHeldOrder), next: page.next, total: page.total };
    },
    'holds.release': ({ orderNo, version, reason }, { operator, role }) =>
      decide(orderNo, { kind: 'release', actor: operator, role, reason, version }),
    'holds.freeze': ({ orderNo, version, reason }, { operator }) => decide(orderNo, { kind: 'freeze', actor: operator, reason, version }),
    'holds.undo': ({ orderNo }, { operator }) => decide(orderNo, { kind: 'undo', actor: operator }),
    'holds.releaseMany': ({ orders, reason }, { operator, role, locale }) =>
      decideMany(
        orders.map(({ orderNo, version }) => ({ orderNo, input: { kind: 'release', actor: operator, role, reason, version } })),
        locale,
      ),
    'holds.freezeMany': ({ orders, reason }, { operator, locale }) =>
      decideMany(
        orders.map(({ orderNo, version }) => ({ orderNo, input: { kind: 'freeze', actor: operator, reason, version } })),
        locale,
      ),
    'holds.undoMany': ({ orderNos }, { operator, locale }) =>
      decideMany(
        orderNos.map((orderNo) => ({ orderNo, input: { kind: 'undo', actor: operator } })),
        locale,
      ),
    'holds.claim': ({ orderNo, version, assignee }, { operator }) => decide(orderNo, { kind: 'claim', actor: operator, version, assignee }),
    'holds.handOver': ({ orderNo, version, role, note }, { operator }) =>
      decide(orderNo, { kind: 'hand-over', actor: operator, version, role, note }),
    'holds.note': ({ orderNo, text }, { operator }) => {
      command(orderNo, { kind: 'note', actor: operator, text });
      return { at: clock.now() };
    },
    'holds.snooze': ({ orderNo, version, minutes }, { operator }) =>
      decide(orderNo, { kind: 'snooze', actor: operator, version, until: clock.now() + minutes * MINUTE }),
    'orders.links.decide': ({ orderNo, version, with: other, action }, { operator, role }) => ({
      order: toWireOrder(command(orderNo, { kind: 'link', actor: operator, role, version, with: other, action })),
    }),
    'holds.shift': ({ since }, { operator }) => store.queries.shift(operator, since),
  };
}

/** The order after a decision. Throws the engine's refusal with its code. */
function recordOf(orderNo: string, done: Done | null, stored: () => OrderRecord): OrderRecord {
  if (!done) throw notFound(orderNo);
  if (done.kind === 'refused') throw new Refusal(done.code, done.text);
  return done.kind === 'created' || done.kind === 'changed' ? done.record : stored();
}
