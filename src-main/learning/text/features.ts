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

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo; public domain): small, and the same everywhere. */
function hashOf(kind: string, feature: string): number {
  let hash = 0x811c9dc5;
  for (const part of [kind, feature]) {
    for (let place = 0; place < part.length; place += 1) hash = Math.imul(hash ^ part.charCodeAt(place), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Full-width forms, letter case and runs of blanks do not tell meanings apart. */
export function plainText(text: string): string {
  return text.slice(0, MOST_CHARACTERS).normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();
}

/** A feature as hashed, and a piece of the text that shows it to a person. */
export interface TextFeature {
  column: number;
  shown: string;
}

/** Every run of words and characters of a message, each feature once. */
export function textFeatures(message: MessageText, options: TextFeatureOptions = DEFAULT_TEXT_FEATURES): TextFeature[] {
  const found = new Map<number, string>();
  const add = (kind: string, shown: string): void => {
    const column = hashOf(kind, shown) & (options.columns - 1);
    if (!found.has(column)) found.set(column, shown);
  };
  const words = message.words
    .slice(0, MOST_WORDS)
    .map(plainText)
    .filter((word) => word !== '');
  for (let length = 1; length <= options.longestWords; length += 1) {
    for (let from = 0; from + length <= words.length; from += 1) add(`w${length}`, words.slice(from, from + length).join(' '));
  }
  const characters = [...plainText(message.text)];
  for (let length = 1; length <= options.longestCharacters; length += 1) {
    for (let from = 0; from + length <= characters.length; from += 1) add(`c${length}`, characters.slice(from, from + length).join(''));
  }
  return [...found].map(([column, shown]) => ({ column, shown }));
}
