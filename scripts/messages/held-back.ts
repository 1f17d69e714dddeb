import { readFileSync } from 'node:fs';
import { MESSAGE_INTENTS } from '#shared/message.ts';
import { normalise } from '#main/language/index.ts';
import { composeMessages, type MadeMessage } from './compose.ts';

export const HELD_BACK_FILE = new URL('../../test/fixtures/messages/held-back.tsv', import.meta.url);

/** Written when the templates were finished, and read by nothing before that: the strictest judge. */
export const FRESH_FILE = new URL('../../test/fixtures/messages/fresh.tsv', import.meta.url);

const INTENTS: ReadonlySet<string> = new Set(MESSAGE_INTENTS);

/** A file of `intents<TAB>message` lines under a heading; intents joined by `+`, `-` for none. Throws with the line that is wrong. */
export function readLabelled(file: URL | string): MadeMessage[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/u);
  return lines.map((line, at) => {
    const [intents = '', text = ''] = line.split('\t');
    const labels = intents === '-' ? [] : intents.split('+');
    const wrong = labels.find((label) => !INTENTS.has(label));
    if (wrong !== undefined || text.trim() === '')
      throw new Error(`Line ${at + 2}: ${text ? `no intent is called "${wrong}"` : 'no message'}`);
    return { labels, text };
  });
}

/** Every third message serves to choose thresholds and to look at mistakes; the others are only ever measured. */
export function splitHeldBack(messages: readonly MadeMessage[]): { chosenOn: MadeMessage[]; measuredOn: MadeMessage[] } {
  return { chosenOn: messages.filter((_, at) => at % 3 === 0), measuredOn: messages.filter((_, at) => at % 3 !== 0) };
}

const MADE = 24_000;
const SEED = 20_261_111;

/** What the shipped model is taught: made messages, without those that happen to be one of the measured ones. */
export function taughtMessages(): MadeMessage[] {
  const measured = new Set([...readLabelled(HELD_BACK_FILE), ...readLabelled(FRESH_FILE)].map(({ text }) => normalise(text)));
  return composeMessages(MADE, SEED).filter(({ text }) => !measured.has(normalise(text)));
}
