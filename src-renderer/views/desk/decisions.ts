import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { ContractError, MethodInput, MethodOutput } from '#shared/contract/index.ts';
import type { CaseRole, Hold } from '#shared/order.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import { ContractFailure, request } from '../../api/client.ts';
import { dayAndTime } from '../../format/time.ts';
import { t } from '../../locales/texts.ts';
import { hubNow, now } from '../../stores/clock.ts';
import { useHolds, type HeldOrder } from '../../stores/holds.ts';
import { useReceipts } from '../../stores/receipts.ts';
import { useSession } from '../../stores/session.ts';
import { useDeskQueue, type Place } from './queue.ts';

export type Verdict = 'release' | 'freeze';
/** A decision that may still be taken back. */
export interface Undoable {
  id: number;
  verdict: Verdict;
  places: Place[];
  /** Hub time after which it stands. */
  until: number;
  /** Resolves when the hub has answered the decision itself. */
  answered: Promise<void>;
}
/** What became of a decision about several cases. */
export interface BulkOutcome {
  verdict: Verdict;
  done: number;
  refused: { row: HeldOrder; failure: ContractFailure }[];
}

/** As long as the contract lets a decision be taken back. */
export const UNDO_SPAN = 10 * SECOND;
/** Most orders one bulk request takes. */
const BULK = 500;

type Bulk = MethodOutput<'holds.releaseMany'>;

function asFailure(error: unknown): ContractFailure {
  return error instanceof ContractFailure ? error : new ContractFailure('internal', String(error));
}
async function inChunks<T>(all: readonly T[], ask: (chunk: T[]) => Promise<Bulk>): Promise<Bulk> {
  const sum: Bulk = { done: [], refused: [], undoUntil: null };
  for (let from = 0; from < all.length; from += BULK) {
    const answer = await ask(all.slice(from, from + BULK));
    sum.done.push(...answer.done);
    sum.refused.push(...answer.refused);
    sum.undoUntil = answer.undoUntil ?? sum.undoUntil;
  }
  return sum;
}

/**
 * What a person does to cases. Everything shows at once and is asked of the hub afterwards; what the hub refuses comes back to
 * its place with the reason.
 */
