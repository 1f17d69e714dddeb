import type { RuleBody, RuleDifference } from '#shared/contract/rule-work.ts';
import type { Rule } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import { conditionText, effectText, listNames, SOURCE_NAMES } from '#main/rules/index.ts';
import { keyedRules, readRule } from './content.ts';
import type { KeyedRule } from './content.ts';
import type { MaskedRules } from './masked-rules.ts';

type Part = RuleDifference['parts'][number];

/** How rules and the words of lists are shown to whoever asks. */
type Show = Pick<MaskedRules, 'rule' | 'words'>;
const AS_WRITTEN: Show = { rule: (raw) => raw, words: (_, words) => [...words] };

/** Words of a list shown at most, on either side. */
const MOST_WORDS = 50;

const LABELS = {
  name: { zh: '名称', en: 'Name' },
  about: { zh: '说明', en: 'About' },
  enabled: { zh: '状态', en: 'State' },
  condition: { zh: '条件', en: 'Condition' },
  effect: { zh: '处置', en: 'Effect' },
  sentence: { zh: '原因说明', en: 'Reason sentence' },
  advice: { zh: '处理建议', en: 'Advice' },
  source: { zh: '数据来源', en: 'Source' },
  relaxations: { zh: '放宽理由', en: 'Reasons of relaxations' },
  written: { zh: '写法', en: 'As written' },
  added: { zh: '增加', en: 'Added' },
  removed: { zh: '移除', en: 'Removed' },
} satisfies Record<string, LocalisedText>;

const ON: LocalisedText = { zh: '启用', en: 'on' };
const OFF: LocalisedText = { zh: '停用', en: 'off' };

function joined(texts: readonly LocalisedText[]): LocalisedText {
  const inLocale = (locale: Locale) => texts.map((text) => text[locale]).join(locale === 'zh' ? '；' : '; ');
  return { zh: inLocale('zh'), en: inLocale('en') };
}

/** What a rule says, part by part; together they hold all of it. */
function partsOf(rule: Rule): { label: LocalisedText; text: LocalisedText | null }[] {
  return [
    { label: LABELS.name, text: rule.name },
    { label: LABELS.about, text: rule.about },
    { label: LABELS.enabled, text: rule.enabled ? ON : OFF },
    { label: LABELS.condition, text: conditionText(rule.when) },
    { label: LABELS.effect, text: effectText(rule) },
    { label: LABELS.sentence, text: rule.sentence },
    { label: LABELS.advice, text: rule.advice ?? null },
    { label: LABELS.source, text: SOURCE_NAMES[rule.source] },
    { label: LABELS.relaxations, text: rule.relax.length === 0 ? null : joined(rule.relax.map(({ why }) => why)) },
  ];
}

const sameText = (a: LocalisedText | null, b: LocalisedText | null) => a?.zh === b?.zh && a?.en === b?.en;

/** A rule that cannot be read, or one whose words hide a difference, as it is written. */
function written(before: KeyedRule | null, after: KeyedRule | null): Part {
  const textOf = (rule: KeyedRule | null) => rule && { zh: JSON.stringify(rule.raw), en: JSON.stringify(rule.raw) };
  return { label: LABELS.written, before: textOf(before), after: textOf(after) };
}

/** What two rules say, part by part, in the same order. */
function partsSideBySide(was: Rule | null, is: Rule | null): Part[] {
  const [old, fresh] = [was && partsOf(was), is && partsOf(is)];
  return (fresh ?? old ?? []).map(({ label }, at): Part => ({
    label,
    before: old?.[at]?.text ?? null,
    after: fresh?.[at]?.text ?? null,
  }));
}

function partsBetween(before: KeyedRule | null, after: KeyedRule | null, show: Show): Part[] {
  const [was, is] = [before && readRule(before.raw), after && readRule(after.raw)];
  const masked = (rule: KeyedRule | null) => rule && { ...rule, raw: show.rule(rule.raw) };
  if ((before && !was) || (after && !is)) return [written(masked(before), masked(after))];
  const parts = partsSideBySide(was, is);
  // What differs is told by the rules themselves: two values may look the same once they are masked.
  const shown = partsSideBySide(was && show.rule(was), is && show.rule(is));
  const differing = shown.filter((_, at) => !sameText(parts[at]?.before ?? null, parts[at]?.after ?? null));
  return differing.length > 0 ? differing : [written(masked(before), masked(after))];
}

function nameOf({ raw, id, key }: KeyedRule, show: Show): LocalisedText {
  const rule = readRule(show.rule(raw));
  return rule?.name ?? { zh: id ?? key, en: id ?? key };
}

function ruleDifferences(from: RuleBody, to: RuleBody, show: Show): RuleDifference[] {
  const [before, after] = [from, to].map(({ rules }) => new Map(keyedRules(rules).map((rule) => [rule.key, rule]))) as [
    Map<string, KeyedRule>,
    Map<string, KeyedRule>,
  ];
  const items: RuleDifference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    const rule = is ?? was;
    if (!rule || was?.content === is?.content) continue;
    const kind = was === null ? 'added' : is === null ? 'removed' : 'changed';
    items.push({ kind, of: 'rule', id: rule.id ?? key, name: nameOf(rule, show), parts: partsBetween(was, is, show) });
  }
  return items;
}

function wordsText(words: readonly string[]): LocalisedText | null {
  if (words.length === 0) return null;
  const shown = words.slice(0, MOST_WORDS);
  const more = words.length - shown.length;
  return {
    zh: `${shown.join('、')}${more > 0 ? ` 等 ${words.length} 个` : ''}`,
    en: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  };
}

function listDifferences(from: RuleBody, to: RuleBody, show: Show): RuleDifference[] {
  const items: RuleDifference[] = [];
  for (const id of new Set([...Object.keys(from.lists), ...Object.keys(to.lists)])) {
    const [was, is] = [from, to].map(({ lists }) => (Object.hasOwn(lists, id) ? lists[id] : undefined));
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const [old, fresh] = [new Set(was), new Set(is)];
    const parts: Part[] = [
      {
        label: LABELS.added,
        before: null,
        after: wordsText(
          show.words(
            id,
            [...fresh].filter((word) => !old.has(word)),
          ),
        ),
      },
      {
        label: LABELS.removed,
        before: wordsText(
          show.words(
            id,
            [...old].filter((word) => !fresh.has(word)),
          ),
        ),
        after: null,
      },
    ];
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    items.push({ kind, of: 'list', id, name: listNames(id), parts: parts.filter((part) => part.before ?? part.after) });
  }
  return items;
}

/**
 * What differs between two sets in words: rules in their order, then lists. Versions and other ways to write the same are no difference.
 * @param show how rules and the words of lists are shown
 */
export function differences(from: RuleBody, to: RuleBody, show: Show = AS_WRITTEN): RuleDifference[] {
  return [...ruleDifferences(from, to, show), ...listDifferences(from, to, show)];
}
