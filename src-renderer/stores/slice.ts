/**
 * A snapshot plus the events after it. While the snapshot travels, events wait: an older snapshot must not
 * overwrite what a newer event said. Loading again while a load is under way joins it.
 */
export interface Slice<E> {
  /** Fetches the snapshot, then applies what arrived meanwhile. Rejects with the failure of the fetch. */
  load(): Promise<void>;
  /** The same for what is true now, such as after a command: a fetch under way began too early, so another follows it. */
  refresh(): Promise<void>;
  /** Applies an event, now or after the snapshot under way; ignored before the first load. */
  apply(event: E): void;
  readonly loaded: boolean;
}

export function createSlice<S, E>(fetch: () => Promise<S>, reset: (snapshot: S) => void, applyTo: (event: E) => void): Slice<E> {
  let pending: Promise<void> | null = null;
  let waiting: E[] = [];
  let loaded = false;
  async function run(): Promise<void> {
    try {
      reset(await fetch());
      loaded = true;
    } finally {
      const late = waiting;
      waiting = [];
      // Before they are applied: an event that asks for another load must not join this one, which it came after.
      pending = null;
      // After a failed reload the older snapshot still stands, and what came meanwhile belongs on it.
      if (loaded) late.forEach(applyTo);
    }
  }
  const load = (): Promise<void> => (pending ??= run());
  return {
    load,
    async refresh() {
      await pending?.catch(() => undefined);
      await load();
    },
    apply(event) {
      if (pending) waiting.push(event);
      else if (loaded) applyTo(event);
    },
    get loaded() {
      return loaded;
    },
  };
}