export const useDecisions = defineStore('desk-decisions', () => {
  const holds = useHolds();
  const queue = useDeskQueue();
  const session = useSession();
  const receipts = useReceipts();

  const made = shallowRef<Undoable[]>([]);
  const outcome = ref<BulkOutcome | null>(null);
  /** The decision Z takes back now. */
  const undoable = computed(() => made.value.findLast(({ until }) => until > now.value) ?? null);
  let count = 0;

  function change(rows: readonly HeldOrder[], fields: Partial<Hold>): void {
    holds.accept(rows.map((row) => ({ ...row, hold: row.hold && { ...row.hold, ...fields } })));
  }

  async function refused(row: HeldOrder, error: unknown): Promise<void> {
    const failure = asFailure(error);
    queue.refusals.set(row.orderNo, failure);
    receipts.refused(failure);
    if (failure.code !== 'stale_version' && failure.code !== 'illegal_move') return;
    const fresh = await request('orders.get', { orderNo: row.orderNo }).catch(() => null);
    if (fresh) holds.accept([fresh]);
  }

  /** Releases or freezes; one alone is asked for by itself, several together. Released cases are out of sight at once. */
  async function decide(verdict: Verdict, chosen: readonly HeldOrder[]): Promise<void> {
    const rows = chosen.filter(({ hold }) => hold !== null && (verdict === 'release' || hold.kind === 'held'));
    if (rows.length === 0) return;
    for (const { orderNo } of rows) queue.refusals.delete(orderNo);
    outcome.value = null;
    const places =
      verdict === 'release' ? queue.take(rows) : rows.map((row) => ({ row, index: queue.sequence.order.indexOf(row.orderNo) }));
    if (verdict === 'freeze') {
      change(rows, { kind: 'frozen', releaseAt: null });
      if (rows.length === 1 && rows[0]?.orderNo === queue.cursor) queue.move(1);
    }
    if (rows.length > 1) queue.unmark();
    count += 1;
    const answered = rows.length === 1 && rows[0] ? decideOne(verdict, rows[0], places, count) : decideMany(verdict, rows, places, count);
    made.value = [
      ...made.value.filter(({ until }) => until > hubNow()),
      { id: count, verdict, places, until: hubNow() + UNDO_SPAN, answered },
    ];
    await answered;
  }

  function amend(id: number, fields: Partial<Undoable> | null): void {
    made.value = made.value.flatMap((one) => (one.id !== id ? [one] : fields === null ? [] : [{ ...one, ...fields }]));
  }

  async function decideOne(verdict: Verdict, row: HeldOrder, places: Place[], id: number): Promise<void> {
    const input = { orderNo: row.orderNo, version: row.version, reason: '' };
    try {
      const answer = await (verdict === 'release' ? request('holds.release', input) : request('holds.freeze', input));
      holds.accept([answer.order]);
      amend(id, answer.undoUntil === null ? null : { until: answer.undoUntil });
    } catch (error) {
      amend(id, null);
      if (verdict === 'freeze') holds.accept([row]);
      await refused(row, error);
    } finally {
      queue.settleTaken(places);
    }
  }

  async function decideMany(verdict: Verdict, rows: HeldOrder[], places: Place[], id: number): Promise<void> {
    const orders = rows.map(({ orderNo, version }) => ({ orderNo, version }));
    const method = verdict === 'release' ? 'holds.releaseMany' : 'holds.freezeMany';
    const byNo = new Map(rows.map((row) => [row.orderNo, row]));
    try {
      const answer = await inChunks(orders, (chunk) => request(method, { orders: chunk, reason: '' }));
      const done = new Set(answer.done.map(({ orderNo }) => orderNo));
      holds.accept(
        answer.done.flatMap(({ orderNo, version }) => {
          const row = byNo.get(orderNo);
          return row?.hold
            ? [{ ...row, version, hold: verdict === 'release' ? null : { ...row.hold, kind: 'frozen' as const, releaseAt: null } }]
            : [];
        }),
      );
      tell(verdict, done.size, answer.refused, byNo);
      amend(
        id,
        done.size === 0 ? null : { until: answer.undoUntil ?? hubNow(), places: places.filter(({ row }) => done.has(row.orderNo)) },
      );
    } catch (error) {
      amend(id, null);
      if (verdict === 'freeze') holds.accept(rows);
      receipts.refused(error);
    } finally {
      queue.settleTaken(places);
    }
  }

  function tell(
    verdict: Verdict,
    done: number,
    refusedOnes: { orderNo: string; error: ContractError }[],
    byNo: Map<string, HeldOrder>,
  ): void {
    const list: BulkOutcome['refused'] = [];
    for (const { orderNo, error } of refusedOnes) {
      const row = byNo.get(orderNo);
      if (!row) continue;
      const failure = ContractFailure.of(error);
      queue.refusals.set(orderNo, failure);
      list.push({ row, failure });
    }
    if (verdict === 'freeze') holds.accept(list.map(({ row }) => row));
    outcome.value = list.length === 0 ? null : { verdict, done, refused: list };
  }

  /** Takes back the last decision that may still be taken back; its cases stand where they stood. */
  async function undo(): Promise<void> {
    const last = made.value.findLast(({ until }) => until > hubNow());
    if (!last) return;
    await last.answered;
    const current = made.value.find(({ id }) => id === last.id);
    if (!current) return;
    amend(last.id, null);
    const { places } = current;
    const [first] = places;
    if (!first) return;
    queue.expect(places);
    try {
      if (places.length === 1) returned(places, (await request('holds.undo', { orderNo: first.row.orderNo })).order);
      else await undoMany(places);
      queue.moveTo(first.row.orderNo);
    } catch (error) {
      receipts.refused(error);
    } finally {
      queue.expectNoMore(places);
    }
  }

  function returned(places: Place[], order: { orderNo: string; version: number; hold: Hold | null }): void {
    const place = places.find(({ row }) => row.orderNo === order.orderNo);
    if (!place) return;
    holds.accept([{ ...place.row, version: order.version, hold: order.hold }], [place.row]);
  }

  async function undoMany(places: Place[]): Promise<void> {
    const orderNos = places.map(({ row }) => row.orderNo);
    const answer = await inChunks(orderNos, (chunk) => request('holds.undoMany', { orderNos: chunk }));
    const version = new Map(answer.done.map((one) => [one.orderNo, one.version]));
    const rows = places.map(({ row }) => row).filter(({ orderNo }) => version.has(orderNo));
    holds.accept(
      rows.map((row) => ({ ...row, version: version.get(row.orderNo) ?? row.version })),
      rows,
    );
    const [first] = answer.refused;
    if (first) receipts.refused(ContractFailure.of(first.error));
  }

  type Step = 'holds.claim' | 'holds.handOver' | 'holds.snooze';
  /** A step that leaves the hold in force: shown at once, taken back when it is refused. */
  async function step<N extends Step>(
    row: HeldOrder,
    fields: Partial<Hold>,
    method: N,
    input: MethodInput<N>,
    told: string,
  ): Promise<void> {
    queue.refusals.delete(row.orderNo);
    change([row], fields);
    try {
      const answer = await request(method, input);
      holds.accept([(answer as MethodOutput<Step>).order]);
      receipts.done(told);
    } catch (error) {
      holds.accept([row]);
      await refused(row, error);
    }
  }

  /** Puts the case in this person's name, or lets go of it. */
  async function claim(row: HeldOrder): Promise<void> {
    const me = session.hello?.operator ?? '';
    const assignee = row.hold?.assignee === me ? null : me;
    const told = t(assignee === null ? 'desk.done.unclaimed' : 'desk.done.claimed', { orderNo: row.orderNo });
    await step(row, { assignee }, 'holds.claim', { orderNo: row.orderNo, version: row.version, assignee }, told);
  }
  /** Pushes the case to another role; the next case is looked at. */
  async function handOver(row: HeldOrder, role: CaseRole, note: string): Promise<void> {
    queue.moveOn(row.orderNo);
    const told = t('desk.done.handedOver', { orderNo: row.orderNo, role: t(`common.role.${role}`) });
    await step(row, { role, assignee: null }, 'holds.handOver', { orderNo: row.orderNo, version: row.version, role, note }, told);
  }
  /** Puts the case aside; its release time stays. */
  async function snooze(row: HeldOrder, minutes: number): Promise<void> {
    queue.moveOn(row.orderNo);
    const until = hubNow() + minutes * MINUTE;
    const told = t('desk.done.snoozed', { orderNo: row.orderNo, time: dayAndTime(until) });
    await step(row, { snoozedUntil: until }, 'holds.snooze', { orderNo: row.orderNo, version: row.version, minutes }, told);
  }
  /** Adds a note; rejects when it was refused, so that what was written is not lost. */
  async function note(row: HeldOrder, text: string): Promise<void> {
    await request('holds.note', { orderNo: row.orderNo, text });
    receipts.done(t('desk.done.noted', { orderNo: row.orderNo }));
    // A note is a change of the order: the next decision must carry the version after it.
    holds.accept([await request('orders.get', { orderNo: row.orderNo })]);
  }

  return { made, undoable, outcome, decide, undo, claim, handOver, snooze, note };
});
