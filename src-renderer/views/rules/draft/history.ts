/** States of something edited, with what was before and what was undone. Immutable; states are shared, never copied. */
export interface History<S> {
  past: readonly S[];
  present: S;
  future: readonly S[];
  /** What the newest state came from: a following edit of the same thing joins it instead of making another step. */
  subject: string | null;
}

/** Enough for an evening of editing; a state costs only what differs from the one before. */
const KEPT = 200;

export function historyOf<S>(present: S): History<S> {
  return { past: [], present, future: [], subject: null };
}

/** A new state; with the `subject` of the one before, it replaces it as one step (typing a word is one step, not one a letter). */
export function advanced<S>(history: History<S>, next: S, subject: string | null = null): History<S> {
  if (next === history.present) return history;
  const joins = subject !== null && subject === history.subject;
  return {
    past: joins ? history.past : [...history.past, history.present].slice(-KEPT),
    present: next,
    future: [],
    subject,
  };
}

export function undone<S>({ past, present, future }: History<S>): History<S> | null {
  const before = past.at(-1);
  return before === undefined ? null : { past: past.slice(0, -1), present: before, future: [present, ...future], subject: null };
}

export function redone<S>({ past, present, future }: History<S>): History<S> | null {
  const [next, ...rest] = future;
  return next === undefined ? null : { past: [...past, present], present: next, future: rest, subject: null };
}
