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

const compiled = new Map<string, Pattern | LocalisedText>();
const MOST_KEPT = 1_000;

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
    test: (text) => pattern.matcher(text).find(),
    find(text) {
      const found = new Set<string>();
      const matcher = pattern.matcher(text);
      while (found.size < MOST_FOUND && matcher.find()) found.add(matcher.group() ?? '');
      return [...found];
    },
  };
}
