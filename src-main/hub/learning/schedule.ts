import { Cron } from 'croner';
import { REPORT_KINDS } from '#shared/contract/reports.ts';
import type { ReportKind } from '#shared/contract/reports.ts';
import { BUSINESS_TIME_ZONE, HOUR } from '#shared/time.ts';

/** Monday 07:00, and the first of each month 07:00, business time. */
const PATTERNS: Record<ReportKind, string> = { weekly: '0 7 * * 1', monthly: '0 7 1 * *' };
/** A clock that is set, a machine that slept, or a report that could not be made: it is looked again after this. */
const LONGEST_WAIT = HOUR;

const crons = Object.fromEntries(
  REPORT_KINDS.map((kind) => [kind, new Cron(PATTERNS[kind], { timezone: BUSINESS_TIME_ZONE, paused: true })]),
) as Record<ReportKind, Cron>;

/** When the next report of a kind is due after a moment. */
export function nextReportAt(kind: ReportKind, after: number): number {
  return (crons[kind].nextRun(new Date(after)) as Date).getTime();
}

/** When the last one was due, at or before a moment. */
export function lastReportAt(kind: ReportKind, at: number): number {
  // A second later, so that a run at this very moment counts; croner looks strictly before.
  return (crons[kind].previousRuns(1, new Date(at + 1_000))[0] as Date).getTime();
}

/** How long to sleep until the next report is due, or may be. */
export function waitFor(now: number): number {
  const next = Math.min(...REPORT_KINDS.map((kind) => nextReportAt(kind, now)));
  return Math.min(next - now, LONGEST_WAIT);
}
