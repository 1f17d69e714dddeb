/** The words of a message, as a segmenter gave them (this room splits none), and the message itself. */
export interface MessageText {
  text: string;
  words: readonly string[];
}

export interface TextFeatureOptions {
  /** Columns features are hashed into: a power of two. Model files grow with the columns in use, not with this. */
  columns: number;
  /** Longest run of characters, and of words, read as one feature. */
  longestCharacters: number;
  longestWords: number;
}

export const DEFAULT_TEXT_FEATURES: TextFeatureOptions = { columns: 2 ** 18, longestCharacters: 3, longestWords: 2 };

/** Longer messages are read up to here: a buyer's message fits many times over, and no text can make a reading slow. */
const MOST_CHARACTERS = 2_000;
const MOST_WORDS = 500;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo; public domain): small, and the same everywhere. `hash` is what came before. */
function hashOn(hash: number, text: string): number {
  for (let place = 0; place < text.length; place += 1) hash = Math.imul(hash ^ text.charCodeAt(place), FNV_PRIME);
  return hash;
}

/** Text the next function would leave as it is: most words of most messages. */
const ALREADY_PLAIN = /^[\u4E00-\u9FFFa-z0-9,.!?]*$/u;

/** Full-width forms, letter case and runs of blanks do not tell meanings apart. */
export function plainText(text: string): string {
  if (text.length < MOST_CHARACTERS && ALREADY_PLAIN.test(text)) return text;
  return text.slice(0, MOST_CHARACTERS).normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}

/** A feature as hashed, and a piece of the text that shows it to a person. */
export interface TextFeature {
  column: number;
  shown: string;
}

/** Told of every run: its column, and where it stands among the words or characters. May be called twice for a column. */
type Take = (column: number, parts: readonly string[], from: number, length: number, between: string) => void;

function runsOf(kind: string, parts: readonly string[], longest: number, between: string, mask: number, take: Take): void {
  for (let length = 1; length <= longest; length += 1) {
    const start = hashOn(FNV_OFFSET, `${kind}${length}`);
    for (let from = 0; from + length <= parts.length; from += 1) {
      let hash = hashOn(start, parts[from]!);
      for (let next = 1; next < length; next += 1) hash = hashOn(hashOn(hash, between), parts[from + next]!);
      take(((hash ^ (hash >>> 15)) >>> 0) & mask, parts, from, length, between);
    }
  }
}

/** Every run of a message, repeated ones included. */
export function readRuns(message: MessageText, options: TextFeatureOptions, take: Take): void {
  const mask = options.columns - 1;
  const words = message.words
    .slice(0, MOST_WORDS)
    .map(plainText)
    .filter((word) => word !== '');
  runsOf('w', words, options.longestWords, ' ', mask, take);
  runsOf('c', [...plainText(message.text)], options.longestCharacters, '', mask, take);
}

/** Every run of words and characters of a message, each feature once. */
export function textFeatures(message: MessageText, options: TextFeatureOptions = DEFAULT_TEXT_FEATURES): TextFeature[] {
  const found = new Map<number, string>();
  readRuns(message, options, (column, parts, from, length, between) => {
    if (!found.has(column)) found.set(column, parts.slice(from, from + length).join(between));
  });
  return [...found].map(([column, shown]) => ({ column, shown }));
}

/** The columns alone, each once: half the work where nobody asks which piece of the text said so. */
export function textColumns(message: MessageText, options: TextFeatureOptions = DEFAULT_TEXT_FEATURES): Set<number> {
  const found = new Set<number>();
  readRuns(message, options, (column) => found.add(column));
  return found;
}
