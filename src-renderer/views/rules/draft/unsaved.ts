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

/** What is kept lives as long as the window does: whoever closes it is asked. */
const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

export function keepUnsaved(draft: string, unsaved: Unsaved): void {
  kept.set(draft, unsaved);
  globalThis.addEventListener('beforeunload', ask);
}

/** What was kept of a draft; it is not kept any more. */
export function takeUnsaved(draft: string): Unsaved | null {
  const unsaved = kept.get(draft) ?? null;
  kept.delete(draft);
  if (kept.size === 0) globalThis.removeEventListener('beforeunload', ask);
  return unsaved;
}
