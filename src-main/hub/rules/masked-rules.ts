import type { RuleBody } from '#shared/contract/rule-work.ts';
import { maskIdentifier, maskPieces } from '#shared/masked-text.ts';
import type { CompareOperator, RuleValue } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import { isIdentifying, maskedThreshold } from '#main/rules/index.ts';

/** A comparison wherever it stands in a rule, which may be unfinished. */
interface Comparison {
  field: string;
  op: CompareOperator;
  value: RuleValue;
}
type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';

const NAMES_A_LIST: ReadonlySet<unknown> = new Set<CompareOperator>(['in-list', 'not-in-list', 'contains-any']);

/** Also one whose operator was not chosen yet. */
function isComparison(value: Json): value is Json & Comparison {
  const { field, value: threshold } = value;
  return isText(field) && (isText(threshold) || Array.isArray(threshold));
}

function* comparisonsIn(raw: unknown): Generator<Comparison> {
  if (Array.isArray(raw)) for (const one of raw) yield* comparisonsIn(one);
  if (!isObject(raw)) return;
  if (isComparison(raw)) yield raw;
  else for (const one of Object.values(raw)) yield* comparisonsIn(one);
}

function* textsIn(raw: unknown): Generator<string> {
  if (isText(raw)) yield raw;
  else if (typeof raw === 'object' && raw !== null) for (const one of Object.values(raw)) yield* textsIn(one);
}

/**
 * Rules as those see them who do not write them (L4). Lists of addresses, devices and phones show a beginning of each entry, and so do
 * comparisons that carry such values themselves; words a rule searches for stay readable. What nothing changes is handed on as it is.
 */
export class MaskedRules {
  /** Lists by what is looked up in them: true where whole values are. One that no rule names may hold anything. */
  readonly #identifying = new Map<string, boolean>();
  /** What stands for a masked text, by that text. */
  readonly #masks = new Map<string, string>();

  /** @param bodies whose rules tell what the lists are for */
  constructor(...bodies: readonly RuleBody[]) {
    for (const { rules } of bodies) {
      for (const { field, op, value } of comparisonsIn(rules)) {
        if (isText(value) && NAMES_A_LIST.has(op))
          this.#identifying.set(value, isIdentifying(field, op) || (this.#identifying.get(value) ?? false));
      }
    }
  }

  body({ rules, lists }: RuleBody): RuleBody {
    return {
      rules: rules.map((rule) => this.rule(rule)),
      lists: Object.fromEntries(Object.entries(lists).map(([id, words]) => [id, this.words(id, words)])),
    };
  }

  /** Of any shape; the same object where nothing of it is personal. */
  rule<T>(raw: T): T {
    return this.#masked(raw) as T;
  }

  words(list: string, words: readonly string[]): string[] {
    const mask = (this.#identifying.get(list) ?? true) ? maskIdentifier : maskPieces;
    return words.map((word) => this.#known(word, mask(word)));
  }

  /** A text about a rule: what was masked of the rule is masked in it. */
  text(rule: unknown, { zh, en }: LocalisedText): LocalisedText {
    const own = new MaskedRules();
    own.rule(rule);
    const hidden = [...own.#masks].sort(([a], [b]) => b.length - a.length);
    const inLocale = (text: string) => maskPieces(hidden.reduce((said, [plain, mask]) => said.replaceAll(plain, mask), text));
    return { zh: inLocale(zh), en: inLocale(en) };
  }

  /** A text of a body that is but the mask of one of `known`, which would be lost if the body were kept; null: none is. */
  static maskKeptIn(body: RuleBody, known: RuleBody): string | null {
    const doubtful = [...textsIn(body)].filter((text) => text.includes('*'));
    if (doubtful.length === 0) return null;
    const view = new MaskedRules(known);
    view.body(known);
    const masks = new Set(view.#masks.values());
    const plain = new Set(textsIn(known));
    return doubtful.find((text) => masks.has(text) && !plain.has(text)) ?? null;
  }

  #known(plain: string, mask: string): string {
    if (plain !== mask) this.#masks.set(plain, mask);
    return mask;
  }

  #masked(raw: unknown): unknown {
    if (Array.isArray(raw)) {
      const masked = raw.map((one) => this.#masked(one));
      return masked.some((one, at) => one !== raw[at]) ? masked : raw;
    }
    if (isText(raw)) return this.#known(raw, maskPieces(raw));
    if (!isObject(raw)) return raw;
    if (isComparison(raw)) return this.#maskedComparison(raw);
    // What a rule is known by stays.
    const entries = Object.entries(raw).map(([name, value]): [string, unknown] => [name, name === 'id' ? value : this.#masked(value)]);
    return entries.some(([name, value]) => value !== raw[name]) ? Object.fromEntries(entries) : raw;
  }

  #maskedComparison(raw: Json & Comparison): unknown {
    const masked = maskedThreshold(raw.field, raw.op, raw.value);
    const [before, after] = [raw.value, masked].map((value) => (Array.isArray(value) ? value : [value]).filter(isText)) as [
      string[],
      string[],
    ];
    before.forEach((plain, at) => this.#known(plain, after[at] ?? plain));
    return before.some((plain, at) => plain !== after[at]) ? { ...raw, value: masked } : raw;
  }
}
