import { chanceOf, type Chance } from '#main/learning/random.ts';
import { SIMPLIFIED_FORMS } from '#main/language/variants.ts';
import { expand, pick } from './expand.ts';
import { FAMILIES_EN } from './families-en.ts';
import { FAMILIES_ZH } from './families-zh.ts';
import { MORE_ZH } from './families-zh-more.ts';
import { LOOK_ALIKE_CLAUSES, NEUTRAL } from './neutral.ts';
import { VOCABULARY } from './vocabulary.ts';

/** A message made from the templates, with the intents its clauses were taken from. */
export interface MadeMessage {
  labels: string[];
  text: string;
}

const TRADITIONAL_FORMS = new Map([...SIMPLIFIED_FORMS].map(([traditional, simplified]) => [simplified, traditional]));
const OPENINGS = ['', '', '', '', '<hello>，', '<hello>', '<hello> ', '老板，', '客服你好，', '亲！', '你们家'];
const CLOSINGS = [
  '',
  '',
  '',
  '',
  '',
  '谢谢',
  '，谢谢',
  '！',
  '。',
  '，麻烦了',
  '，拜托',
  '🙏',
  '，急',
  '~',
  '！！！',
  '？',
  '，辛苦了',
  '哈',
];
const JOINTS = ['，', '，', '。', ' ', '！', '，', '；', ''];
const ENGLISH_JOINTS = [', ', '. ', '! ', ' and ', ' - '];
const FILLERS = ['-', '.', ' ', '*', '_', '·', '/'];

interface Clause {
  labels: readonly string[];
  text: string;
}

/** Now and then as it is typed to dodge a filter, in traditional characters, or with signs repeated. */
function roughen(text: string, chance: Chance): string {
  const roll = chance();
  if (roll < 0.03) return [...text].map((character) => TRADITIONAL_FORMS.get(character) ?? character).join('');
  if (roll < 0.06 && text.length > 4) {
    const at = 1 + Math.floor(chance() * (text.length - 2));
    return `${text.slice(0, at)}${pick(FILLERS, chance)}${text.slice(at)}`;
  }
  if (roll < 0.1) return text.replace(/[！。，]$/u, '！！！');
  return roll < 0.16 ? text.replaceAll('，', ' ') : text;
}

function clauseOf(family: string, english: boolean, chance: Chance): Clause {
  const families = english ? FAMILIES_EN : chance() < FREE_SHARE ? MORE_ZH : FAMILIES_ZH;
  return { labels: [family], text: expand(pick(families[family] ?? [], chance), VOCABULARY, chance) };
}

function lookAlike(chance: Chance): Clause {
  const [labels, template] = pick(LOOK_ALIKE_CLAUSES, chance);
  return { labels, text: expand(template, VOCABULARY, chance) };
}

const neutral = (chance: Chance): Clause => ({ labels: [], text: expand(pick(NEUTRAL, chance), VOCABULARY, chance) });

const INTENTS = Object.keys(FAMILIES_ZH);
/** Of the Chinese clauses, those from families-zh-more.ts. */
const FREE_SHARE = 0.5;
/** A share of the messages speaks English, as in shops that sell abroad. */
const ENGLISH_SHARE = 0.18;

function clausesOf(chance: Chance, english: boolean): Clause[] {
  const roll = chance();
  const some = () => clauseOf(pick(INTENTS, chance), english, chance);
  if (roll < 0.55) return [some()];
  if (roll < 0.7) return [some(), some()];
  if (roll < 0.85) return [lookAlike(chance)];
  if (roll < 0.9) return [lookAlike(chance), some()];
  if (roll < 0.95) return [neutral(chance), some()];
  return [neutral(chance)];
}

function messageOf(chance: Chance): MadeMessage {
  const english = chance() < ENGLISH_SHARE;
  const clauses = clausesOf(chance, english);
  const body = clauses.map(({ text }) => text).join(pick(english ? ENGLISH_JOINTS : JOINTS, chance));
  const whole = english ? body : `${expand(pick(OPENINGS, chance), VOCABULARY, chance)}${body}${pick(CLOSINGS, chance)}`;
  return { labels: [...new Set(clauses.flatMap(({ labels }) => labels))].sort(), text: roughen(whole, chance) };
}

/** `count` different messages; the same for the same seed. */
export function composeMessages(count: number, seed: number): MadeMessage[] {
  const chance = chanceOf(seed);
  const made = new Map<string, MadeMessage>();
  while (made.size < count) {
    const message = messageOf(chance);
    if (!made.has(message.text)) made.set(message.text, message);
  }
  return [...made.values()];
}
