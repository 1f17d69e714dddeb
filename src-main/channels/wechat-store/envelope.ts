import { parseText, writeJson } from '../kit/json.ts';
import type { ParsedJson } from '../kit/json.ts';

/** One element: its name, and either CDATA, text, or nested elements. Attributes do not occur in these messages. */
const ELEMENT = /<([A-Za-z_][\w.-]*)>(?:\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*|([\s\S]*?))<\/\1>/g;

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

function elementsOf(content: string, depth: number): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [, name, quoted, plain] of content.matchAll(ELEMENT)) {
    const inside = plain ?? '';
    found[name ?? ''] = quoted ?? (depth < 4 && inside.trimStart().startsWith('<') ? elementsOf(inside, depth + 1) : inside.trim());
  }
  return found;
}

/** The envelope as the inbox keeps it: always JSON. */
export function envelopeBytes(value: unknown): Uint8Array {
  return Buffer.from(writeJson(value), 'utf8');
}
