import { fieldIdOf, type Rule } from '#shared/rule.ts';
import { comparesOf } from './tree.ts';

/** Places every sentence knows: value and limit of what decided the hit, the minutes of its window, the words found. */
export const COMMON_PLACES = ['value', 'limit', 'minutes', 'words'] as const;

/** What a sentence of this rule can be filled with: the common places that make sense here, then the fields of its condition. */
export function placesOf(rule: Rule): string[] {
  const compares = comparesOf(rule.when);
  const hasWindow = compares.some(({ window }) => window !== undefined);
  const hasWords = compares.some(({ op }) => ['contains-any', 'in-list', 'matches', 'in'].includes(op));
  const common = COMMON_PLACES.filter((place) => (place !== 'minutes' || hasWindow) && (place !== 'words' || hasWords));
  const fields = [...new Set(compares.map(fieldIdOf))].filter((id) => !id.startsWith('window'));
  // Only a number has a limit to be told.
  const limited = new Set(compares.filter(({ value }) => [value].flat().some((one) => typeof one === 'number')).map(fieldIdOf));
  const limits = fields.length > 1 ? fields.filter((id) => limited.has(id)).map((id) => `limit:${id}`) : [];
  return [...common, ...fields, ...limits];
}

/** A text with a place written into it where the caret stands, and the caret after it. */
export function withPlace(text: string, place: string, start: number, end: number): { text: string; caret: number } {
  const written = `{${place}}`;
  return { text: `${text.slice(0, start)}${written}${text.slice(end)}`, caret: start + written.length };
}
