export interface TemplatePart {
  text: string;
  /** A place that is filled with a value of the order. */
  isField: boolean;
}

const PLACE = /(\{[a-z][a-z0-9:-]*\})/;
const WHOLE = /^\{.+\}$/;

/** Splits a sentence template at its places: `{value}` and field names between braces. */
export function templateParts(template: string): TemplatePart[] {
  return template
    .split(PLACE)
    .filter((text) => text !== '')
    .map((text) => (WHOLE.test(text) ? { text: text.slice(1, -1), isField: true } : { text, isField: false }));
}
