/** What a table says about a platform's word; undefined when it does not know it. A word is text from outside and may be `constructor`. */
export function meaningOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
