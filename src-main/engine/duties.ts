import { businessDateTime } from '#shared/time.ts';
import { minorDigits } from '#shared/money.ts';

/**
 * One limit of a destination: goods up to it come in without duty. Rows are never edited: a changed limit is a new row, so that an order is
 * always measured by what was in force on its day (L7).
 */
export interface DutyFreeRow {
  /** ISO 3166-1 alpha-2. */
  destinations: readonly string[];
  /** ISO 4217; the limit is in its minor units. */
  currency: string;
  limitMinor: number;
  /** First and last day, `YYYY-MM-DD`, both included; null: still in force. */
  from: string;
  to: string | null;
  /** The act or office that says so and where it can be read, and the day it was published; null: it does not tell. */
  source: string;
  published: string | null;
  /** True: limit or day were not found in what its authority published. */
  unconfirmed?: boolean;
}

/** A stated rate: one major unit of `from` is worth `rate` of `to`, from that day until the next rate of the pair. */
export interface ExchangeRate {
  from: string;
  to: string;
  rate: number;
  since: string;
}

export interface DutyTable {
  /** The row in force for a destination on the business day of a moment; null where the table knows none. */
  rowFor(destination: string, at: number): DutyFreeRow | null;
  /** A sum in another currency, by the rate stated for that day; null without one. Minor units, not rounded. */
  convert(minor: number, from: string, to: string, at: number): number | null;
}

/** Names beside the codes, as platforms write them. */
const CODES: Readonly<Record<string, string>> = {
  CHN: 'CN',
  CHINA: 'CN',
  中国: 'CN',
  中国大陆: 'CN',
  USA: 'US',
  'UNITED STATES': 'US',
  美国: 'US',
  UK: 'GB',
};

function codeOf(country: string): string {
  const text = country.trim().toUpperCase();
  return CODES[text] ?? text;
}

const dayOf = (at: number): string => businessDateTime(at).slice(0, 10);

function rateOn(rates: readonly ExchangeRate[], from: string, to: string, day: string): number | null {
  let newest: ExchangeRate | null = null;
  for (const rate of rates) {
    if (rate.from === from && rate.to === to && rate.since <= day && (newest === null || rate.since > newest.since)) newest = rate;
  }
  return newest?.rate ?? null;
}

/** A table over given rows and rates; nothing is read here. Of two rows for one day the first counts. */
export function createDutyTable(rows: readonly DutyFreeRow[], rates: readonly ExchangeRate[]): DutyTable {
  const byDestination = new Map<string, DutyFreeRow[]>();
  for (const row of rows) {
    for (const code of row.destinations) byDestination.set(code, [...(byDestination.get(code) ?? []), row]);
  }
  return {
    rowFor(destination, at) {
      const known = byDestination.get(codeOf(destination));
      if (!known) return null;
      const day = dayOf(at);
      return known.find((row) => row.from <= day && (row.to === null || day <= row.to)) ?? null;
    },
    convert(minor, from, to, at) {
      if (from === to) return minor;
      const day = dayOf(at);
      const back = rateOn(rates, to, from, day);
      const rate = rateOn(rates, from, to, day) ?? (back === null ? null : 1 / back);
      return rate === null ? null : minor * rate * 10 ** (minorDigits(to) - minorDigits(from));
    },
  };
}
