import { parseText, writeJson } from '../kit/json.ts';
import type { ParsedJson } from '../kit/json.ts';

const OPENING = /<([A-Za-z_][\w.-]{0,99})>/y;
const BLANKS = /\s*/y;
const [CDATA, CDATA_END] = ['<![CDATA[', ']]>'];
const DEEPEST = 4;

/**
 * The envelope of a message, JSON or XML. XML is read as far as these messages use it: nested elements, CDATA and text; there
 * are no entities, document types or attributes, and what looks like one stays text. Values are text.
 */
export function readEnvelope(written: string): ParsedJson {
  const trimmed = written.trim();
  if (!trimmed.startsWith('<')) return parseText(trimmed);
  const inner = /^(?:<\?xml[^>]*\?>\s*)?<xml>([\s\S]*)<\/xml>$/.exec(trimmed)?.[1];
  if (inner === undefined) return { ok: false, reason: { zh: '消息正文不是可读的 XML', en: 'The body is not readable XML' } };
  return { ok: true, value: elementsOf(inner, 0) };
}

/**
 * The elements of a piece of XML, read from its beginning to its end once: this comes before the signature is known, and nobody's
 * message may cost more than its length. What follows an element that is never closed is not read.
 */
function elementsOf(content: string, depth: number): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (let at = content.indexOf('<'); at >= 0; at = content.indexOf('<', at)) {
    OPENING.lastIndex = at;
    const name = OPENING.exec(content)?.[1];
    if (name === undefined) {
      at += 1;
      continue;
    }
    const element = elementAt(content, at + name.length + 2, `</${name}>`);
    if (element === null) break;
    const { quoted, inside, end } = element;
    found[name] = quoted ?? (depth < DEEPEST && inside.trimStart().startsWith('<') ? elementsOf(inside, depth + 1) : inside.trim());
    at = end;
  }
  return found;
}

/**
 * What an element holds: the text of its one CDATA section, or whatever stands there. `end`: behind its closing mark. Null where it is
 * not closed.
 */
function elementAt(content: string, start: number, closing: string): { quoted: string | null; inside: string; end: number } | null {
  const first = behindBlanks(content, start);
  if (content.startsWith(CDATA, first)) {
    const last = content.indexOf(CDATA_END, first);
    const end = last < 0 ? -1 : behindBlanks(content, last + CDATA_END.length);
    if (end < 0 || !content.startsWith(closing, end)) return null;
    return { quoted: content.slice(first + CDATA.length, last), inside: '', end: end + closing.length };
  }
  const close = content.indexOf(closing, start);
  return close < 0 ? null : { quoted: null, inside: content.slice(start, close), end: close + closing.length };
}

function behindBlanks(content: string, start: number): number {
  BLANKS.lastIndex = start;
  BLANKS.exec(content);
  return BLANKS.lastIndex;
}

/** The envelope as the inbox keeps it: always JSON. */
export function envelopeBytes(value: unknown): Uint8Array {
  return Buffer.from(writeJson(value), 'utf8');
}
