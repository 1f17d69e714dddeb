import type { RuleBody } from '#shared/contract/rule-work.ts';

/** What was written in a draft and not saved when its page was left. */
export interface Unsaved {
  /** The revision it was written on. */
  revision: number;
  body: RuleBody;
  title: string;
}

/** By draft, until the page of the draft takes it back: leaving a page while the hub cannot be reached loses nothing. */
const kept = new Map<string, Unsaved>();

export function keepUnsaved(draft: string, unsaved: Unsaved): void {
  kept.set(draft, unsaved);
}

/** What was kept of a draft; it is not kept any more. */
export function takeUnsaved(draft: string): Unsaved | null {
  const unsaved = kept.get(draft) ?? null;
  kept.delete(draft);
  return unsaved;
}

// What is kept lives as long as the window does: whoever closes it is asked.
globalThis.addEventListener('beforeunload', (event) => {
  if (kept.size > 0) event.preventDefault();
});
