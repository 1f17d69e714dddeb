import type { Chance } from '#main/learning/random.ts';

export function pick<T>(from: readonly T[], chance: Chance): T {
  return from[Math.floor(chance() * from.length)] as T;
}

/** `(a|b|)` is one of the three, the last being nothing; alternatives may hold alternatives. */
interface Reading {
  text: string;
  at: number;
}

/** One of the alternatives up to the closing bracket, each as likely as the others. */
function alternatives(reading: Reading, chance: Chance): string {
  const found: string[] = [sequence(reading, chance)];
  while (reading.text[reading.at] === '|') {
    reading.at += 1;
    found.push(sequence(reading, chance));
  }
  return pick(found, chance);
}

function sequence(reading: Reading, chance: Chance): string {
  let made = '';
  while (reading.at < reading.text.length) {
    const character = reading.text[reading.at] as string;
    if (character === '|' || character === ')') return made;
    reading.at += 1;
    if (character !== '(') {
      made += character;
      continue;
    }
    made += alternatives(reading, chance);
    if (reading.text[reading.at] !== ')') throw new Error(`A bracket is not closed: ${reading.text}`);
    reading.at += 1;
  }
  return made;
}

/** One sentence of a template: `<goods>` is a word of that list, which may be a template itself. Throws for an unknown list. */
export function expand(template: string, vocabulary: Readonly<Record<string, readonly string[]>>, chance: Chance): string {
  const reading = { text: template, at: 0 };
  const made = alternatives(reading, chance);
  if (reading.at !== template.length) throw new Error(`A bracket was never opened: ${template}`);
  return made.replaceAll(/<([a-z-]+)>/g, (_, name: string) => {
    const words = vocabulary[name];
    if (!words) throw new Error(`There is no list of words called ${name}: ${template}`);
    return expand(pick(words, chance), vocabulary, chance);
  });
}
