import type { LocationQuery, LocationQueryRaw, LocationQueryValue } from 'vue-router';
import { CHANNEL_IDS, type ChannelId } from '#shared/channels.ts';
import { CASE_ROLES, type CaseRole } from '#shared/order.ts';
import { SEVERITIES, type Severity } from '#shared/text.ts';
import type { HeldOrder } from '../../stores/holds.ts';

/** What the queue is narrowed to. Lists mean "one of"; empty lists and nulls mean "any". */
export interface DeskFilter {
  severity: Severity[];
  kind: 'held' | 'frozen' | null;
  channel: ChannelId[];
  rule: string | null;
  role: CaseRole | null;
  /** Only cases in this operator's name. */
  mine: boolean;
  /** Show cases put aside as well. */
  snoozed: boolean;
  text: string;
}

export const NO_FILTER: DeskFilter = {
  severity: [],
  kind: null,
  channel: [],
  rule: null,
  role: null,
  mine: false,
  snoozed: false,
  text: '',
};

type QueryValue = LocationQueryValue | LocationQueryValue[] | undefined;

function first(value: QueryValue): string {
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
function listed<T extends string>(value: QueryValue, known: readonly T[]): T[] {
  const named = first(value).split(',');
  return known.filter((one) => named.includes(one));
}
function one<T extends string>(value: QueryValue, known: readonly T[]): T | null {
  return known.find((candidate) => candidate === first(value)) ?? null;
}

/** Reads the filter from an address; what it does not know, it leaves out. */
export function readFilter(query: LocationQuery): DeskFilter {
  return {
    severity: listed(query['severity'], SEVERITIES),
    kind: one(query['kind'], ['held', 'frozen']),
    channel: listed(query['channel'], CHANNEL_IDS),
    rule: first(query['rule']) || null,
    role: one(query['role'], CASE_ROLES),
    mine: first(query['mine']) === '1',
    snoozed: first(query['snoozed']) === '1',
    text: first(query['q']),
  };
}

/** The address of a filter: only what is set, so that an unfiltered desk has a plain address. */
export function writeFilter(filter: DeskFilter): LocationQueryRaw {
  const all: Record<string, string | null> = {
    severity: filter.severity.join(','),
    kind: filter.kind,
    channel: filter.channel.join(','),
    rule: filter.rule,
    role: filter.role,
    mine: filter.mine ? '1' : null,
    snoozed: filter.snoozed ? '1' : null,
    q: filter.text,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== ''));
}

export function isFiltering(filter: DeskFilter): boolean {
  return Object.keys(writeFilter(filter)).length > 0;
}

/** Everything of a row a person may search for, in both languages. */
function searched(row: HeldOrder): string {
  const { orderNo, channelOrderId, sentence, province, city, buyerMask, hold } = row;
  return [orderNo, channelOrderId, sentence.zh, sentence.en, province, city, buyerMask, hold?.assignee ?? ''].join('\n').toLowerCase();
}

/** Whether a row belongs to the narrowed queue. `now` decides which cases are still put aside. */
export function passes(row: HeldOrder, filter: DeskFilter, operator: string, now: number): boolean {
  const { hold } = row;
  if (hold === null) return false;
  if (!filter.snoozed && hold.snoozedUntil !== null && hold.snoozedUntil > now) return false;
  if (filter.severity.length > 0 && !filter.severity.includes(hold.severity)) return false;
  if (filter.kind !== null && hold.kind !== filter.kind) return false;
  if (filter.channel.length > 0 && !filter.channel.includes(row.channel)) return false;
  if (filter.rule !== null && !hold.reasons.some(({ ruleId }) => ruleId === filter.rule)) return false;
  if (filter.role !== null && hold.role !== filter.role) return false;
  if (filter.mine && hold.assignee !== operator) return false;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = searched(row);
  return words.every((word) => text.includes(word));
}
