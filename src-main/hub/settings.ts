import { z } from 'zod';
import { MINUTE, SECOND } from '#shared/time.ts';
import { ConfigError } from './config.ts';

const pieces = (value: number) => z.number().int().nonnegative().default(value);
const positive = (value: number, most = Number.MAX_SAFE_INTEGER) => z.number().int().positive().max(most).default(value);

/** Every figure of the hub a supervisor may change, with its default. Durations in milliseconds unless the name says otherwise. */
export const settingsSchema = z.strictObject({
  /** Messages of one inbox transaction, and of one transaction of the inbox worker. */
  batchMessages: positive(512),
  /** Messages waiting for the disk; above, webhooks are answered 503 and the platform sends them again. */
  queueMessages: positive(20_000),
  /** Largest webhook body in bytes; above, 413. */
  bodyLimitBytes: positive(1_048_576),
  /** Buyers kept in memory; others are read from the store when they order again. */
  profilesInMemory: positive(50_000),
  /** C4: unhandled held orders are released after this many minutes. */
  holdMinutes: positive(120),
  /** Seconds in which `holds.undo` takes a decision back. */
  undoSeconds: positive(10),
  /** D4: below this many available pieces a level raises an alarm. */
  stockLowPieces: pieces(50),
  /** D4: and below this share of its safety level. */
  stockShortShare: z.number().min(0).max(1).default(0.15),
  /** Events are collected this long and sent together. */
  eventCollectMs: positive(100),
  /** Events kept for consoles that lost their connection. */
  eventsKept: positive(4_000),
  pulseScanMs: positive(10 * SECOND),
  pulseTickMs: positive(SECOND),
  sampleMs: positive(MINUTE),
  /** Each shop is asked for changes this often; the option `pollSeconds` of a shop overrides it. */
  pollEveryMs: positive(30 * SECOND, MINUTE),
  /** Details of one shop fetched at once. */
  parallelDetails: positive(4, 16),
  /** Longest wait for a platform's answer. */
  channelTimeoutMs: positive(15 * SECOND),
  /** A shop that is read for the first time is read this far back. */
  firstReadHours: pieces(24),
  /** M10: days compared with the platform each night. */
  auditDays: positive(7, 92),
  /** Rows of a file taken in one turn. */
  importRowsPerTurn: positive(200, 2_000),
  /** Attempts before an outgoing message is given up, and the waits between them. */
  outboxAttempts: positive(10),
  outboxFirstWaitMs: positive(2 * SECOND),
  outboxLongestWaitMs: positive(15 * MINUTE),
  outboxTimeoutMs: positive(10 * SECOND),
  outboxPollMs: positive(500),
  /** Deliveries under way to one target at once. */
  outboxParallel: positive(16),
  /** L3: publishing rules needs a second person; `auto`: as soon as two may publish. */
  'rules.twoPersons': z.enum(['auto', 'on', 'off']).default('auto'),
  /** I3: of the good orders, the share a suggested threshold may stop beyond what is stopped now; wins over what is set on screen. */
  'suggestions.mostFalseKills': z.number().min(0).max(1).optional(),
  /** B3: questions to one source under way at once. */
  checksParallel: positive(32, 256),
  /** What becomes of an order a source could not tell about in time; wins over what is set on screen. */
  'checks.crm': z.enum(['hold', 'pass-and-mark']).optional(),
  'checks.wms': z.enum(['hold', 'pass-and-mark']).optional(),
  'checks.risk-list': z.enum(['hold', 'pass-and-mark']).optional(),
  /** Hours the health figures cover, and days samples are kept. */
  healthWindowHours: positive(24),
  healthKeepDays: positive(400),
  pulseKeepHours: positive(24),
});
export type HubSettings = z.infer<typeof settingsSchema>;

/** Settings of a configuration over the defaults. Throws ConfigError naming every figure that cannot be used. */
export function readSettings(overrides: Record<string, unknown>): HubSettings {
  const parsed = settingsSchema.safeParse(overrides);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map((issue) => `settings.${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new ConfigError(`The settings are not valid: ${places}`);
}
