import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';

export interface Page<T> {
  items: T[];
  /** Where the next page starts; null after the last. */
  next: string | null;
}

export interface Paged<T> {
  /** Null before the first answer. */
  items: ShallowRef<T[] | null>;
  next: Ref<string | null>;
  failure: Ref<unknown>;
  /** Reads the first page again. */
  load(): Promise<void>;
  /** Reads the page after what is here. */
  more(): Promise<void>;
}

/** A list that is read page by page; an answer that was overtaken by a newer `load` is dropped. */
export function usePaged<T>(fetch: (after: string | null) => Promise<Page<T>>): Paged<T> {
  const items = shallowRef<T[] | null>(null);
  const next = ref<string | null>(null);
  const failure = ref<unknown>(null);
  let round = 0;
  async function read(after: string | null): Promise<void> {
    const mine = ++round;
    try {
      const page = await fetch(after);
      if (mine !== round) return;
      items.value = after === null ? page.items : [...(items.value ?? []), ...page.items];
      next.value = page.next;
      failure.value = null;
    } catch (error) {
      if (mine === round) failure.value = error;
    }
  }
  return { items, next, failure, load: () => read(null), more: () => read(next.value) };
}
