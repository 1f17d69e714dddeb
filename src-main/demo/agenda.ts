/** What is to happen, by time; equal times keep the order in which they were written. A binary heap. */
export interface Agenda<T> {
  readonly size: number;
  add(at: number, act: T): void;
  /** Time of the next entry, null when empty. */
  nextAt(): number | null;
  /** Takes the next entry that is due at `now`, null when none is. */
  takeDue(now: number): { at: number; act: T } | null;
  /** Everything written, in no particular order. */
  entries(): { at: number; act: T }[];
}

interface Entry<T> {
  at: number;
  sequence: number;
  act: T;
}

function before<T>(left: Entry<T>, right: Entry<T>): boolean {
  return left.at < right.at || (left.at === right.at && left.sequence < right.sequence);
}

export function createAgenda<T>(): Agenda<T> {
  const heap: Entry<T>[] = [];
  let sequence = 0;

  function at(index: number): Entry<T> {
    const entry = heap[index];
    if (!entry) throw new RangeError(`No agenda entry ${index}`);
    return entry;
  }
  function swap(left: number, right: number): void {
    const kept = at(left);
    heap[left] = at(right);
    heap[right] = kept;
  }
  function rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(at(index), at(parent))) return;
      swap(index, parent);
      index = parent;
    }
  }
  function sink(): void {
    let index = 0;
    for (;;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && before(at(child), at(least))) least = child;
      }
      if (least === index) return;
      swap(index, least);
      index = least;
    }
  }

  return {
    get size() {
      return heap.length;
    },
    add(time, act) {
      heap.push({ at: time, sequence: (sequence += 1), act });
      rise(heap.length - 1);
    },
    nextAt: () => heap[0]?.at ?? null,
    takeDue(now) {
      const first = heap[0];
      if (!first || first.at > now) return null;
      swap(0, heap.length - 1);
      heap.pop();
      sink();
      return { at: first.at, act: first.act };
    },
    entries: () => heap.map(({ at: time, act }) => ({ at: time, act })),
  };
}
