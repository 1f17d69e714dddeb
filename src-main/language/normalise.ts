import { EMOJI_WORDS, LOOK_ALIKES, NUMBERS_THAT_SPEAK, SIMPLIFIED_FORMS } from './variants.ts';

/** Messages are read up to here: platforms allow a few hundred characters, and no text can make a reading slow. */
export const MOST_CHARACTERS = 1_000;

/** Joiners, variation selectors and other marks nobody sees. */
const UNSEEN = /\u00AD|[\u200B-\u200F]|[\u2060-\u2064]|[\uFE00-\uFE0F]|\uFEFF/gu;
/** All but the heart that stands for a syllable: 微❤ is a look-alike. */
const EMOJI = /(?<![微薇])❤|(?!❤)\p{Extended_Pictographic}/gu;
const TRADITIONAL = new RegExp(`[${[...SIMPLIFIED_FORMS.keys()].join('')}]`, 'gu');
/** Signs and blanks put between the characters of a word: 退-钱, 好.评.返, 加 V 信. */
const FILLERS_IN_WORD =
  /(?<=\p{Script=Han})[\s\-_.·•*~^|/\\#=`'"…]+(?=[\p{Script=Han}a-z])|(?<=[a-z])[\s\-_.·•*~^|/\\#=`'"…]+(?=\p{Script=Han})/gu;
const PLUS_IN_WORD = /(?<=\p{Script=Han})\++(?=[\p{Script=Han}&&[^微薇徽]])/gv;
const REPEATED = /([\p{L}])\1{2,}/gu;
const REPEATED_SIGN = /([^\p{L}\p{N}\s])\1+/gu;
const NUMBER = /\d+(?:[.,:]\d+)*/gu;
const PLAIN = /^[\u4E00-\u9FFF\u3002,!?]*$/u;
const LOOK_ALIKE = new RegExp(
  LOOK_ALIKES.map(([spelling]) => {
    const escaped = spelling.replace('+', '\\+');
    // Letters count only where no other letter stands beside them: `v` is no look-alike inside `vip`.
    return `${/^[a-z]/.test(spelling) ? '(?<![a-z])' : ''}${escaped}${/[a-z]$/.test(spelling) ? '(?![a-z])' : ''}`;
  }).join('|'),
  'gu',
);
const MEANT = new Map(LOOK_ALIKES);

/**
 * One form for one meaning: half width, lower case, simplified characters, without what was put between the characters of a word,
 * look-alikes spelt out, runs shortened, and every number that says nothing by itself as `0`, so that no phone number is ever learnt
 * or shown.
 */
export function normalise(text: string): string {
  let plain = text.slice(0, MOST_CHARACTERS).normalize('NFKC').toLowerCase();
  const simple = PLAIN.test(plain);
  if (!simple) {
    plain = plain.replace(UNSEEN, '').replace(EMOJI, (emoji) => EMOJI_WORDS.get(emoji) ?? '');
  }
  plain = plain.replace(TRADITIONAL, (character) => SIMPLIFIED_FORMS.get(character) ?? character);
  if (!simple) plain = plain.replace(FILLERS_IN_WORD, '').replace(PLUS_IN_WORD, '');
  plain = plain
    .replace(LOOK_ALIKE, (spelling) => MEANT.get(spelling) ?? spelling)
    .replace(REPEATED, '$1$1')
    .replace(REPEATED_SIGN, '$1');
  return simple
    ? plain
    : plain
        .replace(NUMBER, (number) => (NUMBERS_THAT_SPEAK.has(number) ? number : '0'))
        .replace(/\s+/gu, ' ')
        .trim();
}
