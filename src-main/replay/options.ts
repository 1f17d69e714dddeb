import { parseArgs } from 'node:util';
import { parseBusinessTime } from '#shared/time.ts';

export interface ReplayOptions {
  orders: string;
  outcomes: string | null;
  /** Orders before those of `orders` and what became of them: replayed and learnt from first, measured nowhere. */
  history: string | null;
  historyOutcomes: string | null;
  /** More false kills than now, as a share of good orders, that a proposal of the learning loop may cost. */
  mostFalseKills: number;
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
  --history FILE    earlier orders of the same kind: replayed and learnt from first, not measured
  --history-outcomes FILE
                    what became of those
  --most-false-kills PERCENT
                    of the good orders, how many more than now the learning loop may propose to stop (0.5)
  --until TIME      stop at this time of the file, e.g. 2011-03-01 (GMT+8)
  --refusals FILE   write every row that was not used, with its line and reason
  --data DIR        keep the workspace in this folder; it must not hold one yet
  --json            print the summary as one JSON object and nothing else
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
    values = parseArgs({
      args,
      options: {
        ...{ orders: text, outcomes: text, history: text, 'history-outcomes': text, refusals: text, data: text, until: text },
        ...{ 'most-false-kills': text, json: flag, help: flag },
      },
      strict: true,
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (values.help) return null;
  if (!values.orders) throw new UsageError('--orders FILE is needed.');
  const until = values.until === undefined ? null : parseBusinessTime(values.until);
  if (values.until !== undefined && until === null) throw new UsageError(`--until ${values.until} is no time; give e.g. 2011-03-01.`);
  if (values['history-outcomes'] && !values.history) throw new UsageError('--history-outcomes needs --history.');
  const { orders, outcomes = null, history = null, 'history-outcomes': historyOutcomes = null } = values;
  const { refusals = null, data = null, json } = values;
  const mostFalseKills = shareOf(values['most-false-kills'] ?? '0.5');
  return { orders, outcomes, history, historyOutcomes, mostFalseKills, refusals, data, until, json };
}

function shareOf(percent: string): number {
  const number = Number(percent);
  if (percent.trim() === '' || !(number >= 0 && number <= 100)) {
    throw new UsageError(`--most-false-kills ${percent} is no percentage from 0 to 100.`);
  }
  return number / 100;
}
