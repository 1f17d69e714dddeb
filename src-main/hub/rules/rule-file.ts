import type { LintFinding, RuleBody } from '#shared/contract/rule-work.ts';
import type { LocalisedText } from '#shared/text.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import { idOf } from './content.ts';

const MOST_RULES = 10_000;
const MOST_WORDS = 50_000;
const LONGEST_WORD = 500;
const LONGEST_NAME = 100;
/** Groups may be nested 8 deep and a rule wraps a condition 4 times; what is deeper is no rule. */
const DEEPEST = 40;
/** Values a rule is written with, names not counted: about a thousand comparisons. Longer lists of words are lists of the set. */
const MOST_PARTS = 5_000;
/** What a file holds that has no place in a draft, told one by one; the rest is only counted. */
const MOST_LEFT_OUT = 200;

/** What a file of rules holds: everything a draft can keep, finished or not, and what has no place in one. */
export interface RuleFile {
  body: RuleBody;
  leftOut: LintFinding[];
}

type Report = (path: string, zh: string, en: string, ruleId?: string | null) => void;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const TOO_DEEP: LocalisedText = { zh: '嵌套过深', en: 'nested too deeply' };
const TOO_LARGE: LocalisedText = { zh: `多于 ${MOST_PARTS} 项`, en: `of more than ${MOST_PARTS} parts` };

/** Why something is too much for one rule; null: it is not. Walks without recursion: a file may be made to exhaust the stack. */
export function excessOf(value: unknown): LocalisedText | null {
  let level: unknown[] = [value];
  let parts = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return TOO_DEEP;
    parts += level.length;
    if (parts > MOST_PARTS) return TOO_LARGE;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return null;
}

function readRules(raw: unknown, report: Report): unknown[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) {
    report('rules', '应为规则的列表', 'A list of rules is needed here');
    return [];
  }
  if (raw.length > MOST_RULES)
    report('rules', `最多 ${MOST_RULES} 条规则，其余未读入`, `At most ${MOST_RULES} rules; the others were left out`);
  return raw.slice(0, MOST_RULES).filter((rule, at) => {
    const excess = excessOf(rule);
    if (excess) report(`rules.${at}`, `${excess.zh}，未读入`, `A rule ${excess.en}; left out`, idOf(rule));
    return excess === null;
  });
}

function readWords(id: string, raw: unknown, report: Report): string[] | null {
  const path = `lists.${id}`;
  if (id === '__proto__' || id.length > LONGEST_NAME) {
    report(path, '名单名称不可用，未读入', 'The name of the list cannot be used; left out');
    return null;
  }
  if (!Array.isArray(raw)) {
    report(path, '应为词的列表，未读入', 'A list of words is needed here; left out');
    return null;
  }
  const words = raw.filter((word, at): word is string => {
    const usable = typeof word === 'string' && word.length <= LONGEST_WORD;
    if (!usable) report(`${path}.${at}`, '不是词，未读入', 'This is no word; left out');
    return usable;
  });
  if (words.length > MOST_WORDS)
    report(path, `最多 ${MOST_WORDS} 个词，其余未读入`, `At most ${MOST_WORDS} words; the others were left out`);
  return words.slice(0, MOST_WORDS);
}

function readLists(raw: unknown, report: Report): RuleBody['lists'] {
  if (raw === undefined) return {};
  if (!isObject(raw)) {
    report('lists', '应为按名称列出的名单', 'Lists by name are needed here');
    return {};
  }
  return Object.fromEntries(
    Object.entries(raw).flatMap(([id, words]) => {
      const read = readWords(id, words, report);
      return read ? [[id, read]] : [];
    }),
  );
}

const NO_JSON = (reason: string): LocalisedText => ({ zh: `文件不是有效的 JSON：${reason}`, en: `The file is not valid JSON: ${reason}` });
const NO_RULES: LocalisedText = {
  zh: '文件中没有规则：应为含 rules 与 lists 的 JSON 对象',
  en: 'There are no rules in the file: it must be a JSON object with rules and lists',
};

/**
 * Reads an exported rule set, or one written by hand. Rules are taken as they are, also those with mistakes: lint names these with
 * place and reason, and none of them can be published. Throws a refusal where the file holds no rules at all.
 */
export function readRuleFile(json: string): RuleFile {
  let raw: unknown;
  try {
    raw = JSON.parse(json.startsWith('\uFEFF') ? json.slice(1) : json);
  } catch (error) {
    throw new Refusal('bad_request', NO_JSON((error as Error).message));
  }
  if (!isObject(raw) || !('rules' in raw || 'lists' in raw)) throw new Refusal('bad_request', NO_RULES);
  const leftOut: LintFinding[] = [];
  let untold = 0;
  const report: Report = (path, zh, en, ruleId = null) => {
    if (leftOut.length < MOST_LEFT_OUT) leftOut.push({ ruleId, path, kind: 'shape', level: 'warning', text: { zh, en }, other: null });
    else untold += 1;
  };
  const { version: _version, rules, lists, ...others } = raw;
  for (const name of Object.keys(others)) report(name, `没有名为「${name}」的字段，未读入`, `There is no field "${name}"; left out`);
  const body = { rules: readRules(rules, report), lists: readLists(lists, report) };
  if (untold === 0) return { body, leftOut };
  const more: LocalisedText = { zh: `另有 ${untold} 处未读入`, en: `${untold} more places were left out` };
  return { body, leftOut: [...leftOut, { ruleId: null, path: '', kind: 'shape', level: 'warning', text: more, other: null }] };
}
