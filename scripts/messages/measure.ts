import { MESSAGE_INTENTS } from '#shared/message.ts';
import type { MessageReading } from '#main/model/message.ts';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import type { MadeMessage } from './compose.ts';

export interface IntentFigures {
  intent: string;
  /** Messages that have it. */
  messages: number;
  precision: number;
  recall: number;
}

export interface Evaluation {
  messages: number;
  /** Of the tendency, as a ranking of complaints before all others. */
  areaUnderCurve: number;
  /** Acting from the suggested threshold on. */
  threshold: number;
  precision: number;
  recall: number;
  /** Messages that are no complaint and were taken for one, as a share of all that are none. */
  falseAlarms: number;
  intents: IntentFigures[];
  /** Exactly the right intents, nothing more and nothing less. */
  allRight: number;
}

const rounded = (value: number): number => Number(value.toFixed(4));
const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : rounded(part / whole));

/** How well readings fit what people named, message by message. */
export function measure(messages: readonly MadeMessage[], readings: readonly MessageReading[], threshold: number): Evaluation {
  const complaints = messages.map(({ labels }) => (labels.includes('complaint') ? 1 : 0));
  const called = readings.map(({ tendency }) => tendency >= threshold);
  const all = complaints.filter((is) => is === 1).length;
  const found = complaints.filter((is, at) => is === 1 && called[at]).length;
  const calls = called.filter(Boolean).length;
  const intents = MESSAGE_INTENTS.map((intent): IntentFigures => {
    const has = messages.map(({ labels }) => labels.includes(intent));
    const said = readings.map((reading) => reading.intents.includes(intent));
    const right = has.filter((is, at) => is && said[at]).length;
    const count = has.filter(Boolean).length;
    return { intent, messages: count, precision: shareOf(right, said.filter(Boolean).length), recall: shareOf(right, count) };
  });
  const same = messages.filter(({ labels }, at) => [...labels].sort().join() === [...readings[at]!.intents].sort().join());
  return {
    messages: messages.length,
    areaUnderCurve: rounded(
      areaUnderCurve(
        readings.map(({ tendency }) => tendency),
        complaints,
      ) ?? 0,
    ),
    threshold,
    precision: shareOf(found, calls),
    recall: shareOf(found, all),
    falseAlarms: shareOf(calls - found, messages.length - all),
    intents,
    allRight: shareOf(same.length, messages.length),
  };
}

/** Rows: what a message is; columns: what it was said to be. A message of several intents counts once for each pair. */
export function confusion(messages: readonly MadeMessage[], readings: readonly MessageReading[]): { names: string[]; counts: number[][] } {
  const names = [...MESSAGE_INTENTS, 'none'];
  const counts = names.map(() => names.map(() => 0));
  messages.forEach(({ labels }, at) => {
    const said = readings[at]!.intents;
    for (const is of labels.length > 0 ? labels : ['none']) {
      const hit = said.some((intent) => intent === is);
      for (const called of hit ? [is] : said.length > 0 ? said : ['none']) counts[names.indexOf(is)]![names.indexOf(called)]! += 1;
    }
  });
  return { names, counts };
}
