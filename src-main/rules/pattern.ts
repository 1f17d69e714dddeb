import { RE2JS } from 're2js';
import type { LocalisedText } from '#shared/text.ts';

/** Longest pattern, in characters. */
const LONGEST = 500;
/** Words shown of a text in which a pattern occurs very often. */
const MOST_FOUND = 20;

/**
 * A pattern of RE2 syntax, any case. Matching is linear in the text whatever the pattern: there is no back-tracking. Counted repetitions
 * are written out, though, and each step of the text costs as many steps of the pattern as may be under way.
 */
export interface Pattern {
  /** Steps beyond those a pattern of its length usually has: what its repetitions were written out to. */
  repeated: number;
  test(text: string): boolean;
  /** What matched, each once, the first twenty. */
  find(text: string): string[];
}

const STEPS_A_CHARACTER = 2;
/** Counts in braces, taken together, that a pattern is compiled with: each of them is that much work, and far fewer are too slow for an order. */
const MOST_COUNTED = 1_000;
const COUNTS = /(?<!\\)\{(\d+)(?:,(\d*))?\}/g;

const compiled = new Map<string, Pattern | LocalisedText>();
const MOST_KEPT = 1_000;

/** Short texts a pattern remembers the answer for: shops are told the same few sentences all day, and a look costs a hundredth of a match. */
const TEXTS_KEPT = 200;
const LONGEST_KEPT = 100;

/** What is wrong with a pattern, in words; null when it can be used. Back-references and look-around are not part of RE2. */
export function patternProblem(source: string): LocalisedText | null {
  const read = readPattern(source);
  return 'test' in read ? null : read;
}

/** The pattern, or what is wrong with it. Kept, because the same ones are read again with every rule set. */
export function readPattern(source: string): Pattern | LocalisedText {
  const known = compiled.get(source);
  if (known) return known;
  const read = compile(source);
  if (compiled.size >= MOST_KEPT) compiled.clear();
  compiled.set(source, read);
  return read;
}

function compile(source: string): Pattern | LocalisedText {
  if (source === '') return { zh: '表达式为空', en: 'The pattern is empty' };
  if (source.length > LONGEST) return { zh: `表达式超过 ${LONGEST} 个字符`, en: `The pattern is longer than ${LONGEST} characters` };
  const counted = [...source.matchAll(COUNTS)].reduce((sum, [, from, to]) => sum + Number(to || from), 0);
  if (counted > MOST_COUNTED)
    return { zh: `花括号中的次数合计超过 ${MOST_COUNTED}`, en: `The counts in braces come to more than ${MOST_COUNTED}` };
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return {
      zh: `表达式无法使用（不支持反向引用与环视）：${detail}`,
      en: `The pattern cannot be used (back-references and look-around are not supported): ${detail}`,
    };
  }
  if (pattern.matcher('').find())
    return { zh: '表达式会匹配空文本，等于总是命中', en: 'The pattern matches an empty text, so it always hits' };
  return {
    repeated: pattern.programSize() - STEPS_A_CHARACTER * source.length,
    test: remembering((text) => pattern.matcher(text).find()),
    find(text) {
      const found = new Set<string>();
      const matcher = pattern.matcher(text);
      while (found.size < MOST_FOUND && matcher.find()) found.add(matcher.group() ?? '');
      return [...found];
    },
  };
}

function remembering(test: (text: string) => boolean): (text: string) => boolean {
  const kept = new Map<string, boolean>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const found = test(text);
    if (text.length > LONGEST_KEPT) return found;
    if (kept.size >= TEXTS_KEPT) kept.clear();
    kept.set(text, found);
    return found;
  };
}
