import type { ChannelId } from '#shared/channels.ts';
import type { CaseRole } from '#shared/order.ts';
import type { PulseLevel, WardStrip } from '#shared/pulse.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { TaskDraft } from '#main/model/outcome.ts';
import { causeOf, type Cause, type WardNames } from './cause.ts';
import type { LateGroup, OpenOrders, PulseScan } from './open-orders.ts';

export interface WardSettings {
  /** Scans in a row a cause has to be clear, or better, before the ward believes it (M11). */
  clearScans: number;
}

export const DEFAULT_WARD_SETTINGS: WardSettings = { clearScans: 3 };

/** What one scan changed on the ward. */
export interface WardUpdate {
  /** All strips, worst and longest first. */
  strips: WardStrip[];
  /** Strips that turned red just now: each needs a ticket (G1). */
  opened: WardStrip[];
  /** Ids of strips that are over: their tickets are done. */
  closed: string[];
}

/** One cause while it is on the ward. */
interface Patient {
  strip: WardStrip;
  clearScans: number;
  betterScans: number;
  ticketed: boolean;
}

const SHOWN_ORDERS = 10;

/**
 * The ward: late orders, one strip per cause. A strip that clears shows a count of zero for `clearScans` scans before
 * it goes, and a strip that gets better shows so only after as many; a new cause and a worse level show at once.
 */
export class Ward {
  readonly #names: WardNames;
  readonly #settings: WardSettings;
  #patients = new Map<string, Patient>();
  /** Strips of before a restart whose ticket is still open, with the scans they have been clear since. */
  #restored = new Map<string, number>();
  #tickets = new Map<string, string>();

  constructor(names: WardNames, settings: Partial<WardSettings> = {}) {
    this.#names = names;
    this.#settings = { ...DEFAULT_WARD_SETTINGS, ...settings };
  }

  /** Tickets of strips that were open before a restart: they are not opened twice, and closed if their cause is gone. */
  restore(tickets: Iterable<{ stripId: string; ticketId: string }>): void {
    for (const { stripId, ticketId } of tickets) {
      this.#restored.set(stripId, 0);
      this.#tickets.set(stripId, ticketId);
    }
  }

  /** Names the ticket of a strip, to be shown on it. */
  setTicket(stripId: string, ticketId: string): void {
    this.#tickets.set(stripId, ticketId);
  }

  /** Takes in a scan of `orders`, right after it was made. */
  update(scan: PulseScan, orders: Pick<OpenOrders, 'expected' | 'oldestOf'>): WardUpdate {
    const seen = new Map<string, { cause: Cause; groups: LateGroup[] }>();
    for (const group of scan.groups) {
      const cause = causeOf(group, this.#names);
      const known = seen.get(cause.id);
      if (known) known.groups.push(group);
      else seen.set(cause.id, { cause, groups: [group] });
    }
    const opened: WardStrip[] = [];
    for (const [id, { cause, groups }] of seen) {
      const patient = this.#admit(id, stripOf(cause, groups, orders));
      if (patient.strip.level === 'red' && !patient.ticketed) {
        patient.ticketed = true;
        opened.push(patient.strip);
      }
    }
    const closed = this.#discharge(seen);
    return { strips: this.strips(), opened: opened.map((strip) => this.#shown(strip)), closed };
  }

  /** Strips as of the last scan, worst and longest first. */
  strips(): WardStrip[] {
    const rank: Record<PulseLevel, number> = { red: 0, amber: 1, green: 2 };
    return [...this.#patients.values()]
      .map(({ strip }) => this.#shown(strip))
      .sort((a, b) => rank[a.level] - rank[b.level] || a.oldestAt - b.oldestAt || (a.id < b.id ? -1 : 1));
  }

  #admit(id: string, strip: WardStrip): Patient {
    const patient = this.#patients.get(id);
    if (!patient) {
      const admitted = { strip, clearScans: 0, betterScans: 0, ticketed: this.#restored.delete(id) };
      this.#patients.set(id, admitted);
      return admitted;
    }
    patient.clearScans = 0;
    const better = patient.strip.level === 'red' && strip.level === 'amber';
    patient.betterScans = better ? patient.betterScans + 1 : 0;
    const believed = !better || patient.betterScans >= this.#settings.clearScans;
    patient.strip = believed ? strip : { ...strip, level: patient.strip.level };
    return patient;
  }

  /** Lets go of causes that have been clear long enough; returns the ids of those that had a ticket. */
  #discharge(seen: ReadonlyMap<string, unknown>): string[] {
    const closed: string[] = [];
    for (const [id, patient] of this.#patients) {
      if (seen.has(id)) continue;
      patient.clearScans += 1;
      if (patient.clearScans < this.#settings.clearScans) {
        patient.strip = { ...patient.strip, count: 0, orderNos: [] };
        continue;
      }
      this.#patients.delete(id);
      if (patient.ticketed) closed.push(id);
    }
    for (const [id, clear] of this.#restored) {
      if (clear + 1 < this.#settings.clearScans) this.#restored.set(id, clear + 1);
      else if (this.#restored.delete(id)) closed.push(id);
    }
    for (const id of closed) this.#tickets.delete(id);
    return closed;
  }

  #shown(strip: WardStrip): WardStrip {
    return { ...strip, ticketId: this.#tickets.get(strip.id) ?? null };
  }
}

/** The task a red strip opens. Its key is the cause, so that one cause has one task however often it is found. */
export function stuckTask(strip: WardStrip): TaskDraft {
  const title: LocalisedText = {
    zh: `${strip.cause.zh}：${strip.count} 单滞留，${strip.nextAction.zh}`,
    en: `${strip.cause.en}: ${strip.count} order${strip.count === 1 ? '' : 's'} stuck; ${strip.nextAction.en}`,
  };
  return { key: stuckTaskKey(strip.id), kind: 'stuck', severity: 'medium', role: strip.owner as CaseRole, title, dueAt: null };
}

/** Key of the task of a strip, to be settled when the strip is closed. */
export function stuckTaskKey(stripId: string): string {
  return `stuck:${stripId}`;
}

function stripOf(cause: Cause, groups: readonly LateGroup[], orders: Pick<OpenOrders, 'expected' | 'oldestOf'>): WardStrip {
  // The ten oldest orders are in the ten groups with the oldest heads.
  const eldest = groups.toSorted((a, b) => a.oldestAt - b.oldestAt).slice(0, SHOWN_ORDERS);
  const channel = only<ChannelId>(groups.map((group) => group.channel));
  const expected = orders.expected(cause.stage, channel);
  const oldest = eldest.flatMap((group) => orders.oldestOf(group.id, SHOWN_ORDERS)).sort((a, b) => a.since - b.since);
  return {
    id: cause.id,
    stage: cause.stage,
    cause: cause.text,
    level: groups.some((group) => group.red > 0) ? 'red' : 'amber',
    count: groups.reduce((sum, group) => sum + group.amber + group.red, 0),
    oldestAt: oldest[0]?.since ?? 0,
    expectedMs: expected.ms,
    learntFrom: expected.learntFrom,
    channel,
    warehouse: only(groups.map((group) => group.warehouse)),
    orderNos: oldest.slice(0, SHOWN_ORDERS).map((order) => order.orderNo),
    owner: cause.owner,
    nextAction: cause.nextAction,
    ticketId: null,
  };
}

/** The value all share, or null: a strip names a channel or a warehouse only where all of its orders have it. */
function only<T>(values: readonly (T | null)[]): T | null {
  const [first = null] = values;
  return values.every((value) => value === first) ? first : null;
}
