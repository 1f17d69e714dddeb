import { Buffer } from 'node:buffer';
import type { PageEntry, PageMark, RawPayload } from '../client.ts';
import { ChannelError } from '../errors.ts';
import { count, text } from './fields.ts';
import { writeJson } from './json.ts';

/** The numbered page a mark stands for; `first` at the beginning. */
export function pageOf(mark: PageMark | null, first: 0 | 1): number {
  return mark !== null && 'page' in mark ? mark.page : first;
}

/** The cursor a mark stands for; empty at the beginning. */
export function cursorOf(mark: PageMark | null): string {
  return mark !== null && 'cursor' in mark ? mark.cursor : '';
}

/** How many rows a window holds. ChannelError `bad-answer` when the answer does not say: it could not be read from its last page back. */
export function totalOf(value: unknown, name: string): number {
  return count(stated(value, name));
}

/** A value no answer may lack, as text; ChannelError `bad-answer` naming it when it is not there. */
export function stated(value: unknown, name: string): string {
  const written = text(value);
  if (written === '') throw new ChannelError('bad-answer', { detail: name });
  return written;
}

/** What the platform told, as the message that goes to the inbox. */
export function payloadOf(topic: string, value: unknown): RawPayload {
  return { topic, body: Buffer.from(writeJson(value), 'utf8') };
}

/** A row that is the whole order or refund. */
export function fullEntry(kind: PageEntry['kind'], id: string, updatedAt: number | null, row: unknown): PageEntry {
  return { id, kind, updatedAt, payload: payloadOf(kind, row) };
}

/** A row that only names what changed. */
export function bareEntry(kind: PageEntry['kind'], id: string, updatedAt: number | null): PageEntry {
  return { id, kind, updatedAt, payload: null };
}
