import type { ChannelMappingView, MappingEdits } from '#shared/contract/mapping.ts';
import { COMPLAINT_CLASSES } from '#shared/complaints.ts';
import { ORDER_STATUSES } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';

export const TABLES = ['statuses', 'refunds', 'complaints'] as const;
export type Table = (typeof TABLES)[number];
export const MEANINGS = {
  statuses: ORDER_STATUSES,
  refunds: ['open', 'succeeded', 'withdrawn', 'none'],
  complaints: COMPLAINT_CLASSES,
} as const;
/** Which table an unknown word belongs to; fields belong to none. */
export const TABLE_OF = { status: 'statuses', refund: 'refunds', complaint: 'complaints' } as const;

/** Changes not saved yet, by word; null sets a word back to its shipped meaning. */
export type Draft = Record<Table, Record<string, string | null>>;
export const emptyDraft = (): Draft => ({ statuses: {}, refunds: {}, complaints: {} });
export function countOf(draft: Draft): number {
  return TABLES.reduce((sum, table) => sum + Object.keys(draft[table]).length, 0);
}

export interface WordRow {
  word: string;
  /** Null: a word that came and was given no meaning yet. */
  meaning: string | null;
  /** Differs from the shipped table. */
  edited: boolean;
  /** Chosen here and not saved. */
  drafted: boolean;
  partiallyShipped: boolean;
  platformHold: LocalisedText | null;
  about: LocalisedText | null;
}

const PLAIN = { edited: false, drafted: false, partiallyShipped: false, platformHold: null, about: null };
/** One table as it is kept, every row of the same shape. */
function keptRows(view: ChannelMappingView, table: Table): WordRow[] {
  if (table === 'statuses') return view.statuses.map(({ status, ...row }) => ({ ...row, meaning: status, drafted: false }));
  if (table === 'refunds') return view.refunds.map(({ word, meaning, edited }) => ({ ...PLAIN, word, meaning, edited }));
  return view.complaints.map(({ word, class: meaning, edited }) => ({ ...PLAIN, word, meaning, edited }));
}

/** One table with the draft laid over it; words given a meaning here for the first time stand first. */
export function rowsOf(view: ChannelMappingView, table: Table, draft: Draft): WordRow[] {
  const changes = draft[table];
  const kept = keptRows(view, table).map((row) => {
    const chosen = changes[row.word];
    return chosen === undefined ? row : { ...row, meaning: chosen ?? row.meaning, edited: chosen !== null, drafted: true };
  });
  const known = new Set(kept.map(({ word }) => word));
  const fresh = Object.entries(changes)
    .filter(([word]) => !known.has(word))
    .map(([word, meaning]) => ({ ...PLAIN, word, meaning, edited: true, drafted: true }));
  return [...fresh, ...kept];
}

/** What is saved, whole: words edited before and not set back, and the changes of the draft. */
export function editsOf(view: ChannelMappingView, draft: Draft): MappingEdits {
  const words = (table: Table): Record<string, string> =>
    Object.fromEntries(
      rowsOf(view, table, draft)
        .filter(({ word, edited, meaning }) => edited && meaning !== null && draft[table][word] !== null)
        .map(({ word, meaning }) => [word, meaning ?? '']),
    );
  return { statuses: words('statuses'), refunds: words('refunds'), complaints: words('complaints') } as MappingEdits;
}

/** The draft with one word given a meaning; choosing what is kept already takes the change back. */
export function withMeaning(view: ChannelMappingView, draft: Draft, table: Table, word: string, meaning: string | null): Draft {
  const kept = keptRows(view, table).find((row) => row.word === word);
  const { [word]: _before, ...others } = draft[table];
  const isSame = kept?.meaning === meaning || (meaning === null && kept?.edited !== true);
  return { ...draft, [table]: isSame ? others : { ...others, [word]: meaning } };
}
