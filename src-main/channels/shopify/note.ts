/** What stands before our own words in an order's note. */
const MARK = '\n[OrderPulse] ';

/** An order has one note: the buyer writes it, the staff may add to it. Our memo follows the buyer's words behind a mark, so that both survive. */
export function splitNote(note: string): { buyerMessage: string; sellerMemo: string } {
  const at = `\n${note}`.indexOf(MARK);
  if (at < 0) return { buyerMessage: note, sellerMemo: '' };
  return { buyerMessage: note.slice(0, Math.max(0, at - 1)), sellerMemo: `\n${note}`.slice(at + MARK.length) };
}

/** The note with another memo; the buyer's words stay. */
export function withMemo(note: string, memo: string): string {
  const { buyerMessage } = splitNote(note);
  return memo === '' ? buyerMessage : `${buyerMessage}${MARK}${memo}`.replace(/^\n/, '');
}
