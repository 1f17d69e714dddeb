import { parseArgs } from 'node:util';
import { parseBusinessTime } from '#shared/time.ts';

export interface ReplayOptions {
  orders: string;
  outcomes: string | null;
  /** Where refused rows are written, one JSON object a line; null: only counted. */
  refusals: string | null;
  /** Folder of the workspace, kept afterwards; null: a temporary one, removed at the end. */
  data: string | null;
  /** Rows after this moment (epoch ms) are not read. */
  until: number | null;
  json: boolean;
}

export const USAGE = `npm run replay -- --orders FILE [options]

  --orders FILE     order file, one JSON object a line, plain or gzip; its kind is recognised by its content
  --outcomes FILE   what became of each order, CSV with a header, plain or gzip: decisions are measured against it
  --until TIME      stop at this time of the file, e.g. 2011-03-01 (GMT+8)
  --refusals FILE   write every row that was not used, with its line and reason
  --data DIR        keep the workspace in this folder; it must not hold one yet
  --json            print the summary as one JSON object on the last line
  --help            this text`;

/** Arguments that cannot be used, in words for a person. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Reads the command line. Null asks for the usage text. Throws UsageError. */
export function readOptions(args: string[]): ReplayOptions | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  let values;
  try {
    const options = { orders: text, outcomes: text, refusals: text, data: text, until: text, json: flag, help: flag };
    values = parseArgs({ args, options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) return null;
  if (!values.orders) throw new UsageError('--orders FILE is needed.');
  const until = values.until === undefined ? null : parseBusinessTime(values.until);
  if (values.until !== undefined && until === null) throw new UsageError(`--until ${values.until} is no time; give e.g. 2011-03-01.`);
  const { orders, json } = values;
  return { orders, outcomes: values.outcomes ?? null, refusals: values.refusals ?? null, data: values.data ?? null, until, json };
}
